"""`llmeval rescore`: the suites' checks as they are now on stored replies."""

import argparse

from llmeval.api.comparing import judge, version_of
from llmeval.api.rescoring import rescore
from llmeval.cli.console import Console
from llmeval.cli.runs import folder_of, folder_options, page_of, project_of, run_argument, tell

EXAMPLE = "  llmeval rescore           # after a threshold or a check was changed in a suite"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    run_argument(parser)
    parser.add_argument("--json", action="store_true", help="write the verdict as JSON")
    folder_options(parser)


def run(args: argparse.Namespace, console: Console) -> int:
    """Write a new run and judge it: 0 passed, 1 failed, 2 inconclusive."""
    from llmeval.compare import verdict
    from llmeval.report.publish import publish

    project = project_of(args)
    rescored = rescore(folder_of(args.run, project), project)
    for note in rescored.notes:
        console.note(note)
    found, _ = judge(None, version_of(rescored.folder, project), project)
    published = publish(rescored.folder, found, reports=project.settings.reports)
    page = page_of(published, console)
    if args.json:
        console.json(verdict.to_json(found.verdict))
    else:
        tell(found.verdict, console, report=page)
    return verdict.exit_status(found.verdict)
