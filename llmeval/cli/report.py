"""`llmeval report`: builds reports again."""

import argparse
from pathlib import Path

from llmeval.api.comparing import judge_sides, side_of
from llmeval.api.judging import Judged, publish, stored_baseline
from llmeval.api.project import Project
from llmeval.cli.console import Console
from llmeval.cli.runs import folder_of, folder_options, project_of, run_argument
from llmeval.errors import StoredFileError

EXAMPLE = "  llmeval report 20260301-101500-a1b2 --open"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    run_argument(parser, several=True)
    parser.add_argument("--open", action="store_true", help="open it in the browser")
    folder_options(parser)


def run(args: argparse.Namespace, console: Console) -> int:
    """Write report.html and summary.md again, and say where they are."""
    project = project_of(args)
    for name in args.run or ["latest"]:
        page = _rebuild(folder_of(name, project), project, console)
        console.data(str(page))
        if args.open:
            _show(page, console)
    return 0


def _rebuild(folder: Path, project: Project, console: Console) -> Path:
    judged = _concluded(folder, project)
    for note in judged.notes:
        console.note(note)
    return _page(folder, judged)


def _concluded(folder: Path, project: Project) -> Judged:
    """Return the verdict of the run's own day; a run that was killed is judged now."""
    from llmeval.compare import verdict

    if not (folder / "verdict.json").exists():
        return judge_sides(None, side_of(folder, project), project)
    found = verdict.read(folder)
    against = stored_baseline(project)
    return Judged(verdict=found, baselines={s.suite: against(s.suite) for s in found.suites})


def _page(folder: Path, judged: Judged) -> Path:
    published = publish(folder, judged)
    if published.page is None:
        raise StoredFileError("; ".join(published.problems))
    return published.page


def _show(page: Path, console: Console) -> None:
    import webbrowser

    if not webbrowser.open(page.as_uri()):
        console.note(f"no browser found; open {page} yourself")
