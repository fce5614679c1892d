"""Which cases are compared, why others are not, and what differs on purpose."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmeval.compare import cases, under_test
from llmeval.compare.cases import CaseRow
from llmeval.compare.pairing import Pairing, Selection, pair
from llmeval.records import GateSpec, Reply

PRINT = {"input": "i", "checks": "c", "system": "s", "adapter": "a", "params": "p"}


def other(**parts: str) -> dict[str, str]:
    return {**PRINT, **parts}


def test_new_and_gone_cases_are_found(table: Any, baseline: Any) -> None:
    found = pair(
        table({"a": "p", "c": "p"}), baseline({"a": "p", "b": "p"}), GateSpec(), Selection()
    )

    assert (found.pairs, found.new, found.gone) == ({"a": "a"}, ("c",), ("b",))


def test_a_part_of_the_suite_calls_nothing_gone(table: Any, baseline: Any) -> None:
    selection = Selection(full=False, selected=frozenset({"a"}))

    found = pair(table({"a": "p"}), baseline({"a": "p", "b": "p"}), GateSpec(), selection)

    assert found.gone == ()


def test_a_case_that_was_selected_and_has_no_trial_is_not_gone(table: Any, baseline: Any) -> None:
    selection = Selection(selected=frozenset({"a", "b", "c"}), skipped={"c": "slow"})
    values = table({"a": "p"})

    found = pair(values, baseline({"a": "p", "b": "p", "c": "p"}), GateSpec(), selection)

    assert found.gone == ()
    assert selection.missing(values) == ("b",)


def test_a_renamed_case_is_held_against_its_former_self(
    table: Any, baseline: Any, trial: Any
) -> None:
    now = table([trial("z", renamed_from="a", fingerprint=PRINT)])

    found = pair(now, baseline([trial("a", fingerprint=PRINT)]), GateSpec(), Selection())

    assert (found.pairs, found.renamed) == ({"z": "a"}, {"z": "a"})
    assert (found.new, found.gone) == ((), ())


def test_a_rename_counts_only_while_the_old_id_is_free(
    table: Any, baseline: Any, trial: Any
) -> None:
    now = table([trial("z", renamed_from="a"), trial("a")])

    found = pair(now, baseline([trial("a")]), GateSpec(), Selection())

    assert (found.pairs, found.new) == ({"a": "a"}, ("z",))


@pytest.mark.parametrize("part", ["input", "checks", "context", "references", "judge"])
def test_another_instrument_forbids_comparing_and_is_named(
    table: Any, baseline: Any, trial: Any, part: str
) -> None:
    now = table([trial("a", fingerprint=other(**{part: "changed"}))])

    found = pair(now, baseline([trial("a", fingerprint=PRINT)]), GateSpec(), Selection())

    assert found.changed == {"a": (part,)}
    assert found.nothing_comparable


@pytest.mark.parametrize("part", ["system", "adapter", "params", "model"])
@pytest.mark.parametrize("named", [("system", "adapter", "params"), ("prompt",), ()], ids=str)
def test_what_is_under_test_never_forbids_comparing(
    table: Any, baseline: Any, trial: Any, part: str, named: tuple[str, ...]
) -> None:
    now = table([trial("a", fingerprint=other(**{part: "changed"}))])
    gate = GateSpec(under_test=named)

    found = pair(now, baseline([trial("a", fingerprint=PRINT)]), gate, Selection())

    assert found.pairs == {"a": "a"}


def test_a_prompt_may_be_put_under_test(table: Any, baseline: Any, trial: Any) -> None:
    now = table([trial("a", fingerprint=other(input="changed"))])
    before = baseline([trial("a", fingerprint=PRINT)])
    gate = GateSpec(under_test=("prompt",))

    found = pair(now, before, gate, Selection())

    assert found.pairs == {"a": "a"}
    words = under_test.words(now, before, gate, found)
    assert words == ("prompt: differs in all of 1 compared case",)


def test_a_selection_is_read_from_the_runs_first_line(header: Any) -> None:
    about = {"full": False, "selected": ["a", "b"], "skipped": {"b": "slow"}}

    found = Selection.of(header(suites={"bot": about}), "bot")

    assert found == Selection(full=False, selected=frozenset("ab"), skipped={"b": "slow"})
    assert Selection.of(None, "bot") == Selection()
    assert Selection.of(header(suites={}), "tests.test_bot") == Selection(full=False)


# --- what differs on purpose -----------------------------------------------------------------

APP = {"type": "http", "model": "small", "params": {"temperature": 0, "top_p": 1}}


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        ({"app": APP}, {"app": APP}, ()),
        ({"app": APP}, {"app": {**APP, "model": "large"}}, ("model: small → large",)),
        ({"app": APP}, {"bot": APP}, ("adapter: app → bot",)),
        (
            {"app": APP},
            {"app": {**APP, "params": {"temperature": 0.7}}},
            ("params.temperature: 0 → 0.7", "params.top_p: 1 → not set"),
        ),
        (
            {"app": APP, "b": APP},
            {"app": {**APP, "type": "echo"}, "c": APP},
            ("app.type: http → echo", "adapter: b is gone", "adapter: c is new"),
        ),
    ],
    ids=["same", "model", "name", "params", "several"],
)
def test_a_change_of_the_application_is_told_in_words(
    table: Any, baseline: Any, header: Any, trials: Any, before: Any, now: Any, expected: Any
) -> None:
    old = baseline(trials({"a": "p"}))
    values = table({"a": "p"})
    values.adapters.clear()
    values.adapters.update(now)
    old.table.adapters.clear()
    old.table.adapters.update(before)

    found = under_test.words(values, old, GateSpec(), Pairing(pairs={"a": "a"}))

    assert found == expected


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("bot", "b"), ("adapter: app → bot", "bot.model: small → large")),
        (("b", "b"), ("adapter: app → b", "b.model: small → large")),
        (("bot", "bot"), ("adapter: app → bot", "bot.model: small → large", "adapter: b → bot")),
    ],
    ids=["another", "one of the baseline's", "one for all"],
)
def test_an_adapter_in_the_place_of_another_is_told_with_what_differs(
    table: Any, baseline: Any, trial: Any, header: Any, names: Any, expected: Any
) -> None:
    large = {**APP, "model": "large"}
    told = header(adapters={"app": APP, "b": large, "bot": large})
    before = baseline([trial("one", adapter="app"), trial("two", adapter="b")], told)
    values = table(
        [trial(case, adapter=name) for case, name in zip(("one", "two"), names, strict=True)], told
    )

    found = under_test.words(
        values, before, GateSpec(), Pairing(pairs={"one": "one", "two": "two"})
    )

    assert found == expected


def test_an_adapter_that_differs_in_an_unknown_way_is_told_by_the_cases(
    table: Any, baseline: Any, trial: Any
) -> None:
    values = table([trial("a", fingerprint=other(adapter="x")), trial("b", fingerprint=PRINT)])
    old = baseline([trial("a", fingerprint=PRINT), trial("b", fingerprint=PRINT)])

    found = under_test.words(values, old, GateSpec(), Pairing(pairs={"a": "a", "b": "b"}))

    assert found == ("adapter: differs in 1 of 2 compared cases",)


def test_a_system_prompt_that_differs_is_named_beside_the_model(
    table: Any, baseline: Any, trial: Any, header: Any
) -> None:
    adapters = {"app": {"type": "http", "model": "large", "params": {"temperature": 0}}}
    values = table([trial("a", fingerprint=other(system="x"))], header(adapters=adapters))
    old = baseline([trial("a", fingerprint=PRINT)])

    found = under_test.words(values, old, GateSpec(), Pairing(pairs={"a": "a"}))

    assert found == (
        "model: small → large",
        "system prompt: differs in all of 1 compared case",
    )


def test_a_model_that_a_service_changed_behind_its_name_is_told(
    table: Any, baseline: Any, trial: Any
) -> None:
    values = table([trial("a", reply=Reply(text="x", model="m-2026-08"))])
    old = baseline([trial("a", reply=Reply(text="x", model="m-2026-05"))])

    found = under_test.words(values, old, GateSpec(), Pairing(pairs={"a": "a"}))

    assert found == ("model that answered: m-2026-05 → m-2026-08",)


# --- rows ------------------------------------------------------------------------------------


def rows(table: Any, baseline: Any, now: Any, before: Any) -> dict[str, str]:
    known = None if before is None else baseline(before)
    return {row.case: row.status for row in cases.rows(table(now), known, GateSpec())}


@pytest.mark.parametrize(
    ("before", "now", "status"),
    [
        ("p", "p", "same"),
        ("f", "f", "same"),
        ("p", "f", "regressed"),
        ("f", "p", "improved"),
        ("p", "pf", "regressed"),
        ("pp", "e", "error"),
        ("p", "s", "skipped"),
        ("pf", "pf", "flaky"),
    ],
)
def test_what_became_of_a_case(
    table: Any, baseline: Any, before: str, now: str, status: str
) -> None:
    assert rows(table, baseline, {"a": now}, {"a": before}) == {"a": status}


def test_a_row_says_what_a_report_needs(table: Any, baseline: Any, trial: Any) -> None:
    now = [trial("a", "f", trial=1, tags=("x",)), trial("a", "p", trial=2, tags=("x",))]

    (row,) = cases.rows(table(now), baseline([trial("a")]), GateSpec())

    assert row == CaseRow(
        case="a",
        status="regressed",
        baseline_rate=1.0,
        current_rate=0.5,
        outcome="failed",
        tags=("x",),
    )


def test_rows_come_in_file_order_and_gone_ones_last(table: Any, baseline: Any) -> None:
    now, before = {"c": "p", "b": "p"}, {"z": "p", "b": "p", "a": "p"}

    found = list(rows(table, baseline, now, before).items())

    assert found == [("c", "new"), ("b", "same"), ("a", "gone"), ("z", "gone")]


def test_without_a_baseline_no_case_is_new(table: Any, baseline: Any) -> None:
    found = rows(table, baseline, {"a": "p", "b": "f", "c": "pf"}, None)

    assert found == {"a": "same", "b": "same", "c": "flaky"}


def test_what_is_expected_to_fail_or_only_warns_neither_breaks_nor_improves(
    table: Any, baseline: Any, trial: Any
) -> None:
    now = [trial("a", "f", xfail=True), trial("b", "f", severity="warn")]

    found = cases.rows(table(now), baseline({"a": "p", "b": "p"}), GateSpec())

    assert [(row.status, row.xfail, row.warned) for row in found] == [
        ("same", True, False),
        ("same", False, True),
    ]


def test_a_changed_case_names_the_fields(table: Any, baseline: Any, trial: Any) -> None:
    now = [trial("a", fingerprint=other(checks="2", context="3"))]

    (row,) = cases.rows(table(now), baseline([trial("a", fingerprint=PRINT)]), GateSpec())

    assert (row.status, row.changed_fields) == ("changed", ("checks", "context"))


def test_a_case_failed_before_only_by_the_same_instrument(
    table: Any, baseline: Any, trial: Any
) -> None:
    before = baseline([trial(case, "f", fingerprint=PRINT) for case in ("a", "b")])
    prints = {"a": PRINT, "b": other(checks="2"), "new": PRINT}
    values = table([trial(case, "f", fingerprint=known) for case, known in prints.items()])

    def newly(case: str, known: Any = before) -> Any:
        return cases.newly_failing(case, {}, values, known, GateSpec())

    assert [newly(case) for case in (*prints, "x")] == [(), None, None, None]
    assert newly("a", None) is None


MARKS = st.dictionaries(
    st.sampled_from("abcdef"), st.text("pf", min_size=1, max_size=3), min_size=1
)


@settings(deadline=None)
@given(left=MARKS, right=MARKS)
def test_swapping_the_runs_mirrors_what_broke_and_what_improved(
    table: Any, baseline: Any, left: Any, right: Any
) -> None:
    mirrored = {"regressed": "improved", "improved": "regressed", "new": "gone", "gone": "new"}

    there = rows(table, baseline, right, left)
    back = rows(table, baseline, left, right)

    strict = {case for case in there if there[case] in mirrored}
    assert {case: mirrored[there[case]] for case in strict} == {
        case: status for case, status in back.items() if status in mirrored
    }
