"""Numbers as people read them.

Never rounded to a lie: only a true 0 or 100 % prints as such, a score and the threshold it misses
never print alike, and what was not measured is "unknown", not 0.
"""

import math

UNKNOWN = "unknown"
MINUS = "−"

WHOLE_SECOND_S = 0.9995
"""Durations below it print in milliseconds."""

_TOLERANCE = 1e-9
"""What the checks themselves allow between a score and its threshold."""

_NOISE = 1e-12
"""Sums of shares such as ten times 0.1 miss the whole number by less than that."""


def number(value: float | None, digits: int = 3) -> str:
    """Return a plain number with that many significant digits, more where they would lie.

    Whole numbers print whole, with thousands separated.
    """
    if value is None or not math.isfinite(value):
        return UNKNOWN
    if 0.1 <= value < 100 and "." in (text := f"{value:.{digits}g}"):
        return text  # nearly every score; the general way takes three times as long
    if float(value).is_integer() and abs(value) < 1e15:
        return _signed(f"{int(value):,}")
    for more in range(digits, 18):
        text = f"{value:.{more}g}"
        if not float(text).is_integer() or abs(value) >= 10**digits:
            return _signed(_plain(value, text, more))
    return _signed(repr(value))


def _plain(value: float, text: str, digits: int) -> str:
    # "1.23e+06" and "4.2e-05" are for machines.
    if abs(value) >= 10**digits:
        return f"{value:,.0f}" if round(value) == value else f"{value:,.1f}"
    if "e" not in text:
        return text
    places = digits - 1 - math.floor(math.log10(abs(value)))
    return f"{value:.{min(places, 20)}f}".rstrip("0") if places <= 20 else text


def versus(score: float | None, threshold: float | None) -> tuple[str, str]:
    """Return a score and its threshold with as many digits as it takes to tell them apart.

    Both print alike only where they differ by no more than 1e-9: there the check calls them equal.
    """
    left, right = number(score), number(threshold)
    if score is None or threshold is None:
        return left, right
    if abs(score - threshold) <= _TOLERANCE:
        return right, right
    if left != right:
        return left, right
    for digits in range(4, 18):
        left, right = number(score, digits), number(threshold, digits)
        if left != right:
            break
    return left, right


def rate(value: float | None) -> str:
    """Return a share in 0…1 as percent with one decimal: "94.2 %".

    "0 %" and "100 %" are exact; a share close to them gets the digits that show it.
    """
    if value is None or not math.isfinite(value):
        return UNKNOWN
    if abs(value - round(value)) < _NOISE:
        return f"{round(value) * 100} %"
    for places in (1, 2, 3, 4):
        text = f"{value * 100:.{places}f}"
        if float(text) not in (0, 100):
            return _signed(f"{text} %")
    return ">99.99 %" if value > 0.5 else "<0.01 %"


def points(difference: float | None) -> str:
    """Return a difference of shares as signed percentage points: "−2.5 points".

    "no change" is exact: the smallest change shows its digits.
    """
    return _difference(difference, 100, " points", 1)


def signed(difference: float | None, unit: str = "") -> str:
    """Return a difference with its sign: "+0.12"; "no change" is exact."""
    return _difference(difference, 1, f" {unit}" if unit else "", 3)


def relative(value: float, first: float) -> str:
    """Return how far a value lies from the first one (not 0), in percent of that: "−12.5 %"."""
    return _difference(value / first - 1, 100, " %", 1)


def _difference(difference: float | None, factor: float, unit: str, places: int) -> str:
    if difference is None or not math.isfinite(difference):
        return UNKNOWN
    size = abs(difference) * factor
    if size < _TOLERANCE:
        return "no change"
    if abs(size - round(size)) < _TOLERANCE:
        return f"{'+' if difference > 0 else MINUS}{round(size)}{unit}"
    while places < 12 and float(f"{size:.{places}f}") == 0:
        places += 1
    return f"{'+' if difference > 0 else MINUS}{size:.{places}f}{unit}"


def seconds(value: float | None) -> str:
    """Return a duration: "240 ms", "1.24 s", "2 min 5 s", "1 h 2 min"."""
    if value is None or not math.isfinite(value):
        return UNKNOWN
    if value == 0:
        return "0 s"
    if value < WHOLE_SECOND_S:
        return f"{_significant(value * 1000)} ms"
    if value < 59.95:
        return f"{_significant(value)} s"
    minutes, rest = divmod(round(value), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"


def dollars(value: float | None) -> str:
    """Return an amount of US dollars; below a cent two significant digits, "$0" only when free."""
    if value is None or not math.isfinite(value):
        return UNKNOWN
    if value == 0:
        return "$0"
    if abs(value) >= 0.995:
        return f"${value:,.2f}"
    places = max(2, 1 - math.floor(math.log10(abs(value))))
    return f"${value:.{places}f}"


def tokens(value: float | None) -> str:
    """Return a number of tokens, thousands separated."""
    return UNKNOWN if value is None or not math.isfinite(value) else f"{round(value):,}"


def count(amount: int, noun: str, plural: str | None = None) -> str:
    """Return "1 case", "3 cases"."""
    return f"{amount:,} {noun if amount == 1 else plural or noun + 's'}"


def _significant(value: float) -> str:
    if value >= 100:
        return f"{value:.0f}"
    return f"{value:.3g}" if value < 0.1 else f"{value:.{1 if value >= 10 else 2}f}"


def _signed(text: str) -> str:
    return MINUS + text[1:] if text.startswith("-") else text
