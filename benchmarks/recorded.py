"""Real replies through plain pytest: 1,938 questions x 5 systems, 252 instructions x 4 versions.

    python benchmarks/recorded.py FOLDER

reads qa_trivia_5_systems.jsonl.gz and instructions_4_models.jsonl.gz from FOLDER, turns them into
recordings and suites in a temporary folder, and runs those with the `replay` adapter. Ends with 0
only if all of this holds:

- all replies of all systems run in one session;
- `factuality` gives each system a pass rate within 3 points of people's, and the same order;
- with one system as the baseline, a worse one ends red, names exactly the cases that passed before
  and fail now, and the same system again ends green.

`--checks` prints instead what several checks and thresholds give on the same replies.
"""

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from measure import machine, table
from project import Project, installed
from recorded_checks import compare_checks
from recorded_data import Collection, instructions, trivia

POINTS = 3.0
"""How far a pass rate may lie from people's, in percentage points."""


class Findings:
    """What was seen, and what of it should not be."""

    def __init__(self) -> None:
        self.rates: list[dict[str, Any]] = []
        self.sessions: list[dict[str, Any]] = []
        self.wrong: list[str] = []

    def expect(self, what: str, *, holds: bool) -> None:
        """Note what does not hold."""
        if not holds:
            self.wrong.append(what)


def run(collection: Collection, project: Project, findings: Findings) -> None:
    """Run one collection: all systems at once, then baseline, worse system, same system."""
    write(collection, project)
    passed = all_systems(collection, project, findings)
    before, after = collection.before, collection.after
    expected = {row for row, good in passed[before].items() if good and not passed[after][row]}

    suite = f"suites/{collection.name}.eval.yaml"
    session(project, findings, f"{collection.name}: {before} becomes the baseline", [
        suite, "--llmeval-update-baseline", "--llmeval-accept-failures",
    ])  # fmt: skip
    stored = project.folder / "baselines" / f"{collection.name}.jsonl"
    findings.expect(f"{stored.name} is written", holds=stored.exists())

    output = session(project, findings, f"{collection.name}: {after} against {before}", [
        suite, "--llmeval-adapter", after,
    ], status=1)  # fmt: skip
    named = set(regressed(project))
    findings.expect(
        f"{collection.name}: verdict.json names the {len(expected)} cases that got worse, "
        f"found {len(named)}, {len(named ^ expected)} of them differ",
        holds=named == expected and bool(expected),
    )
    missing = [row for row in expected if row not in output]
    findings.expect(
        f"{collection.name}: pytest's output names each case that got worse, "
        f"{len(missing)} of {len(expected)} are missing",
        holds=not missing,
    )

    session(project, findings, f"{collection.name}: {before} again", [suite])
    findings.expect(f"{collection.name}: {before} again regressed", holds=not regressed(project))


def write(collection: Collection, project: Project) -> None:
    """Write dataset, recordings, configuration and suites of a collection."""
    project.write_lines(f"data/{collection.name}.jsonl", iter(collection.rows()))
    config = ["concurrency = 100"]
    for system in collection.systems:
        path = f"recordings/{system}.jsonl"
        project.write_lines(path, collection.recordings(system))
        config.append(f"[adapters.{system}]\ntype = 'replay'\npath = '{path}'")
        name = f"{collection.name}-{system}"
        project.write(f"systems/{name}.eval.yaml", collection.suite(name, system))
    project.write("llmeval.toml", "\n".join(config) + "\n")
    name = collection.name
    project.write(f"suites/{name}.eval.yaml", collection.suite(name, collection.before))


def all_systems(
    collection: Collection, project: Project, findings: Findings
) -> dict[str, dict[str, bool]]:
    """Run all replies in one session; return system -> row -> passed."""
    count = len(collection.rows()) * len(collection.systems)
    name = f"{collection.name}: {count:,} replies, one session"
    session(project, findings, name, ["systems", "--llmeval-gate", "off"])
    passed: dict[str, dict[str, bool]] = {system: {} for system in collection.systems}
    outcomes = 0
    for trial in project.trials():
        passed[trial["adapter"]][_row(trial["case"])] = trial["outcome"] == "passed"
        outcomes += trial["outcome"] in ("passed", "failed")
    findings.expect(
        f"{collection.name}: {count} replies are measured, found {outcomes}",
        holds=outcomes == count,
    )
    for system, rows in passed.items():
        rate(collection, system, rows, findings)
    in_order(collection, findings)
    return passed


