"""What the trials of a suite took, version by version: seconds, tokens, money.

As `llmeval.compare.readings` on a trial as it stands in the log, so that pictures, table of figures
and limits tell of the same numbers: the slowest turn, the sum of tokens and cost, live trials only.
"""

from array import array
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from msgspec import Struct, field

from llmeval.compare.metrics import percentile
from llmeval.compare.readings import FIGURES
from llmeval.report.body import Line
from llmeval.report.steps import StepFigures

XFAIL = "expected to fail"
NO_REPLY = "got no reply"
CACHED = "answered from a cache or a recording"
NOT_TOLD: Mapping[str, str] = {
    "latency": "no time was measured",
    "first_token": "not streamed",
    "tokens": "tokens not told",
    "cost": "price unknown",
}
"""Why a live reply has no figure."""

_NOTHING: Mapping[str, Any] = {}


class Version(NamedTuple):
    """What was asked: one of several asked side by side, or the only one."""

    variant: str | None
    adapter: str


class Sample(Struct):
    """The figures of one version's trials."""

    trials: int = 0
    values: dict[str, "array[float]"] = field(
        default_factory=lambda: {name: array("d") for name in FIGURES}
    )
    """By FIGURES, one for each trial that has it, in the order of the log."""
    excluded: Counter[str] = field(default_factory=Counter)
    """Why trials have no figure at all, to how many."""

    def add(self, trial: Line, replies: Sequence[Line]) -> None:
        """Take in one trial."""
        self.trials += 1
        why = _why_not(trial, replies)
        if why is not None:
            self.excluded[why] += 1
            return
        # This runs for each of 100,000 trials: what is missing is counted in the end.
        for values, value in zip(self.values.values(), _figures(replies), strict=True):
            if value is not None:
                values.append(value)

    def left_out(self, figure: str) -> Counter[str]:
        """Return why trials have no such figure, to how many."""
        found = Counter(self.excluded)
        silent = self.trials - found.total() - len(self.values[figure])
        return found + Counter({NOT_TOLD[figure]: silent})


class SuiteFigures(Struct):
    """What a suite took."""

    versions: dict[Version, Sample] = field(default_factory=dict)
    cost_usd: float | None = None
    """Of all live replies, as far as it is known."""
    unpriced: int = 0
    """Live replies whose price is unknown: the cost is at least what is shown."""
    tokens: int | None = None
    steps: StepFigures = field(default_factory=StepFigures)

    def add(self, trial: Line, replies: Sequence[Line]) -> None:
        """Take in one trial with its replies."""
        version = (trial.get("variant"), trial["adapter"])
        sample = self.versions.get(version)  # type: ignore[call-overload]  # equal to a Version
        if sample is None:
            sample = self.versions[Version(*version)] = Sample()
        sample.add(trial, replies)
        for reply in replies:
            if not reply.get("cached"):
                self._spend(reply)
            if reply.get("steps"):
                self.steps.add(trial, reply)

    def _spend(self, reply: Line) -> None:
        cost, tokens = reply.get("cost_usd"), _tokens(reply)
        if cost is None:
            self.unpriced += 1
        else:
            self.cost_usd = (self.cost_usd or 0.0) + cost
        if tokens is not None:
            self.tokens = (self.tokens or 0) + tokens

    @property
    def has_values(self) -> bool:
        """Whether any trial has any figure."""
        return any(any(sample.values.values()) for sample in self.versions.values())

    def named(self) -> dict[str, Sample]:
        """Return the figures of each version by its name, see `names`."""
        return {
            name: self.versions[version] for version, name in names(tuple(self.versions)).items()
        }

    def values(self, figure: str) -> Iterator[float]:
        """Yield one of FIGURES of every trial that has it."""
        for sample in self.versions.values():
            yield from sample.values[figure]

    def latency(self, share: float) -> float | None:
        """Return a quantile of the latency (nearest rank), seconds; None of nothing."""
        return percentile(tuple(self.values("latency")), share)


def names(versions: Sequence[Version]) -> dict[Version, str]:
    """Return what each version is called: its variant, its adapter, or both where it takes both."""
    variants = {version.variant for version in versions}
    adapters = {version.adapter for version in versions}
    if len(variants) == len(versions):
        return {version: version.variant or version.adapter for version in versions}
    if len(adapters) == len(versions):
        return {version: version.adapter for version in versions}
    return {
        version: " · ".join(part for part in (version.variant, version.adapter) if part)
        for version in versions
    }


def replies_of(trial: Line) -> Sequence[Line]:
    """Return the replies of all turns that got one."""
    turns = trial.get("turns")
    if turns:
        return [turn["reply"] for turn in turns if turn.get("reply")]
    reply = trial.get("reply")
    return (reply,) if reply else ()


def _why_not(trial: Line, replies: Sequence[Line]) -> str | None:
    if trial.get("xfail"):
        return XFAIL
    if not replies:
        return NO_REPLY
    for reply in replies:
        if reply.get("cached"):
            return CACHED
    return None


def _figures(replies: Sequence[Line]) -> tuple[float | None, ...]:
    """Return what live replies took, in the order of FIGURES."""
    if len(replies) == 1:
        (reply,) = replies
        timing = reply.get("timing") or _NOTHING
        times = timing.get("total_s"), timing.get("first_token_s")
        return (*times, _tokens(reply), reply.get("cost_usd"))
    return (
        _longest(replies, "total_s"),
        _longest(replies, "first_token_s"),
        _total([_tokens(reply) for reply in replies]),
        _total([reply.get("cost_usd") for reply in replies]),
    )


def _tokens(reply: Line) -> int | None:
    usage = reply.get("usage") or _NOTHING
    asked, answered = usage.get("input_tokens"), usage.get("output_tokens")
    return None if asked is None and answered is None else (asked or 0) + (answered or 0)


def _longest(replies: Sequence[Line], name: str) -> float | None:
    times = [(reply.get("timing") or _NOTHING).get(name) for reply in replies]
    known = [time for time in times if time is not None]
    return max(known, default=None) if len(known) == len(times) else None


def _total(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None
