"""The steps of an application as lines of a timeline, and what the steps of a whole suite took."""

from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct, field

from llmeval.report import numbers

MOST_LINES = 200
"""Steps of one reply that are shown."""
MOST_NAMES = 500
"""Different steps of a suite that are told apart; an application may put ids into names."""
OTHERS = ("", "other steps")

Step = Mapping[str, Any]
"""As it stands in the log; see `llmeval.scorers.steps`."""


class Line(Struct, frozen=True, kw_only=True):
    """One step."""

    name: str
    kind: str
    begin: float | None
    """Where it begins, in 0…1 of the whole; None when that is not known."""
    width: float
    """How long it lasts, in the same measure; 0 when that is not known."""
    start: str
    duration: str
    tokens: str
    """"1,200 + 80": in and out; "" when not told."""
    error: str


class Timeline(Struct, frozen=True, kw_only=True):
    """The steps of one reply."""

    whole_s: float
    """What the width stands for, seconds."""
    lines: tuple[Line, ...]
    more: int
    """Steps beyond those."""


def timeline(steps: Sequence[Step], total_s: float | None = None) -> Timeline:
    """Return the lines of a timeline, in the order in which steps began where that is known.

    Args:
        steps: Of one reply.
        total_s: How long the reply took; None when that is not known.
    """
    ends = [(_number(step, "start_s") or 0.0) + (duration_s(step) or 0.0) for step in steps]
    whole_s = max([total_s or 0.0, *ends])
    starts = [_number(step, "start_s") for step in steps]
    if None not in starts:
        steps = sorted(steps, key=lambda step: _number(step, "start_s") or 0.0)
    return Timeline(
        whole_s=whole_s,
        lines=tuple(_line(step, whole_s) for step in steps[:MOST_LINES]),
        more=max(0, len(steps) - MOST_LINES),
    )


def _line(step: Step, whole_s: float) -> Line:
    start_s, lasted_s = _number(step, "start_s"), duration_s(step)
    known = whole_s > 0 and start_s is not None
    return Line(
        name=name_of(step),
        kind=kind_of(step),
        begin=min(max((start_s or 0.0) / whole_s, 0.0), 1.0) if known else None,
        width=min((lasted_s or 0.0) / whole_s, 1.0) if known else 0.0,
        start=numbers.UNKNOWN if start_s is None else numbers.seconds(start_s),
        duration=numbers.seconds(lasted_s),
        tokens=_tokens_text(step),
        error=_error(step),
    )


def name_of(step: Step) -> str:
    """Return what a step is called."""
    return str(step.get("name") or step.get("kind") or "step")


def kind_of(step: Step) -> str:
    """Return a step's kind; "" when it is not told."""
    return str(step.get("kind") or "")


def duration_s(step: Step) -> float | None:
    """Return how long a step lasted; None when that is not known."""
    found = _number(step, "duration_s")
    return _number(step, "duration") if found is None else found


def _number(step: Step, key: str) -> float | None:
    value = step.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value < float("inf") else None


def _error(step: Step) -> str:
    error = step.get("error")
    return "" if error in (None, False, "") else str(error)


def _tokens_text(step: Step) -> str:
    asked, answered = _number(step, "input_tokens"), _number(step, "output_tokens")
    if asked is None and answered is None:
        return ""
    return f"{numbers.tokens(asked)} + {numbers.tokens(answered)}"


def packed(steps: Sequence[Step], total_s: float | None, chars: int) -> list[Any]:
    """Return a timeline as JSON for the page's script: [whole, [line, …], more].

    Args:
        steps: Of one reply.
        total_s: See `timeline`.
        chars: Where names and errors are cut.
    """
    found = timeline(steps, total_s)
    lines = [
        [
            line.name[:chars],
            line.kind[:chars],
            None if line.begin is None else round(line.begin, 4),
            round(line.width, 4),
            line.start,
            line.duration,
            line.tokens,
            line.error[:chars],
        ]
        for line in found.lines
    ]
    return [numbers.seconds(found.whole_s), lines, found.more]


# --- of a whole suite ------------------------------------------------------------------------


class Taken(Struct):
    """What one step took over all trials."""

    durations_s: "array[float]" = field(default_factory=lambda: array("d"))
    count: int = 0
    failed: int = 0
    tokens: float | None = None


class Example(Struct, frozen=True):
    """One reply whose timeline is worth a look."""

    case: str
    trial: int
    outcome: str
    total_s: float
    steps: Sequence[Step]


MOST_EXAMPLES = 3
"""Of the slowest and of the failed replies, each."""


class StepFigures(Struct):
    """The steps of a suite's trials."""

    replies: int = 0
    """That carry steps."""
    total_s: float = 0.0
    """How long those replies took together, as far as that is known."""
    by_name: dict[tuple[str, str], Taken] = field(default_factory=dict)
    """(kind, name) to what it took."""
    paths: Counter[tuple[str, ...]] = field(default_factory=Counter)
    """Kinds in the order of the steps, to how many replies went that way."""

    slowest: list[Example] = field(default_factory=list)
    """Slowest first."""
    failed: list[Example] = field(default_factory=list)
    """In the order of the log."""

    def add(self, trial: Mapping[str, Any], reply: Mapping[str, Any]) -> None:
        """Take in a reply with steps; of a recording too: its steps are as true."""
        found = reply["steps"]
        total_s = (reply.get("timing") or {}).get("total_s") or 0.0
        self.replies += 1
        self.total_s += total_s
        self.paths[tuple(kind_of(step) or name_of(step) for step in found[:MOST_LINES])] += 1
        for step in found:
            self._take(step)
        self._keep(Example(trial["case"], trial["trial"], trial["outcome"], total_s, found))

    def _keep(self, example: Example) -> None:
        if example.outcome in ("failed", "error") and len(self.failed) < MOST_EXAMPLES:
            self.failed.append(example)
        if len(self.slowest) < MOST_EXAMPLES or example.total_s > self.slowest[-1].total_s:
            self.slowest.append(example)
            self.slowest.sort(key=lambda each: -each.total_s)
            del self.slowest[MOST_EXAMPLES:]

    def _take(self, step: Step) -> None:
        key = (kind_of(step), name_of(step))
        if key not in self.by_name and len(self.by_name) >= MOST_NAMES:
            key = OTHERS
        taken = self.by_name.setdefault(key, Taken())
        taken.count += 1
        taken.failed += bool(_error(step))
        lasted = duration_s(step)
        if lasted is not None:
            taken.durations_s.append(lasted)
        for name in ("input_tokens", "output_tokens"):
            tokens = _number(step, name)
            if tokens is not None:
                taken.tokens = (taken.tokens or 0.0) + tokens
