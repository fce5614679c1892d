"""The trials of a run log, put together case by case."""

from array import array
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from llmeval.records import CheckResult, Reply, RunEnd, RunHeader, Trial
from llmeval.report.body import LETTERS, Bodies, cut, score_pair

WHY_CHARS = 300
"""What a row says about its failure."""


@dataclass(slots=True)
class Gathering:
    """One case while its trials come in."""

    index: int
    severity: str
    adapter: str
    tags: tuple[str, ...]
    marks: str = ""
    xfail: bool = False
    warned: bool = False
    why: str = ""
    live: int = 0
    """Trials with a latency."""
    latency_s: float = 0.0
    """Sum over them."""
    cost_usd: float | None = None
    details: tuple[str, ...] = ()

    @property
    def rate(self) -> float | None:
        """Share of passed trials among the measured ones."""
        passed, failed = self.marks.count("p"), self.marks.count("f")
        return passed / (passed + failed) if passed + failed else None

    @property
    def mean_latency_s(self) -> float | None:
        """Mean latency of the live trials, seconds; None when nothing was measured live."""
        return self.latency_s / self.live if self.live else None

    @property
    def outcome(self) -> str:
        """What the trials come to without the suite's own threshold: the worst of them."""
        for letter, outcome in (("e", "error"), ("f", "failed"), ("p", "passed")):
            if letter in self.marks:
                return outcome
        return "skipped"


@dataclass(slots=True)
class SuiteFigures:
    """What a suite took."""

    latencies_s: "array[float]" = field(default_factory=lambda: array("d"))
    """One for each live trial."""
    cost_usd: float | None = None
    unpriced: int = 0
    """Live replies whose price is unknown: the cost is at least what is shown."""
    tokens: int | None = None

    def latency(self, share: float) -> float | None:
        """Return a quantile of the latency (nearest rank), seconds."""
        if not self.latencies_s:
            return None
        ranked = sorted(self.latencies_s)
        return ranked[min(int(share * len(ranked)), len(ranked) - 1)]

    def add(self, reply: Reply) -> None:
        """Count one reply; cached ones have neither latency nor cost."""
        if reply.cached:
            return
        if reply.timing.total_s is not None:
            self.latencies_s.append(reply.timing.total_s)
        if reply.cost_usd is None:
            self.unpriced += 1
        else:
            self.cost_usd = (self.cost_usd or 0.0) + reply.cost_usd
        used = reply.usage
        if used.input_tokens is not None or used.output_tokens is not None:
            more = (used.input_tokens or 0) + (used.output_tokens or 0)
            self.tokens = (self.tokens or 0) + more


@dataclass(slots=True)
class Gathered:
    """All cases of a log."""

    bodies: Bodies
    header: RunHeader | None = None
    end: RunEnd | None = None
    suites: dict[str, dict[str, Gathering]] = field(default_factory=dict)
    """Suite name to case id to the case."""
    taken: dict[str, SuiteFigures] = field(default_factory=dict)
    unmeasured: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    """(suite, why) to the cases, each once a trial."""

    def figures(self, suite: str) -> SuiteFigures:
        """Return what a suite took."""
        return self.taken.setdefault(suite, SuiteFigures())

    def not_measured(self) -> tuple[tuple[str, str, int, tuple[str, ...]], ...]:
        """Return (suite, why, how many, up to three examples), most frequent first."""
        found = [
            (suite, why, len(cases), tuple(dict.fromkeys(cases))[:3])
            for (suite, why), cases in self.unmeasured.items()
        ]
        return tuple(sorted(found, key=lambda row: -row[2]))

    def add(self, trial: Trial, *, full: bool) -> None:
        """Take in one trial."""
        cases = self.suites.setdefault(trial.suite, {})
        case = cases.get(trial.case)
        if case is None:
            case = cases[trial.case] = Gathering(
                trial.index, trial.severity, trial.adapter, trial.tags
            )
        case.marks += LETTERS[trial.outcome]
        case.xfail = case.xfail or trial.xfail
        self._measure(case, trial)
        self._checks(case, trial)
        detail = self.bodies.trial(trial, full=full)
        if detail is not None:
            case.details += (detail,)

    def _measure(self, case: Gathering, trial: Trial) -> None:
        replies = [turn.reply for turn in trial.turns if turn.reply is not None]
        if not trial.turns and trial.reply is not None:
            replies = [trial.reply]
        figures = self.figures(trial.suite)
        slowest: float | None = None
        for reply in replies:
            figures.add(reply)
            if reply.cached:
                continue
            if reply.timing.total_s is not None:
                slowest = max(slowest or 0.0, reply.timing.total_s)
            if reply.cost_usd is not None:
                case.cost_usd = (case.cost_usd or 0.0) + reply.cost_usd
        if slowest is not None:
            case.live += 1
            case.latency_s += slowest

    def _checks(self, case: Gathering, trial: Trial) -> None:
        if trial.error is not None:
            case.why = case.why or one_line(f"{trial.error.kind}: {trial.error.message}")
            self._unmeasured(trial, trial.error.kind)
        elif trial.outcome == "skipped":
            self._unmeasured(trial, "skipped")
        for check in trial.checks:
            if check.status != "scored":
                self._unmeasured(trial, f"{check.metric}: {check.reason}")
            elif check.passed is False and check.severity == "warn":
                case.warned = True
            elif check.passed is False and trial.outcome == "failed":
                case.why = case.why or one_line(failure(check))

    def _unmeasured(self, trial: Trial, why: str) -> None:
        self.unmeasured.setdefault((trial.suite, cut(one_line(why), 120)), []).append(trial.case)


def gather(
    records: Iterable[RunHeader | Trial | RunEnd],
    bodies: Bodies,
    worth_reading: Callable[[Trial], bool],
) -> Gathered:
    """Read records once and put the trials together.

    Args:
        records: Of a run's log, trials in any order.
        bodies: Makes the JSON texts.
        worth_reading: Whether a trial's texts are given in full.
    """
    gathered = Gathered(bodies)
    for record in records:
        if isinstance(record, Trial):
            gathered.add(record, full=worth_reading(record))
        elif isinstance(record, RunHeader):
            gathered.header = gathered.header or record
        else:
            gathered.end = record
    return gathered


def failure(check: CheckResult) -> str:
    """Return why a check failed: "grounded: 0.41, at least 0.7 is demanded; no support for …"."""
    score, bound = score_pair(check)
    said = f"{score}, {bound} is demanded" if score is not None and bound is not None else ""
    turn = f" (turn {check.turn})" if check.turn is not None else ""
    parts = "; ".join(part for part in (said, check.reason) if part) or "failed"
    return f"{check.metric}{turn}: {parts}"


def one_line(text: str) -> str:
    """Return the text on one line, cut to what a row may say."""
    return cut(" ".join(text.split()), WHY_CHARS)
