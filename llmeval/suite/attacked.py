"""The cases that come of one with the key `attack`."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from llmeval.errors import ParameterError
from llmeval.records import ATTACK_PARTS, Ground
from llmeval.suite import recipe as recipes
from llmeval.suite.attack import AttackDraft
from llmeval.suite.reader import Reader
from llmeval.suite.recipe import Recipe
from llmeval.suite.rows import Unit
from llmeval.suite.template import Pattern

SLOT = "attack"
"""The variable that stands for the attack."""


def attacked_units(
    units: Iterable[Unit], several: Sequence[Recipe], reader: Reader
) -> Iterator[Unit]:
    """Yield each unit under each of its attacks; units of a case without attacks as they are."""
    first = several[0]
    draft: AttackDraft | None = first.attack
    if draft is None:
        yield from units
        return
    for recipe in several:
        recipe.ground = ground_of(recipe)
    try:
        keys = draft.attacker.keys(first.ground)
    except ParameterError as error:
        at = draft.places.get(error.parameter, draft.at)
        reader.wrong(at, f"case {first.name!r}: attack: {error}")
        return
    for unit in units:
        for key in keys:
            name = key.id if unit.key is None else f"{unit.key}-{key.id}"
            yield unit._replace(key=name, attack=key)


def ground_of(recipe: Recipe) -> Ground:
    """Return what attacks must know of a case."""
    used = (*recipes.text_patterns(recipe), *recipes.value_patterns(recipe))
    said = [turn.user for turn in recipe.turns]
    return Ground(
        is_bare=all(isinstance(text, Pattern) and text.whole == SLOT for text in said),
        has_system=recipe.system is not None,
        has_tools=bool(recipe.tools),
        has_slot=any(SLOT in pattern.names for pattern in used),
    )


def parts_of(keys: Iterable[Any]) -> Mapping[str, frozenset[str]]:
    """Return the values that each part of some attacks has; {} for no attack."""
    found: dict[str, set[str]] = {}
    for key in keys:
        for part in ATTACK_PARTS:
            value = getattr(key, part)
            if value:
                found.setdefault(part, set()).add(value)
    return {part: frozenset(values) for part, values in found.items()}
