"""Making a run the baseline: whole, in part, or as one more of the same version."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from llmeval.compare import baseline, merging, metrics, stored_reader
from llmeval.compare.accept import accept
from llmeval.compare.stored import StoredCase, StoredTrial
from llmeval.errors import StoredFileError, UnknownNameError
from llmeval.records import CheckResult, Reply, Timing


def stored(folder: Any) -> dict[str, Any]:
    """Return the stored cases: id to (run, trial, outcome) of each trial."""
    found = stored_reader.read(folder / "bot.jsonl")
    return {
        case.case: [(trial.run, trial.trial, trial.outcome) for trial in case.trials]
        for case in found
        if isinstance(case, StoredCase)
    }


def header(folder: Any) -> Any:
    return next(stored_reader.read(folder / "bot.jsonl"))


def refusal(*args: Any, **parts: Any) -> str:
    with pytest.raises(StoredFileError) as caught:
        accept(*args, **parts)
    return str(caught.value)


NOT = "suite 'bot' is not accepted: "
CONFIRM = (
    "; confirm that they are part of it with --llmeval-accept-failures "
    "(`llmeval accept --accept-failures`)"
)


def test_a_whole_run_becomes_the_baseline(config: Any, run: Any, now: Any) -> None:
    messages = accept(run({"a": "pp", "b": "p"}), config, now=now)

    assert messages == ["baselines/bot.jsonl: run run-1 accepted: 2 cases"]
    assert stored(config.baselines) == {
        "a": [(1, 1, "passed"), (1, 2, "passed")],
        "b": [(1, 1, "passed")],
    }
    first = header(config.baselines)
    assert first.runs[0].accepted == "2026-11-23T12:00:00+00:00"
    assert first.runs[0].git["sha"] == "abc123"
    assert first.scorers == {"contains": "1"}


def test_the_same_application_again_leaves_every_case_line_as_it_was(config: Any, run: Any) -> None:
    file = config.baselines / "bot.jsonl"
    accept(run({"a": "p", "b": "p"}), config)
    before = file.read_text("utf-8").splitlines()[1:]

    accept(run({"a": "p", "b": "p"}, "run-2"), config)

    assert file.read_text("utf-8").splitlines()[1:] == before


def test_a_whole_run_removes_what_the_suite_no_longer_has(config: Any, run: Any) -> None:
    accept(run({"a": "p", "b": "p"}), config)

    messages = accept(run({"a": "p", "c": "p"}, "run-2"), config)

    expected = "run run-2 accepted: 2 cases, 1 new (c), 1 removed (b)"
    assert messages == [f"baselines/bot.jsonl: {expected}"]
    assert stored(config.baselines).keys() == {"a", "c"}


def test_a_part_of_the_suite_replaces_itself_and_deletes_nothing(config: Any, run: Any) -> None:
    accept(run({"a": "p", "b": "p"}), config)

    messages = accept(run({"b": "pp"}, "run-2", full=False), config)

    expected = "run run-2 accepted: 1 case, 1 case kept as stored, 2 runs stored"
    assert messages == [f"baselines/bot.jsonl: {expected}"]
    assert stored(config.baselines) == {
        "a": [(1, 1, "passed")],
        "b": [(2, 1, "passed"), (2, 2, "passed")],
    }
    assert [known.number for known in header(config.baselines).runs] == [1, 2]


def test_a_skipped_case_keeps_its_history_in_a_whole_run(config: Any, run: Any) -> None:
    accept(run({"a": "p", "b": "p"}), config)

    accept(run({"a": "p"}, "run-2", selected=["a", "b"], skipped={"b": "slow"}), config)

    assert stored(config.baselines) == {"a": [(2, 1, "passed")], "b": [(1, 1, "passed")]}


def test_a_renamed_case_keeps_its_history(config: Any, run: Any, trial: Any) -> None:
    accept(run({"a": "p"}), config)
    renamed = trial(
        "z", renamed_from="a", fingerprint={"input": "in-a", "checks": "c1", "adapter": "app1"}
    )

    messages = accept(run([renamed], "run-2"), config, add=True)

    expected = "run run-2 added as one more run: 1 case, 1 renamed (z), 2 runs stored"
    assert messages == [f"baselines/bot.jsonl: {expected}"]
    assert stored(config.baselines) == {"z": [(1, 1, "passed"), (2, 1, "passed")]}


# --- one more run ----------------------------------------------------------------------------


def test_one_more_run_is_added_red_or_green(config: Any, run: Any) -> None:
    accept(run({"a": "p", "b": "p"}), config)

    messages = accept(run({"a": "p", "b": "f"}, "run-2"), config, add=True)

    expected = "run run-2 added as one more run: 2 cases, 2 runs stored"
    assert messages == [f"baselines/bot.jsonl: {expected}"]
    assert stored(config.baselines)["b"] == [(1, 1, "passed"), (2, 1, "failed")]
    found = baseline.read(config.baselines / "bot.jsonl")
    assert found is not None
    assert found.disagrees
    assert found.failed("b")
    assert found.rate("b") == 0.5


def test_the_same_run_is_not_added_twice(config: Any, run: Any) -> None:
    folder = run({"a": "p"})
    accept(folder, config)

    message = refusal(folder, config, add=True)

    assert message == f"{NOT}run run-1 is part of baselines/bot.jsonl already"


def test_a_run_by_another_instrument_is_not_added(config: Any, run: Any, trial: Any) -> None:
    accept(run({"a": "p"}), config)
    other = trial("a", fingerprint={"input": "in-a", "checks": "c2", "adapter": "app1"})

    message = refusal(run([other], "run-2"), config, add=True)

    assert message == f"{NOT}--add takes runs of the same version; changed in checks: a"


def test_a_run_of_another_version_is_not_added(config: Any, run: Any, trial: Any) -> None:
    accept(run({"a": "p"}), config)
    other = trial("a", fingerprint={"input": "in-a", "checks": "c1", "adapter": "app2"})
    adapters = {"app": {"type": "http", "model": "large", "params": {"temperature": 0}}}

    message = refusal(run([other], "run-2", adapters=adapters), config, add=True)

    assert message == f"{NOT}--add takes runs of the same version; model: small → large"


def test_adding_where_nothing_is_stored_is_a_first_baseline(config: Any, run: Any) -> None:
    messages = accept(run({"a": "p"}), config, add=True)

    assert messages == ["baselines/bot.jsonl: run run-1 accepted: 1 case"]


# --- refusals --------------------------------------------------------------------------------


def test_failing_cases_are_refused_until_they_are_confirmed(config: Any, run: Any) -> None:
    folder = run({"a": "p", "b": "f"})

    message = refusal(folder, config)
    assert message == f"{NOT}1 case fails: b{CONFIRM}"
    assert not config.baselines.exists()

    accept(folder, config, accept_failures=True)

    assert stored(config.baselines)["b"] == [(1, 1, "failed")]


def test_cases_that_warn_or_are_expected_to_fail_need_no_confirming(
    config: Any, run: Any, trial: Any
) -> None:
    trials = [trial("a"), trial("b", "f", xfail=True), trial("c", "f", severity="warn")]

    accept(run(trials), config)

    assert stored(config.baselines).keys() == {"a", "b", "c"}


def test_errors_above_the_limit_are_refused(config: Any, run: Any) -> None:
    message = refusal(run({"a": "p", "b": "e"}), config, accept_failures=True)

    assert message == (
        f"{NOT}1 of 2 trials could not be measured, more than max_error_rate 0 %; "
        "measure them with `pytest --llmeval-resume`"
    )


def test_errors_within_the_limit_are_counted_and_never_stored(config: Any, run: Any) -> None:
    folder = run({"a": "pe", "b": "e"}, suite={"max_error_rate": 0.9})

    accept(folder, config)

    assert stored(config.baselines) == {"a": [(1, 1, "passed")]}
    assert (header(config.baselines).runs[0].errors, header(config.baselines).runs[0].trials) == (
        2,
        3,
    )


def test_a_case_that_could_not_be_measured_keeps_what_is_stored(config: Any, run: Any) -> None:
    accept(run({"a": "p", "b": "p"}), config)

    accept(run({"a": "p", "b": "e"}, "run-2", suite={"max_error_rate": 0.9}), config)

    assert stored(config.baselines)["b"] == [(1, 1, "passed")]


def test_a_run_that_measured_nothing_is_refused(config: Any, run: Any) -> None:
    message = refusal(run({"a": "s"}), config)

    assert message == f"{NOT}nothing was measured"


def test_an_empty_run_is_refused(config: Any, run: Any) -> None:
    assert refusal(run([]), config) == "run run-1: nothing was measured"


def test_a_run_that_did_not_end_is_refused(config: Any, run: Any) -> None:
    folder = run({"a": "p"}, ended=False)

    assert refusal(folder, config) == (
        f"{folder}: the run did not end (killed, or still going); finish it with "
        "`pytest --llmeval-resume` first"
    )


def test_a_run_that_left_selected_cases_out_is_refused(config: Any, run: Any) -> None:
    message = refusal(run({"a": "p"}, selected=["a", "b", "c"]), config)

    assert message == (
        f"{NOT}2 selected cases not run: b, c; finish it with `pytest --llmeval-resume`"
    )


def test_an_unknown_suite_is_answered_with_a_guess(config: Any, run: Any) -> None:
    with pytest.raises(UnknownNameError) as caught:
        accept(run({"a": "p"}), config, suite="bott")

    assert str(caught.value) == "unknown suite 'bott'; did you mean 'bot'?"


def test_all_suites_are_accepted_or_none(config: Any, run: Any, trial: Any) -> None:
    other = trial("x", "f", suite="shop", nodeid="suites/shop.eval.yaml::x")
    folder = run([trial("a"), other], selected=["a"])

    message = refusal(folder, config)

    assert message == f"suite 'shop' is not accepted: 1 case fails: x{CONFIRM}"
    assert not config.baselines.exists()
    accept(folder, config, suite="bot")
    assert [file.name for file in config.baselines.iterdir()] == ["bot.jsonl"]


def test_a_damaged_baseline_is_not_overwritten(config: Any, run: Any) -> None:
    config.baselines.mkdir()
    file = config.baselines / "bot.jsonl"
    file.write_text("<<<<<<< HEAD\n", encoding="utf-8")

    message = refusal(run({"a": "p"}), config)

    assert "merge-conflict marker" in message
    assert file.read_text("utf-8") == "<<<<<<< HEAD\n"


# --- replies ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kept", "expected"),
    [("all", ("one", "two")), ("first", ("one", None)), ("none", (None, None))],
)
def test_replies_are_kept_as_configured(
    config: Any, run: Any, trial: Any, kept: Any, expected: Any
) -> None:
    trials = [trial("a", text="one"), trial("a", trial=2, text="two"), trial("b", text="other")]

    accept(run(trials), replace(config, baseline_replies=kept))

    found = baseline.read(config.baselines / "bot.jsonl")
    assert found is not None
    assert found.replies(["a"]) == {"a": expected}


def test_a_baseline_that_is_not_there_is_none(config: Any) -> None:
    assert baseline.read(baseline.path(config, "bot"), "bot") is None


def timed(trial: Any, case: str, number: int, seconds: float | None, **parts: Any) -> Any:
    reply = Reply(text="x", timing=Timing(total_s=seconds))
    return trial(case, trial=number, reply=reply, **parts)


def test_times_stand_in_the_first_line_and_belong_to_their_trials(
    config: Any, run: Any, trial: Any
) -> None:
    trials = [timed(trial, "a", 1, 0.51234), timed(trial, "a", 2, None), timed(trial, "b", 1, 2.0)]

    accept(run(trials), config)

    lines = (config.baselines / "bot.jsonl").read_text("utf-8").splitlines()
    assert '"latency_s": {"a": [0.5123, null], "b": [2.0]}' in lines[0]
    assert not any("_s" in line for line in lines[1:])
    found = baseline.read(config.baselines / "bot.jsonl")
    assert found is not None
    assert [found.table.figures["latency"].get(row) for row in range(3)] == [0.5123, None, 2.0]


def test_times_of_trials_that_are_no_longer_stored_go_and_renamed_ones_stay(
    config: Any, run: Any, trial: Any
) -> None:
    accept(run([timed(trial, case, 1, 1.0) for case in "abc"]), config)
    part = [timed(trial, "b", 1, 2.0), timed(trial, "z", 1, 3.0, renamed_from="c")]

    accept(run(part, "run-2", full=False), config)

    times = [known.times["latency"] for known in header(config.baselines).runs]
    assert times == [{"a": (1.0,)}, {"b": (2.0,), "z": (3.0,)}]


# --- laws ------------------------------------------------------------------------------------

TRIALS = st.lists(
    st.builds(
        StoredTrial,
        run=st.integers(1, 3),
        trial=st.integers(1, 3),
        outcome=st.sampled_from(["passed", "failed"]),
    ),
    min_size=1,
    max_size=3,
).map(tuple)
CASES = st.dictionaries(st.sampled_from("abcdef"), TRIALS, max_size=6).map(
    lambda found: {
        name: StoredCase(case=name, adapter="app", trials=trials) for name, trials in found.items()
    }
)


@settings(deadline=None)
@given(old=CASES, fresh=CASES)
def test_merging_a_part_never_deletes_and_never_mixes_runs(old: Any, fresh: Any) -> None:
    result = merging.merged(old, fresh, {})

    assert result.cases.keys() == old.keys() | fresh.keys()
    assert result.removed == ()
    assert all(result.cases[case] == old[case] for case in old.keys() - fresh.keys())
    numbers = {trial.run for case in fresh for trial in result.cases[case].trials}
    assert numbers <= {result.number}


@settings(deadline=None)
@given(old=CASES, fresh=CASES)
def test_adding_a_run_keeps_every_trial_of_both(old: Any, fresh: Any) -> None:
    result = merging.added(old, fresh, {})

    for case in old.keys() | fresh.keys():
        trials = result.cases[case].trials
        before = old[case].trials if case in old else ()
        assert trials[: len(before)] == before
        assert {trial.run for trial in trials[len(before) :]} <= {result.number}
    known = {trial.run for case in old.values() for trial in case.trials}
    assert result.number not in known


@settings(deadline=None)
@given(old=CASES, fresh=CASES)
def test_a_whole_run_leaves_nothing_but_itself(old: Any, fresh: Any) -> None:
    result = merging.replaced(old, fresh, {}, known=())

    assert result.cases.keys() == fresh.keys()
    assert set(result.removed) == old.keys() - fresh.keys()
    assert result.number == 1


def test_the_stored_values_are_those_that_were_measured(
    config: Any, run: Any, trial: Any, check: Any
) -> None:
    checks = (
        check("grounded", score=1 / 3),
        check("toxic", passed=False, score=0.9, severity="warn"),
    )

    accept(run([trial("a", checks=checks)]), config)

    case = list(stored_reader.read(config.baselines / "bot.jsonl"))[1]
    assert isinstance(case, StoredCase)
    (only,) = case.trials
    assert only.scores == {"grounded": 0.333333333, "toxic": 0.9}
    assert (only.failed, only.warned) == (("toxic",), ("toxic",))
    assert only.figures == {"tokens": 5, "cost": 0.001}
    assert Path(config.baselines / "bot.jsonl").read_text("utf-8").endswith("\n")


def test_a_baseline_gives_the_same_figures_as_the_run_it_came_from(
    config: Any, run: Any, trial: Any, check: Any, table: Any
) -> None:
    trials = []
    for number, (score, got) in enumerate([(0.9, "ham"), (0.25, "spam"), (0.75, "spam")]):
        passed = score >= 0.5
        checks = (
            check("grounded", score=score, passed=passed),
            check("toxic", score=1 - score, passed=passed, severity="warn"),
            check("label", passed=got == "spam", details={"expected": "spam", "got": got}),
        )
        plain = CheckResult(check="json", metric="json", severity="normal", status="skipped")
        trials.append(trial(f"c{number}", "p" if passed else "f", checks=(*checks, plain)))
    before = table(trials)

    accept(run(trials), config, accept_failures=True)

    found = baseline.read(config.baselines / "bot.jsonl")
    assert found is not None
    names = ("pass_rate", "grounded.mean", "grounded.p50", "toxic.pass_rate", "label.accuracy",
             "label.macro_f1", "tokens.total", "latency.p95")  # fmt: skip
    for name in names:
        assert metrics.value(found.table, name) == metrics.value(before, name), name


def test_a_case_that_is_not_stored_has_no_rate(config: Any, run: Any) -> None:
    accept(run({"a": "p"}), config)

    found = baseline.read(config.baselines / "bot.jsonl")

    assert found is not None
    assert found.rate("unknown") is None


@pytest.mark.parametrize("suite", ["../../x", "/tmp/x", "..\\x", "C:x", "a\0b"])
def test_a_foreign_run_is_not_accepted_into_another_folder(
    config: Any, run: Any, trial: Any, suite: str
) -> None:
    said = refusal(run([trial("a", suite=suite)]), config)

    assert said == (
        f"suite {suite!r}: expected a name without slashes; the run was not written by llmeval"
    )
    assert not config.baselines.exists()
