"""A judge against people: their labels, its verdicts, an accuracy card."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from msgspec import Struct

from llmeval.api.project import Project
from llmeval.compare.inference import agreement
from llmeval.compare.judge_cards import JudgeCard, Length, Order, instrument
from llmeval.errors import StoredFileError
from llmeval.records import CheckResult, Label, Reply, RunHeader, Trial
from llmeval.text.digest import digest


class Rated(Struct, frozen=True):
    """One reply that a person labelled, and what the judge said of it."""

    label: Label
    result: CheckResult
    reply: Reply
    suite: str | None = None
    prompt: str | None = None

    @property
    def is_decided(self) -> bool:
        """Whether the judge decided."""
        return self.result.passed is not None


def in_run(labels: Sequence[Label], run: Path, metric: str | None = None) -> Iterator[Rated]:
    """Yield the labels that are about judged replies of a run, with what was judged.

    Args:
        labels: Each names a case; without a metric it is about the one judged check of its case.
        run: The run's folder.
        metric: Only this one of the judged checks; None: every one.

    Raises:
        StoredFileError: The run cannot be read.
    """
    from llmeval.compare.table import records

    wanted: dict[str, list[Label]] = defaultdict(list)
    for label in labels:
        wanted[label.case].append(label)
    for trial in records(run):
        if isinstance(trial, Trial):
            for label in wanted.get(trial.case, ()):
                result = _meant(label, trial, metric)
                if result is not None:
                    assert trial.reply is not None
                    yield Rated(label, result, trial.reply, trial.suite, _prompt(trial))


def _meant(label: Label, trial: Trial, metric: str | None) -> CheckResult | None:
    """Return the judged check of a trial that a label is about; None when it is about another."""
    if label.suite not in (None, trial.suite) or trial.reply is None:
        return None
    if not _is_of(label, trial) or (metric and label.metric not in (None, metric)):
        return None
    metric = label.metric or metric
    judged = [check for check in trial.checks if "judge" in check.details and check.turn is None]
    if metric is not None:
        judged = [check for check in judged if check.metric == metric]
    return judged[0] if len(judged) == 1 else None


def _is_of(label: Label, trial: Trial) -> bool:
    """Return whether a label is about the reply of a trial."""
    text = (trial.reply and trial.reply.text) or ""
    if label.reply is not None:
        return label.reply.strip() == text.strip()
    if label.digest is not None:
        return label.digest == digest(text)
    return (label.trial or 1) == trial.trial


def other_replies(labels: Iterable[Label], rated: Iterable[Rated]) -> int:
    """Return how many labels name their reply and found none that was judged."""
    used = {id(each.label) for each in rated}
    named = [label for label in labels if label.reply is not None or label.digest is not None]
    return sum(id(label) not in used for label in named)


def _prompt(trial: Trial) -> str | None:
    return trial.messages[-1].content if trial.messages else None


def judges_of(run: Path) -> Mapping[str, Any]:
    """Return the judges of a run as its first line describes them.

    Raises:
        StoredFileError: The run cannot be read.
    """
    from llmeval.compare.table import header_of

    header: RunHeader = header_of(run)
    return header.judges


def described(judge: str, project: Project) -> Mapping[str, Any]:
    """Return a judge as the header of a run would describe it; {} for a model of a check's own."""
    import os

    from llmeval.run import fingerprint

    if judge not in project.registry.judges:
        return {}
    found = [project.registry.judge(judge)]
    configs = project.settings.adapters
    return fingerprint.judges(found, configs, project.registry, os.environ)[judge]


def by_metric(rated: Iterable[Rated]) -> dict[tuple[str | None, str], list[Rated]]:
    """Return what was rated by suite and metric, in order."""
    found: dict[tuple[str | None, str], list[Rated]] = defaultdict(list)
    for each in rated:
        found[each.suite, each.result.metric].append(each)
    return dict(sorted(found.items(), key=lambda item: (item[0][0] or "", item[0][1])))


def card(rated: Sequence[Rated], judge: Mapping[str, Any], dataset: str) -> JudgeCard:
    """Return the card of one judged check.

    Args:
        rated: Replies of that check with people's labels; at least one that the judge decided.
        judge: Who judges, as the header of a run describes it.
        dataset: The file of labels, as shown.

    Raises:
        StoredFileError: The judge decided none of them, or there are several judges.
    """
    first = rated[0].result
    names = sorted({str(each.result.details["judge"].get("name", "")) for each in rated})
    if len(names) > 1:
        raise StoredFileError(
            f"{dataset}: {first.metric} was judged by several ({', '.join(names)}) and a card is "
            "of one: give the checks of each judge a metric of their own"
        )
    decided = [each for each in rated if each.is_decided]
    if not decided:
        raise StoredFileError(f"{dataset}: the judge decided none of the labelled replies")
    counts = agreement.count([(r.label.passed, bool(r.result.passed)) for r in decided])
    agreed = agreement.share(counts.both_passed + counts.both_failed, counts.total)
    kappa = agreement.kappa(counts)
    assert agreed is not None
    wordings = {each.result.details["judge"].get("wording", "") for each in decided}
    return JudgeCard(
        judge=names[0],
        check=first.check,
        metric=first.metric,
        version=first.version,
        instrument=instrument(judge),
        wording=wordings.pop() if len(wordings) == 1 else "",
        task=_task(first),
        dataset=dataset,
        rows=counts.total,
        positives=counts.both_passed + counts.people_only,
        accuracy=_short(agreed.value),
        accuracy_interval=(_short(agreed.low), _short(agreed.high)),
        kappa=None if kappa is None else _short(kappa.value),
        kappa_interval=None if kappa is None else (_short(kappa.low), _short(kappa.high)),
        f1=_short(agreement.macro_f1(counts) or 0.0),
        lenient=counts.judge_only,
        strict=counts.people_only,
        unmeasured=len(rated) - len(decided),
        threshold=first.min,
        order=_order(decided),
        length=_length(decided),
        suite=rated[0].suite,
        date=datetime.now(UTC).date().isoformat(),
    )


def _task(result: CheckResult) -> str:
    known = result.parameters
    said = known.get("criteria") or known.get("prompt") or known.get("value") or ""
    return " ".join(str(said).split())[:300]


def _short(value: float) -> float:
    return round(value, 4)


def _length(decided: Sequence[Rated]) -> Length | None:
    sizes = [math.log(1 + len(each.reply.text or "")) for each in decided]
    errors = [float(bool(r.result.passed)) - float(r.label.passed) for r in decided]
    found = agreement.lean(sizes, errors)
    if found is None:
        return None
    return Length(correlation=_short(found.value), interval=(_short(found.low), _short(found.high)))


def _order(decided: Sequence[Rated]) -> Order | None:
    """Return what the votes in both orders say; None where there is no second text."""
    alike = first = second = pairs = 0
    for each in decided:
        votes = each.result.details["judge"].get("votes", ())
        sides = [[v.get("verdict") for v in votes if v.get("order") == o] for o in ("ab", "ba")]
        for ab, ba in zip(*sides, strict=False):
            if ab is None or ba is None:
                continue
            pairs += 1
            alike += (ab, ba) in (("a", "b"), ("b", "a"), ("tie", "tie"))
            first += ab == ba == "a"
            second += ab == ba == "b"
    if not pairs:
        return None
    return Order(pairs=pairs, alike=_short(alike / pairs), first=first, second=second)
