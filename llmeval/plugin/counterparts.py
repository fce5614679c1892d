"""The same case in another version of the run, where that takes the baseline's place."""

from collections.abc import Callable
from contextlib import suppress

from llmeval.compare import beside, checks
from llmeval.compare.checks import Failing
from llmeval.compare.measured import SuiteTable
from llmeval.plugin.cases import CaseItem
from llmeval.records import GateSpec
from llmeval.run.results import CaseResult, EngineDied
from llmeval.suite.build import version
from llmeval.suite.suite import Suite


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
        self._yardsticks: dict[str, dict[int | None, str]] = {}
        """Suite name to the cases of that version, by what is asked side by side."""

    def gate(self, gate: GateSpec) -> GateSpec:
        """Return how a suite is judged in this run."""
        return beside.asked(gate, self._against)

    def check(self, suite: Suite) -> None:
        """Refuse a version that the suite does not have, see `beside.check`."""
        beside.check(suite, self.gate(suite.gate).against)

    def early(self, nodeid: str) -> CaseResult | None:
        """Return a case's result that its counterpart had to know first."""
        return self._early.pop(nodeid, None)

    def is_yardstick(self, item: CaseItem) -> bool:
        """Tell whether a case belongs to the version that the others are held against."""
        against = self.gate(item.suite.gate).against
        return against != beside.BASELINE and beside.is_of(*version(item.suite, item.spec), against)

    def newly_failing(
        self, item: CaseItem, failing: Failing, table: SuiteTable
    ) -> tuple[str, ...] | None:
        """Return which checks fail here and pass in the same case of that version, waiting for it.

        Returns:
            The metrics; None where that case does not fail.
        """
        other = self._other(item)
        if other is None:
            return None
        nodeid = item.nodeid.removesuffix(item.spec.id) + other
        # Not asked, or shown before: what is known of it stands in the table.
        with suppress(LookupError, EngineDied):
            self._early[nodeid] = self._wait(nodeid)
        if other not in table or table.outcome(other) != "failed":
            return None
        return checks.newly(failing, table, other)

    def _other(self, item: CaseItem) -> str | None:
        suite = item.suite
        if suite.name not in self._yardsticks:
            against = self.gate(suite.gate).against
            self._yardsticks[suite.name] = {
                spec.unit: spec.id
                for spec in suite.cases
                if beside.is_of(*version(suite, spec), against)
            }
        return self._yardsticks[suite.name].get(item.spec.unit)
