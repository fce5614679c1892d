"""`llmeval judge-check`: a judge measured against people's labels."""

import argparse
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from llmeval.api import judge_checking, judge_measuring, labelled_rows
from llmeval.api.judge_checking import Rated
from llmeval.api.labelled_rows import Row
from llmeval.api.project import Project
from llmeval.api.scoring import read_parameters
from llmeval.cli.console import Console
from llmeval.cli.runs import folder_of, folder_options, project_of
from llmeval.cli.score import pairs
from llmeval.compare import judge_cards
from llmeval.compare.judge_cards import JudgeCard
from llmeval.errors import StoredFileError, UsageError
from llmeval.records import Check, Label

EXAMPLE = (
    "  llmeval judge-check reports/latest/labels.jsonl       # saved from the report\n"
    "  llmeval judge-check labels.csv --check rubric --set 'criteria=Is polite.'"
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "labels",
        metavar="LABELS",
        help="a .jsonl, .json, .csv or .yaml file: verdict, and either case (looked up in a run) "
        "or reply (the judge is asked)",
    )
    parser.add_argument("--run", metavar="RUN", help="where cases are looked up (default: latest)")
    parser.add_argument("--metric", metavar="NAME", help="only this metric of the judged checks")
    parser.add_argument("--check", metavar="CHECK", help="ask the judge with this check")
    parser.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", help="a parameter of --check"
    )
    parser.add_argument(
        "--save", metavar="FILE", help="write the labels with their replies, as JSON Lines"
    )
    parser.add_argument("--json", action="store_true", help="write the cards as JSON")
    folder_options(parser)


def run(args: argparse.Namespace, console: Console) -> int:
    """Measure, say what was found, and store a card for each judged check."""
    if args.set and args.check is None:
        raise UsageError(f"--set {args.set[0]}: gives a parameter of --check; add --check CHECK")
    project = project_of(args)
    found = _found(args, labelled(Path(args.labels)), project)
    for note in _notes(found):
        console.note(note)
    cards = list(_cards(found, Path(args.labels).name))
    for card in cards:
        path = judge_cards.path_of(project.settings, card.suite, card.metric)
        judge_cards.write(path, card)
        if not args.json:
            for line in (*lines(card), f"card: {_shown(path, project)}"):
                console.data(line)
    if args.json:
        console.json([msgspec.to_builtins(card) for card in cards])
    if args.save:
        _save(Path(args.save), found.rated)
        console.note(f"written {args.save}: {len(found.rated)} labels with their replies")
    return 0


def _cards(found: "_Labelled", dataset: str) -> Iterator[JudgeCard]:
    """Yield the cards of what was measured.

    Raises:
        StoredFileError: Nothing was.
    """
    groups = judge_measuring.by_metric(found.rated).values()
    measured = [several for several in groups if any(each.is_decided for each in several)]
    for several in measured:
        yield judge_measuring.card(several, found.judges(several), dataset)
    if not measured:
        why = judge_checking.unmeasured(found.rated)
        raise StoredFileError(f"{dataset}: {why or 'no label is about a judged reply of this run'}")


class _Labelled(NamedTuple):
    """What a judge said of the replies of a file of labels."""

    rated: list[Rated]
    """Each reply once."""
    judges: Callable[[Sequence[Rated]], Mapping[str, Any]]
    """How the judge of some of them is described."""
    labels: int
    repeated: int
    opposite: int
    others: int
    """Labels of another reply than the run's."""
    unused: int
    """Labels that are about no judged reply."""


def _notes(found: _Labelled) -> Iterator[str]:
    """Yield a line for each thing that leaves labels out of the figures."""
    all_of = f"of {found.labels} labels"
    if found.repeated:
        yield f"{found.repeated} {all_of} repeat an earlier one of the same reply, and count once"
    if found.opposite:
        said = "say the opposite of an earlier one of the same reply; the later counts"
        yield f"{found.opposite} {all_of} {said}"
    if found.others:
        yield f"{found.others} {all_of} are of another reply, and skipped"
    if found.unused:
        yield f"{found.unused} {all_of} are about no judged reply, and not counted"
    why = judge_checking.unmeasured(found.rated)
    if why and any(each.is_decided for each in found.rated):
        yield why


def labelled(path: Path) -> list[Row]:
    """Return the labels of a file, each with the row it comes from.

    Raises:
        SuiteError: The file cannot be read, or rows are no labels.
    """
    from llmeval.suite.labels import read_rows

    return [(label, row) for label, row in read_rows(path, str(path))]


