"""How each case fared over the runs of a history.

A run's line names the set of its cases by a hash, how many trials a case had, and the cases that
did not pass all of them. What a set holds is a line of its own, once: the history stays small. A
case is known there by its id and a hash of its instrument: asked or checked in another way it is
another case.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from llmeval.compare.baseline import Baseline
from llmeval.compare.flaky import FlakyCase, Tally, cases, of_baseline
from llmeval.compare.measured import SuiteTable
from llmeval.compare.pairing import ALWAYS_UNDER_TEST
from llmeval.report.history import FORMAT, Line, runs
from llmeval.run.fingerprint import short_hash

_MARK = 8
MOST_RUNS = 50
"""The newest runs are looked at: what a case did long ago says little of it."""


# --- writing -------------------------------------------------------------------------------------


def described(table: SuiteTable) -> dict[str, Any]:
    """Return what a run's line says of the cases of a suite."""
    cases = _measured(table)
    counts = [table.counts(case) for case in cases]
    usual = max(Counter(c.measured for c in counts).items(), key=lambda pair: pair[1])[0]
    less = {
        str(place): [count.passed, count.measured]
        for place, count in enumerate(counts)
        if (count.passed, count.measured) != (usual, usual)
    }
    instruments = table.instruments(ALWAYS_UNDER_TEST)
    known = short_hash("\n".join(f"{case} {instruments[case]}" for case in cases))
    return {"set": known, "trials": usual, "less": less}


def set_line(table: SuiteTable, known: str) -> Line:
    """Return the line of the set of cases that a run's line names, for the first run with it."""
    ids = list(_names(table).values())
    return {"format": FORMAT, "suite": table.name, "set": known, "ids": ids}


def _measured(table: SuiteTable) -> list[str]:
    return [
        case
        for case in sorted(table.cases)
        if not table.facts(case).xfail and table.counts(case).measured
    ]


def _names(table: SuiteTable) -> dict[str, str]:
    """Return the measured cases, each with what it is known by."""
    return {case: f"{case} {_instrument(table, case)}" for case in _measured(table)}


def _instrument(table: SuiteTable, case: str) -> str:
    parts = sorted(table.fingerprint(case).items())
    return short_hash(repr([p for p in parts if p[0] not in ALWAYS_UNDER_TEST]))[:_MARK]


# --- reading -------------------------------------------------------------------------------------


def flaky(lines: Iterable[Line], suite: str, baseline: Baseline | None) -> tuple[FlakyCase, ...]:
    """Return the cases that pass sometimes, by the runs of the baseline and of the history.

    Args:
        lines: Of the history, in file order.
        suite: Its name.
        baseline: What is stored of the suite.
    """
    lines = list(lines)
    sets = {line["set"]: line["ids"] for line in lines if line.get("suite") == suite}
    told = [
        (line["run"], known)
        for line in runs(lines)
        if (known := line["suites"].get(suite, {}).get("each")) and known["set"] in sets
    ][-MOST_RUNS:]
    if not told:
        return cases(dict(of_baseline(baseline)) if baseline else {}, {})
    now = set(sets[told[-1][1]["set"]])
    earlier: dict[str, list[Tally]] = {}
    for name, tally in chain.from_iterable(_tallies(r, sets[k["set"]], k) for r, k in told):
        if name in now:
            earlier.setdefault(_id(name), []).append(tally)
    return cases(dict(_stored(baseline, now)) if baseline else {}, earlier)


def _tallies(run: str, ids: list[str], told: Mapping[str, Any]) -> Iterator[tuple[str, Tally]]:
    usual, less = told["trials"], told["less"]
    for place, name in enumerate(ids):
        passed, measured = less.get(str(place), (usual, usual))
        yield name, Tally(run, passed, measured)


def _stored(baseline: Baseline, now: set[str]) -> Iterator[tuple[str, tuple[Tally, ...]]]:
    """Yield the cases of a baseline that are asked and checked now as they were then."""
    names = _names(baseline.table)
    return ((case, runs) for case, runs in of_baseline(baseline) if names.get(case) in now)


def _id(name: str) -> str:
    return name[: -_MARK - 1]
