"""`llmeval plan`: what a run would cost, and which drop it would find."""

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import structs

from llmeval.api.project import Project, find_project
from llmeval.cli.console import Console
from llmeval.cli.validate import suite_files

if TYPE_CHECKING:
    from llmeval.suite.suite import Suite

EXAMPLE = "  llmeval plan suites/support.eval.yaml --repeat 5"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="SUITE",
        help="suite files or folders (default: `suites` of the configuration)",
    )
    parser.add_argument("--repeat", type=int, metavar="N", help="trials of each case")
    parser.add_argument("--json", action="store_true", help="write the result as JSON")


def run(args: argparse.Namespace, console: Console) -> int:
    """Say what asking the suites would need and find; asks nothing."""
    from llmeval.compare import power, settling
    from llmeval.report.planned import lines
    from llmeval.run.plan import dry_run
    from llmeval.run.results import Job

    given = [Path(path) for path in args.paths]
    options = {} if args.repeat is None else {"repeat": args.repeat}
    project = find_project(given[0] if given else Path.cwd(), options)
    suites = list(_suites(project, given))
    jobs = [Job(f"{s.shown}::{spec.id}", s, spec) for s in suites for spec in s.cases]
    why = settling.obstacles(suites, project.settings)
    plan = dry_run(jobs, project.settings, registry=project.registry, all_rounds=why)
    trials = {own.suite: own.trials for own in plan.suites}
    planned = [
        (s, {spec.id for spec in s.cases if spec.skip is None}, trials[s.name])
        for s in suites
        if s.name in trials
    ]
    powers = power.of_suites(planned, project.settings)
    if args.json:
        found = {own.suite: structs.asdict(own) for own in plan.suites}
        known = {name: structs.asdict(each) for name, each in powers.items()}
        console.json({"suites": [{**own, "power": known.get(n)} for n, own in found.items()]})
    else:
        console.data("\n".join(lines(plan, powers)))
    return 0


def _suites(project: Project, given: list[Path]) -> "Iterable[Suite]":
    paths = given or [project.settings.root / suite for suite in project.settings.suites]
    return (project.suite(path) for path in suite_files(paths))
