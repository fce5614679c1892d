"""What a reader should know of people's labels: which of them count, and what is odd."""

import math
from collections.abc import Iterator, Sequence

from llmeval.compare import wording
from llmeval.compare.chosen import Chosen
from llmeval.compare.findings import Facts
from llmeval.compare.labelled import FEWEST, PER_CASE, WHOLE, Labels, is_weighted, names_reply
from llmeval.compare.measured import text_mark
from llmeval.compare.wording import count, verb
from llmeval.records import Label
from llmeval.text.digest import digest

_APART = 3.0
"""Standard errors from which on labelled and other cases are called different."""

Pairs = Sequence[tuple[float, float]]
"""(people, scorer) of labelled cases."""


def notes(facts: Facts) -> Iterator[str]:
    """Yield one line for each thing that is odd about the labels of a suite."""
    labels = facts.labels
    if not labels:
        yield from _of_no_suite(facts)
        return
    yield from _unknown(facts)
    yield from of_other_replies(labels)
    yield from _contradicting(labels)
    yield from _moved_on(facts)
    yield from of_figures(labels)


def _of_no_suite(facts: Facts) -> Iterator[str]:
    """Where labels were given and all of them name other suites."""
    given = facts.gate.labels
    if given:
        named = ", ".join(repr(name) for name in sorted({str(one.suite) for one in given})[:3])
        yield f"labels: none of {count(len(given), 'label')} is of this suite: they name {named}"


def _unknown(facts: Facts) -> Iterator[str]:
    """Where the whole suite was run: labels of cases that it does not have."""
    selection = facts.selection
    if not selection.full:
        return
    known = {*facts.table.cases, *selection.selected, *selection.skipped}
    strange = {
        each.case: each for each in facts.labels.given if each.case and each.case not in known
    }
    if strange:
        one = f"{count(len(strange), 'labelled case')} {verb(len(strange), 'is', 'are')}"
        yield (
            f"labels: {one} not in the suite: {wording.ids(tuple(strange))}; correct the id, or "
            "write `suite` into labels of other suites"
        )


def of_other_replies(labels: Labels) -> Iterator[str]:
    """Labels that name a reply which this run did not get."""
    named = [one for one in labels.given if one.case in labels.table and names_reply(one)]
    others = sum(not labels.rows(one) for one in named)
    if others:
        were = "is of another reply" if others == 1 else "are of other replies"
        yield f"labels: {count(others, 'label')} {were} than this run's, and not counted"


def _contradicting(labels: Labels) -> Iterator[str]:
    """Labels that say the opposite of an earlier one of the same reply."""
    said: dict[tuple[str | None, int], bool] = {}
    against = 0
    for label in labels.given:
        for row in labels.rows(label):
            against += said.setdefault((label.metric, row), label.passed) != label.passed
            said[label.metric, row] = label.passed
    if against:
        says = f"{count(against, 'label')} {verb(against, 'says', 'say')}"
        yield f"labels: {says} the opposite of an earlier one of the same reply; the later counts"


def _moved_on(facts: Facts) -> Iterator[str]:
    """Labels that name no reply, of cases that by now answer in other words than before."""
    if facts.baseline is None:
        return
    pairs = facts.pairing.pairs
    nameless = [one for one in facts.labels.given if not names_reply(one) and one.case in pairs]
    if not nameless:
        return
    before = facts.baseline.replies({pairs[one.case] for one in nameless})
    moved = sum(_is_new(facts.labels, one, before.get(pairs[one.case], ())) for one in nameless)
    if moved:
        said = verb(
            moved, "does not say of which reply it is", "do not say of which reply they are"
        )
        yield (
            f"labels: {count(moved, 'label')} {said}, and the reply is another than in the "
            "baseline: look again, and add its `reply` or `digest`"
        )


def _is_new(labels: Labels, label: Label, before: Sequence[str | None]) -> bool:
    known = {text_mark(digest(text)) for text in before if text is not None}
    now = {labels.table.mark_of(row) for row in labels.rows(label)}
    return bool(known) and bool(now - known)


def of_figures(labels: Labels) -> Iterator[str]:
    """Yield a line for each figure with labels that is not corrected, or not well."""
    if labels and is_weighted(Chosen(labels.table)):
        yield "labels: nothing is corrected: the cases have different weights"
        return
    for metric in sorted({one.metric for one in labels.given}, key=lambda name: name or ""):
        figure = WHOLE if metric is None else f"{metric}.{PER_CASE}"
        given = sum(one.metric == metric for one in labels.given)
        yield from _of_figure(figure, given, *labels.sides(figure))


def _of_figure(figure: str, given: int, pairs: Pairs, others: Sequence[float]) -> Iterator[str]:
    if len(pairs) < FEWEST:
        yield (
            f"labels: {figure} is not corrected: {count(len(pairs), 'labelled case')} "
            f"of this run, {FEWEST} are needed ({count(given, 'label')} in the file)"
        )
    elif _is_apart([f for _, f in pairs], others):
        mine, rest = _mean([f for _, f in pairs]), _mean(others)
        yield (
            f"labels: {figure}: by score {mine:.0%} of the labelled cases pass, of the others "
            f"{rest:.0%}: not chosen by chance, so the corrected figure is biased"
        )


def _is_apart(labelled: Sequence[float], others: Sequence[float]) -> bool:
    """Tell whether two samples' means differ by more than chance explains."""
    if not others:
        return False
    share = (sum(labelled) + sum(others) + 1) / (len(labelled) + len(others) + 2)
    error = math.sqrt(share * (1 - share) * (1 / len(labelled) + 1 / len(others)))
    return abs(_mean(labelled) - _mean(others)) > _APART * error


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
