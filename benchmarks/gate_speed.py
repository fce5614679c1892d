"""How long the gate's test takes: seconds of processor time, the best of three.

OMP_NUM_THREADS=1 python benchmarks/gate_speed.py
"""

import random
import time
from collections.abc import Callable
from typing import Literal

from llmeval import regression_test

Side = dict[str, list[float]]
Kind = Literal["pass/fail", "real values"]
UNITS: tuple[Literal["run", "trial"], ...] = ("run", "trial")
SUITES: tuple[tuple[int, int, Kind], ...] = (
    (300, 5, "pass/fail"),
    (20_000, 5, "pass/fail"),
    (2_000, 5, "real values"),
)


def side(cases: int, trials: int, kind: Kind, chance: random.Random) -> Side:
    """Return the values of one run."""
    found = {}
    for number in range(cases):
        rate = random.Random(number).random() ** 0.2
        values = [chance.random() for _ in range(trials)]
        found[str(number)] = (
            values if kind == "real values" else [float(value < rate) for value in values]
        )
    return found


def best(act: Callable[[], object]) -> float:
    """Return the shortest of three times, seconds."""
    times = []
    for _ in range(3):
        start = time.process_time()
        act()
        times.append(time.process_time() - start)
    return min(times)


def main() -> None:
    """Measure all suites and print a table."""
    regression_test({"a": [1.0]}, {"a": [1.0]})  # the first call imports
    print("| cases | trials | values | unit | seconds |\n|---|---|---|---|---|")
    for cases, trials, kind in SUITES:
        chance = random.Random(1)
        sides = [side(cases, trials, kind, chance) for _ in range(2)]
        for unit in UNITS:
            seconds = best(lambda: regression_test(sides[0], sides[1], unit=unit))  # noqa: B023
            print(f"| {cases:,} | {trials} + {trials} | {kind} | {unit} | {seconds:.2f} |")


if __name__ == "__main__":
    main()
