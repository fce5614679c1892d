"""Checks that run a program on what an application wrote."""

import sys
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from llmeval.config import AdapterConfig
from llmeval.records import Check, Reply, Turn

HIDDEN = "from app import double\n\nassert double(2) == 4, 'double(2) is wrong'\nprint('good')\n"
RIGHT = {"app.py": "def double(n):\n    return 2 * n\n"}
WRONG = {"app.py": "def double(n):\n    return n\n"}


@pytest.fixture
def runs(bench: Any) -> Any:
    """Run a case whose application wrote these files; return what `runs` says of it."""

    def run(files: Any, *argv: str, case: Any = None, allow_run: bool = True, **given: Any) -> Any:
        parameters = {"argv": list(argv), **given}
        bench.adapter(lambda _: Reply(text="Done.", files=files))
        bench.case(
            "a",
            checks=(Check(check="runs", metric="runs", parameters=parameters),),
            **(case or {}),
        )
        bench.run(allow_run=allow_run)
        (trial,) = bench.trials()
        return trial.checks[0]

    return run


def test_a_hidden_test_that_passes_is_a_pass(runs: Any) -> None:
    found = runs(RIGHT, "python", "check.py", add={"check.py": HIDDEN})

    assert (found.passed, found.score, found.reason) == (True, 1.0, "")


def test_a_hidden_test_that_fails_says_how(runs: Any) -> None:
    found = runs(WRONG, "python", "check.py", add={"check.py": HIDDEN})

    assert not found.passed
    assert found.reason == (
        "'python' ended with exit 1, expected exit 0: AssertionError: double(2) is wrong"
    )
    assert "Traceback" in found.details["output"]


def test_hidden_tests_win_over_what_the_application_put_in_their_place(runs: Any) -> None:
    files = {**WRONG, "check.py": "print('good')\n"}

    found = runs(files, "python", "check.py", add={"check.py": HIDDEN})

    assert not found.passed


def test_another_exit_status_can_be_what_is_wanted(runs: Any) -> None:
    assert runs({}, "python", "-c", "raise SystemExit(3)", exit=3).passed


def test_what_was_said_is_on_the_standard_input(runs: Any) -> None:
    code = "import sys; assert sys.stdin.read() == 'Done.'"

    assert runs(None, "python", "-c", code).passed


def test_files_are_put_into_a_copy_of_the_folder(runs: Any, tmp_path: Path) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "old.txt").write_text("old", encoding="utf-8")
    (folder / "kept.txt").write_text("kept", encoding="utf-8")
    code = "import os; print(sorted(os.listdir())); open('x', 'w').close(); raise SystemExit(9)"
    files = {"old.txt": None, "deep/new.txt": "new", "data.bin": "(binary, 7 bytes)"}

    found = runs(files, "python", "-c", code, case={"workspace": str(folder)})

    assert found.details["output"] == "['deep', 'kept.txt']"
    assert sorted(path.name for path in folder.iterdir()) == ["kept.txt", "old.txt"]


def test_the_folder_is_the_adapters_where_the_case_names_none(bench: Any, tmp_path: Path) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "check.py").write_text(HIDDEN, encoding="utf-8")
    write = "open('app.py', 'w').write('def double(n):\\n    return 2 * n\\n')"
    table = {"argv": [sys.executable, "-c", write], "workspace": str(folder)}
    bench.configs["own"] = AdapterConfig(name="own", type="command", parameters=table)
    parameters = {"argv": ["python", "check.py"]}
    checks = (Check(check="runs", metric="runs", parameters=parameters),)
    bench.case("a", checks=checks, allow_empty=True)

    (live,) = bench.run(allow_run=True, record=tmp_path / "it.jsonl")
    (replayed,) = bench.run(allow_run=True, replay=tmp_path / "it.jsonl")

    assert (live.outcome, replayed.outcome) == ("passed", "passed")


PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
open(sys.argv[1], "w").write(str(child.pid))
time.sleep(600)
"""


def _is_alive(pid: int) -> bool:
    # A killed process may wait for its parent as a zombie.
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at /proc")
def test_a_program_that_takes_too_long_is_killed_with_what_it_started(
    runs: Any, tmp_path: Path
) -> None:
    mark = tmp_path / "pid"

    found = runs({}, "python", "-c", PARENT, str(mark), timeout=2)

    assert found.reason == "'python' ran longer than 2 s and was killed"
    give_up_at = monotonic() + 20
    while _is_alive(int(mark.read_text(encoding="utf-8"))):
        assert monotonic() < give_up_at


def test_a_program_that_kills_itself_is_a_fail(runs: Any) -> None:
    found = runs({}, "python", "-c", "import os; os.kill(os.getpid(), 9)")

    assert found.reason == "'python' ended with signal 9, expected exit 0: it wrote nothing"


def test_a_program_gets_no_secret_and_tells_none(
    runs: Any, bench: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = "value-of-a-key-123456"
    monkeypatch.setenv("APP_API_KEY", secret)
    bench.environ["APP_API_KEY"] = secret
    code = (
        "import os; print(os.environ.get('APP_API_KEY'));"
        "print('key.txt says', open('key.txt').read()); raise SystemExit(1)"
    )

    found = runs({}, "python", "-c", code, add={"key.txt": secret})

    assert found.details["output"].splitlines()[0] == "None"
    assert "[redacted]" in found.details["output"]
    assert secret not in bench.text().partition('"parameters"')[0]


def test_long_output_is_cut_to_its_last_lines(runs: Any) -> None:
    code = "print('x' * 79 + '\\n', end='') or [print(n, 'y' * 60) for n in range(1000)]; 1 / 0"

    found = runs({}, "python", "-c", code)

    assert len(found.details["output"]) <= 4002
    assert found.reason.endswith("ZeroDivisionError: division by zero")


@pytest.mark.parametrize("name", ["../out.txt", "/tmp/llmeval-out.txt", "a/../../out.txt", "."])
def test_a_file_outside_the_folder_is_never_written(runs: Any, name: str) -> None:
    found = runs({name: "x"}, "python", "-c", "print('ran')")

    assert found.reason == f"{name!r} leads out of the folder"
    assert not Path("/tmp/llmeval-out.txt").exists()


def test_a_link_in_the_folder_is_not_written_through(runs: Any, tmp_path: Path) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "real.txt").write_text("real", encoding="utf-8")
    (folder / "link.txt").symlink_to("real.txt")
    code = "print(open('real.txt').read(), open('link.txt').read()); raise SystemExit(1)"

    found = runs({"link.txt": "new"}, "python", "-c", code, case={"workspace": str(folder)})

    assert found.details["output"] == "real new"


def test_a_program_that_cannot_be_started_is_no_measurement(runs: Any) -> None:
    found = runs({}, "no-such-program")

    assert found.status == "error"
    assert found.reason == (
        "not_run: cannot start 'no-such-program': 'no-such-program' does not exist"
    )


def test_nothing_is_run_unless_the_configuration_allows_it(runs: Any, tmp_path: Path) -> None:
    mark = tmp_path / "ran"

    found = runs({}, "python", "-c", f"open({str(mark)!r}, 'w')", allow_run=False)

    assert found.status == "error"
    assert found.reason == (
        "not_run: programs are run only with allow_run = true in the configuration"
    )
    assert not mark.exists()


def test_in_a_dialogue_the_files_of_all_turns_are_there(bench: Any) -> None:
    said = {"one": {"app.py": "x = 1\n", "b.py": ""}, "two": RIGHT}
    bench.adapter(lambda r: Reply(text="Done.", files=said[r.messages[-1].content]))
    code = "import app, b; assert app.double(2) == 4"
    check = Check(check="runs", metric="runs", parameters={"argv": ["python", "-c", code]})
    bench.case("a", turns=(Turn(user="one"), Turn(user="two")), checks=(check,))

    (result,) = bench.run(allow_run=True)

    assert result.outcome == "passed", result.problems


def test_the_twin_and_groups_run_programs_too(bench: Any) -> None:
    good = Check(check="runs", metric="runs", parameters={"argv": ["python", "-c", ""]})
    bad = Check(
        check="runs", metric="not_runs", parameters={"argv": ["python", "-c", "1/0"]}, negated=True
    )
    group = Check(check="all_of", metric="all_of", parameters={"value": (good, bad)})
    bench.adapter(lambda _: Reply(files={"a": "b"}))
    bench.case("a", checks=(good, bad, group))

    (result,) = bench.run(allow_run=True)

    assert result.outcome == "passed", result.problems


def test_a_stored_reply_keeps_what_the_program_said(runs: Any) -> None:
    from llmeval.api.stored_votes import judged_before

    stored = runs(RIGHT, "python", "check.py", add={"check.py": HIDDEN})
    from msgspec.structs import replace

    anew = replace(stored, status="error", passed=None, score=None, details={"kind": "not_run"})

    (same,) = judged_before((anew,), (stored,))
    (other,) = judged_before((replace(anew, parameters={}),), (stored,))

    assert same.passed
    assert (other.status, other.reason) == (
        "skipped",
        "not_measured: rescoring asks no judge and runs no program; run the suite again",
    )


def test_a_folder_that_changed_is_another_input(bench: Any, tmp_path: Path) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "a.txt").write_text("one", encoding="utf-8")
    bench.adapter(lambda _: "x")
    bench.case("a", workspace=str(folder))
    bench.run()
    before = bench.trials()[0].fingerprint["input"]

    (folder / "a.txt").write_text("another", encoding="utf-8")
    bench.run()

    assert bench.trials()[0].fingerprint["input"] != before


def test_a_cached_reply_is_of_the_same_folder(bench: Any, tmp_path: Path) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "a.txt").write_text("one", encoding="utf-8")
    own = bench.adapter(lambda _: "x")
    bench.case("a", workspace=str(folder))
    for text in ("one", "one", "another"):
        (folder / "a.txt").write_text(text, encoding="utf-8")
        bench.run(cache="use")

    assert len(own.asked) == 2
    assert own.asked[0].workspace == str(folder)
