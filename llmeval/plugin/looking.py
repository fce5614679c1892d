"""Looks at suites whose number of rounds is left open: planned before the run, made during it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from llmeval.compare import gate, looks, settling
from llmeval.compare.baseline import Baseline
from llmeval.compare.looks import Rounds
from llmeval.compare.measured import SuiteTable
from llmeval.compare.modes import Choice
from llmeval.compare.pairing import Selection
from llmeval.config import Settings
from llmeval.errors import StoredFileError
from llmeval.plugin.cases import CaseItem
from llmeval.records import GateSpec
from llmeval.run.rounds import Looks
from llmeval.suite.suite import Suite


class Looking:
    """Plans the looks at the suites of a run and makes them.

    Args:
        settings: Whether the run becomes the baseline.
        judged_by: How a suite's gate is in this run.
        baselines: What each suite is held against.
        choices: The mode that judges each of them.
    """

    def __init__(
        self,
        settings: Settings,
        judged_by: Callable[[GateSpec], GateSpec],
        baselines: Mapping[str, Baseline | None],
        choices: Mapping[str, Choice],
    ) -> None:
        self._settings = settings
        self._judged_by = judged_by
        self._baselines = baselines
        self._choices = choices
        self._plans: dict[str, Rounds] = {}
        self._gates: dict[str, GateSpec] = {}
        self._families = 1

    def plan(
        self,
        suites: Mapping[str, Suite],
        selected: Mapping[str, dict[str, Any]],
        items: Sequence[CaseItem],
    ) -> None:
        """Plan the looks, and note them where the run's log says what was selected."""
        self._gates = {name: self._judged_by(suites[name].gate) for name in selected}
        judged = [(self._gates[name], self._choices[name]) for name in selected]
        self._families = max(1, settling.families(judged))
        for name in (name for name in selected if suites[name].rounds is not None):
            specs = [item.spec for item in items if item.suite.name == name]
            found = settling.plan(suites[name], specs, self._obstacle(name))
            if found is not None:
                self._plans[name] = found
                selected[name]["rounds"] = found.as_json()

    def check_resumed(self, suites: Mapping[str, Any]) -> None:
        """Refuse to go on with a run that was looked at otherwise.

        Args:
            suites: What the log of that run says of each suite.

        Raises:
            StoredFileError: A suite's looks differ.
        """
        for name in suites.keys() & self._gates.keys():
            then, now = looks.of_header(suites[name]), self._plans.get(name)
            if (then and then.looks) != (now and now.looks):
                raise StoredFileError(
                    f"suite {name!r}: the run to resume has {_said(then)}, this one {_said(now)}; "
                    "looks are fixed before a run: start a new one without --llmeval-resume"
                )

    def _obstacle(self, name: str) -> str | None:
        return settling.obstacle(
            self._gates[name],
            self._choices[name],
            self._baselines[name],
            accepts=self._settings.update_baseline,
        )

    def looks(self, tables: Mapping[str, SuiteTable], selected: Mapping[str, Any]) -> Looks | None:
        """Return when the engine is to look; None where no suite leaves its rounds open.

        Args:
            tables: Suite name to its values, as they grow.
            selected: What the run's log says of each suite.
        """
        after = {name: plan.looks for name, plan in self._plans.items() if len(plan.looks) > 1}
        if not after:
            return None

        def settle(name: str) -> bool:
            facts = gate.gather(
                self._gates[name],
                tables[name],
                self._baselines[name],
                now=datetime.now(UTC),
                selection=Selection.of_suite(selected[name]),
                settings=self._settings,
                choice=self._choices[name],
            )
            return settling.is_settled(facts, self._families)

        return Looks(after, settle)


def _said(rounds: Rounds | None) -> str:
    if rounds is None:
        return "a fixed number of trials"
    return f"looks after {', '.join(map(str, rounds.looks))} rounds"
