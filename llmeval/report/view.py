"""What a page shows, streamed from the run log and joined with verdict and baseline.

Reply texts are cut and turned into JSON text the moment their line is read: what stays in memory
is no more than what the page will hold.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field
from msgspec.structs import replace

from llmeval import codec
from llmeval.errors import StoredFileError
from llmeval.records import NOTHING, GateSpec, RunEnd, RunHeader, SuiteVerdict, Verdict
from llmeval.report import advice, log, words
from llmeval.report.blocks import Blocks
from llmeval.report.body import Bodies, Line
from llmeval.report.earlier import PastRun
from llmeval.report.gather import Gathered, Gathering, gather
from llmeval.report.labels import Label
from llmeval.report.past import Past
from llmeval.report.taken import SuiteFigures

if TYPE_CHECKING:
    from llmeval.compare.baseline import Baseline
    from llmeval.compare.cases import CaseRow
    from llmeval.compare.measured import SuiteTable

STATUSES = (
    "regressed",
    "error",
    "failed",
    "suspect",
    "gone",
    "changed",
    "new",
    "improved",
    "flaky",
    "warned",
    "xfailed",
    "skipped",
    "passed",
)
"""What a row is called, what matters most first."""

PROBLEMS = frozenset(STATUSES[:6])
"""Rows that a reader without scripts, a summary and the top of the page tell of."""

WORTH_READING = PROBLEMS | {"improved"}
"""Rows whose texts are given in full, the baseline's replies too."""

ROOMY_TRIALS = 1_500
"""Up to that many trials the baseline's replies are given for passed cases too."""


class CaseView(Struct, frozen=True, kw_only=True):
    """One row of the table of cases."""

    suite: str
    case: str
    status: str
    """The first of `flags`."""
    flags: tuple[str, ...]
    """All of STATUSES that hold."""
    severity: str = "normal"
    adapter: str = ""
    tags: tuple[str, ...] = ()
    baseline_rate: float | None = None
    """Share of passed trials in the baseline; None when there is none."""
    current_rate: float | None = None
    """Share of passed trials among the measured ones; None when none was measured."""
    weight: float = 1.0
    """How much it counts in means over cases."""
    marks: str = ""
    """One letter for each trial: p, f, e, s."""
    marks_before: str = ""
    """The same of the baseline, with a blank between its runs."""
    latency_s: float | None = None
    """Mean over live trials."""
    cost_usd: float | None = None
    """Sum over trials."""
    why: str = ""
    """One line: what failed first."""
    changed: tuple[str, ...] = ()
    """What differs from the baseline and forbids comparing."""
    broke: tuple[str, ...] = ()
    """Metrics of the checks that failed."""
    places: tuple[int, ...] = ()
    """Where `View.blocks` hold its trials, see `llmeval.report.body`."""
    details: tuple[str, ...] = ()
    """The JSON texts of the trials that are told in full."""
    before: str | None = None
    """The baseline's replies as a JSON list."""
    before_place: int | None = None
    """Where the blocks hold that list."""

    @property
    def change(self) -> float | None:
        """Difference of the pass shares; None where one is missing."""
        if self.baseline_rate is None or self.current_rate is None:
            return None
        return self.current_rate - self.baseline_rate


class SuiteView(Struct, frozen=True, kw_only=True):
    """One suite."""

    verdict: SuiteVerdict
    figures: SuiteFigures
    """Latency, cost and tokens as measured."""
    table: "SuiteTable | None" = None
    """The run's values; None where they are not at hand."""
    before: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    """The same of the baseline, ascending, by figure."""
    environment_before: Mapping[str, Any] = field(default_factory=dict)
    """Where the baseline's newest run was measured."""
    adapters_before: Mapping[str, Any] = field(default_factory=dict)
    """Adapter name to its fingerprint in the baseline."""


