"""One version of a run takes the baseline's place: `gate.against: NAME` of a variant or adapter.

Both were asked trial by trial in the same minutes: what moved the whole service moved them alike.
"""

from collections.abc import Collection, Mapping
from pathlib import Path

from msgspec.structs import replace

from llmeval.compare import sides
from llmeval.compare.baseline import Baseline
from llmeval.compare.facts import CaseFacts
from llmeval.compare.measured import SuiteTable
from llmeval.compare.pairing import Pairing, instrument, under_test_parts
from llmeval.compare.stored import StoredRun
from llmeval.errors import UsageError
from llmeval.records import GateSpec
from llmeval.suite.build import version
from llmeval.suite.suite import Suite

BASELINE = "baseline"
"""What `gate.against` calls the stored baseline."""


def asked(gate: GateSpec, against: str | None) -> GateSpec:
    """Return how a suite is judged where another yardstick may be asked for from outside."""
    return gate if against is None else replace(gate, against=against)


def check(suite: Suite, against: str) -> None:
    """Refuse a version that the suite does not have, before anything is asked.

    Raises:
        UsageError: There is none of that name.
    """
    if against == BASELINE:
        return
    versions = [version(suite, spec) for spec in suite.cases]
    if any(is_of(*each, against) for each in versions):
        return
    known = ", ".join(sorted({variant or adapter for adapter, variant in versions}))
    raise UsageError(
        f"suite {suite.name!r} has no variant or adapter {against!r} to be held against; "
        f"known: {known}"
    )


def is_of(adapter: str, variant: str | None, against: str) -> bool:
    """Tell whether a case belongs to the version of that name."""
    return against == (variant or adapter)


def cases_of(table: SuiteTable, against: str) -> frozenset[str]:
    """Return the cases of the version of that name."""
    if not any(_is_of(facts, against) for facts in table.all_facts()):
        return frozenset()
    return frozenset(case for case in table.cases if _is_of(table.facts(case), against))


def _is_of(facts: CaseFacts, against: str) -> bool:
    return is_of(facts.adapter, facts.variant, against)


def versions(table: SuiteTable) -> tuple[str, ...]:
    """Return the names of the versions that were asked, in file order."""
    facts = (table.facts(case) for case in table.cases)
    return tuple(dict.fromkeys(each.variant or each.adapter for each in facts))


def baseline(table: SuiteTable, cases: Collection[str], log: Path | None) -> Baseline:
    """Return one version's cases as a baseline; its table is the run's.

    Args:
        table: The run's values.
        cases: Those of that version.
        log: Of the run, where the replies are.
    """
    counts = [table.counts(case) for case in cases]
    run = StoredRun(
        number=1,
        run="this run",
        trials=sum(count.asked for count in counts),
        errors=sum(count.error for count in counts),
    )
    return Baseline(suite=table.name, table=table, runs=(run,), log=log)


def pair(table: SuiteTable, gate: GateSpec, cases: Collection[str]) -> Pairing:
    """Return how the cases of the other versions correspond to those of one.

    Args:
        table: The run's values.
        gate: Says which version, and which parts are under test.
        cases: Those of that version.
    """
    # Versions may differ in their prompt: it is what they are compared for.
    forgiven = under_test_parts(gate) | {"input"}
    pairs: dict[str, str] = {}
    changed: dict[str, tuple[str, ...]] = {}
    new: list[str] = []
    others = _counterparts(table, cases)
    for case, other in others.items():
        if other is None:
            new.append(case)
        elif fields := instrument(case, table, table, other, forgiven):
            changed[case] = fields
        else:
            pairs[case] = other
    return Pairing(
        pairs=pairs,
        new=tuple(new),
        changed=changed,
        renamed={**pairs, **{case: str(others[case]) for case in changed}},
        yardstick=frozenset(cases),
    )


def _counterparts(table: SuiteTable, cases: Collection[str]) -> Mapping[str, str | None]:
    """Return each case of the other versions with the one that it is held against."""
    known = {sides.unit(case, table.facts(case)): case for case in cases}
    return {
        case: known.get(sides.unit(case, table.facts(case)))
        for case in table.cases
        if case not in cases and table.outcome(case) != "skipped"
    }
