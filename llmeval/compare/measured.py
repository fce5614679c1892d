"""All values of one suite, without its texts: what metrics, pairing and the gate work on.

A run and a baseline have the same form here, so that either can be compared with either. Kept in
columns: 100,000 trials with three checks each take about 40 MB.
"""

from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from llmeval.compare import readings
from llmeval.compare.attacked import ATTACKING, READ, read
from llmeval.compare.columns import Column, Figure
from llmeval.compare.counts import Counts
from llmeval.compare.facts import CaseFacts, Known
from llmeval.compare.order import (
    CRITICAL_FLAG,
    OUTCOME_CODES,
    OUTCOMES,
    WARNED_FLAG,
    Order,
    counted,
)
from llmeval.compare.prints import Prints
from llmeval.compare.readings import FIGURES
from llmeval.records import CheckResult, Outcome, Severity, Trial
from llmeval.text.digest import digest


class TrialValues(NamedTuple):
    """One trial."""

    row: int
    run: int
    """Which of a baseline's runs, from 1."""
    trial: int
    outcome: Outcome


class SuiteTable:
    """The values of one suite.

    Args:
        name: Of the suite.
        path: Of its file, as shown.
        variables: Which of the cases' variables are kept, for limits with `where`.
    """

    def __init__(self, name: str, path: str = "", variables: Collection[str] = ()) -> None:
        self.name = name
        self.path = path
        self.adapters: dict[str, Any] = {}
        """Adapter name to its fingerprint, for those used here."""
        self.judges: dict[str, Any] = {}
        self.scorers: dict[str, str] = {}
        """Check to its version."""
        self.environment: str | None = None
        """Short hash of where it was measured; None where that is not known."""
        self.models: set[str] = set()
        """The models that answered, as the services named them."""
        self.judge_cost_usd: float | None = None
        self.attacker_cost_usd: float | None = None
        self.unpriced = 0
        """Live trials whose cost is unknown."""
        self.errors: Counter[tuple[str, str]] = Counter()
        """(kind, message) of the trials that could not be measured, to how many."""
        self.columns: dict[str, Column] = {}
        """By metric."""
        self.figures = {name: Figure() for name in FIGURES}
        self.attacked = {name: Figure() for name in READ}
        self._versions: dict[str, str] = {}
        """As `scorers`, by name with `not_`."""
        self._known = Known(variables)
        self._numbers: dict[str, int] = {}
        self._ids: list[str] = []
        self._index = array("I")
        self._facts: list[CaseFacts] = []
        self._prints = Prints()
        self._case_of = array("I")
        self._trial_of = array("I")
        self._run_of = array("H")
        self._outcome_of = bytearray()
        self._mark_of = array("q")
        self._settled: Order | None = None
        self._in_order: tuple[str, ...] | None = None

    # --- filling --------------------------------------------------------------------------------

    def add(self, trial: Trial, run: int = 1) -> None:
        """Take in one trial.

        Args:
            trial: Of this suite.
            run: Which of a baseline's runs it belongs to, from 1.
        """
        if trial.case not in self._numbers:
            self.put_case(trial.case, trial.index, self._known.of(trial), trial.fingerprint)
        row = self.put_trial(trial.case, run, trial.trial, trial.outcome, _flags(trial))
        if trial.reply is not None:
            self._mark_of[row] = text_mark(digest(trial.reply.text or ""))
        for result in trial.checks:
            self._add_check(row, result)
        self._add_figures(row, trial)
        if trial.error is not None and trial.outcome == "error":
            self.errors[trial.error.kind, trial.error.message[:120]] += 1
        if trial.attack:
            for name, value in read(trial).items():
                self.attacked[name].put(row, value)
            self._add_attacker(trial.attack.get("attacker"))

    def put_case(
        self, case: str, index: int, facts: CaseFacts, fingerprint: Mapping[str, str]
    ) -> None:
        """Make a case known that has no trial yet."""
        self._settled = self._in_order = None
        self._numbers[case] = len(self._ids)
        self._ids.append(case)
        self._index.append(index)
        self._facts.append(self._known.shared(facts))
        self._prints.add(fingerprint)

    def put_trial(self, case: str, run: int, trial: int, outcome: Outcome, flags: int = 0) -> int:
        """Take in a trial of a known case without its values; returns its row."""
        self._settled = None
        self._case_of.append(self._numbers[case])
        self._trial_of.append(trial)
        self._run_of.append(run)
        self._outcome_of.append(OUTCOME_CODES[outcome] | flags)
        self._mark_of.append(0)
        return len(self._case_of) - 1

    def column(self, metric: str) -> Column:
        """Return a metric's column, a new one when nothing has been measured of it yet."""
        if metric not in self.columns:
            self.columns[metric] = Column()
        return self.columns[metric]

    def _add_check(self, row: int, result: CheckResult) -> None:
        column = self.columns.get(result.metric)
        if column is None:
            column = self.column(result.metric)
        column.better = result.better
        column.add(row, result)
        if self._versions.get(result.check) != result.version:
            self._versions[result.check] = result.version
            self.scorers[result.check.removeprefix("not_")] = result.version
        if result.details:
            self._add_judge(result.details.get("judge"))

    def _add_judge(self, judged: Any) -> None:
        if isinstance(judged, Mapping) and judged.get("cost_usd") is not None:
            self.judge_cost_usd = (self.judge_cost_usd or 0.0) + judged["cost_usd"]

    def _add_attacker(self, told: Any) -> None:
        if isinstance(told, Mapping) and told.get("cost_usd") is not None:
            self.attacker_cost_usd = (self.attacker_cost_usd or 0.0) + told["cost_usd"]

    def _add_figures(self, row: int, trial: Trial) -> None:
        taken = readings.of(trial)
        if taken is None:
            return
        if not taken.models <= self.models:
            self.models.update(taken.models)
        self.unpriced += taken.live and taken.figures["cost"] is None
        for name, value in taken.figures.items():
            self.figures[name].put(row, value)

    # --- reading --------------------------------------------------------------------------------

    def __contains__(self, case: str) -> bool:
        return case in self._numbers

    def __len__(self) -> int:
        return len(self._ids)

    @property
    def cases(self) -> tuple[str, ...]:
        """The ids of all cases, in file order."""
        if self._in_order is None:
            order = sorted(range(len(self._ids)), key=lambda n: (self._index[n], self._ids[n]))
            self._in_order = tuple(self._ids[number] for number in order)
        return self._in_order

    def facts(self, case: str) -> CaseFacts:
        """Return what is known of a case."""
        return self._facts[self._numbers[case]]

    def all_facts(self) -> Collection[CaseFacts]:
        """Return what is known of cases, each once however many share it; in no order."""
        return self._known.all()

    def fingerprint(self, case: str) -> dict[str, str]:
        """Return a case's short hashes by part."""
        return self._prints.of(self._numbers[case])

    def instruments(self, under_test: Collection[str]) -> dict[str, str]:
        """Return a text for each case that is another one when it is asked or checked otherwise.

        Args:
            under_test: Parts of the fingerprint that do not count.
        """
        return dict(zip(self._ids, self._prints.without(under_test), strict=True))

    def differing(self, case: str, other: "SuiteTable", other_case: str) -> list[str]:
        """Return the parts in which two cases' fingerprints differ, sorted."""
        theirs, number = other._prints, other._numbers[other_case]  # noqa: SLF001 (another of ours)
        return self._prints.differing(self._numbers[case], theirs, number)

    def trials(self, case: str) -> Iterator[TrialValues]:
        """Yield a case's trials by run and number; one that is there twice comes once."""
        for row in self._order().rows(self._numbers[case]):
            yield TrialValues(row, self._run_of[row], self._trial_of[row], self.outcome_of(row))

    def case_of(self, row: int) -> str:
        """Return the case that a trial belongs to."""
        return self._ids[self._case_of[row]]

    def outcome_of(self, row: int) -> Outcome:
        """Return how a trial ended."""
        return OUTCOMES[self._outcome_of[row] & 3]

    def mark_of(self, row: int) -> int:
        """Return what tells a trial's last reply from another, see `text_mark`; 0: it has none."""
        return self._mark_of[row]

    def rows(self, cases: Iterable[str]) -> dict[int, str]:
        """Return the rows of the cases' trials, each with its case."""
        order = self._order()
        return {row: case for case in cases for row in order.rows(self._numbers[case])}

    def counts(self, case: str, run: int | None = None) -> Counts:
        """Return how a case's trials ended, in one run or in all."""
        number = self._numbers[case]
        if run is None:
            return (self._settled or self._order()).counts[number]
        rows = self._order().rows(number)
        return counted(self._outcome_of[row] for row in rows if self._run_of[row] == run)

    def outcome(self, case: str, run: int | None = None) -> Outcome:
        """Return what became of a case, in one run or over all."""
        return self.counts(case, run).outcome(self.facts(case).need)

    def severity(self, case: str) -> Severity:
        """Return how grave a case's failure is: the worst among its failed checks."""
        if self.counts(case).critical:
            return "critical"
        facts = self.facts(case)
        # A check may be less grave than its case.
        return "warn" if facts.severity == "warn" else "normal"

    def runs(self, case: str) -> tuple[int, ...]:
        """Return the numbers of the runs that a case has trials of, ascending."""
        rows = self._order().rows(self._numbers[case])
        return tuple(sorted({self._run_of[row] for row in rows}))

    @property
    def trial_count(self) -> int:
        """How many trials were taken in."""
        return len(self._case_of)

    @property
    def duplicates(self) -> int:
        """How many trials are there twice; the repetitions are not used."""
        return self._order().duplicates

    @property
    def most_trials(self) -> int:
        """The most trials that any case has in one run."""
        return max(self._trial_of, default=0)

    def _order(self) -> Order:
        if self._settled is None:
            keys = (self._case_of, self._run_of, self._trial_of, self._outcome_of)
            self._settled = Order(len(self._ids), *keys)
        return self._settled


def text_mark(digest: str) -> int:
    """Return a digest as a number of 64 bits with a sign; never 0, and 1 for what is no digest."""
    try:
        return int.from_bytes(bytes.fromhex(digest)[:8], "big", signed=True) or 1
    except ValueError:
        return 1


def severity(trial: Trial) -> Severity:
    """Return how grave a trial's failure is: the worst among its failed checks.

    Without a failed check the application itself failed (`on_error: fail`): the case's own.
    """
    failed = {result.severity for result in trial.checks if result.passed is False}
    if "critical" in failed:
        return "critical"
    # A check may be less grave than its case, and a case that only warns never becomes graver.
    if trial.severity == "warn" or not failed - {"warn"}:
        return trial.severity
    return "normal"


def _flags(trial: Trial) -> int:
    flags = 0
    # Under attack the case's own checks measure how useful it stays: no warnings.
    measures = trial.attack.get("role") in (*ATTACKING, "benign")
    for result in trial.checks:
        if result.passed is False and result.severity == "warn" and not measures:
            flags = WARNED_FLAG
    if trial.outcome == "failed" and severity(trial) == "critical":
        flags |= CRITICAL_FLAG
    return flags