class View(Struct, frozen=True, kw_only=True):
    """Everything that a page, a summary and the annotations are made from."""

    verdict: Verdict
    headline: words.Headline
    steps: tuple[str, ...]
    header: RunHeader | None
    """None when the log has lost its first line."""
    end: RunEnd | None
    """None when the run was cut off."""
    suites: tuple[SuiteView, ...]
    cases: tuple[CaseView, ...]
    """Suites in verdict order, cases in file order, gone cases last."""
    texts: tuple[str, ...] = ()
    """Texts that trials share."""
    checks: tuple[tuple[Any, ...], ...] = ()
    """(check, metric, severity, turn, bound) that trials share."""
    not_measured: tuple[tuple[str, str, int, tuple[str, ...]], ...] = ()
    """(suite, why, how many, examples)."""
    blocks: Blocks = field(default_factory=Blocks)
    """The JSON texts of trials and of replies before."""
    labels: tuple[Label, ...] = ()
    """What people said of it before."""
    runs: tuple[PastRun, ...] = ()
    """Earlier runs of the same reports folder and this one, oldest first."""
    short_chars: int = 0
    """Where texts of passed cases are cut; 0 when they are left out."""
    judged: Mapping[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    """(suite, metric) to its judge and the hash of what it is asked."""
    judges_told: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """(suite, metric) to what is known of its judge's accuracy."""


class _Lists(Struct):
    """The verdict's lists of one suite, for look-up."""

    named: Mapping[str, frozenset[str]] = field(default_factory=dict)
    changed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    worth_reading: frozenset[str] = frozenset()
    """Cases whose texts are given in full even where a trial passed."""

    @classmethod
    def of(cls, verdict: SuiteVerdict) -> "_Lists":
        names = ("regressed", "suspect", "improved", "new", "gone")
        named = {name: frozenset(getattr(verdict, name)) for name in names}
        worth = named["regressed"] | named["suspect"] | named["improved"]
        named["changed"] = frozenset(verdict.changed)
        return cls(named, verdict.changed, worth)

    def flags(self, case: str) -> list[str]:
        return [name for name, cases in self.named.items() if case in cases]


def build(
    run_file: Path,
    verdict: Verdict,
    baselines: "Mapping[str, Baseline | None]",
    rows: "Mapping[str, Sequence[CaseRow]] | None" = None,
    tables: "Mapping[str, SuiteTable]" = NOTHING,
) -> View:
    """Read a run's log and return what a page of it shows.

    Args:
        run_file: The run's results.jsonl.
        verdict: What was concluded of it.
        baselines: Suite name to the baseline it was compared with.
        rows: Suite name to its rows of the comparison; without them they are made here, for which
            the log is read once more.
        tables: Suite name to the run's values; made here where there are no rows.

    Raises:
        StoredFileError: The log cannot be read.
    """
    if rows is None:
        from llmeval.compare import cases
        from llmeval.compare.table import Table

        tables = Table.read(run_file).suites
        rows = {
            name: cases.rows(table, baselines.get(name), GateSpec())
            for name, table in tables.items()
        }
    return of(log.read(run_file), verdict, baselines, rows, tables)


def of(
    lines: Iterable[RunHeader | RunEnd | Line],
    verdict: Verdict,
    baselines: "Mapping[str, Baseline | None]",
    rows: "Mapping[str, Sequence[CaseRow]] | None" = None,
    tables: "Mapping[str, SuiteTable]" = NOTHING,
) -> View:
    """Return what a page of these lines of a log shows; they are read once.

    Raises:
        StoredFileError: A trial is not of the log's form.
    """
    lists = {suite.suite: _Lists.of(suite) for suite in verdict.suites}
    bodies = Bodies(_expected(verdict))
    try:
        gathered = gather(lines, bodies, lambda trial: _worth_reading(trial, lists))
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise StoredFileError(f"the log holds a damaged trial: {codec.describe(error)}") from error
    pasts = {suite: Past.of(baselines.get(suite), (rows or {}).get(suite, ())) for suite in lists}
    cases: list[CaseView] = []
    for suite, listed in lists.items():
        cases += _cases(suite, listed, gathered, pasts[suite])
    return View(
        verdict=verdict,
        headline=words.headline(verdict),
        steps=advice.next_steps(verdict),
        header=gathered.header,
        end=gathered.end,
        suites=tuple(
            _suite(suite, gathered, pasts[suite.suite], tables.get(suite.suite))
            for suite in verdict.suites
        ),
        cases=tuple(cases),
        texts=tuple(bodies.texts),
        checks=tuple(bodies.checks),
        not_measured=gathered.not_measured(),
        judged=gathered.judged,
        blocks=bodies.blocks,
        short_chars=bodies.shortest_chars,
    )


def _suite(
    verdict: SuiteVerdict, gathered: Gathered, past: Past, table: "SuiteTable | None"
) -> SuiteView:
    shown = SuiteView(verdict=verdict, table=table, figures=gathered.figures(verdict.suite))
    before = past.baseline
    if before is None or before.table is table:
        return shown  # nothing was measured before: the yardstick is a version of this run
    return replace(
        shown,
        before=past.figures(),
        environment_before=before.environment,
        adapters_before=before.table.adapters,
    )


def _expected(verdict: Verdict) -> int:
    trials = words.total(verdict.suites, "trials")
    return max(trials, words.total(verdict.suites, "cases"))


def _worth_reading(trial: Line, lists: Mapping[str, _Lists]) -> bool:
    if trial["outcome"] in ("failed", "error"):
        return True
    suite = lists.get(trial["suite"])
    return suite is not None and trial["case"] in suite.worth_reading


def _cases(suite: str, lists: _Lists, gathered: Gathered, past: Past) -> Iterator[CaseView]:
    found = gathered.suites.get(suite, {})
    flags = {
        case: gathered.share(_flags(case, trials, lists, past)) for case, trials in found.items()
    }
    gone = [case for case in sorted(lists.named.get("gone", ())) if case not in found]
    roomy = gathered.bodies.trials <= ROOMY_TRIALS
    read = [
        case for case, flagged in flags.items() if roomy or not WORTH_READING.isdisjoint(flagged)
    ]
    replies = past.replies([*read, *gone])

    def before(case: str) -> str | None:
        worth = not WORTH_READING.isdisjoint(flags.get(case, ("gone",)))
        return gathered.bodies.replies(replies[case], full=worth) if case in replies else None

    def place(text: str | None) -> int | None:
        return None if text is None else gathered.bodies.store(text)

    for case in sorted(found, key=lambda case: found[case].index):
        trials = found.pop(case)  # a hundred thousand of them should not be held twice
        earlier = before(case)
        yield CaseView(
            suite=suite,
            case=case,
            status=flags[case][0],
            flags=flags[case],
            severity=trials.severity,
            adapter=trials.adapter,
            tags=trials.tags,
            weight=trials.weight,
            baseline_rate=past.rate(case),
            current_rate=trials.rate,
            marks=trials.marks,
            marks_before=past.marks(case),
            latency_s=trials.mean_latency_s,
            cost_usd=trials.cost_usd,
            why=trials.why,
            changed=lists.changed.get(case, ()),
            broke=trials.broke,
            places=trials.places,
            details=trials.details,
            before=earlier,
            before_place=place(earlier),
        )
    for case in gone:
        earlier = before(case)
        yield CaseView(
            suite=suite,
            case=case,
            status="gone",
            flags=("gone",),
            baseline_rate=past.rate(case),
            marks_before=past.marks(case),
            before=earlier,
            before_place=place(earlier),
        )


def _flags(case: str, trials: Gathering, lists: _Lists, past: Past) -> tuple[str, ...]:
    row = past.rows.get(case)
    outcome = trials.outcome if row is None or row.outcome is None else row.outcome
    found = {*lists.flags(case), outcome}
    if outcome == "failed" and (trials.xfail or trials.severity == "warn"):
        found = found - {"failed"} | {"xfailed" if trials.xfail else "warned"}
    if row is not None:
        found.add(row.status)
    if trials.warned:
        found.add("warned")
    return _in_order(frozenset(found))


@cache
def _in_order(found: frozenset[str]) -> tuple[str, ...]:
    return tuple(status for status in STATUSES if status in found)
