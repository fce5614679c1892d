"""What an application did with tools: the calls of a reply, and when two of them are the same."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from msgspec import Struct

from llmeval.records import Reply
from llmeval.text import cut

Match = Literal["exact", "subset"]

_SHOWN_CHARS = 80


class Made(Struct, frozen=True):
    """One call that was made."""

    name: str
    arguments: Any
    """None where they are not known."""

    def __str__(self) -> str:
        return f"{self.name}({cut(shown(self.arguments), _SHOWN_CHARS)})"


def calls_of(reply: Reply) -> list[Made]:
    """Return every call of a tool, in order: those of the steps, then those still to be done.

    A call that the model asked for and that a step carried out is one call.
    """
    done, asked = _told(reply)
    return done + asked


def unanswered(reply: Reply) -> list[Made]:
    """Return the calls that the model asked for and that no step carried out."""
    return _told(reply)[1] if reply.tool_calls else []


def _told(reply: Reply) -> tuple[list[Made], list[Made]]:
    """Return the calls that were carried out, and those that were only asked for."""
    steps = [step for step in reply.steps if step.get("kind") == "tool"]
    done = [Made(str(step.get("name")), step.get("input")) for step in steps]
    open_places = list(range(len(done)))
    asked = []
    for call in reply.tool_calls:
        made = Made(call.name, {} if call.arguments is None else call.arguments)
        place = _place(made, done, open_places)
        if place is None:
            asked.append(made)
        else:
            # A step need not say what it was given.
            done[place] = made
            open_places.remove(place)
    return done, asked


def _place(made: Made, done: Sequence[Made], places: Sequence[int]) -> int | None:
    """Return which step carried a call out."""
    named = [place for place in places if done[place].name == made.name]
    same = (place for place in named if is_same(done[place].arguments, made.arguments))
    silent = (place for place in named if done[place].arguments is None)
    return next(same, next(silent, None))


def is_same(expected: Any, found: Any) -> bool:
    """Tell whether two JSON values are equal: 1 is 1.0, and true is not 1."""
    if isinstance(expected, Mapping) and isinstance(found, Mapping):
        return expected.keys() == found.keys() and is_within(expected, found)
    if _are_lists(expected, found):
        return len(expected) == len(found) and all(map(is_same, expected, found))
    return _is_bool(expected) == _is_bool(found) and bool(expected == found)


def is_within(expected: Any, found: Any) -> bool:
    """Tell whether all that is expected is there; mappings may hold more, at any depth."""
    if isinstance(expected, Mapping) and isinstance(found, Mapping):
        return all(key in found and is_within(value, found[key]) for key, value in expected.items())
    if _are_lists(expected, found):
        return len(expected) == len(found) and all(map(is_within, expected, found))
    return is_same(expected, found)


def _are_lists(first: Any, second: Any) -> bool:
    return isinstance(first, list | tuple) and isinstance(second, list | tuple)


def _is_bool(value: Any) -> bool:
    return isinstance(value, bool)


def shown(value: Any) -> str:
    """Return a value in short, for messages."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name}={item!r}" for name, item in value.items())
    return "" if value is None else repr(value)


def names(calls: Sequence[Made]) -> str:
    """Return the names of calls for messages, each with how often."""
    counts: dict[str, int] = {}
    for call in calls:
        counts[call.name] = counts.get(call.name, 0) + 1
    found = [name if count == 1 else f"{name} ({count} times)" for name, count in counts.items()]
    return ", ".join(found) or "none"
