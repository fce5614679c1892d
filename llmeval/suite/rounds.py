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
    for check in sorted(_compared_by(recipes, registry)):
        yield f"{{min, max}} leaves open how many trials {check} compares; give its case a number"
    if any(_is_searched(recipe) for recipe in recipes):
        yield "{min, max} leaves open how often a search tries an attack; give its case a number"


def _is_searched(recipe: Recipe) -> bool:
    if recipe.min_repeat is None or recipe.attack is None:
        return False
    return bool(recipe.attack.attacker.mode == "adaptive")


def _compared_by(recipes: Sequence[Recipe], registry: Registry) -> set[str]:
    open_ended = (recipe for recipe in recipes if recipe.min_repeat is not None)
    return {name for recipe in open_ended for name in _comparing_trials(recipe, registry)}


def _comparing_trials(recipe: Recipe, registry: Registry) -> set[str]:
    """Return the checks of a case that compare its trials with each other."""
    checks = (c.check if isinstance(c, CheckPattern) else c for c in recipe.checks)
    names = {check.check for check in checks}
    return {name for name in names if hasattr(registry.scorer_type(name), "score_together")}


def alone(suite: Suite, registry: Registry) -> Iterator[tuple[CaseSpec, str]]:
    """Yield cases that are asked once with a check that compares trials: it will be skipped.

    Of a dataset's rows the first stands for all.
    """
    firsts = {spec.template: spec for spec in reversed(suite.cases)}
    for spec in sorted(firsts.values(), key=lambda spec: spec.index):
        recipe: Recipe = suite.templates[spec.template]
        if recipe.repeat == 1:
            for name in sorted(_comparing_trials(recipe, registry)):
                yield spec, name


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
