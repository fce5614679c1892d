"""`llmeval gate`: a run's verdict as an exit status."""

import argparse

from llmeval.cli.console import Console
from llmeval.cli.runs import folder_of, folder_options, project_of, run_argument, tell

EXAMPLE = "  llmeval gate && ./deploy.sh"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    run_argument(parser)
    parser.add_argument("--json", action="store_true", help="write verdict.json")
    folder_options(parser, baselines=False)


def run(args: argparse.Namespace, console: Console) -> int:
    """Say what was concluded of a run: 0 passed, 1 failed, 2 inconclusive."""
    from llmeval.compare import verdict

    folder = folder_of(args.run, project_of(args))
    found = verdict.read(folder)
    if args.json:
        console.json(verdict.to_json(found))
    else:
        page = folder / "report.html"
        tell(found, console, report=page if page.exists() else None)
    return verdict.exit_status(found)
