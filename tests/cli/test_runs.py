"""The commands about runs: accept, gate, report, compare, rescore, validate, schema."""

import asyncio
import json
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import llmeval

Run = Callable[..., Any]

SUITE = """
suite: bot
adapter: bot
cases:
  - id: capital
    prompt: What is the capital of France?
    expect: [{contains: Paris}]
  - id: greeting
    turns:
      - {user: Hello}
      - {user: And who are you?}
    expect: [{icontains: bot}]
"""

ANSWERS = {"good": "Paris, says the bot", "bad": "London, says the bot", "empty": ""}


@pytest.fixture
def bot(project: Path) -> Path:
    """A project with one suite and an application that answers what its file says."""
    (project / "llmeval.toml").write_text(
        '[adapters.bot]\ntype = "replay"\npath = "replies.jsonl"\n', encoding="utf-8"
    )
    (project / "suites").mkdir()
    (project / "suites" / "bot.eval.yaml").write_text(SUITE, encoding="utf-8")
    return project


@pytest.fixture
def measured(bot: Path) -> Callable[..., Path]:
    """Return a function that runs the suite and stores the run under a name."""

    def run(name: str, answer: str = "good", **options: Any) -> Path:
        def reply(messages: list[dict[str, str]]) -> str:
            return ANSWERS[answer]  # what is not there is an application that raises

        suite = bot / "suites" / "bot.eval.yaml"
        folder = bot / "reports" / name
        asyncio.run(llmeval.run(suite, reply, folder=folder, **options))
        return folder

    return run


# --- accept --------------------------------------------------------------------------------------


def test_accept_makes_a_run_the_baseline(
    command: Run, measured: Callable[..., Path], bot: Path
) -> None:
    measured("one")

    ended = command("accept", "one")

    assert ended.status == 0
    assert ended.out.startswith("baselines/bot.jsonl: run ")
    assert (bot / "baselines" / "bot.jsonl").exists()


def test_accept_refuses_failing_cases_until_they_are_confirmed(
    command: Run, measured: Callable[..., Path], bot: Path
) -> None:
    measured("one", "bad")

    refused = command("accept", "one")
    confirmed = command("accept", "one", "--accept-failures")

    assert refused.status == 2
    assert "suite 'bot' is not accepted: 1 case fails: capital" in refused.err
    assert confirmed.status == 0


def test_accept_add_stores_one_more_run(
    command: Run, measured: Callable[..., Path], bot: Path
) -> None:
    measured("one")
    measured("two")
    command("accept", "one")

    ended = command("accept", "two", "--add")

    assert ended.status == 0
    assert "2 runs stored" in ended.out


def test_accept_takes_folders_of_its_own(
    command: Run, measured: Callable[..., Path], bot: Path
) -> None:
    measured("one")

    ended = command(
        "accept", "one", "--reports", "reports", "--baselines", "kept", "--suite", "bot"
    )

    assert ended.status == 0
    assert (bot / "kept" / "bot.jsonl").exists()


def test_accept_names_an_unknown_suite(command: Run, measured: Callable[..., Path]) -> None:
    measured("one")

    ended = command("accept", "one", "--suite", "bott")

    assert (ended.status, ended.err) == (
        4,
        "llmeval: unknown suite 'bott'; did you mean 'bot'?\n",
    )


# --- report and gate -----------------------------------------------------------------------------


def test_report_judges_a_run_that_has_no_verdict_yet(
    command: Run, measured: Callable[..., Path]
) -> None:
    folder = measured("one")

    ended = command("report", "one")

    assert ended.status == 0
    assert ended.out == f"{folder.resolve() / 'report.html'}\n"
    assert {path.name for path in folder.iterdir()} >= {
        "report.html",
        "summary.md",
        "verdict.json",
        "results.jsonl",
    }


def test_report_keeps_the_verdict_of_the_run(command: Run, measured: Callable[..., Path]) -> None:
    folder = measured("one", "bad")
    command("report", "one")
    before = (folder / "verdict.json").read_text(encoding="utf-8")
    command("accept", "one", "--accept-failures")

    command("report", "one")

    assert json.loads((folder / "verdict.json").read_text(encoding="utf-8")) == json.loads(before)


