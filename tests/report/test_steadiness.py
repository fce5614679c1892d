"""The history of a project: one line a run, and what it says of single cases."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from llmeval.compare.flaky import FlakyCase, Tally, cases
from llmeval.compare.measured import SuiteTable
from llmeval.errors import StoredFileError
from llmeval.report import history, steadiness
from llmeval.report.history import FORMAT, Line


def line(run: str, day: int, **more: Any) -> dict[str, Any]:
    started = f"2026-11-{day:02}T08:00:00+00:00"
    return {"format": FORMAT, "run": run, "started": started, "suites": {"support": more}}


@pytest.fixture
def told(some: SimpleNamespace) -> Any:
    """Return a function that makes the lines of runs, each given as case to marks."""

    def build(found: Sequence[Mapping[str, str]], **fingerprint: str) -> list[Line]:
        lines: list[Line] = []
        for day, marks in enumerate(found, start=1):
            table = SuiteTable("support")
            for case, row in marks.items():
                for number, mark in enumerate(row, start=1):
                    outcome = "passed" if mark == "p" else "failed"
                    prints = {"input": case, "adapter": f"day {day}", **fingerprint}
                    table.add(some.trial(case, outcome, trial=number, fingerprint=prints))
            each = steadiness.described(table)
            lines += [steadiness.set_line(table, each["set"]), line(f"run-{day}", day, each=each)]
        return lines

    return build


def named(found: Sequence[FlakyCase]) -> list[tuple[str, int, int, int]]:
    return [(case.case, case.passed, case.trials, case.runs) for case in found]


def test_a_case_whose_trials_disagree_is_flaky_over_all_runs(told: Any) -> None:
    lines = told([{"a": "ppp", "b": "ppp"}, {"a": "pfp", "b": "ppp"}, {"a": "ppp", "b": "ppp"}])

    (found,) = steadiness.flaky(lines, "support", None)

    assert named([found]) == [("a", 8, 9, 3)]
    assert found.low == pytest.approx(0.5175, abs=1e-3)
    assert found.high == pytest.approx(0.9972, abs=1e-3)


@pytest.mark.parametrize(
    ("runs", "is_flaky"),
    [("ppfff", False), ("fffpp", False), ("ppfpp", True), ("ppppp", False)],
    ids=["broke", "mended", "wavers", "steady"],
)
def test_a_case_that_turned_once_is_not_flaky(told: Any, runs: str, *, is_flaky: bool) -> None:
    found = steadiness.flaky(told([{"a": mark} for mark in runs]), "support", None)

    assert bool(found) is is_flaky


def test_runs_of_the_baseline_that_disagree_are_of_one_version() -> None:
    stored = {"a": (Tally("r1", 3, 3), Tally("r2", 0, 3))}
    earlier = {"a": (Tally("r1", 3, 3), Tally("r2", 0, 3), Tally("r3", 0, 3))}

    assert named(cases(stored, {})) == [("a", 3, 6, 2)]
    assert named(cases(stored, earlier)) == [("a", 3, 9, 3)]
    assert cases({}, earlier) == ()


def test_a_case_that_is_asked_in_another_way_starts_anew(told: Any) -> None:
    before, now = told([{"a": "pf"}], input="old"), told([{"a": "pp"}, {"a": "pp"}], input="new")
    for day, of_run in enumerate(line for line in now if "run" in line):
        of_run["run"] = f"later-{day}"
        of_run["started"] = f"2026-12-0{day + 1}T08:00:00+00:00"

    assert named(steadiness.flaky(before, "support", None)) == [("a", 1, 2, 1)]
    assert steadiness.flaky([*before, *now], "support", None) == ()


def test_the_adapter_is_no_part_of_what_a_case_is_known_by(told: Any) -> None:
    lines = told([{"a": "pp"}, {"a": "pp"}])

    assert lines[0] == lines[2]
    assert lines[0]["ids"][0].startswith("a ")


def test_a_line_names_only_cases_that_did_not_pass_all_trials(told: Any) -> None:
    (_, run) = told([{"a": "ppp", "b": "pfp", "c": "pp", "d": "ppp"}])

    each = run["suites"]["support"]["each"]
    assert (each["trials"], each["less"]) == (3, {"1": [2, 3], "2": [2, 2]})


# --- the file ------------------------------------------------------------------------------------


def test_a_line_that_a_killed_run_left_unfinished_is_skipped_and_ended(tmp_path: Path) -> None:
    file = tmp_path / "h.jsonl"
    history.append(file, [line("first", 1)])
    with file.open("a", encoding="utf-8") as stream:
        stream.write('{"format": "llmeval-hist')

    history.append(file, [line("second", 2)])

    assert [found["run"] for found in history.read(file)] == ["first", "second"]


def test_of_a_run_that_went_on_the_later_line_counts() -> None:
    found = history.runs([line("a", 1, pass_rate=0.5), line("b", 2), line("a", 1, pass_rate=1.0)])

    assert [known["run"] for known in found] == ["a", "b"]
    assert history.series(found, "support", "pass_rate") == [("a", 1.0)]


def test_a_part_of_a_suite_is_in_no_trend() -> None:
    lines = [line("a", 1, pass_rate=0.5, full=True), line("b", 2, pass_rate=1.0, full=False)]

    assert history.series(lines, "support", "pass_rate") == [("a", 0.5)]


def test_processes_that_append_at_once_keep_their_lines_whole(tmp_path: Path) -> None:
    program = (
        "import sys\nfrom pathlib import Path\nfrom llmeval.report.history import FORMAT, append\n"
        "for n in range(60):\n"
        "    suites = {'s': {'ids': ['x' * 300] * 30}}\n"
        "    append(Path(sys.argv[1]), [{'format': FORMAT, 'run': f'{sys.argv[2]}-{n}', "
        "'started': '', 'suites': suites}])\n"
    )
    file = tmp_path / "h.jsonl"
    writers = [
        subprocess.Popen([sys.executable, "-c", program, str(file), str(n)]) for n in range(3)
    ]

    assert [writer.wait(timeout=60) for writer in writers] == [0, 0, 0]

    assert {found["run"] for found in history.read(file)} == {
        f"{w}-{n}" for w in range(3) for n in range(60)
    }


def test_a_history_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")

    with pytest.raises(StoredFileError, match=r"cannot be (written|read): "):
        history.append(tmp_path / "file" / "h.jsonl", [line("a", 1)])


def test_a_set_is_the_same_in_whatever_order_its_cases_ended(some: SimpleNamespace) -> None:
    prints = {"a": {"input": "1", "context": "x"}, "b": {"input": "2"}}

    def known(order: str, adapter: str) -> str:
        table = SuiteTable("support")
        for case in order:
            fingerprint = {**prints[case], "adapter": adapter}
            table.add(some.trial(case, "passed", trial=1, fingerprint=fingerprint))
        found: str = steadiness.described(table)["set"]
        return found

    assert known("ab", "day 1") == known("ba", "day 2")
