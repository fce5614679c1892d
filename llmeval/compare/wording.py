"""Numbers and lists in the sentences of a verdict."""

import math
from collections.abc import Iterable, Sequence

from llmeval.compare.counts import TOLERANCE
from llmeval.text import cut, strip_controls

_SHOWN = 5
"""Ids that a sentence names; the verdict's lists have all."""
_ID_CHARS = 80


def count(number: int, noun: str) -> str:
    """Return a number with its noun: "1 case", "3 cases"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def ids(cases: Sequence[str]) -> str:
    """Return the first few ids and how many more there are: "a, b, c and 4 more"."""
    shown = ", ".join(cut(strip_controls(case), _ID_CHARS) for case in cases[:_SHOWN])
    more = len(cases) - _SHOWN
    return f"{shown} and {more} more" if more > 0 else shown


def verb(number: int, one: str, many: str) -> str:
    """Return the form of a verb that fits a number."""
    return one if number == 1 else many


def number(value: float, digits: int = 4) -> str:
    """Return a number with that many significant digits."""
    return f"{value:.{digits}g}" if abs(value) < 10**digits else f"{value:.0f}"


def signed(value: float, places: int) -> str:
    """Return a change with its sign: "+2.5", "−0.6"; "0.0" has none."""
    text = f"{abs(value):.{places}f}"
    if float(text) == 0:
        return text
    return f"{'−' if value < 0 else '+'}{text}"


def grown(logarithm: float) -> float:
    """Return the factor that a change on a logarithmic scale is; very large ones are cut."""
    return math.exp(min(logarithm, 50.0))


def apart(value: float, bound: float) -> tuple[str, str]:
    """Return a value and the bound that it misses, with digits enough to tell them apart."""
    if abs(value - bound) <= TOLERANCE:
        return number(bound), number(bound)
    for digits in range(4, 17):
        pair = f"{value:.{digits}g}", f"{bound:.{digits}g}"
        if pair[0] != pair[1]:
            return pair[0], number(bound) if pair[0] != number(bound) else pair[1]
    return repr(value), repr(bound)


def percent(share: float) -> str:
    """Return a share as percent that is 0 or 100 only when it really is."""
    if share in (0.0, 1.0):
        return f"{share * 100:.0f} %"
    for places in (1, 2, 3):
        text = f"{share * 100:.{places}f}"
        if float(text) not in (0.0, 100.0):
            return f"{text} %"
    return "under 0.001 %" if share < 0.5 else "over 99.999 %"


def where(selection: Iterable[tuple[str, object]]) -> str:
    """Return a selection: " (tag: returns)"; "" for none."""
    parts = [f"{name}: {strip_controls(str(value))}" for name, value in selection]
    return f" ({', '.join(parts)})" if parts else ""
