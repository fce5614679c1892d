"""A judge against people: how far they agree, as an accuracy card."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from llmeval.api.judge_checking import Rated, name_of
from llmeval.compare.inference import agreement
from llmeval.compare.judge_cards import JudgeCard, Length, Order, instrument
from llmeval.errors import StoredFileError
from llmeval.records import CheckResult


def by_metric(rated: Iterable[Rated]) -> dict[tuple[str | None, str], list[Rated]]:
    """Return what was rated by suite and metric, in order."""
    found: dict[tuple[str | None, str], list[Rated]] = defaultdict(list)
    for each in rated:
        found[each.suite, each.result.metric].append(each)
    return dict(sorted(found.items(), key=lambda item: (item[0][0] or "", item[0][1])))


def card(rated: Sequence[Rated], judge: Mapping[str, Any], dataset: str) -> JudgeCard:
    """Return the card of one judged check.

    Args:
        rated: Replies of that check with people's labels, each once; at least one that the judge
            decided.
        judge: Who judges, as the header of a run describes it.
        dataset: The file of labels, as shown.

    Raises:
        StoredFileError: There are several judges.
    """
    first = rated[0].result
    names = sorted({name_of(each) for each in rated if each.has_votes})
    if len(names) > 1:
        raise StoredFileError(
            f"{dataset}: {first.metric} was judged by several ({', '.join(names)}) and a card is "
            "of one: give the checks of each judge a metric of their own"
        )
    decided = [each for each in rated if each.is_decided]
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
        unreadable=sum(each.is_unreadable for each in rated),
        failed=sum(not each.has_votes for each in rated),
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
