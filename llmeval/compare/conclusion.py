"""What the suites of a run come to together."""

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct

from llmeval.compare import gate, judge_cards, statistical, verdict
from llmeval.compare.baseline import Baseline
from llmeval.compare.cases import CaseRow
from llmeval.compare.findings import Facts
from llmeval.compare.judge_cards import JudgeCard
from llmeval.compare.measured import SuiteTable
from llmeval.config import Settings
from llmeval.records import NOTHING, Verdict


class Conclusion(Struct, frozen=True, kw_only=True):
    """A verdict with what it rests on."""

    verdict: Verdict
    baselines: Mapping[str, Baseline | None]
    """Suite name to what it was held against."""
    rows: Mapping[str, tuple[CaseRow, ...]] | None = None
    """Suite name to its rows of the comparison; None for a verdict that was read from its file."""
    tables: Mapping[str, SuiteTable] = NOTHING
    """Suite name to the values that were judged; empty for a verdict that was read."""
    judge_cards: tuple[JudgeCard, ...] = ()
    """What is known of judges' accuracy."""


def conclude(
    suites: Iterable[Facts],
    settings: Settings | None,
    *,
    run: str,
    git: Mapping[str, Any] = NOTHING,
    exit_status: int = 0,
) -> Conclusion:
    """Judge the suites of a run and put the verdicts together.

    Args:
        suites: What was gathered of each.
        settings: Says where the project is.
        run: The run's name.
        git: `sha`, `branch`, `dirty`.
        exit_status: pytest's own; a gate that is not passed turns 0 into 1.
    """
    known = statistical.held(tuple(suites))
    judged = [gate.judge(facts, settings) for facts in known]
    return Conclusion(
        verdict=verdict.combine(judged, exit_status=exit_status, git=git, run=run),
        baselines={facts.table.name: facts.baseline for facts in known},
        rows={facts.table.name: facts.rows for facts in known},
        tables={facts.table.name: facts.table for facts in known},
        judge_cards=() if settings is None else judge_cards.read_all(settings),
    )
