"""Any two of runs and baselines, held against each other."""

from pathlib import Path
from typing import Any

import pytest

from llmeval.compare import runs
from llmeval.compare.accept import accept
from llmeval.errors import StoredFileError
from llmeval.records import GateSpec, Verdict


def compared(before: Path, after: Path, **parts: Any) -> Verdict:
    return runs.compare(runs.read(before), runs.read(after), **parts).verdict


@pytest.mark.parametrize("before", ["run", "log", "baseline", "folder"])
def test_a_run_is_compared_with_a_run_or_a_baseline(
    config: Any, run: Any, now: Any, before: str
) -> None:
    old, new = run({"a": "p", "b": "p"}, "run-1"), run({"a": "p", "b": "f"}, "run-2")
    accept(old, config)
    path = {
        "run": old,
        "log": old / "results.jsonl",
        "baseline": config.baselines / "bot.jsonl",
        "folder": config.baselines,
    }[before]

    found = compared(path, new, now=now)

    assert (found.status, found.run) == ("failed", "run-2")
    (suite,) = found.suites
    assert (suite.regressed, suite.comparison) == (("b",), "regression")


def test_comparing_both_ways_mirrors_the_verdict(run: Any, now: Any) -> None:
    old, new = (
        run({"a": "p", "b": "p", "c": "f"}, "run-1"),
        run({"a": "p", "b": "f", "c": "f"}, "run-2"),
    )

    (there,) = compared(old, new, now=now).suites
    (back,) = compared(new, old, now=now).suites

    assert (there.regressed, there.improved) == (("b",), ())
    assert (back.regressed, back.improved) == ((), ("b",))
    assert (there.comparison, back.comparison) == ("regression", "improvement")


def test_a_run_compared_with_itself_is_no_change(run: Any, now: Any) -> None:
    folder = run({"a": "p", "b": "f"})

    (suite,) = compared(folder, folder, now=now).suites

    assert (suite.status, suite.comparison) == ("passed", "no_change")


def test_two_baselines_are_compared(config: Any, run: Any, now: Any) -> None:
    accept(run({"a": "p"}), config)
    other = config.baselines / "old.jsonl"
    other.write_bytes((config.baselines / "bot.jsonl").read_bytes())

    found = compared(other, config.baselines / "bot.jsonl", now=now)

    assert found.suites[0].comparison == "no_change"


def test_each_suite_is_judged_by_its_own_gate(run: Any, now: Any) -> None:
    folder = run({"a": "f"})

    found = compared(folder, folder, now=now, gates={"bot": GateSpec(mode="strict")})

    assert found.status == "failed"


def test_a_suite_that_only_the_older_run_has_does_not_vanish(
    run: Any, trial: Any, now: Any
) -> None:
    shop = trial("x", suite="shop", nodeid="suites/shop.eval.yaml::x")
    old, new = run([trial("a"), shop], "run-1"), run([trial("a")], "run-2")

    found = compared(old, new, now=now)

    assert [suite.suite for suite in found.suites] == ["bot", "shop"]
    assert found.suites[1].gone == ("x",)
    assert found.status == "failed"


def test_the_replies_of_both_kinds_can_be_had(config: Any, run: Any, trial: Any) -> None:
    folder = run([trial("a", text="one"), trial("a", trial=2, text="two"), trial("b")])
    accept(folder, config)

    of_run = runs.read(folder).yardstick("bot")
    of_baseline = runs.read(config.baselines).yardstick("bot")

    assert of_run is not None
    assert of_baseline is not None
    assert of_run.replies(["a"]) == of_baseline.replies(["a"]) == {"a": ("one", "two")}


def test_what_is_neither_is_one_message(tmp_path: Any) -> None:
    with pytest.raises(StoredFileError) as caught:
        runs.read(tmp_path / "nothing")
    assert str(caught.value) == f"{tmp_path / 'nothing'}: there is no such run or baseline"

    with pytest.raises(StoredFileError) as caught:
        runs.read(tmp_path)
    assert str(caught.value) == f"{tmp_path}: no results.jsonl; is this the folder of a run?"


def test_a_folder_of_baselines_may_hold_other_files_too(config: Any, run: Any) -> None:
    accept(run({"a": "p"}), config)
    (config.baselines / "notes.jsonl").write_text("not JSON", encoding="utf-8")
    (config.baselines / "list.jsonl").write_text("[1]", encoding="utf-8")

    found = runs.read(config.baselines)

    assert list(found.stored) == ["bot"]


def test_comparing_leaves_the_values_of_both_sides_as_they_were(
    config: Any, run: Any, trial: Any, now: Any
) -> None:
    shop = trial("x", suite="shop", nodeid="suites/shop.eval.yaml::x")
    accept(run([trial("a")], "run-1"), config)
    folder = run([trial("a"), shop], "run-2")
    (before, after) = (runs.read(config.baselines / "bot.jsonl"), runs.read(folder))

    found = runs.compare(before, after, now=now)

    assert [suite.suite for suite in found.verdict.suites] == ["bot"]
    assert list(after.tables) == ["bot", "shop"]


def test_a_run_that_did_not_end_is_inconclusive(run: Any, now: Any) -> None:
    old, new = run({"a": "p"}, "run-1"), run({"a": "p"}, "run-2", ended=False)

    found = compared(old, new, now=now)

    assert found.status == "inconclusive"
    assert "the run did not end" in found.suites[0].reasons[0]
