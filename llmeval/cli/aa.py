"""`llmeval aa`: an unchanged application against itself, to see whether the gate cries wolf."""

import argparse
import asyncio
from typing import TYPE_CHECKING

from msgspec import structs

from llmeval.cli.console import Console
from llmeval.cli.suite_file import one_suite
from llmeval.errors import StoredFileError, UsageError

if TYPE_CHECKING:
    from llmeval.api.running import Run
    from llmeval.compare.unchanged import Alarms

EXAMPLE = "  llmeval aa suites/support.eval.yaml -n 20"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("suite", metavar="SUITE", help="a suite file")
    parser.add_argument("-n", "--runs", type=int, default=20, metavar="N", help="how many runs")
    parser.add_argument("--repeat", type=int, metavar="N", help="trials of each case")
    parser.add_argument("--adapter", metavar="NAME", help="ask this one instead")
    parser.add_argument("--json", action="store_true", help="write the result as JSON")


def run(args: argparse.Namespace, console: Console) -> int:
    """Measure a suite several times and compare each run with the one before it.

    Exit status 1 when the gate raised more false alarms than `alpha` explains.
    """
    from llmeval.compare.measured import SuiteTable
    from llmeval.compare.unchanged import alarms

    if args.runs < 2:
        raise UsageError(f"-n {args.runs}: expected 2 or more runs, to have something to compare")
    one_suite(args.suite)
    tables, suite = [], None
    for number in range(1, args.runs + 1):
        measured = asyncio.run(_measured(args))
        console.note(f"run {number} of {args.runs}: {len(measured.trials):,} trials")
        table = SuiteTable(measured.suite.name)
        for trial in measured.trials:
            table.add(trial)
        tables.append(table)
        suite = measured.suite
    assert suite is not None
    found = alarms(suite.gate, tables, suite.rounds)
    if found is None:
        raise StoredFileError(f"{args.suite}: nothing was measured in two runs one after the other")
    if args.json:
        console.json({**structs.asdict(found), "is_calibrated": found.is_calibrated})
    else:
        console.data("\n".join(_lines(found)))
    return 0 if found.is_calibrated else 1


async def _measured(args: argparse.Namespace) -> "Run":
    from llmeval.api.running import run as measure

    options = {} if args.repeat is None else {"repeat": args.repeat}
    return await measure(args.suite, args.adapter, **options)


def _lines(found: "Alarms") -> list[str]:
    of = f"{found.comparisons} comparisons of unchanged runs, {found.cases:,} cases"
    lines = [f"{found.suite}: false alarms in {of}"]
    for rule, count in found.alarms.items():
        low, high = found.likely[rule]
        rate = f"{100 * count / found.comparisons:.0f} %"
        lines.append(
            f"  {rule:<16} {count:>3}  {rate:>5} (95 % interval {100 * low:.0f} … {100 * high:.0f})"
        )
    alike = "unknown: one trial a case" if found.correlation is None else f"{found.correlation:.2f}"
    lines.append(f"  correlation of trials within a run: {alike}")
    if not found.is_calibrated:
        lines.append(
            f"  more than alpha {found.alpha:g} explains: trials of a run resemble each other "
            "(set `unit: run`), or the service changed between the runs"
        )
    return lines