def in_order(collection: Collection, findings: Findings) -> None:
    """Compare the order of the systems with that of people's verdicts."""
    lines = [line for line in findings.rates if line["collection"] == collection.name]
    if any("people" not in line for line in lines):
        return
    found, people = (
        [line["system"] for line in sorted(lines, key=lambda line: -line[key])]
        for key in ("pass_rate", "people")
    )
    findings.expect(
        f"{collection.name}: the systems are in the order of people's verdicts "
        f"({', '.join(people)}), found {', '.join(found)}",
        holds=found == people,
    )


def rate(collection: Collection, system: str, passed: dict[str, bool], findings: Findings) -> None:
    """Compare one system's pass rate with people's verdicts, where there are any."""
    human = collection.human(system)
    found = 100 * sum(passed.values()) / max(1, len(passed))
    line: dict[str, Any] = {"collection": collection.name, "system": system, "pass_rate": found}
    if human:
        line["people"] = 100 * sum(human.values()) / len(human)
        line["difference"] = found - line["people"]
        line["too_kind"] = (
            100 * sum(passed.get(row, False) > human[row] for row in human) / len(human)
        )
        line["too_hard"] = (
            100 * sum(passed.get(row, False) < human[row] for row in human) / len(human)
        )
        findings.expect(
            f"{collection.name}: {system} within {POINTS:g} points of people's verdicts, "
            f"found {line['difference']:+.1f}",
            holds=abs(line["difference"]) <= POINTS,
        )
    findings.rates.append(line)


def session(
    project: Project, findings: Findings, name: str, arguments: list[str], status: int = 0
) -> str:
    """Run one pytest session, check its exit status, return its output."""
    done = project.pytest("-q", *arguments)
    findings.sessions.append(
        {"session": name, "exit": done.status, "wall_s": done.wall_s, "peak_mib": done.peak_mib}
    )
    findings.expect(
        f"{name}: exit status {status}, found {done.status}", holds=done.status == status
    )
    if done.status != status:
        print(_tail(done.output), file=sys.stderr)
    for file in ("results.jsonl", "verdict.json", "report.html", "summary.md"):
        path = project.folder / "reports" / "latest" / file
        findings.expect(f"{name}: {file} is written", holds=path.exists())
    return done.output


def regressed(project: Project) -> list[str]:
    """Return the rows that the latest verdict calls regressed: `q[ROW]`."""
    suites = project.verdict().get("suites", ()) if project.finished() else ()
    cases = [str(case) for suite in suites for case in suite.get("regressed", ())]
    return [_row(case) for case in cases]


def _row(case: str) -> str:
    return case.partition("[")[2].rstrip("]")


def _tail(output: str) -> str:
    # Replies of real systems are not for a terminal or a log: the last lines say how it ended.
    return "\n".join(line[:200] for line in output.splitlines()[-5:])


def shown(findings: Findings) -> str:
    """Return the tables."""
    rates = [
        [line["collection"], line["system"], f"{line['pass_rate']:.1f}"]
        + [_number(line.get(key)) for key in ("people", "difference", "too_kind", "too_hard")]
        for line in findings.rates
    ]
    sessions = [
        [line["session"], str(line["exit"]), f"{line['wall_s']:.2f}", f"{line['peak_mib']:.0f}"]
        for line in findings.sessions
    ]
    heads = ["collection", "system", "pass rate %", "people %", "difference"]
    heads += ["passes people call wrong %", "fails people call right %"]
    parts = [table(heads, rates), table(["session", "exit", "wall s", "peak MiB"], sessions)]
    parts.append("\n".join(f"NOT SO: {what}" for what in findings.wrong) or "All of it holds.")
    return "\n\n".join(parts)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"


def main() -> int:
    """Run the program."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, metavar="DIR", help="where the two .gz files are")
    parser.add_argument("--out", type=Path, help="keep projects and reports in this empty folder")
    parser.add_argument("--checks", action="store_true", help="compare checks and thresholds")
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    try:
        collections = (trivia(arguments.folder), instructions(arguments.folder))
    except OSError as error:
        print(f"{error.filename}: cannot be read: {error.strerror}", file=sys.stderr)
        return 2
    if arguments.checks:
        print(compare_checks(collections))
        return 0
    findings = Findings()
    out = arguments.out or Path(tempfile.mkdtemp(prefix="llmeval-recorded-"))
    try:
        for collection in collections:
            run(collection, Project(out / collection.name), findings)
    finally:
        if not arguments.out:
            shutil.rmtree(out, ignore_errors=True)
    if arguments.json:
        print(json.dumps({"machine": machine(), "installed": installed(), **vars(findings)}))
    else:
        print(shown(findings))
    return 1 if findings.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
