"""The same case in another version of the run, where that takes the baseline's place."""

from collections.abc import Callable
from contextlib import suppress

from llmeval.compare import beside
from llmeval.compare.measured import SuiteTable
from llmeval.compare.table import Table
from llmeval.plugin.cases import CaseItem
from llmeval.records import GateSpec
from llmeval.run.results import CaseResult, EngineDied


class Counterparts:
    """What became of cases in the version that the others are held against.

    Args:
        against: The version that was asked for from outside; None: as the suites say.
        wait: Waits for a case's result; each is handed out once.
    """

    def __init__(self, against: str | None, wait: Callable[[str], CaseResult]) -> None:
        self._against = against
        self._wait = wait
        self._early: dict[str, CaseResult] = {}

    def gate(self, gate: GateSpec) -> GateSpec:
        """Return how a suite is judged in this run."""
        return beside.asked(gate, self._against)

    def early(self, nodeid: str) -> CaseResult | None:
        """Return a case's result that its counterpart had to know first."""
        return self._early.pop(nodeid, None)

    def is_yardstick(self, item: CaseItem, table: Table) -> bool:
        """Tell whether a case belongs to the version that the others are held against."""
        gate = self.gate(item.suite.gate)
        if gate.against == beside.BASELINE:
            return False
        return beside.is_of(table.suites[item.suite.name].facts(item.spec.id), gate.against)

    def failed(self, item: CaseItem, table: SuiteTable) -> bool:
        """Tell whether the same case of that version fails in this run, waiting for it."""
        against = self.gate(item.suite.gate).against
        other = beside.counterpart(item.spec.id, table.facts(item.spec.id), against)
        if other is None:
            return False
        nodeid = item.nodeid.removesuffix(item.spec.id) + other
        # Not asked, or shown before: what is known of it stands in the table.
        with suppress(LookupError, EngineDied):
            self._early[nodeid] = self._wait(nodeid)
        return other in table and table.outcome(other) == "failed"
