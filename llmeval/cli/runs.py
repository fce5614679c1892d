"""What the commands about runs have in common."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from llmeval.api.project import Project, find_project
from llmeval.cli.console import Console
from llmeval.errors import StoredFileError
from llmeval.run.folder import find_run

if TYPE_CHECKING:
    from llmeval.records import Verdict
    from llmeval.report.publish import Published


def run_argument(parser: argparse.ArgumentParser, *, several: bool = False) -> None:
    """Declare RUN."""
    parser.add_argument(
        "run",
        nargs="*" if several else "?",
        default=[] if several else "latest",
        metavar="RUN",
        help="name or folder of a run (default: latest)",
    )


def folder_options(parser: argparse.ArgumentParser, *, baselines: bool = True) -> None:
    """Declare where runs and baselines are, as for pytest."""
    parser.add_argument("--reports", metavar="DIR", help="where runs are (default: reports)")
    if baselines:
        parser.add_argument(
            "--baselines", metavar="DIR", help="where baselines are (default: baselines)"
        )


def project_of(args: argparse.Namespace) -> Project:
    """Return the project we run in, the command's folders applied.

    Raises:
        ConfigError: Something is wrong with the configuration.
    """
    given = {name: getattr(args, name, None) for name in ("reports", "baselines")}
    return find_project(Path.cwd(), given)


def folder_of(name: str, project: Project) -> Path:
    """Return the folder of a run.

    Raises:
        StoredFileError: There is none of that name.
    """
    return find_run(project.settings.reports, name)


def page_of(published: "Published", console: Console) -> Path | None:
    """Return the written page, having said what could not be written.

    Raises:
        StoredFileError: verdict.json could not be written.
    """
    if published.verdict is None:
        raise StoredFileError("\n".join(published.problems))
    for problem in published.problems:
        console.note(f"llmeval: {problem}")
    return published.page


def tell(verdict: "Verdict", console: Console, *, report: Path | None = None) -> None:
    """Write a verdict for people."""
    from llmeval.report.terminal import lines

    for line in lines(verdict, report=report, encoding=console.encoding):
        console.data(line)
