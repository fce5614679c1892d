"""Speed and size of plain `pytest` with llmeval, as whole processes in temporary projects.

    python benchmarks/speed.py                    # everything: some four minutes
    python benchmarks/speed.py start loading      # some of it
    python benchmarks/speed.py --rounds 5 --json > figures.json

Runs that are compared are interleaved, figures are medians. Everything stays on 127.0.0.1. Ends
with 1 when a figure is past what it must be; a busy machine makes that likely, so look at the
ratios first.
"""

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from measure import BrokenRunError, machine
from project import installed
from rows import Row, shown
from speed_live import adapter, live
from speed_offline import loading, offline, report, start, unrelated

PARTS: dict[str, Callable[[Path, int], list[Row]]] = {
    "start": start,
    "unrelated": unrelated,
    "loading": loading,
    "offline": offline,
    "report": report,
    "adapter": adapter,
    "live1000": partial(live, count=1000),
    "live2000": partial(live, count=2000),
    "live10000": partial(live, count=10_000),
}


def main() -> int:
    """Run the program."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; all")
    parser.add_argument("--rounds", type=int, default=3, help="of each comparison (3)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    unknown = [part for part in arguments.parts if part not in PARTS]
    if unknown:
        parser.error(f"unknown part {unknown[0]!r}: known are {', '.join(PARTS)}")
    rows: list[Row] = []
    broken = 0
    for name in arguments.parts or PARTS:
        print(f"{name} …", file=sys.stderr)
        try:
            rows += _part(name, arguments.rounds)
        except BrokenRunError as error:
            broken += 1
            print(f"{name}: {error}", file=sys.stderr)
    if arguments.json:
        about = {"machine": machine(), "installed": installed()}
        print(json.dumps(about | {"rows": [row.json() for row in rows]}, indent=1))
    else:
        print(", ".join(str(value) for value in machine().values()))
        print("plugin installed" if installed() else "plugin named with -p: not installed here")
        print(shown(rows))
    return int(broken > 0 or any(row.word == "MISSED" for row in rows))


def _part(name: str, rounds: int) -> list[Row]:
    folder = Path(tempfile.mkdtemp(prefix="llmeval-speed-"))
    try:
        return PARTS[name](folder, rounds)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
