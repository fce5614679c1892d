"""`llmeval compare`: two runs or baselines."""

import argparse
import shutil
from pathlib import Path

from llmeval.api.comparing import Side, judge_sides, side_of
from llmeval.api.judging import Judged, publish
from llmeval.api.project import Project
from llmeval.cli.console import Console
from llmeval.cli.runs import folder_options, project_of, tell

EXAMPLE = """  llmeval compare baselines/support.jsonl latest
  llmeval compare 20260301-101500-a1b2 20260302-091200-c3d4 --json"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    side = "name or folder of a run, a baseline's file, or a suite's name for its baseline"
    parser.add_argument("before", metavar="BEFORE", help=side)
    parser.add_argument("after", metavar="AFTER", help="the same; what is judged")
    parser.add_argument("--json", action="store_true", help="write the verdict as JSON")
    folder_options(parser)


def run(args: argparse.Namespace, console: Console) -> int:
    """Judge AFTER against BEFORE: 0 passed, 1 failed, 2 inconclusive."""
    from llmeval.compare import verdict

    project = project_of(args)
    before, after = side_of(args.before, project), side_of(args.after, project)
    judged = judge_sides(before, after, project)
    for note in judged.notes:
        console.note(note)
    page = _report(before, after, judged, project, console)
    if args.json:
        console.json(verdict.to_json(judged.verdict))
    else:
        tell(judged.verdict, console, report=page)
    return verdict.exit_status(judged.verdict)


def _report(
    before: Side, after: Side, judged: Judged, project: Project, console: Console
) -> Path | None:
    """Write the report into a folder of its own; a baseline alone has nothing to show."""
    if after.folder is None:
        console.note(f"no report: {after.name} is a baseline, which holds no run's log")
        return None
    folder = project.settings.reports / f"compare-{_short(before)}-{_short(after)}"
    folder.mkdir(parents=True, exist_ok=True)
    return publish(folder, judged, run_file=_log_of(after.folder, folder)).page


def _short(side: Side) -> str:
    return side.folder.name if side.folder is not None else Path(side.name).stem


def _log_of(run: Path, folder: Path) -> Path:
    from llmeval.compare.table import files_of

    files = files_of(run)
    if len(files) == 1:
        return files[0]
    # A run of several processes that was killed before its parts were joined.
    from llmeval.run.log import join

    for file in files:
        shutil.copy(file, folder / file.name)
    return join(folder)
