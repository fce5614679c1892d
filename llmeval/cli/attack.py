"""`llmeval attack`: attacks the cases of a suite and prints what succeeded."""

import argparse
import asyncio
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from llmeval.api.project import Project, by_name, find_project
from llmeval.cli.console import Console
from llmeval.cli.suite_file import one_suite
from llmeval.compare.attack_matrix import PARTS, Matrix, matrix
from llmeval.compare.attacked import OF_ATTACKS, Rate
from llmeval.compare.table import Table
from llmeval.errors import StoredFileError, UsageError

EXAMPLE = """  llmeval attack suites/injection.eval.yaml
  llmeval attack suites/injection.eval.yaml --run latest --json"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "suite", nargs="?", metavar="SUITE", help="a suite file with cases under `attack`"
    )
    parser.add_argument("--list", action="store_true", help="print all techniques and goals")
    parser.add_argument(
        "--run", metavar="RUN", help="show what a stored run measured; asks nothing"
    )
    parser.add_argument(
        "--search",
        type=int,
        metavar="N",
        help="spend N attacks a case where attacks succeed, round by round",
    )
    parser.add_argument(
        "--resume", metavar="RUN", help="go on with an interrupted search, over what it has asked"
    )
    parser.add_argument("--adapter", metavar="NAME", help="ask this adapter instead")
    parser.add_argument("--repeat", type=int, metavar="N", help="trials per case")
    parser.add_argument("--json", action="store_true", help="write the figures as JSON")
    parser.add_argument("--reports", metavar="DIR", help="where runs are (default: reports)")


def run(args: argparse.Namespace, console: Console) -> int:
    """Print technique x carrier: 0 all resisted, 1 some attack succeeded, 2 nothing measured."""
    if args.list:
        console.data("\n".join(catalogue()))
        return 0
    if args.suite is None:
        raise UsageError("name a suite file, or --list")
    path = one_suite(args.suite)
    project = find_project(path, _options(args))
    table = _stored(args, project) if args.run else _asked(args, project, path, console)
    found = matrix(table)
    if found is None:
        raise StoredFileError(f"{path}: no attack was measured; give a case the key `attack`")
    if args.json:
        console.json(_as_json(found))
    else:
        for line in lines(found):
            console.data(line)
    return 1 if any(cell.succeeded for cell in found.cells) else 0


def _options(args: argparse.Namespace) -> dict[str, Any]:
    given = {"repeat": args.repeat, "reports": args.reports}
    if args.adapter:
        given["adapter"] = [args.adapter]
    return by_name({name: value for name, value in given.items() if value is not None})


def _stored(args: argparse.Namespace, project: Project) -> Any:
    from llmeval.run.folder import find_run

    name = project.suite(Path(args.suite)).name
    tables = Table.read(find_run(project.settings.reports, args.run)).suites
    if name not in tables:
        raise StoredFileError(f"run {args.run!r} has no suite {name!r}; it has {', '.join(tables)}")
    return tables[name]


def _asked(args: argparse.Namespace, project: Project, path: Path, console: Console) -> Any:
    """Ask the attacked cases of the suite and no others."""
    from llmeval.api.running import measure

    if args.resume and args.search is None:
        raise UsageError("--resume goes on with a search; give --search N as well")
    suite = project.suite(path)
    attacked = tuple(spec for spec in suite.cases if spec.attack is not None)
    if not attacked:
        raise UsageError(f"{path}: no case has the key `attack`")
    if args.search is None:
        console.note(f"asking {len(attacked)} cases of {suite.shown}")
        ran = asyncio.run(measure(project, replace(suite, cases=attacked)))
    else:
        ran = _searched(args, project, suite, console)
    table = Table(ran.header, ())
    for trial in ran.trials:
        table.add(trial)
    return table.suites[suite.name]


def _searched(args: argparse.Namespace, project: Project, suite: Any, console: Console) -> Any:
    """Search, and store all that is asked as a run."""
    from llmeval.api.searching import search
    from llmeval.run.folder import find_run, new_run_folder, set_latest

    if args.search < 1:
        raise UsageError(f"--search {args.search}: expected 1 or more")
    reports = project.settings.reports
    earlier = find_run(reports, args.resume) if args.resume else None
    folder = new_run_folder(reports)
    set_latest(reports, folder)
    console.note(f"searching {suite.shown}, {args.search} attacks a case; run {folder.name}")
    return asyncio.run(search(project, suite, args.search, folder, earlier))


def catalogue() -> Iterator[str]:
    """Yield every technique and goal with its ids in MITRE ATLAS and OWASP."""
    from llmeval.attacks import lists
    from llmeval.attacks.goals import GOALS
    from llmeval.attacks.pursuit import STYLES
    from llmeval.attacks.techniques import TECHNIQUES

    for technique in (*TECHNIQUES.values(), *STYLES.values()):
        owasp, atlas = lists.named(lists.INJECTION), lists.named(technique.atlas)
        yield f"{technique.name:<20}  {technique.group:<20}  {owasp}, {atlas}"
    for goal in GOALS.values():
        owasp, atlas = lists.named(goal.owasp), lists.named(goal.atlas)
        yield f"{goal.name:<20}  {'goal':<20}  {owasp}, {atlas}"
    yield f"lists: OWASP Top 10 for LLM Applications {lists.OWASP_EDITION}, MITRE ATLAS " + (
        lists.ATLAS_RELEASE
    )


# --- showing -----------------------------------------------------------------------------------


def lines(found: Matrix) -> Iterator[str]:
    """Yield the matrix and the figures for people."""
    width = max(len(name) for name in ("technique", *found.techniques))
    yield "  ".join(["technique".ljust(width), *found.carriers, "all"])
    for technique in found.techniques:
        cells = [_cell(found, technique, carrier) for carrier in found.carriers]
        whole = _share(found.by_part["technique"][technique])
        yield "  ".join([technique.ljust(width), *cells, whole])
    yield ""
    for name in OF_ATTACKS:
        if name in found.rates:
            yield f"{name}: {_interval(found.rates[name])}"
    for part in PARTS:
        if part != "technique":
            rates = found.by_part[part].items()
            yield f"by {part}: " + ", ".join(f"{name} {_share(rate)}" for name, rate in rates)
    for title, idents in lists_of(found):
        yield f"{title}: " + ", ".join(f"{name} {_share(rate)}" for name, rate in idents.items())


def lists_of(found: Matrix) -> Iterator[tuple[str, Mapping[str, Rate]]]:
    """Yield the figures by the ids of public lists."""
    from llmeval.attacks import lists

    yield f"by OWASP {lists.OWASP_EDITION}", found.by_list["owasp"]
    yield f"by ATLAS {lists.ATLAS_RELEASE}", found.by_list["atlas"]


def _cell(found: Matrix, technique: str, carrier: str) -> str:
    cell = found.cell(technique, carrier)
    text = "-" if cell is None else f"{cell.succeeded:g}/{cell.cases}"
    return text.rjust(len(carrier))


def _share(rate: Rate) -> str:
    return f"{rate.value * rate.cases:g}/{rate.cases}"


def _interval(rate: Rate) -> str:
    of = f"{_share(rate)} cases, 95 % interval {rate.low:.1%} to {rate.high:.1%}"
    return f"{rate.value:.1%} ({of})".replace("%", " %").replace("95  %", "95 %")


def _as_json(found: Matrix) -> Mapping[str, Any]:
    return {
        "cells": [
            {
                "technique": cell.technique,
                "carrier": cell.carrier,
                "succeeded": cell.succeeded,
                "cases": cell.cases,
                "worked": list(cell.worked),
            }
            for cell in found.cells
        ],
        "rates": {name: rate._asdict() for name, rate in found.rates.items()},
        "by": {
            part: {name: rate._asdict() for name, rate in rates.items()}
            for part, rates in found.by_part.items()
        },
        "lists": {
            name: {ident: rate._asdict() for ident, rate in rates.items()}
            for name, rates in found.by_list.items()
        },
    }
