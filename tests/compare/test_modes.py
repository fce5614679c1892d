"""Which mode judges, and what pytest shows of a case."""

from typing import Any

import pytest

from llmeval.compare import modes
from llmeval.compare.modes import ONE_TRIAL, Choice, Shown
from llmeval.records import GateSpec, Limit, Xfail

RATE = GateSpec(limits=(Limit(metric="pass_rate", min=0.9),))


def test_without_a_baseline_and_a_limit_on_a_pass_rate_every_failure_counts() -> None:
    found = modes.choose(GateSpec(), None, [1])

    reason = "no baseline is stored and no limit is set on a pass rate"
    assert found == Choice(mode="strict", reason=reason)


@pytest.mark.parametrize(
    ("limit", "mode"),
    [
        (Limit(metric="pass_rate", min=0.9), "statistical"),
        (Limit(metric="pass_rate", where={"tag": "x"}, min=0.9), "statistical"),
        (Limit(metric="contains.pass_rate", min=0.9), "statistical"),
        (Limit(metric="pass_all_k", min=0.9), "statistical"),
        (Limit(metric="pass_rate", min=0.9, severity="warn"), "strict"),
        (Limit(metric="latency.p95", max=4), "strict"),
    ],
    ids=["suite", "where", "check", "all_k", "warn", "latency"],
)
def test_without_a_baseline_a_limit_on_a_pass_rate_decides(limit: Limit, mode: str) -> None:
    found = modes.choose(GateSpec(limits=(limit,)), None)

    assert found.mode == mode
    if mode == "statistical":
        assert found.reason == "a limit on a pass rate decides, and no baseline is stored"


def test_one_trial_a_case_and_a_baseline_is_a_ratchet_with_a_warning(baseline: Any) -> None:
    found = modes.choose(GateSpec(), baseline({"a": "p"}), [1, 1])

    reason = "a baseline is stored and every case has one trial"
    assert found == Choice(mode="ratchet", reason=reason, notes=(ONE_TRIAL,))


@pytest.mark.parametrize(
    ("before", "trials"), [({"a": "pp"}, [1]), ({"a": "p"}, [1, 3])], ids=["before", "now"]
)
def test_several_trials_are_judged_by_the_statistical_gate(
    baseline: Any, before: Any, trials: list[int]
) -> None:
    found = modes.choose(GateSpec(), baseline(before), trials)

    assert (found.mode, found.reason) == ("statistical", "cases have more than one trial")


def test_cases_with_one_trial_beside_others_are_told_to_weigh_little(baseline: Any) -> None:
    known = baseline({"a": "p"})

    assert modes.choose(GateSpec(), known, [1, 3]).notes == (modes.SOME_REPEATED,)
    assert modes.choose(GateSpec(), known, [3, 3]).notes == ()
    assert modes.choose(GateSpec(), None, [1, 3]).notes == ()
    assert modes.choose(GateSpec(mode="statistical"), known, [1, 3]).notes == ()


def test_who_requires_evidence_is_judged_by_the_gate_that_gives_it(baseline: Any) -> None:
    found = modes.choose(GateSpec(require=("evidence",)), baseline({"a": "p"}))

    assert found == Choice(mode="statistical", reason="evidence is required")


@pytest.mark.parametrize("mode", ["strict", "ratchet", "statistical", "off"])
def test_what_the_suite_asks_for_is_taken(mode: Any) -> None:
    found = modes.choose(GateSpec(mode=mode), None)

    assert found == Choice(mode=mode, reason="set in the suite")


def test_what_the_run_asks_for_wins(baseline: Any) -> None:
    found = modes.choose(GateSpec(mode="ratchet"), baseline({"a": "p"}), forced="strict")

    assert found == Choice(mode="strict", reason="set for this run")


COUNTED = Shown("xfailed", "counted by the gate")
KNOWN = Shown("xfailed", "failed in the baseline too")
NEWLY = Shown("failed", "failed in the baseline too; newly fails: json, language")
FAILED = Shown("failed")
WARNED = Shown("passed", "fails, but only warns")


@pytest.mark.parametrize(
    ("severity", "mode", "newly_failing", "expected"),
    [
        ("critical", "strict", (), FAILED),
        ("critical", "ratchet", (), FAILED),
        ("critical", "statistical", (), FAILED),
        ("normal", "strict", (), FAILED),
        ("normal", "ratchet", (), KNOWN),
        ("normal", "ratchet", ("json", "language"), NEWLY),
        ("normal", "ratchet", None, FAILED),
        ("normal", "statistical", None, COUNTED),
        ("normal", "statistical", ("json",), COUNTED),
        ("warn", "strict", None, WARNED),
        ("warn", "ratchet", None, WARNED),
        ("warn", "statistical", None, WARNED),
        ("critical", "off", None, Shown("xfailed", "failed; the gate is off")),
    ],
)
def test_what_pytest_shows_of_a_failing_case(
    severity: Any, mode: Any, newly_failing: Any, expected: Shown
) -> None:
    found = modes.shown("failed", severity, mode, newly_failing=newly_failing)

    assert found == expected


@pytest.mark.parametrize("mode", ["strict", "ratchet", "statistical"])
@pytest.mark.parametrize("severity", ["critical", "normal", "warn"])
def test_an_error_is_always_an_error(mode: Any, severity: Any) -> None:
    found = modes.shown("error", severity, mode, newly_failing=(), xfail=Xfail(reason="x"))

    assert found == Shown("error")


@pytest.mark.parametrize(
    ("outcome", "strict", "expected"),
    [
        ("failed", False, Shown("xfailed", "known bug")),
        ("passed", False, Shown("xpassed", "known bug")),
        ("passed", True, Shown("failed", "passed although it is expected to fail: known bug")),
        ("skipped", False, Shown("skipped")),
    ],
)
def test_a_case_expected_to_fail(*, outcome: Any, strict: bool, expected: Shown) -> None:
    xfail = Xfail(reason="known bug", strict=strict)

    found = modes.shown(outcome, "critical", "strict", xfail=xfail)

    assert found == expected


def test_a_passing_case_is_shown_as_passed() -> None:
    assert modes.shown("passed", "normal", "strict") == Shown("passed")


def test_under_gate_off_even_an_error_turns_nothing_red() -> None:
    assert modes.shown("error", "normal", "off") == Shown("xfailed", "error; the gate is off")
