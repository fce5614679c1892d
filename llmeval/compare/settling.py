"""Whether a look settles a suite: worse beyond chance, or a drop that matters is excluded.

Nothing else stops a suite before its last round, and what stops it stands in the verdict: both are
the gate's own figures at that look.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from llmeval.compare import baseline as baselines
from llmeval.compare import beside, gauges, looks, modes, statistical
from llmeval.compare.baseline import Baseline
from llmeval.compare.beside import BASELINE
from llmeval.compare.findings import Facts
from llmeval.compare.looks import Rounds
from llmeval.compare.modes import Choice
from llmeval.config import Settings
from llmeval.records import CaseSpec, GateSpec
from llmeval.suite.rounds import one_round
from llmeval.suite.suite import Suite


def plan(suite: Suite, specs: Sequence[CaseSpec], why: str | None = None) -> Rounds | None:
    """Return how a suite's rounds are looked at; None where the number of trials is fixed.

    Args:
        suite: The whole of it.
        specs: Its cases that are asked.
        why: Why looks cannot settle it: all rounds are made; None: they can.
    """
    if suite.rounds is None:
        return None
    least, most = suite.rounds
    asked = one_round(suite, specs)
    after = looks.planned(least, most) if why is None else (most,)
    return Rounds(min=least, max=most, looks=after, calls=asked.calls, own=asked.own, why=why)


def obstacle(
    gate: GateSpec, choice: Choice, baseline: Baseline | None, *, accepts: bool
) -> str | None:
    """Return why looks cannot settle a suite; None when they can.

    Args:
        gate: As it judges this run.
        choice: The mode under which it does.
        baseline: What is stored; None when nothing is.
        accepts: The run becomes the baseline.
    """
    if accepts:
        return "the run is to become the baseline"
    if baseline is None and gate.against == BASELINE:
        return "no baseline is stored"
    return None if choice.mode == "statistical" else f"mode `{choice.mode}` does not look"


def obstacles(suites: Iterable[Suite], settings: Settings) -> dict[str, str]:
    """Return why suites whose number of rounds is left open would make all of them, by name.

    Raises:
        StoredFileError: A baseline is damaged.
    """
    found = {}
    for suite in suites:
        if suite.rounds is not None:
            gate = beside.asked(suite.gate, settings.against)
            stored = baselines.read(baselines.path(settings, suite.name), suite.name)
            choice = modes.choose(gate, stored, suite.rounds, forced=settings.gate)
            why = obstacle(gate, choice, stored, accepts=settings.update_baseline)
            if why is not None:
                found[suite.name] = why
    return found


def families(judged: Iterable[tuple[GateSpec, Choice]]) -> int:
    """Return how many families of figures share the false alarms of a run."""
    return sum(
        len({gauges.is_of_run_time(metric) for metric in gate.metrics})
        for gate, choice in judged
        if choice.mode == "statistical"
    )


_TELLING = frozenset({"regression", "mixed", "improvement", "no_change"})


def described(facts: Facts, comparison: str) -> Mapping[str, Any] | None:
    """Return how many rounds a suite made and which look settled it; None: a fixed number.

    Args:
        facts: Of the suite.
        comparison: What its verdict says.
    """
    rounds = facts.selection.rounds
    if rounds is None or rounds.min == rounds.max:
        return None
    made = rounds.made(facts.table)
    whole = rounds.is_whole(facts.table) and not facts.selection.missing(facts.table)
    settled = whole and made in rounds.looks[:-1] and comparison in _TELLING
    return {
        "min": rounds.min,
        "max": rounds.max,
        "made": made,
        "looks": list(rounds.looks),
        "look": facts.look.number,
        "settled": settled,
        "calls_saved": (rounds.max - made) * rounds.calls if settled else 0,
        "why": rounds.why,
    }


def is_settled(facts: Facts, families: int = 1) -> bool:
    """Tell whether a suite needs no further round.

    Args:
        facts: What is known at the look.
        families: Of the whole run. Other suites may still be under way, so each gets an equal
            share of `alpha` (Bonferroni); Holm's method gives it no less once all are known.
    """
    found = facts.evidence
    if found is None or not found.metrics:
        return False
    shared = replace(
        found,
        families=tuple(
            tuple(replace(t, p_adjusted=min(1.0, families * t.p_adjusted)) for t in family)
            for family in found.families
        ),
    )
    if statistical.comparison(shared, facts.gate) in ("regression", "mixed"):
        return True
    excluded = all(figure.excludes for figure in found.metrics.values())
    return excluded and not statistical.errors_decide(facts)
