"""What to do about a verdict."""

from collections.abc import Iterator

from llmeval.records import SuiteVerdict, Verdict
from llmeval.report import words

MOST_STEPS = 4
"""Who is told more does nothing."""


def next_steps(verdict: Verdict) -> tuple[str, ...]:
    """Return what to do about a verdict, most urgent first; commands stand in backticks."""
    return tuple(dict.fromkeys(_steps(verdict.suites)))[:MOST_STEPS]


def _steps(suites: tuple[SuiteVerdict, ...]) -> Iterator[str]:
    stored = tuple(suite for suite in suites if suite.against == "baseline")
    worse = tuple(s for s in suites if s.regressed or s.comparison in ("regression", "mixed"))
    yield from _reading(suites, worse, stored)
    if any(suite in stored for suite in worse):
        yield ("If the new replies are right, change the checks, run again, then `llmeval accept`.")
    elif not worse and words.total(suites, "failed") and any(s.status == "failed" for s in suites):
        yield "Read the failed cases: each names the check that failed and why."
    if words.total(suites, "error"):
        yield (
            "Fix what kept cases from being measured and run again; "
            "`--llmeval-resume` asks only what is missing."
        )
    if any(words.broken_limits(suite) for suite in suites):
        yield "A limit is not kept: see the table of limits."
    yield from _baseline_steps(stored)


def _reading(
    suites: tuple[SuiteVerdict, ...],
    worse: tuple[SuiteVerdict, ...],
    stored: tuple[SuiteVerdict, ...],
) -> Iterator[str]:
    """Yield what to look at first."""
    if not worse and any(suite.gone and suite.status == "failed" for suite in stored):
        yield _GONE
    if worse and words.total(suites, "error") > words.total(suites, "failed"):
        yield "Mend the errors first: they may be what looks worse."
    if any(suite.regressed for suite in worse):
        yield "Read the regressed cases: each shows the reply before and now side by side."
    elif any(suite.suspect for suite in suites):
        yield "Read the suspect cases: each shows the reply before and now side by side."
    elif worse:
        yield "No single case stands out: see the figures and what fails most."
    if any(s.comparison == "insufficient_data" and (s.suspect or s.regressed) for s in suites):
        yield (
            "More trials would tell: raise `repeat`, or accept further runs of the same version "
            "with `llmeval accept --add`; `require: [evidence]` makes doubt red."
        )


_GONE = "Cases of the baseline did not run. If that is meant, `llmeval accept` drops them."


def _baseline_steps(suites: tuple[SuiteVerdict, ...]) -> Iterator[str]:
    if any(suite.gone for suite in suites):
        yield _GONE
    if any(s.comparison == "no_baseline" and s.status == "passed" for s in suites):
        yield "`llmeval accept` makes this run the baseline that later runs are compared with."
    if any(suite.comparison == "not_comparable" for suite in suites):
        yield "What is asked or checked has changed: look the run over, then `llmeval accept`."
    if any(suite.comparison == "improvement" for suite in suites):
        yield "Better than the baseline: `llmeval accept` keeps the gain."
