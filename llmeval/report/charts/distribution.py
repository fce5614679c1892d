"""How values are distributed: a histogram, the shares below each value, and percentiles.

Three panels on one axis. The shares below each value are the empirical distribution function: where
one line lies left of another, its values are smaller all along.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import count, pairwise, takewhile

from msgspec import Struct

from llmeval.compare import percentiles
from llmeval.report.charts import scale
from llmeval.report.charts.figure import label, line, svg
from llmeval.report.charts.markup import Html, element, join, px
from llmeval.report.charts.scale import Scale
from llmeval.report.charts.units import SHARE, Unit

SHARES = (0.5, 0.95, 0.99)
"""Percentiles that are drawn."""

WIDTH, LEFT, RIGHT = 520.0, 58.0, 14.0
_BARS = (8.0, 92.0)
_CURVE = (112.0, 206.0)
_WHISKERS = 222.0
_ROW = 13.0
_LEAST_BINS, _MOST_BINS = 6, 36


class Series(Struct, frozen=True):
    """One of the distributions that are held against each other."""

    name: str
    values: Sequence[float]
    """Ascending, at least one."""


def picture(series: Sequence[Series], unit: Unit, *, ident: str, title: str) -> Html:
    """Return the picture of some distributions; the first one's histogram is filled.

    Args:
        series: At most as many as have a colour, see `llmeval.report.charts.figure`.
        unit: Of the values.
        ident: Unique on the page.
        title: What is shown.
    """
    across = axis(series, unit)
    foot = _WHISKERS + _ROW * len(series) * len(SHARES) + 6
    return svg(
        join(*_grid(across, unit, foot)),
        join(*_bars(series, across, unit)),
        join(*_curves(series, across)),
        join(*_whiskers(series, across)),
        ident=ident,
        title=title,
        description=_description(series, unit, across),
        width=WIDTH,
        height=foot + 20,
    )


def name_of(share: float) -> str:
    """Return what the percentile is called: "p95"."""
    return f"p{share * 100:g}"


def axis(series: Sequence[Series], unit: Unit) -> Scale:
    """Return the axis that holds all series."""
    everything = sorted(value for each in series for value in each.values)
    return scale.of(everything, LEFT, WIDTH - RIGHT, whole=unit.whole)


def bins(
    series: Sequence[Series], across: Scale, unit: Unit
) -> tuple[list[float], list[list[float]]]:
    """Return the edges of the histogram's bins and the share of each series in each bin."""
    amount = _amount(series[0].values, across)
    if unit.whole and not across.log:
        # As many whole numbers in each bin, or some bins would stand out for nothing.
        each = -(-round(across.high - across.low) // amount)
        inner = takewhile(lambda edge: edge < across.high, count(across.low + each, each))
        edges = [across.low, *inner, across.high]
    else:
        edges = across.edges(amount)
    return edges, [list(_shares(each.values, edges)) for each in series]


def _amount(values: Sequence[float], across: Scale) -> int:
    """Return how many bins show the most: by the rule of Freedman and Diaconis (1981)."""
    amount = len(values)
    quarters = across(values[(3 * amount) // 4]) - across(values[amount // 4])
    wide = 2 * quarters / amount ** (1 / 3)
    found = (across.end - across.begin) / wide if wide > 0 else amount**0.5
    # Odd: where all values are equal they stand in the middle of a bar, not at the edge of two.
    return int(min(max(found, _LEAST_BINS), _MOST_BINS)) | 1


def _shares(values: Sequence[float], edges: Sequence[float]) -> Iterator[float]:
    cuts = [0, *(bisect_left(values, edge) for edge in edges[1:-1]), len(values)]
    return ((end - begin) / len(values) for begin, end in pairwise(cuts))


# --- panels ----------------------------------------------------------------------------------


def _grid(across: Scale, unit: Unit, foot: float) -> Iterator[Html]:
    for value in across.ticks():
        x = across(value)
        yield line("grid", x, _BARS[0], x, foot)
        yield label(unit.tick(value), x, foot + 14, anchor="middle")
    yield line("axis", LEFT, foot, WIDTH - RIGHT, foot)


def _bars(series: Sequence[Series], across: Scale, unit: Unit) -> Iterator[Html]:
    edges, shares = bins(series, across, unit)
    highest = max(max(each) for each in shares)
    up = Scale(low=0.0, high=highest, begin=_BARS[1], end=_BARS[0])
    yield line("axis", LEFT, _BARS[1], WIDTH - RIGHT, _BARS[1])
    yield label(SHARE.tick(float(f"{highest:.2g}")), LEFT - 6, _BARS[0] + 9, anchor="end")
    yield label("0 %", LEFT - 6, _BARS[1] + 3, anchor="end")
    yield element("path", class_="bars s0", d=_filled(edges, shares[0], across, up))
    for place, each in enumerate(shares[1:], start=1):
        yield element("path", class_=f"line s{place}", d=_outline(edges, each, across, up))


def _filled(edges: Sequence[float], shares: Sequence[float], across: Scale, up: Scale) -> str:
    base = px(up.begin)
    parts = []
    for (low, high), share in zip(pairwise(edges), shares, strict=True):
        if share:
            # Never lower than can be seen: one slow reply in 10,000 is worth looking for.
            top = min(up(share), up.begin - 1.5)
            left, right = across(low) + 0.5, across(high) - 0.5
            parts.append(f"M{px(left)} {base}V{px(top)}H{px(right)}V{base}z")
    return "".join(parts)


def _outline(edges: Sequence[float], shares: Sequence[float], across: Scale, up: Scale) -> str:
    parts = [f"M{px(across(edges[0]))} {px(up.begin)}"]
    parts += [
        f"V{px(up(share))}H{px(across(high))}"
        for high, share in zip(edges[1:], shares, strict=True)
    ]
    return "".join([*parts, f"V{px(up.begin)}"])


def _curves(series: Sequence[Series], across: Scale) -> Iterator[Html]:
    up = Scale(low=0.0, high=1.0, begin=_CURVE[1], end=_CURVE[0])
    for share in (0.0, 0.5, 1.0):
        yield line("axis" if share == 0 else "grid", LEFT, up(share), WIDTH - RIGHT, up(share))
        yield label(SHARE.tick(share), LEFT - 6, up(share) + 3, anchor="end")
    for place, each in reversed(list(enumerate(series))):
        yield element("path", class_=f"line s{place}", d=_steps(each.values, across, up))


def _steps(values: Sequence[float], across: Scale, up: Scale) -> str:
    parts = [f"M{px(across.begin)} {px(up.begin)}"]
    for value in _told(values):
        share = bisect_right(values, value) / len(values)
        parts.append(f"H{px(across(value))}V{px(up(share))}")
    return "".join([*parts, f"H{px(across.end)}"])


def _told(values: Sequence[float], most: int = 120) -> Sequence[float]:
    """Return the values at which the line steps: all, or as many as the picture has room for."""
    if len(values) <= most:
        return sorted(set(values))
    last = len(values) - 1
    return sorted({values[round(last * place / most)] for place in range(most + 1)})


def _whiskers(series: Sequence[Series], across: Scale) -> Iterator[Html]:
    y = _WHISKERS
    for share in SHARES:
        middle = y + _ROW * len(series) / 2
        yield label(name_of(share), LEFT - 6, middle, anchor="end")
        for place, each in enumerate(series):
            y += _ROW
            found = percentiles.of(each.values, share)
            assert found is not None  # a series has values
            low, high = found.low, found.high
            begin = across.begin if low is None else across(low)
            end = across.end if high is None else across(high)
            yield line(f"whisker s{place}", begin, y - 6, end, y - 6)
            yield element(
                "circle", class_=f"dot s{place}", cx=across(found.value), cy=y - 6.0, r=3.5
            )


def _description(series: Sequence[Series], unit: Unit, across: Scale) -> str:
    told = [
        f"{each.name}: {len(each.values):,} values from {unit.text(each.values[0])} to "
        f"{unit.text(each.values[-1])}, half of them at most "
        f"{unit.text(each.values[(len(each.values) - 1) // 2])}."
        for each in series
    ]
    return " ".join([*told, "The axis is logarithmic."] if across.log else told)
