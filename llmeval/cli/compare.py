"""`llmeval compare`: two runs or baselines."""

import argparse
import shutil
from pathlib import Path

from llmeval.api.comparing import judge, version_of
from llmeval.api.project import Project
from llmeval.cli.console import Console
from llmeval.cli.runs import folder_options, page_of, project_of, tell
from llmeval.compare.conclusion import Conclusion
from llmeval.compare.runs import Version

EXAMPLE = """  llmeval compare baselines/support.jsonl latest
  llmeval compare 20260301-101500-a1b2 20260302-091200-c3d4 --json"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    side = "name or folder of a run, file or folder of baselines, or a suite's name for its own"
    parser.add_argument("before", metavar="BEFORE", help=side)
    parser.add_argument("after", metavar="AFTER", help="the same; what is judged")
    parser.add_argument("--json", action="store_true", help="write the verdict as JSON")
    folder_options(parser)


def run(args: argparse.Namespace, console: Console) -> int:
    """Judge AFTER against BEFORE: 0 passed, 1 failed, 2 inconclusive."""
    from llmeval.compare import verdict

    project = project_of(args)
    before, after = version_of(args.before, project), version_of(args.after, project)
    found, notes = judge(before, after, project)
    for note in notes:
        console.note(note)
    page = _report(before, after, found, project, console)
    if args.json:
        console.json(verdict.to_json(found.verdict))
    else:
        tell(found.verdict, console, report=page)
    return verdict.exit_status(found.verdict)


def _report(
    before: Version, after: Version, found: Conclusion, project: Project, console: Console
) -> Path | None:
    """Write the report into a folder of its own; a baseline alone has nothing to show."""
    if after.log is None:
        console.note(f"no report: {after.name} is a baseline, which holds no run's log")
        return None
    from llmeval.report.publish import publish

    folder = project.settings.reports / f"compare-{_short(before)}-{_short(after)}"
    folder.mkdir(parents=True, exist_ok=True)
    published = publish(folder, found, run_file=_log_of(after.log, folder))
    return page_of(published, console)


def _short(version: Version) -> str:
    return Path(version.name).stem if version.log is None else version.log.name


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
