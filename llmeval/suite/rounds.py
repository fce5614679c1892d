"""Suites whose number of rounds is left to looks at the results: `repeat: {min, max}`."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from llmeval.records import CaseSpec, GateSpec
from llmeval.registry import Registry
from llmeval.suite.check_pattern import CheckPattern
from llmeval.suite.recipe import Recipe
from llmeval.suite.suite import Suite

_OF_ALL_TRIALS = ("pass_at_k", "pass_all_k")


def faults(gate: GateSpec, recipes: Sequence[Recipe], registry: Registry) -> Iterator[str]:
    """Yield what keeps looks from being valid, in words that follow `repeat: `.

    Args:
        gate: How the suite is judged.
        recipes: Its cases.
        registry: Knows the checks.
    """
    if gate.unit != "trial":
        yield (
            "{min, max} needs `gate: {unit: trial}`, which takes trials of one run to be "
            f"independent; with unit {gate.unit} no sequence of looks is proven, write a number"
        )
    if gate.mode in ("strict", "ratchet"):
        yield f"{{min, max}} is settled by the statistical gate; remove `mode: {gate.mode}`"
    for limit in gate.limits:
        if limit.metric in _OF_ALL_TRIALS:
            yield f"{{min, max}} leaves open the k of the limit on {limit.metric}; write a number"
    for check in sorted(_comparing_trials(recipes, registry)):
        yield f"{{min, max}} leaves open how many trials {check} compares; give its case a number"
    if any(_is_searched(recipe) for recipe in recipes):
        yield "{min, max} leaves open how often a search tries an attack; give its case a number"


def _is_searched(recipe: Recipe) -> bool:
    if recipe.min_repeat is None or recipe.attack is None:
        return False
    return bool(recipe.attack.attacker.mode == "adaptive")


def _comparing_trials(recipes: Sequence[Recipe], registry: Registry) -> set[str]:
    written = {
        (check.check if isinstance(check, CheckPattern) else check).check
        for recipe in recipes
        if recipe.min_repeat is not None
        for check in recipe.checks
    }
    return {name for name in written if hasattr(registry.scorer_type(name), "score_together")}


class Round(NamedTuple):
    """What one round of a suite asks."""

    calls: int
    """Requests to the application: one for each turn of each case."""
    own: tuple[str, ...]
    """Cases with a number of trials of their own, which rounds do not count for."""


def one_round(suite: Suite, specs: Sequence[CaseSpec]) -> Round:
    """Return what one round asks of some of a suite's cases; builds none."""
    calls, own = 0, []
    for spec in specs:
        recipe: Recipe = suite.templates[spec.template]
        if recipe.min_repeat is None:
            own.append(spec.id)
        elif spec.skip is None:
            calls += len(recipe.turns)
    return Round(calls, tuple(sorted(own)))