def test_report_can_be_opened(
    command: Run, measured: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = measured("one")
    opened: list[str] = []

    def show(url: str) -> bool:
        opened.append(url)
        return True

    monkeypatch.setattr(webbrowser, "open", show)

    command("report", "one", "--open")

    assert opened == [(folder.resolve() / "report.html").as_uri()]


def test_report_writes_the_index_of_all_runs(
    command: Run, bot: Path, measured: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    measured("one")
    command("report", "one")
    page = bot / "reports" / "index.html"
    page.unlink()
    opened: list[str] = []

    def show(url: str) -> bool:
        opened.append(url)
        return True

    monkeypatch.setattr("webbrowser.open", show)

    ended = command("report", "--index", "--open")

    assert (ended.status, ended.out) == (0, f"{page}\n")
    assert "./one/report.html" in page.read_text(encoding="utf-8")
    assert opened == [page.as_uri()]


def test_the_index_is_about_no_single_run(command: Run) -> None:
    ended = command("report", "one", "--index")

    assert ended.status == 4
    assert ended.err == "llmeval: --index is about all runs: leave out one\n"


def test_there_is_no_index_without_runs(command: Run, bot: Path) -> None:
    ended = command("report", "--index")

    assert ended.status == 2
    assert ended.err == (
        f"llmeval: no runs: there is no folder {bot / 'reports'}; run pytest on a suite first\n"
    )


def test_an_index_of_somebody_else_is_left_alone(command: Run, bot: Path) -> None:
    (bot / "reports").mkdir()
    (bot / "reports" / "index.html").touch()

    ended = command("report", "--index")

    assert ended.status == 2
    assert "index.html: was not written by llmeval and is left alone; move it away" in ended.err


def test_report_says_when_there_is_no_browser(
    command: Run, measured: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    measured("one")
    monkeypatch.setattr(webbrowser, "open", lambda _: False)

    ended = command("report", "one", "--open")

    assert ended.status == 0
    assert "no browser found; open " in ended.err


@pytest.mark.parametrize(("answer", "status"), [("good", 0), ("bad", 1)])
def test_gate_turns_the_verdict_into_an_exit_status(
    command: Run, measured: Callable[..., Path], answer: str, status: int
) -> None:
    measured("one", answer)
    command("report", "one")

    ended = command("gate", "one")

    assert ended.status == status
    assert "report.html" in ended.out


def test_gate_writes_the_verdict_for_programs(command: Run, measured: Callable[..., Path]) -> None:
    measured("one")
    command("report", "one")

    found = json.loads(command("gate", "one", "--json").out)

    assert (found["format"], found["status"]) == ("llmeval-verdict/1", "passed")


def test_a_run_that_did_not_end_is_inconclusive(
    command: Run, measured: Callable[..., Path]
) -> None:
    log = measured("one") / "results.jsonl"
    lines = log.read_text(encoding="utf-8").splitlines(keepends=True)
    log.write_text("".join(lines[:-1]), encoding="utf-8")

    no_verdict = command("gate", "one")
    command("report", "one")

    assert no_verdict.status == 2
    assert "verdict.json: cannot be read" in no_verdict.err
    assert command("gate", "one").status == 2


def test_an_unknown_run_is_one_line(command: Run, bot: Path) -> None:
    ended = command("gate", "nothing")

    assert (ended.status, ended.err) == (
        2,
        f"llmeval: no run 'nothing' in {bot / 'reports'}; run pytest on a suite first\n",
    )


# --- compare -------------------------------------------------------------------------------------


@pytest.mark.parametrize("before", ["one", "baselines/bot.jsonl", "bot"])
def test_compare_holds_a_run_against_a_run_or_a_baseline(
    command: Run, measured: Callable[..., Path], bot: Path, before: str
) -> None:
    measured("one")
    measured("two", "bad")
    command("accept", "one")

    ended = command("compare", before, "two")

    assert ended.status == 1
    assert "worse than the baseline" in ended.out
    assert list((bot / "reports").glob("compare-*-two/report.html"))


def test_the_baseline_of_one_suite_judges_that_suite_alone(
    command: Run, measured: Callable[..., Path], bot: Path
) -> None:
    measured("one")
    command("accept", "one")
    other = SUITE.replace("suite: bot", "suite: other").replace("Paris", "Rome")
    (bot / "suites" / "other.eval.yaml").write_text(other, encoding="utf-8")
    measured("two")

    ended = command("compare", "bot", "two")

    assert ended.status == 0
    assert "other" not in ended.out


def test_compare_writes_the_verdict_for_programs(
    command: Run, measured: Callable[..., Path]
) -> None:
    measured("one", "bad")
    measured("two")

    (suite,) = json.loads(command("compare", "one", "two", "--json").out)["suites"]

    assert (suite["comparison"], suite["improved"]) == ("improvement", ["capital"])


def test_a_baseline_can_be_judged_too(command: Run, measured: Callable[..., Path]) -> None:
    measured("one")
    measured("two", "bad")
    command("accept", "one")

    ended = command("compare", "two", "bot")

    assert ended.status == 0
    assert "no report: " in ended.err


def test_sides_without_a_common_suite_are_refused(
    command: Run, measured: Callable[..., Path], bot: Path
) -> None:
    measured("one")
    suite = bot / "suites" / "bot.eval.yaml"
    suite.write_text(SUITE.replace("suite: bot", "suite: other"), encoding="utf-8")
    measured("two")

    ended = command("compare", "one", "two")

    assert ended.status == 2
    assert ended.err.endswith("llmeval: one and two have no suite in common: bot and other\n")


def test_a_suite_that_only_the_run_before_has_is_gone(
    command: Run, measured: Callable[..., Path], bot: Path
) -> None:
    folder = measured("one")
    log = folder / "results.jsonl"
    header, first, *rest = log.read_text(encoding="utf-8").splitlines(keepends=True)
    other = first.replace('"suite":"bot"', '"suite":"shop"')
    log.write_text("".join([header, first, other, *rest]), encoding="utf-8")
    measured("two")

    ended = command("compare", "one", "two", "--json")

    found = {suite["suite"]: suite for suite in json.loads(ended.out)["suites"]}
    assert (ended.status, found["bot"]["status"]) == (1, "passed")
    assert (found["shop"]["status"], found["shop"]["gone"]) == ("failed", ["capital"])


def test_a_folder_of_baselines_judges_the_suites_of_the_run(
    command: Run, measured: Callable[..., Path]
) -> None:
    measured("one")
    measured("two", "bad")
    command("accept", "one")

    ended = command("compare", "baselines", "two")

    assert ended.status == 1
    assert "worse than the baseline" in ended.out


def test_what_cannot_be_written_is_said_beside_the_verdict(
    command: Run, measured: Callable[..., Path]
) -> None:
    folder = measured("one")
    (folder / "report.html").mkdir()

    told = command("report", "one")

    assert (told.status, "report.html: cannot be written: " in told.err) == (2, True)


def test_a_killed_run_of_several_processes_can_be_compared(
    command: Run, measured: Callable[..., Path], bot: Path
) -> None:
    measured("one")
    folder = measured("two", "bad")
    log = folder / "results.jsonl"
    header, first, second, _ = log.read_text(encoding="utf-8").splitlines(keepends=True)
    log.unlink()
    (folder / "results-gw0.jsonl").write_text(header + first, encoding="utf-8")
    (folder / "results-gw1.jsonl").write_text(header + second, encoding="utf-8")

    ended = command("compare", "one", "two")

    assert ended.status == 1
    assert "report.html" in ended.out


def test_compare_says_which_suite_cannot_be_read_any_more(
    command: Run, measured: Callable[..., Path], bot: Path
) -> None:
    measured("one")
    measured("two")
    (bot / "suites" / "bot.eval.yaml").write_text("cases: 3", encoding="utf-8")

    ended = command("compare", "one", "two")

    assert ended.status == 0
    assert "suites/bot.eval.yaml:1:8: cases: expected a list" in ended.err


# --- rescore -------------------------------------------------------------------------------------


def test_rescore_applies_changed_checks_to_stored_replies(
    command: Run, measured: Callable[..., Path], bot: Path
) -> None:
    measured("one")
    suite = bot / "suites" / "bot.eval.yaml"
    suite.write_text(SUITE.replace("contains: Paris", "contains: London"), encoding="utf-8")

    ended = command("rescore", "one", "--json")

    assert ended.status == 1
    (found,) = json.loads(ended.out)["suites"]
    assert (found["counts"]["passed"], found["counts"]["failed"]) == (1, 1)
    assert (bot / "reports" / "latest" / "report.html").exists()


def test_rescoring_without_a_change_changes_nothing(
    command: Run, measured: Callable[..., Path], bot: Path
) -> None:
    stored = measured("one", repeat=2)

    ended = command("rescore", "one")

    assert ended.status == 0
    assert trials(bot / "reports" / "latest") == trials(stored)


def test_rescore_compares_the_trials_of_a_case(
    command: Run, measured: Callable[..., Path], bot: Path
) -> None:
    measured("one", repeat=2)
    suite = bot / "suites" / "bot.eval.yaml"
    suite.write_text(SUITE.replace("contains: Paris", "consistency: 0.9"), encoding="utf-8")

    ended = command("rescore", "one")

    assert ended.status == 0
    found = trials(bot / "reports" / "latest")
    scores = [
        check["score"] for t in found for check in t["checks"] if check["check"] == "consistency"
    ]
    assert scores == [1.0, 1.0]


def trials(folder: Path) -> list[dict[str, Any]]:
    lines = (folder / "results.jsonl").read_text(encoding="utf-8").splitlines()
    return [found for line in lines if (found := json.loads(line))["kind"] == "trial"]


def test_rescore_leaves_out_what_was_asked_otherwise(
    command: Run, measured: Callable[..., Path], bot: Path
) -> None:
    measured("one")
    suite = bot / "suites" / "bot.eval.yaml"
    suite.write_text(SUITE.replace("capital of France", "capital of Peru"), encoding="utf-8")

    ended = command("rescore", "one")

    assert ended.status == 2
    assert "left out, their input has changed; run them again: capital" in ended.err


def test_rescore_leaves_out_cases_that_are_gone(
    command: Run, measured: Callable[..., Path], bot: Path
) -> None:
    measured("one")
    suite = bot / "suites" / "bot.eval.yaml"
    suite.write_text(SUITE.replace("id: capital", "id: city"), encoding="utf-8")

    ended = command("rescore", "one")

    assert "left out, in no suite as it is now: capital" in ended.err


def test_rescore_names_the_data_file_that_cannot_be_read_any_more(
    command: Run, measured: Callable[..., Path], bot: Path
) -> None:
    suite = bot / "suites" / "bot.eval.yaml"
    suite.write_text(
        "suite: bot\nadapter: demo\ncases:\n  - dataset: rows.jsonl\n    id: row\n"
        '    prompt: "{{ q }}"\n    expect: [{not_contains: zzz}]\n',
        encoding="utf-8",
    )
    rows = bot / "suites" / "rows.jsonl"
    rows.write_text('{"id": "a", "q": "one?"}\n', encoding="utf-8")
    measured("one")
    rows.write_text("garbage\n", encoding="utf-8")

    ended = command("rescore", "one")

    assert ended.status == 2
    assert "llmeval: suites/rows.jsonl:1: not JSON" in ended.err
    assert "left out, in no suite as it is now: row[a]" in ended.err


def test_rescore_says_when_nothing_is_left(
    command: Run, measured: Callable[..., Path], bot: Path
) -> None:
    measured("one")
    (bot / "suites" / "bot.eval.yaml").write_text("cases: 3", encoding="utf-8")

    ended = command("rescore", "one")

    assert ended.status == 2
    assert "nothing can be rescored" in ended.err
    assert "suites/bot.eval.yaml:1:8: " in ended.err


def test_rescore_leaves_errors_as_they_are(
    command: Run, measured: Callable[..., Path], bot: Path
) -> None:
    stored = measured("one", "raises", max_retries=0)

    ended = command("rescore", "one")

    assert ended.status == 2
    assert trials(bot / "reports" / "latest") == trials(stored)


def test_rescore_leaves_a_turn_that_broke_off_between_its_calls(
    command: Run, bot: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    suite = bot / "suites" / "bot.eval.yaml"
    suite.write_text(
        "adapter: bot\ntool_results: {find: x}\nexpect: [{calls_tool: find}]\n"
        "cases: [{id: a, prompt: Find it.}]\n",
        encoding="utf-8",
    )

    def reply(messages: list[dict[str, str]]) -> dict[str, Any]:
        if messages[-1]["role"] == "tool":
            raise RuntimeError("no")
        return {"tool_calls": [{"name": "find", "arguments": {}}], "finish_reason": "tool_calls"}

    folder = bot / "reports" / "one"
    asyncio.run(llmeval.run(suite, reply, folder=folder))

    command("rescore", "one")

    (stored,) = trials(bot / "reports" / "latest")
    assert stored == trials(folder)[0]
    assert stored["error"]["kind"] == "raised"


def test_rescore_can_allow_empty_replies(
    command: Run, measured: Callable[..., Path], bot: Path
) -> None:
    measured("one", "empty")
    suite = bot / "suites" / "bot.eval.yaml"
    unchanged = command("rescore", "one", "--json")
    suite.write_text(SUITE.replace("adapter: bot", "adapter: bot\nallow_empty: true"))

    allowed = command("rescore", "one", "--json")

    (before,) = json.loads(unchanged.out)["suites"]
    (after,) = json.loads(allowed.out)["suites"]
    assert (before["counts"]["error"], before["counts"]["failed"]) == (2, 0)
    # Of the dialogue only the first turn was answered: that stays an error.
    assert (after["counts"]["error"], after["counts"]["failed"]) == (1, 1)


def test_rescore_says_when_a_suite_has_another_name_now(
    command: Run, measured: Callable[..., Path], bot: Path
) -> None:
    measured("one")
    suite = bot / "suites" / "bot.eval.yaml"
    suite.write_text(SUITE.replace("suite: bot", "suite: other"), encoding="utf-8")

    ended = command("rescore", "one")

    assert ended.status == 2
    assert "suites/bot.eval.yaml: the suite is called 'other' now, not 'bot'" in ended.err


def test_rescore_refuses_what_is_no_log(
    command: Run, measured: Callable[..., Path], bot: Path
) -> None:
    log = measured("one") / "results.jsonl"
    log.write_text(log.read_text(encoding="utf-8").partition("\n")[2], encoding="utf-8")

    ended = command("rescore", "one")

    assert ended.status == 2
    assert "no first line of a run" in ended.err


# --- validate and schema -------------------------------------------------------------------------


def test_validate_says_what_it_read(command: Run, bot: Path) -> None:
    ended = command("validate")

    assert (ended.status, ended.out) == (0, "")
    assert ended.err == "suites/bot.eval.yaml: 2 cases\n0 problems in 1 file\n"


def test_hidden_folders_are_not_searched(command: Run, bot: Path) -> None:
    (bot / "suites" / ".old").mkdir()
    (bot / "suites" / ".old" / "a.eval.yaml").write_text("cases: 3", encoding="utf-8")

    assert command("validate").status == 0


def test_validate_lists_every_problem_of_every_file(command: Run, bot: Path) -> None:
    (bot / "suites" / "b.eval.yml").write_text(
        "casse: []\nadapter: bott\ncases:\n  - {id: a, promt: x}\n", encoding="utf-8"
    )

    ended = command("validate", "suites")

    assert ended.status == 2
    places = [line.split(": ")[0] for line in ended.out.splitlines()]
    assert "suites/b.eval.yml:1:1" in places
    assert "suites/b.eval.yml:2:10" in places
    assert any(place.startswith("suites/b.eval.yml:4:") for place in places)
    assert ended.err.endswith("problems in 2 files\n")


def test_validate_writes_problems_for_programs(command: Run, bot: Path) -> None:
    (bot / "suites" / "b.eval.yaml").write_text("casse: []\n", encoding="utf-8")

    found = json.loads(command("validate", "--json").out)

    assert found["suites"] == [{"suite": "bot", "path": "suites/bot.eval.yaml", "cases": 2}]
    assert {problem["path"] for problem in found["problems"]} == {"suites/b.eval.yaml"}


def test_validate_checks_the_adapters_that_suites_name(command: Run, bot: Path) -> None:
    (bot / "llmeval.toml").write_text(
        '[adapters.bot]\ntype = "replay"\npaht = "r"\n[adapters.unused]\ntype = "replay"\n',
        encoding="utf-8",
    )

    ended = command("validate")

    assert ended.status == 2
    assert ended.out == (
        "suites/bot.eval.yaml:5: llmeval.toml: adapters.bot.paht: unknown parameter; "
        "did you mean 'path'?\n"
    )


def test_validate_refuses_two_suites_of_one_name(command: Run, bot: Path) -> None:
    (bot / "suites" / "again.eval.yaml").write_text(SUITE, encoding="utf-8")

    ended = command("validate")

    assert ended.status == 2
    assert (
        "suites/bot.eval.yaml:1:1: suite 'bot' exists already in suites/again.eval.yaml; give"
        in ended.out
    )


@pytest.mark.parametrize(
    ("path", "message"),
    [
        pytest.param("nowhere", "nowhere: no such file or folder", id="missing"),
        pytest.param(
            "llmeval.toml",
            "llmeval.toml: suite files are named *.eval.yaml or *.eval.yml",
            id="other",
        ),
        pytest.param("empty", "no *.eval.yaml in empty", id="none"),
    ],
)
def test_validate_names_a_path_that_holds_no_suite(
    command: Run, bot: Path, path: str, message: str
) -> None:
    (bot / "empty").mkdir()

    ended = command("validate", path)

    assert (ended.status, ended.err) == (4, f"llmeval: {message}\n")


def test_schema_knows_the_checks_of_the_project(command: Run, project: Path) -> None:
    (project / "llmeval.toml").write_text('[checks]\npolite = "schema_checks:polite"')
    (project / "schema_checks.py").write_text("def polite(reply, case): return True\n")

    ended = command("schema")

    assert ended.status == 0
    assert "polite" in ended.out
    assert json.loads(ended.out)["title"] == "llmeval suite"
