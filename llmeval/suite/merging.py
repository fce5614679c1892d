"""Suite, variant and case -> the recipe of one case: the case wins, then the variant."""

import datetime
from collections.abc import Mapping, Sequence
from copy import copy
from typing import Any

from msgspec import Struct

from llmeval.records import Turn
from llmeval.suite.conversation import TurnDraft
from llmeval.suite.recipe import Recipe

DEFAULT_TIMEOUT_S = 60.0

Values = Mapping[str, Any]
"""Keys as they were read."""


class Given(Struct, frozen=True):
    """What holds for every case of a suite."""

    values: Mapping[str, Any]
    """Keys of the suite, merged with the configuration's defaults."""
    adapters: tuple[tuple[str | None, str], ...]
    """Pairs (old name or None for all, new name) of the command line."""
    repeat: int | None
    timeout_s: float | None
    wrong: frozenset[str]
    """Keys of the suite whose value is wrong: it is said once, not for each case."""
    limit: int | None
    """At most so many cases; a row is a case."""
    today: datetime.date


def merged(given: Given, variant: tuple[str | None, Values], case: Values) -> Recipe:
    """Return the recipe of a case; its name, line and checks are still to be set.

    Args:
        given: What holds for every case.
        variant: Its name, None where there are none, and what it changes.
        case: The keys of the case.
    """
    name, own = variant
    levels = (given.values, own, case)
    values = {**given.values, **own, **case}
    recipe = Recipe()
    recipe.variant = name
    recipe.suffix = "" if name is None else f"-{name}"
    recipe.adapter = values.get("adapter", "")
    recipe.vars = _mapping("vars", levels)
    recipe.params = _mapping("params", levels)
    recipe.tags = _joined(given.values.get("tags", ()), case.get("tags", ()))
    recipe.severity = values.get("severity", "normal")
    repeat = given.repeat or values.get("repeat", 1)
    recipe.min_repeat, recipe.repeat = repeat if type(repeat) is tuple else (None, repeat)
    recipe.min_trial_pass_rate = values.get("min_trial_pass_rate", 1.0)
    recipe.weight = values.get("weight", 1.0)
    recipe.timeout_s = given.timeout_s or values.get("timeout", DEFAULT_TIMEOUT_S)
    recipe.tools = values.get("tools", ())
    recipe.tool_results = values.get("tool_results", {})
    recipe.allow_empty = values.get("allow_empty", False)
    recipe.allow_truncated = values.get("allow_truncated", False)
    recipe.on_error = values.get("on_error", "error")
    recipe.xfail = _xfail(case, given.today)
    recipe.skip = case.get("skip")
    recipe.renamed_from = case.get("renamed_from")
    recipe.dataset = case.get("dataset")
    recipe.attack = case.get("attack")
    recipe.ground = None
    if recipe.attack is not None:
        recipe.vars = {**recipe.vars, "attack": ""}
    recipe.description = case.get("description")
    recipe.system = values.get("system")
    _add_inputs(recipe, case, own.get("prompt"))
    return recipe


ASKING = frozenset(
    {"id", "description", "prompt", "context", "reference", "references", "tags", "expect"}
)
"""Keys of a case that only say what is asked: nearly all cases of large suites have no others."""


def asking(
    shared: Recipe, given: Given, variant: tuple[str | None, Values], case: Values
) -> Recipe:
    """Return what `merged` does, of a case whose keys are of ASKING.

    Args:
        shared: The recipe of the variant's case without keys.
        given: What holds for every case.
        variant: See `merged`.
        case: The keys of the case.
    """
    recipe = copy(shared)
    if "tags" in case:
        recipe.tags = _joined(given.values.get("tags", ()), case["tags"])
    recipe.description = case.get("description")
    _add_inputs(recipe, case, variant[1].get("prompt"))
    return recipe


def _add_inputs(recipe: Recipe, case: Values, prompt: Any) -> None:
    recipe.context = case.get("context")
    recipe.goal = case.get("goal")
    recipe.workspace = case.get("workspace")
    recipe.references = _references(case)
    recipe.wrong_references = case.get("wrong_references", ())
    recipe.messages = case.get("messages", ())
    if "turns" in case:
        recipe.turns = case["turns"]
        return
    asked = case.get("prompt", None if "messages" in case else prompt)
    recipe.turns = (Turn(user=None),) if asked is None else (TurnDraft(asked, ()),)


def _xfail(case: Values, today: datetime.date) -> Any:
    xfail = case.get("xfail")
    if xfail is None or xfail.until is None:
        return xfail
    return xfail if today.isoformat() <= xfail.until else None


def _mapping(key: str, levels: Sequence[Values]) -> Values:
    found: Values = {}
    for level in levels:
        above = level.get(key)
        if above:
            found = {**found, **above} if found else above
    return found


def _joined(first: Sequence[str], second: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *second)))


def _references(values: Values) -> Any:
    many = values.get("references", ())
    if "reference" not in values:
        return many
    return (values["reference"], *many) if isinstance(many, tuple) else many
