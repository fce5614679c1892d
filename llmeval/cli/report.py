"""`llmeval report`: builds reports again."""

import argparse
from pathlib import Path

from llmeval.api.comparing import judge, version_of
from llmeval.api.project import Project
from llmeval.cli.console import Console
from llmeval.cli.runs import folder_of, folder_options, page_of, project_of, run_argument
from llmeval.compare import judge_cards, runs, verdict
from llmeval.compare.conclusion import Conclusion
from llmeval.errors import StoredFileError, UsageError
from llmeval.report.publish import publish

EXAMPLE = """  llmeval report 20260301-101500-a1b2 --open
  llmeval report --index --open"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    run_argument(parser, several=True)
    parser.add_argument(
        "--index", action="store_true", help="write the index of all runs alone, reports/index.html"
    )
    parser.add_argument("--open", action="store_true", help="open it in the browser")
    folder_options(parser)


def run(args: argparse.Namespace, console: Console) -> int:
    """Write report.html and summary.md again, and say where they are."""
    project = project_of(args)
    if args.index:
        return _index(args, project, console)
    for name in args.run or ["latest"]:
        page = _rebuild(folder_of(name, project), project, console)
        console.data(str(page))
        if args.open:
            _show(page, console)
    return 0


def _index(args: argparse.Namespace, project: Project, console: Console) -> int:
    from llmeval.report import index

    if args.run:
        raise UsageError(f"--index is about all runs: leave out {' '.join(args.run)}")
    reports = project.settings.reports
    if not reports.is_dir():
        raise StoredFileError(f"no runs: there is no folder {reports}; run pytest on a suite first")
    page = index.write(reports)
    if page is None:
        raise StoredFileError(
            f"{reports / index.NAME}: was not written by llmeval and is left alone; move it away"
        )
    console.data(str(page))
    if args.open:
        _show(page, console)
    return 0


def _rebuild(folder: Path, project: Project, console: Console) -> Path:
    found = _concluded(folder, project, console)
    published = publish(folder, found, reports=project.settings.reports)
    if published.page is None:
        raise StoredFileError("\n".join(published.problems))
    page_of(published, console)
    return published.page


def _concluded(folder: Path, project: Project, console: Console) -> Conclusion:
    """Return the verdict of the run's own day; a run that was killed is judged now."""
    if not (folder / "verdict.json").exists():
        concluded, notes = judge(None, version_of(folder, project), project)
        for note in notes:
            console.note(note)
        return concluded
    found = verdict.read(folder)
    accepted = runs.accepted(project.settings, [suite.suite for suite in found.suites])
    return Conclusion(
        verdict=found,
        baselines=accepted.stored,
        judge_cards=judge_cards.read_all(project.settings),
    )


def _show(page: Path, console: Console) -> None:
    import webbrowser

    if not webbrowser.open(page.as_uri()):
        console.note(f"no browser found; open {page} yourself")
