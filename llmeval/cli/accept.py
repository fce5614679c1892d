"""`llmeval accept`: makes a run the baseline."""

import argparse

from llmeval.cli.console import Console
from llmeval.cli.runs import folder_of, folder_options, project_of, run_argument

EXAMPLE = """  llmeval accept            # the latest run becomes the baseline
  llmeval accept --add      # one more run of the same version: the baseline knows its own noise"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    run_argument(parser)
    parser.add_argument("--add", action="store_true", help="one more run of the same version")
    parser.add_argument("--suite", metavar="S", help="only this suite")
    parser.add_argument(
        "--accept-failures",
        action="store_true",
        help="confirm that failing cases become part of the baseline",
    )
    folder_options(parser)


def run(args: argparse.Namespace, console: Console) -> int:
    """Store the run as baseline and say what changed."""
    from llmeval.compare.accept import accept

    project = project_of(args)
    changes = accept(
        folder_of(args.run, project),
        project.settings,
        add=args.add,
        suite=args.suite,
        accept_failures=args.accept_failures or project.settings.accept_failures,
    )
    for change in changes:
        console.data(change)
    return 0
