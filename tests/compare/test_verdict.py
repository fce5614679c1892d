"""Verdicts of several suites together, and the file that keeps them."""

import json
from pathlib import Path
from typing import Any

import pytest

from llmeval.compare import verdict
from llmeval.errors import StoredFileError
from llmeval.records import GateSpec, Limit, SuiteVerdict, Verdict

EDITED = ": was edited by hand or cut off"


def suite(status: Any, **parts: Any) -> SuiteVerdict:
    known = {"suite": "bot", "path": "suites/bot.eval.yaml", "mode": "strict", "mode_reason": "x"}
    return SuiteVerdict(**{**known, "comparison": "no_baseline", "status": status, **parts})


@pytest.mark.parametrize(
    ("statuses", "expected", "gate_exit"),
    [
        (["passed", "passed"], "passed", 0),
        (["passed", "inconclusive"], "inconclusive", 2),
        (["failed", "inconclusive", "passed"], "failed", 1),
        ([], "inconclusive", 2),
    ],
    ids=str,
)
def test_a_run_is_as_good_as_its_worst_suite(
    statuses: list[str], expected: str, gate_exit: int
) -> None:
    found = verdict.combine(suite(status) for status in statuses)

    assert found.status == expected
    assert verdict.exit_status(found) == gate_exit


@pytest.mark.parametrize(
    ("status", "before", "after"),
    [
        ("passed", 0, 0),
        ("failed", 0, 1),
        ("inconclusive", 0, 1),
        ("passed", 1, 1),
        ("failed", 2, 2),
    ],
)
def test_the_gate_only_ever_turns_0_into_1(status: str, before: int, after: int) -> None:
    assert verdict.combine([suite(status)], exit_status=before).exit_status == after


def test_the_file_holds_what_is_documented(judge: Any) -> None:
    gate = GateSpec(
        mode="ratchet", limits=(Limit(metric="pass_rate", where={"case": "a"}, min=0.5),)
    )
    judged = judge({"a": "f", "c": "p"}, {"a": "p", "b": "p"}, gate)

    found = verdict.to_json(verdict.combine([judged], git={"sha": "abc"}, run="run-1"))

    assert found.keys() == {"format", "run", "status", "exit_status", "suites", "git"}
    assert (found["format"], found["status"], found["exit_status"]) == (
        "llmeval-verdict/1",
        "failed",
        1,
    )
    (only,) = found["suites"]
    assert {
        "suite", "mode", "comparison", "counts", "metrics", "regressed", "suspect", "new", "gone",
        "changed", "baseline", "cost_usd", "reasons",
    } <= only.keys()  # fmt: skip
    assert only["metrics"][0].keys() >= {
        "metric", "where", "baseline", "current", "difference", "low", "high", "p", "p_adjusted",
        "limit", "limit_ok",
    }  # fmt: skip
    assert (only["regressed"], only["new"], only["gone"]) == (["a"], ["c"], ["b"])
    assert only["baseline"] == {"path": None, "runs": 1, "age_days": 3.17, "adapter": "app"}
    assert only["metrics"][1]["limit"] == {"min": 0.5}
    assert only["metrics"][1]["limit_ok"] is False
    json.dumps(found, allow_nan=False)


def test_a_verdict_is_read_back_as_it_was_written(tmp_path: Path, judge: Any, trial: Any) -> None:
    changed = trial("a", fingerprint={"checks": "9"})
    judged = judge([changed, trial("b", "f", index=1)], {"a": "p", "b": "p"})
    known = verdict.combine([judged], git={"sha": "abc", "dirty": True}, run="run-1")

    verdict.write(tmp_path / "verdict.json", known)

    assert verdict.read(tmp_path / "verdict.json") == known
    assert verdict.read(tmp_path) == known


def test_keys_of_a_newer_writer_are_ignored(tmp_path: Path, judge: Any) -> None:
    found = verdict.to_json(verdict.combine([judge({"a": "p"})]))
    found["suites"][0]["colour"] = "green"
    (tmp_path / "verdict.json").write_text(json.dumps(found), encoding="utf-8")

    assert verdict.read(tmp_path).suites[0].suite == "bot"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, ": cannot be read: No such file or directory; did the run end?"),
        ("{", ": is not valid JSON; run again"),
        ("[]", ": format is None, expected 'llmeval-verdict/1'; run again"),
        (
            '{"format": "llmeval-verdict/2"}',
            ": format is 'llmeval-verdict/2', expected 'llmeval-verdict/1'; run again",
        ),
        (
            '{"format": "llmeval-verdict/1", "status": "passed"}',
            f"{EDITED}: Object missing required field `exit_status`; run again",
        ),
        (
            '{"format": "llmeval-verdict/1", "status": "green", "exit_status": 0, "suites": []}',
            f"{EDITED}: Invalid enum value 'green' - at `$.status`; run again",
        ),
        ('{"format": "llmeval-verdict/1", "exit_status": NaN}', ": is not valid JSON; run again"),
    ],
    ids=["absent", "torn", "list", "newer", "short", "unknown word", "not a number"],
)
def test_a_damaged_file_is_one_message(tmp_path: Path, text: str | None, message: str) -> None:
    file = tmp_path / "verdict.json"
    if text is not None:
        file.write_text(text, encoding="utf-8")

    with pytest.raises(StoredFileError) as caught:
        verdict.read(tmp_path)

    assert str(caught.value) == f"{file}{message}"


def test_a_folder_that_is_not_there_cannot_be_written_to(tmp_path: Path) -> None:
    known = Verdict(status="passed", exit_status=0, suites=())

    with pytest.raises(StoredFileError) as caught:
        verdict.write(tmp_path / "gone" / "verdict.json", known)

    assert "verdict.json: cannot be written: No such file or directory" in str(caught.value)
