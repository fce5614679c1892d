"""How often the interval of a figure that labels correct holds the truth, by simulation.

    python benchmarks/label_correction.py [REPETITIONS]

Cases pass in truth with a fixed share; an imperfect scorer lets pass a share `right` of the good
ones and a share `alarms` of the bad ones. Some cases, chosen by chance, are labelled. For each
setting: the bias of the scorer's own share, the bias of the corrected one, how often its 95 %
interval holds the truth, how often the one with normal quantiles does that the method was published
with, and its mean width beside that of an interval from the labels alone. Seeded: the same figures
every time.
"""

import math
import random
import sys
from statistics import fmean, variance

from llmeval.compare.inference.agreement import share
from llmeval.compare.inference.prediction_powered import corrected

CASES = 300
LABELS = (5, 10, 20, 40, 100)
RATES = (0.5, 0.8, 0.95)
SCORERS = {"good": (0.95, 0.1), "fair": (0.8, 0.3), "lenient": (1.0, 0.5), "poor": (0.6, 0.6)}


def main() -> None:
    """Print a line for each setting."""
    repetitions = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    print("labels  truth  scorer   as scored  corrected  coverage  as published  width  alone")
    lowest: dict[int, float] = {}
    for labels in LABELS:
        for rate in RATES:
            for name in SCORERS:
                found = measured(labels, rate, name, repetitions)
                bias, rest, covered, published, width, alone = found
                lowest[labels] = min(lowest.get(labels, 1.0), covered)
                print(
                    f"{labels:6}  {rate:5.2f}  {name:8} {bias:+9.3f}  {rest:+9.3f}  "
                    f"{covered:8.3f}  {published:12.3f}  {width:5.3f}  {alone:5.3f}"
                )
    print("lowest coverage:", {labels: round(value, 3) for labels, value in lowest.items()})


def measured(labels: int, rate: float, scorer: str, repetitions: int) -> tuple[float, ...]:
    """Return the two biases, the two coverages and the two widths."""
    chance = random.Random(f"{labels} {rate} {scorer}")
    right, alarms = SCORERS[scorer]

    def case() -> tuple[float, float]:
        good = chance.random() < rate
        return float(good), float(chance.random() < (right if good else alarms))

    scored, values, covered, published, widths, alone = [], [], 0, 0, [], []
    for _ in range(repetitions):
        labelled = [case() for _ in range(labels)]
        others = [case()[1] for _ in range(CASES - labels)]
        found = corrected(labelled, others)
        scored.append(fmean([*others, *(f for _, f in labelled)]))
        values.append(found.value)
        covered += found.low <= rate <= found.high
        low, high = as_published(labelled, others)
        published += low <= rate <= high
        widths.append(found.high - found.low)
        own = share(round(sum(y for y, _ in labelled)), labels)
        assert own is not None
        alone.append(own.high - own.low)
    return (
        fmean(scored) - rate,
        fmean(values) - rate,
        covered / repetitions,
        published / repetitions,
        fmean(widths),
        fmean(alone),
    )


def as_published(labelled: list[tuple[float, float]], others: list[float]) -> tuple[float, float]:
    """Return the interval of PPI++ (arXiv 2311.01453): plain moments, normal quantiles."""
    ys, fs = [y for y, _ in labelled], [f for _, f in labelled]
    n, mean_y, mean_f = len(labelled), fmean(ys), fmean(fs)
    cov = math.fsum((y - mean_y) * (f - mean_f) for y, f in labelled) / (n - 1)
    spread = variance(fs)
    weight = cov / ((1 + n / len(others)) * spread) if spread else 0.0
    weight = min(1.0, max(0.0, weight))
    value = weight * fmean(others) + mean_y - weight * mean_f
    rest = variance([y - weight * f for y, f in labelled]) / n
    error = math.sqrt(rest + weight**2 * variance(others) / len(others))
    return value - 1.96 * error, value + 1.96 * error


if __name__ == "__main__":
    main()
