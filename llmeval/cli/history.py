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

EXAMPLE = "  llmeval history --json"
SURE = 0.01
_SHOWN = 10


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--file", metavar="FILE", help="another history than the project's")
    parser.add_argument("--json", action="store_true", help="write the history as JSON")
    folder_options(parser)


def run(args: argparse.Namespace, console: Console) -> int:
    """Say what the runs of the history come to; runs of the reports folder are added first."""
    from llmeval.report import earlier, history

    settings = project_of(args).settings
    file = Path(args.file) if args.file else history.file_of(settings)
    past = earlier.runs(settings.reports)
    if file is None:
        lines: Sequence[Line] = [history.line_of(run) for run in past]
    else:
        lines = history.update(file, past)
    known = history.runs(lines)
    names = sorted({name for line in known for name in line["suites"]})
    flaky = {name: _flaky(settings, lines, name) for name in names}
    if args.json:
        shown = {name: [structs.asdict(case) for case in found] for name, found in flaky.items()}
        console.json({"runs": list(known), "flaky": shown})
        return 0
    console.note(f"{file or settings.reports}: {numbers.count(len(known), 'run')}")
    for name in names:
        for text in (*_told(known, name), *_shown(flaky[name])):
            console.data(text)
    return 0


def _flaky(settings: Settings, lines: Sequence[Line], suite: str) -> tuple[FlakyCase, ...]:
    from llmeval.compare import baseline
    from llmeval.report import steadiness

    stored = baseline.read(baseline.path(settings, suite), suite)
    return steadiness.flaky(lines, suite, stored)


def _shown(flaky: Sequence[FlakyCase]) -> Iterator[str]:
    """Yield the cases that pass sometimes."""
    for case in flaky[:_SHOWN]:
        interval = f"{numbers.rate(case.low)} … {numbers.rate(case.high)}"
        trials = numbers.count(case.trials, "trial")
        rate = f"{case.passed} of {trials} in {numbers.count(case.runs, 'run')}"
        yield f"  flaky: {case.case} passes in {rate} (95 % interval {interval})"
    if len(flaky) > _SHOWN:
        yield f"  {len(flaky) - _SHOWN} more flaky cases: see --json"


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
