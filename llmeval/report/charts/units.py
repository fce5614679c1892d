"""How the values on an axis are written."""

import math
from collections.abc import Callable, Mapping

from msgspec import Struct

from llmeval.report import numbers


class Unit(Struct, frozen=True):
    """What is measured along an axis."""

    text: Callable[[float | None], str]
    """A value in full, for tables: "1.24 s"."""
    tick: Callable[[float], str]
    """A round value in short, for axes: "1 s"."""
    whole: bool = False
    """Only whole numbers occur."""
    share: bool = False
    """Lies in 0…1."""


def _seconds(value: float) -> str:
    if value == 0:
        return "0 s"
    if value < numbers.WHOLE_SECOND_S:
        return f"{_plain(value * 1000)} ms"
    return f"{_plain(value)} s" if value < 300 else f"{_plain(value / 60)} min"


def _dollars(value: float) -> str:
    return f"${_plain(value)}"


def _percent(value: float) -> str:
    return f"{_plain(value * 100)} %"


def _plain(value: float) -> str:
    """Return a number without needless zeros: ticks are round."""
    if value == 0 or not math.isfinite(value):
        return "0"
    places = max(0, 2 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


SECONDS = Unit(numbers.seconds, _seconds)
DOLLARS = Unit(numbers.dollars, _dollars)
TOKENS = Unit(numbers.tokens, _plain, whole=True)
SHARE = Unit(numbers.rate, _percent, share=True)
NUMBER = Unit(numbers.number, _plain)

OF_FIGURES: Mapping[str, Unit] = {
    "latency": SECONDS,
    "first_token": SECONDS,
    "tokens": TOKENS,
    "cost": DOLLARS,
}
"""By the figures of a trial, see `llmeval.compare.readings`."""


def of_metric(metric: str) -> Unit:
    """Return the unit of a metric by its name: "latency.p95", "pass_rate", "grounded.mean"."""
    head, _, tail = metric.partition(".")
    if head in OF_FIGURES:
        return OF_FIGURES[head]
    shares = metric.endswith("rate") or metric.startswith("pass_") or tail == "accuracy"
    return SHARE if shares else NUMBER
