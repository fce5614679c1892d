"""Everything that people and programs read of a run, written into its folder."""

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from llmeval.compare.conclusion import Conclusion
from llmeval.compare.verdict import write as write_verdict
from llmeval.errors import LlmevalError
from llmeval.records import Verdict
from llmeval.report import (
    annotations,
    earlier,
    html,
    index,
    judges,
    labels,
    missed,
    summary,
    view,
)
from llmeval.report.drawings.trend import MOST_POINTS
from llmeval.report.earlier import PastRun
from llmeval.report.files import write_text
from llmeval.report.labels import Label

if TYPE_CHECKING:
    from llmeval.suite.suite import Suite


class Published(Struct, frozen=True, kw_only=True):
    """What was written and what is left to print."""

    verdict: Path | None
    """verdict.json; None when it could not be written."""
    page: Path | None
    """report.html; None when it could not be written."""
    summary: Path | None
    """summary.md; None when it could not be written."""
    annotations: tuple[str, ...] = ()
    """Workflow commands to print where GITHUB_ACTIONS is set."""
    problems: tuple[str, ...] = ()
    """One line for each thing that could not be written."""


def publish(
    folder: Path,
    found: Conclusion,
    *,
    suites: "Mapping[str, Suite] | None" = None,
    step_summary: Path | None = None,
    run_file: Path | None = None,
    reports: Path | None = None,
    notes: Sequence[str] = (),
) -> Published:
    """Write verdict.json, report.html and summary.md; what cannot be written is said, never raised.

    Args:
        folder: Of the run, holds its results.jsonl.
        found: What was concluded; the replies before are read from its baselines.
        suites: Name to suite, for the annotations' lines.
        step_summary: What `GITHUB_STEP_SUMMARY` names; the summary is added to it.
        run_file: The log, where it is not `results.jsonl` of that folder.
        reports: Where the project's runs are. The folder of a run there gets the trend over
            earlier ones, and the index of all is written anew.
        notes: What the reader of the run should know besides the verdict, one line each.
    """
    with _collector_off():
        return _publish(
            folder,
            found,
            suites=suites or {},
            step_summary=step_summary,
            run_file=run_file or folder / "results.jsonl",
            reports=reports if reports and _is_in(folder, reports) else None,
            notes=notes,
        )


def _is_in(folder: Path, reports: Path) -> bool:
    return folder.resolve().parent == reports.resolve()


@contextmanager
def _collector_off() -> Iterator[None]:
    # Reading a log makes many short-lived lists and no cycles: in a process that holds a large
    # session the collector would walk all of that again and again.
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _publish(
    folder: Path,
    found: Conclusion,
    *,
    suites: "Mapping[str, Suite]",
    step_summary: Path | None,
    run_file: Path,
    reports: Path | None,
    notes: Sequence[str],
) -> Published:
    problems: list[str] = []
    stored = _store(folder / "verdict.json", found.verdict, problems)
    try:
        shown = view.build(run_file, found.verdict, found.baselines, found.rows, found.tables)
    except LlmevalError as error:
        problems.append(f"no cases in the report: {error}")
        shown = view.of((), found.verdict, found.baselines, found.rows)
    shown = replace(
        shown,
        labels=_labels(run_file, problems),
        runs=_runs(reports, folder, found.verdict),
        judges_told=judges.sentences(shown.judged, shown.header, found.judge_cards),
    )
    page, sheet = folder / "report.html", folder / "summary.md"
    text = summary.markdown(shown, notes=(*notes, *missed.note(found.tables.values())))
    wrote_page = _try(page, lambda: html.write(page, shown), problems)
    wrote_sheet = _try(sheet, lambda: write_text(sheet, text), problems)
    if reports is not None:
        _try(reports / index.NAME, lambda: index.write(reports), problems)
    if step_summary is not None:
        _try(step_summary, lambda: summary.append(step_summary, text), problems)
    return Published(
        verdict=stored,
        page=page if wrote_page else None,
        summary=sheet if wrote_sheet else None,
        annotations=tuple(annotations.lines(shown, suites)),
        problems=tuple(problems),
    )


def _store(path: Path, verdict: Verdict, problems: list[str]) -> Path | None:
    try:
        write_verdict(path, verdict)
    except LlmevalError as error:
        problems.append(str(error))
        return None
    return path


def _labels(run_file: Path, problems: list[str]) -> tuple[Label, ...]:
    try:
        return labels.read(run_file.with_name(labels.NAME))
    except LlmevalError as error:
        problems.append(f"no labels in the report: {error}")
        return ()


def _runs(reports: Path | None, folder: Path, verdict: Verdict) -> tuple[PastRun, ...]:
    if reports is None:
        return ()
    before = earlier.runs(reports, before=folder.name, most=MOST_POINTS)
    return (*before, earlier.of(verdict, folder))


def _try(path: Path, act: Callable[[], object], problems: list[str]) -> bool:
    try:
        act()
    except OSError as error:
        problems.append(f"{path}: cannot be written: {error.strerror or error}")
        return False
    return True
