"""What pytest is to show of each case: its outcome, as the mode that judges its suite counts it."""

from collections.abc import Mapping, Sequence

from llmeval.compare import beside, cases, checks, modes
from llmeval.compare.baseline import Baseline
from llmeval.compare.measured import SuiteTable, severity
from llmeval.compare.modes import Choice, Shown
from llmeval.config import Settings
from llmeval.plugin.cases import CaseItem
from llmeval.plugin.counterparts import Counterparts
from llmeval.records import Severity, Trial
from llmeval.run.results import CaseResult


class Showing:
    """Keeps of failed trials what decides how their case is shown.

    Args:
        settings: Of the run.
        choices: Suite name to the mode that judges it.
        baselines: Suite name to its baseline.
        counterparts: What became of cases in the version that others are held against.
    """

    def __init__(
        self,
        settings: Settings,
        choices: Mapping[str, Choice],
        baselines: Mapping[str, Baseline | None],
        counterparts: Counterparts,
    ) -> None:
        self._choices = choices
        self._baselines = baselines
        self._counterparts = counterparts
        self._accepts_failures = settings.update_baseline and settings.accept_failures
        self._severities: dict[str, Severity] = {}
        self._failing: dict[str, dict[str, Sequence[float]]] = {}
        """Item to what its checks gave where they failed, until it is shown."""

    def note(self, trial: Trial) -> None:
        """Keep what failed in a trial; called in the engine's thread."""
        kept = self._severities.get(trial.nodeid)
        self._severities[trial.nodeid] = "critical" if kept == "critical" else severity(trial)
        checks.note(trial, self._failing.setdefault(trial.nodeid, {}))

    def shown(self, item: CaseItem, result: CaseResult, tables: Mapping[str, SuiteTable]) -> Shown:
        """Return what pytest is to show of a case.

        Args:
            item: The case.
            result: What came of it.
            tables: Suite name to what is measured so far.
        """
        if result.outcome == "failed" and self._counterparts.is_yardstick(item):
            return Shown("xfailed", "of the version that the others are held against")
        failed = result.outcome == "failed"
        found = modes.shown(
            result.outcome,
            self._severities.pop(item.nodeid, item.spec.severity),
            self._choices[item.suite.name].mode,
            newly_failing=self._newly_failing(item, tables) if failed else None,
            xfail=item.spec.xfail,
        )
        if found.word == "failed" and self._accepts_failures:
            return Shown("xfailed", "becomes part of the baseline")
        return found

    def _newly_failing(
        self, item: CaseItem, tables: Mapping[str, SuiteTable]
    ) -> tuple[str, ...] | None:
        suite = item.suite
        table = tables[suite.name]
        failing = self._failing.pop(item.nodeid, {})
        if self._counterparts.gate(suite.gate).against != beside.BASELINE:
            return self._counterparts.newly_failing(item, failing, table)
        baseline = self._baselines[suite.name]
        return cases.newly_failing(item.spec.id, failing, table, baseline, suite.gate)
