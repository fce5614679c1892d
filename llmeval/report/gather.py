"""The trials of a run log, put together case by case."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from msgspec import Struct, field

from llmeval.records import RunEnd, RunHeader
from llmeval.report.body import LETTERS, Bodies, Line, bound_text, cut, demanded, score_text
from llmeval.report.taken import SuiteFigures, replies_of

WHY_CHARS = 300
"""What a row says about its failure."""


class Gathering(Struct):
    """One case while its trials come in."""

    index: int
    severity: str
    adapter: str
    tags: tuple[str, ...]
    weight: float = 1.0
    marks: str = ""
    """One letter for each trial, in the order of the log."""
    xfail: bool = False
    warned: bool = False
    """A check that only warns failed."""
    why: str = ""
    live: int = 0
    """Trials with a latency."""
    latency_s: float = 0.0
    """Sum over them."""
    cost_usd: float | None = None
    places: tuple[int, ...] = ()
    """Where the page's data hold its trials, in the order of the log."""
    details: tuple[str, ...] = ()
    """The JSON texts of the trials that are told in full."""
    broke: tuple[str, ...] = ()
    """Metrics of the checks that failed, each once."""

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
        """What the trials come to without the case's own share: the worst of them."""
        for letter, outcome in (("e", "error"), ("f", "failed"), ("p", "passed")):
            if letter in self.marks:
                return outcome
        return "skipped"


_NOTHING: Mapping[str, Any] = {}


class Gathered(Struct):
    """All cases of a log."""

    bodies: Bodies
    header: RunHeader | None = None
    end: RunEnd | None = None
    suites: dict[str, dict[str, Gathering]] = field(default_factory=dict)
    """Suite name to case id to the case."""
    taken: dict[str, SuiteFigures] = field(default_factory=dict)
    shared: dict[Any, Any] = field(default_factory=dict)
    """Values that many cases share, so that each is held once."""
    unmeasured: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    """(suite, why) to the cases, each once a trial."""
    judged: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    """(suite, metric) to its judge and what that is asked, see `llmeval.report.judges`."""

    def figures(self, suite: str) -> SuiteFigures:
        """Return what a suite took."""
        return self.taken.setdefault(suite, SuiteFigures())

    def share(self, value: Any) -> Any:
        """Return the one object that stands for all equal values."""
        return self.shared.setdefault(value, value)

    def not_measured(self) -> tuple[tuple[str, str, int, tuple[str, ...]], ...]:
        """Return (suite, why, how many, up to three examples), most frequent first."""
        found = [
            (suite, why, len(cases), tuple(dict.fromkeys(cases))[:3])
            for (suite, why), cases in self.unmeasured.items()
        ]
        return tuple(sorted(found, key=lambda row: -row[2]))

    def add(self, trial: Line, *, full: bool) -> None:
        """Take in one trial.

        Raises:
            KeyError, TypeError, AttributeError, ValueError: It is not of the log's form.
        """
        cases = self.suites.setdefault(trial["suite"], {})
        case = cases.get(trial["case"])
        if case is None:
            case = cases[trial["case"]] = Gathering(
                trial["index"],
                self.share(trial["severity"]),
                self.share(trial["adapter"]),
                self.share(tuple(trial.get("tags") or ())),
                trial.get("weight", 1.0),
            )
        case.marks += LETTERS[trial["outcome"]]
        case.xfail = case.xfail or bool(trial.get("xfail"))
        self._measure(case, trial)
        self._explain(case, trial)
        detail = self.bodies.trial(trial, full=full)
        if detail is not None:
            case.places += (self.bodies.store(detail),)
            if full:
                case.details += (detail,)

    def _measure(self, case: Gathering, trial: Line) -> None:
        replies = replies_of(trial)
        self.figures(trial["suite"]).add(trial, replies)
        slowest: float | None = None
        for reply in replies:
            if reply.get("cached"):
                continue
            total_s, cost = (reply.get("timing") or _NOTHING).get("total_s"), reply.get("cost_usd")
            if total_s is not None:
                slowest = max(slowest or 0.0, total_s)
            if cost is not None:
                case.cost_usd = (case.cost_usd or 0.0) + cost
        if slowest is not None:
            case.live += 1
            case.latency_s += slowest

    def _explain(self, case: Gathering, trial: Line) -> None:
        if trial.get("error") is not None:
            self._explain_error(case, trial)
        elif trial["outcome"] == "skipped":
            self._unmeasured(trial, "skipped")
        for check in trial.get("checks") or ():
            if "judge" in check:
                asked = check["judge"].get("name", ""), check["judge"].get("wording", "")
                self.judged.setdefault((trial["suite"], check["metric"]), asked)
            if check["status"] != "scored":
                self._unmeasured(trial, _reason(check))
            elif not check.get("passed"):
                if check["metric"] not in case.broke:
                    case.broke = self.share((*case.broke, check["metric"]))
                if check["severity"] == "warn":
                    case.warned = True
                elif trial["outcome"] == "failed":
                    case.why = case.why or one_line(failure(check))

    def _explain_error(self, case: Gathering, trial: Line) -> None:
        error = trial["error"]
        said = error.get("message") or ""
        # What a check could not measure is listed with the checks.
        by_check = said in map(_reason, trial.get("checks") or ())
        why = said if by_check else f"{error['kind']}: {said}"
        case.why = case.why or one_line(why)
        if not by_check:
            self._unmeasured(trial, why)

    def _unmeasured(self, trial: Line, why: str) -> None:
        key = trial["suite"], cut(one_line(why), 120)
        self.unmeasured.setdefault(key, []).append(trial["case"])


def _reason(check: Line) -> str:
    return f"{check.get('metric', '')}: {check.get('reason') or ''}"


def gather(
    lines: Iterable[RunHeader | RunEnd | Line],
    bodies: Bodies,
    worth_reading: Callable[[Line], bool],
) -> Gathered:
    """Read a log once and put its trials together.

    Args:
        lines: Of a run's log, trials in any order.
        bodies: Makes the JSON texts.
        worth_reading: Whether a trial's texts are given in full.
    """
    gathered = Gathered(bodies)
    for line in lines:
        if isinstance(line, RunHeader):
            gathered.header = gathered.header or line
        elif isinstance(line, RunEnd):
            gathered.end = line
        else:
            gathered.add(line, full=worth_reading(line))
    return gathered


def failure(check: Line) -> str:
    """Return why a check failed: "grounded: 0.41, at least 0.7 is demanded; no support for …"."""
    said = demanded(score_text(check), bound_text(check), check.get("reason") or "")
    turn = f" (turn {check['turn']})" if check.get("turn") is not None else ""
    parts = "; ".join(part for part in (said, check.get("reason")) if part) or "failed"
    return f"{check['metric']}{turn}: {parts}"


def one_line(text: str) -> str:
    """Return the text on one line, cut to what a row may say."""
    return cut(" ".join(text.split()), WHY_CHARS)
