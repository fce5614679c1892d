"""The figures of attacks before and now, and what works now that did not before."""

from collections.abc import Iterator, Mapping
from typing import Any

from llmeval.compare import metrics, wording
from llmeval.compare.attacked import ATTACKING, OF_ATTACKS, Rate, wilson
from llmeval.compare.chosen import Chosen
from llmeval.compare.findings import Facts, Finding, Weight
from llmeval.records import NOTHING, MetricVerdict


def rate(chosen: Chosen, name: str) -> Rate | None:
    """Return a figure of attacks with its interval; None for another figure, or without a case."""
    if name not in OF_ATTACKS:
        return None
    return wilson(list(metrics.attack_shares(chosen, name).values()))


def of(now: Chosen, before: Chosen | None) -> Iterator[MetricVerdict]:
    """Yield the figures of a suite's attacks, success by goal as well; nothing without attacks."""
    for name in OF_ATTACKS:
        yield from _verdict(name, NOTHING, now, before)
    goals = {dict(now.table.facts(case).attack).get("goal") for case in now.cases(warned=True)}
    for goal in sorted(filter(None, goals)):
        yield from _verdict("attack_success_rate", {"goal": goal}, now, before)


def _verdict(
    name: str, where: Mapping[str, Any], now: Chosen, before: Chosen | None
) -> Iterator[MetricVerdict]:
    found = rate(_narrowed(now, where), name)
    if found is None:
        return
    old = None if before is None else rate(_narrowed(before, where), name)
    yield MetricVerdict(
        metric=name,
        where=where,
        baseline=None if old is None else old.value,
        current=found.value,
        difference=None if old is None else found.value - old.value,
        low=found.low,
        high=found.high,
        measured=found.cases,
    )


def _narrowed(chosen: Chosen, where: Mapping[str, Any]) -> Chosen:
    return Chosen(chosen.table, where, chosen.cases(warned=True)) if where else chosen


def works_now(facts: Facts) -> Iterator[Finding]:
    """Attacks that succeed now and were resisted in the baseline, by technique."""
    broke = [row.case for row in facts.judged if row.status == "regressed"]
    attacks = [dict(facts.table.facts(case).attack) for case in broke]
    found = [attack for attack in attacks if attack.get("role") in ATTACKING]
    if not found:
        return
    named = dict.fromkeys(
        f"{attack['technique']} ({attack['goal']}, {attack['carrier']})" for attack in found
    )
    said = f"{wording.count(len(found), 'attack')} {wording.verb(len(found), 'works', 'work')} now"
    weight: Weight = "note" if facts.choice.mode == "statistical" else "failed"
    yield Finding(weight, f"{said} that did not in the baseline: {wording.ids(tuple(named))}")
