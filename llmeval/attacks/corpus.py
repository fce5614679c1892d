"""Attack texts of the user's own, or of a public collection: one text, one technique."""

from collections.abc import Mapping
from typing import Any

import regex
from msgspec import Struct

from llmeval.attacks.choice import Key, short
from llmeval.attacks.goals import GOALS
from llmeval.errors import ParameterError

OWN = "own"
"""The goal of a text that names none of ours, and how its technique's name begins."""
ORDER = "{order}"
"""In a text it stands for what is wanted."""


class OwnText(Struct, frozen=True, kw_only=True):
    """One row of such a file."""

    name: str
    text: str
    """ORDER in it stands for what is wanted."""
    goal: str
    success: str | None = None
    """A regular expression that the reply to a successful attack matches."""


def own_texts(rows: tuple[Mapping[str, Any], ...], *, has_codes: bool) -> dict[str, OwnText]:
    """Return the texts by the name of their technique.

    Args:
        rows: With `text`, and perhaps `id`, `goal` and `success`.
        has_codes: Whether a planted code or a secret shows success without a pattern.

    Raises:
        ParameterError: A row cannot be used.
    """
    found: dict[str, OwnText] = {}
    for number, row in enumerate(rows, start=1):
        own = _own_text(number, row)
        if own.success is None and not (has_codes or _shows(own)):
            raise _wrong(number, _NEEDED)
        found[own.name] = own
    return found


_NEEDED = "needs `success`, or a goal of ours and {order} in its text: nothing else shows success"


def _shows(own: OwnText) -> bool:
    """Tell whether the goal's own effect can be seen: a marker must stand in the text."""
    goal = GOALS.get(own.goal)
    if goal is None:
        return False
    is_named = any("{marker}" in order or "{host}" in order for order in goal.orders)
    return ORDER in own.text or not is_named


def _own_text(number: int, row: Mapping[str, Any]) -> OwnText:
    text, success = row.get("text"), row.get("success") or None
    if not isinstance(text, str) or not text.strip():
        raise _wrong(number, "has no `text`")
    goal = row.get("goal")
    given = row.get("id")
    name = f"{OWN}-{given}" if given not in (None, "") else f"{OWN}-{short(text)}"
    if success is not None:
        _check_pattern(number, success)
    known = goal if isinstance(goal, str) and goal in GOALS else OWN
    return OwnText(name=name, text=text, goal=known, success=success)


def _check_pattern(number: int, pattern: Any) -> None:
    try:
        regex.compile(pattern)
    except (regex.error, TypeError) as error:
        raise _wrong(number, f"success is no regular expression: {error}") from error


def _wrong(number: int, message: str) -> ParameterError:
    return ParameterError("techniques", f"row {number} {message}")


def keys(
    texts: Mapping[str, OwnText], carriers: tuple[str, ...], positions: tuple[str, ...], seed: int
) -> list[Key]:
    """Return one attack a text, carriers and positions by turns, ordered by the seed."""
    names = sorted(texts, key=lambda name: short(seed, name))
    return [
        Key(
            "attack",
            texts[name].goal,
            name,
            "plain",
            carriers[place % len(carriers)],
            positions[place % len(positions)],
        )
        for place, name in enumerate(names)
    ]
