"""`llmeval judge-check`: a judge measured against people's labels."""

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from llmeval.api import judge_checking, labelled_rows
from llmeval.api.judge_checking import Rated
from llmeval.api.project import Project
from llmeval.api.scoring import read_parameters
from llmeval.cli.console import Console
from llmeval.cli.runs import folder_of, folder_options, project_of
from llmeval.cli.score import pair
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
    project = project_of(args)
    rows = labelled(Path(args.labels))
    rated, judges = _rated(args, rows, project)
    if not rated:
        raise StoredFileError(f"{args.labels}: no label is about a judged reply of this run")
    cards = [
        judge_checking.card(several, judges(several), Path(args.labels).name)
        for several in judge_checking.by_metric(rated).values()
    ]
    for card in cards:
        path = judge_cards.path_of(project.settings, card.suite, card.metric)
        judge_cards.write(path, card)
        if not args.json:
            for line in (*lines(card), f"card: {_shown(path, project)}"):
                console.data(line)
    if args.json:
        console.json([msgspec.to_builtins(card) for card in cards])
    if args.save:
        _save(Path(args.save), rated)
        console.note(f"written {args.save}: {len(rated)} labels with their replies")
    others = judge_checking.other_replies([label for label, _ in rows], rated)
    if others:
        console.note(f"{others} of {len(rows)} labels are of another reply, and skipped")
    unused = len(rows) - others - len({id(each.label) for each in rated})
    if unused:
        console.note(f"{unused} of {len(rows)} labels are about no judged reply, and not counted")
    return 0


def labelled(path: Path) -> list[tuple[Label, Mapping[str, Any]]]:
    """Return the labels of a file, each with the row it comes from.

    Raises:
        SuiteError: The file cannot be read, or rows are no labels.
    """
    from llmeval.suite.labels import read_rows

    return [(label, row) for label, row in read_rows(path, str(path))]


def _rated(
    args: argparse.Namespace, rows: Sequence[tuple[Label, Mapping[str, Any]]], project: Project
) -> tuple[list[Rated], Any]:
    """Return what was rated, and how its judge is described."""
    if args.check is None and all(label.case for label, _ in rows):
        folder = _run_of(args, project)
        known = judge_checking.judges_of(folder)
        labels = [label for label, _ in rows]
        rated = list(judge_checking.in_run(labels, folder, args.metric))
        return rated, lambda several: known.get(_judge(several), {})
    check = _check(args, rows, project)
    missing = next((label for label, row in rows if "reply" not in row), None)
    if missing is not None:
        raise UsageError(f"{args.labels}:{missing.line}: reply is missing; the judge grades it")
    rated = labelled_rows.rate(rows, check, project)
    return rated, lambda several: judge_checking.described(_judge(several), project)


def _judge(several: Sequence[Rated]) -> str:
    return str(several[0].result.details["judge"].get("name", ""))


def _run_of(args: argparse.Namespace, project: Project) -> Path:
    beside = Path(args.labels).parent
    if args.run is None and (beside / "results.jsonl").exists():
        return beside
    return folder_of(args.run or "latest", project)


def _check(
    args: argparse.Namespace, rows: Sequence[tuple[Label, Mapping[str, Any]]], project: Project
) -> Check:
    if args.check is None:
        own = labelled_rows.stated(row for _, row in rows)
        return own or labelled_rows.the_check(project, args.metric)
    given = dict(pair(item) for item in args.set)
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
    yield f"  too lenient: {card.lenient}, too strict: {card.strict}, undecided: {card.unmeasured}"
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