def _found(args: argparse.Namespace, rows: Sequence[Row], project: Project) -> _Labelled:
    if args.check is None and all(label.case for label, _ in rows):
        return _in_run(args, [label for label, _ in rows], project)
    check = _check(args, rows, project)
    missing = next((label for label, row in rows if "reply" not in row), None)
    if missing is not None:
        raise UsageError(f"{args.labels}:{missing.line}: reply is missing; the judge grades it")
    kept, repeated, opposite = labelled_rows.once(rows)
    rated = labelled_rows.rate(kept, check, project, args.labels)

    def described(several: Sequence[Rated]) -> Mapping[str, Any]:
        return judge_checking.described(_judge(several), project)

    if not rated:
        raise StoredFileError(f"{args.labels}: no row has a reply for which the judge is asked")
    unused = len(kept) - len(rated)
    return _Labelled(rated, described, len(rows), repeated, opposite, 0, unused)


def _in_run(args: argparse.Namespace, labels: Sequence[Label], project: Project) -> _Labelled:
    folder = _run_of(args, project)
    known = judge_checking.judges_of(folder)
    all_rated, others = judge_checking.in_run(labels, folder, args.metric)
    rated, repeated, opposite = judge_checking.once(all_rated)
    unused = len(labels) - others - len({id(each.label) for each in all_rated})

    def described(several: Sequence[Rated]) -> Mapping[str, Any]:
        of_one: Mapping[str, Any] = known.get(_judge(several), {})
        return of_one

    return _Labelled(rated, described, len(labels), repeated, opposite, others, unused)


def _judge(several: Sequence[Rated]) -> str:
    return next(name for each in several if (name := judge_checking.name_of(each)))


def _run_of(args: argparse.Namespace, project: Project) -> Path:
    beside = Path(args.labels).parent
    if args.run is None and (beside / "results.jsonl").exists():
        return beside
    return folder_of(args.run or "latest", project)


def _check(args: argparse.Namespace, rows: Sequence[Row], project: Project) -> Check:
    if args.check is None:
        own = labelled_rows.stated(row for _, row in rows)
        return own or labelled_rows.the_check(project, args.metric)
    given = pairs(args.set)
    cls = project.registry.scorer_type(args.check, given.get("method"))
    if not (hasattr(cls, "seated") or given.get("method") == "model"):
        raise UsageError(f"--check {args.check}: that check asks no judge and no model of yours")
    parameters = read_parameters(args.check, given, project.registry)
    return Check(check=args.check, metric=args.metric or args.check, parameters=parameters)


def _shown(path: Path, project: Project) -> str:
    root = project.settings.root
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def _save(path: Path, rated: Sequence[Rated]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for each in rated:
            found = {
                "suite": each.suite,
                "case": each.label.case or None,
                "trial": each.label.trial,
                "metric": each.result.metric,
                "verdict": "passed" if each.label.passed else "failed",
                "prompt": each.prompt,
                "reply": each.reply.text,
            }
            kept = {name: value for name, value in found.items() if value is not None}
            file.write(json.dumps(kept) + "\n")


# --- words -----------------------------------------------------------------------------------


def lines(card: JudgeCard) -> Iterator[str]:
    """Yield what a card says, for people."""
    where = f"{card.suite}: " if card.suite else ""
    yield f"{where}{card.metric}: {card.check} by judge {card.judge}"
    agreed = _percent(card.accuracy, card.accuracy_interval)
    yield f"  agrees with people on {agreed} of {card.rows} replies"
    if card.kappa is None or card.kappa_interval is None:
        yield "  Cohen's kappa: unknown, people and judge only ever say the same"
    else:
        low, high = card.kappa_interval
        yield f"  Cohen's kappa {card.kappa:.2f} ({low:.2f} … {high:.2f})"
    undecided = card.unmeasured - card.unreadable - card.failed
    counts = {"too lenient": card.lenient, "too strict": card.strict, "undecided": undecided}
    counts |= {"unreadable": card.unreadable} if card.unreadable else {}
    counts |= {"judge failed": card.failed} if card.failed else {}
    yield "  " + ", ".join(f"{word}: {number}" for word, number in counts.items())
    if card.order is not None:
        yield f"  order of the two texts: {_order(card.order)}"
    if card.length is not None:
        yield f"  length: {_length(card.length)}"


def _percent(value: float, interval: tuple[float, float]) -> str:
    low, high = interval
    return f"{100 * value:.1f} % ({100 * low:.1f} … {100 * high:.1f})"


def _order(order: judge_cards.Order) -> str:
    said = f"alike in {100 * order.alike:.1f} % of {order.pairs} pairs"
    apart = order.first + order.second
    return f"{said}; of {apart} others {order.first} prefer the first" if apart else said


def _length(length: judge_cards.Length) -> str:
    low, high = length.interval
    said = "no lean seen"
    if low > 0:
        said = "more lenient with long replies than people are"
    elif high < 0:
        said = "more lenient with short replies than people are"
    return f"{said} (correlation {length.correlation:.2f}, {low:.2f} … {high:.2f})"
