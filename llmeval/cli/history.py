"""`llmeval history`: the figures of all runs, when they changed, and which cases are flaky."""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import structs

from llmeval.cli.console import Console
from llmeval.cli.runs import folder_options, project_of
from llmeval.compare.flaky import FlakyCase
from llmeval.config import Settings
from llmeval.report import numbers
from llmeval.report.history import Line, series

EXAMPLE = "  llmeval history           # after each run in CI, then commit the file"
SURE = 0.01
_SHOWN = 10


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--file", metavar="FILE", help="default: in the folder of the baselines")
    parser.add_argument("--json", action="store_true", help="write the history as JSON")
    folder_options(parser)


def run(args: argparse.Namespace, console: Console) -> int:
    """Add the runs of the reports folder to the history and say what they come to."""
    from llmeval.report import earlier, history

    settings = project_of(args).settings
    file = Path(args.file) if args.file else settings.baselines / history.FILE
    lines = history.update(file, earlier.runs(settings.reports))
    names = sorted({name for line in lines for name in line["suites"]})
    flaky = {name: _flaky(settings, name) for name in names}
    if args.json:
        known = {name: [structs.asdict(case) for case in found] for name, found in flaky.items()}
        console.json({"runs": list(lines), "flaky": known})
        return 0
    console.note(f"{file}: {numbers.count(len(lines), 'run')}")
    for name in names:
        for text in _told(lines, name):
            console.data(text)
        for case in flaky[name][:_SHOWN]:
            interval = f"{numbers.rate(case.low)} … {numbers.rate(case.high)}"
            rate = f"{case.passed} of {numbers.count(case.trials, 'trial')}"
            console.data(f"  flaky: {case.case} passes in {rate} (95 % interval {interval})")
        if len(flaky[name]) > _SHOWN:
            console.data(f"  {len(flaky[name]) - _SHOWN} more flaky cases: see --json")
    return 0


def _flaky(settings: Settings, suite: str) -> tuple[FlakyCase, ...]:
    from llmeval.compare import baseline, flaky

    found = baseline.read(baseline.path(settings, suite), suite)
    return () if found is None else flaky.cases(found)


def _told(lines: Sequence[Line], suite: str) -> Iterator[str]:
    """Yield the trend of a suite's pass rate, and where it fell."""
    from llmeval.compare.inference import change

    known = series(lines, suite, "pass_rate")
    if not known:
        yield f"{suite}: nothing measured"
        return
    rates = [rate for _, rate in known]
    shown = " ".join(numbers.rate(rate) for rate in rates[-_SHOWN:])
    yield f"{suite}: pass rate of {numbers.count(len(known), 'run')}: {shown}"
    found = change.of(rates)
    if found is not None and found.p <= SURE and found.after < found.before:
        fell = f"fell from {numbers.rate(found.before)} to {numbers.rate(found.after)}"
        yield f"  pass rate {fell} at run {known[found.place][0]} (p = {found.p:.2g})"
