"""The values of a suite: what is kept of a trial, and what is made of several."""

import random
import tracemalloc
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from llmeval.compare.counts import Counts
from llmeval.compare.measured import SuiteTable, severity
from llmeval.compare.table import Table
from llmeval.errors import StoredFileError
from llmeval.records import Exchange, Reply, Timing, Usage
from llmeval.run.results import case_outcome

MARKS = {"p": "passed", "f": "failed", "e": "error", "s": "skipped"}


@pytest.mark.parametrize(
    ("marks", "outcome"),
    [
        ("p", "passed"),
        ("f", "failed"),
        ("e", "error"),
        ("s", "skipped"),
        ("pf", "failed"),
        ("pe", "passed"),
        ("fe", "failed"),
        ("es", "error"),
    ],
)
def test_a_case_has_exactly_one_outcome(table: Any, marks: str, outcome: str) -> None:
    values = table({"a": marks})

    assert values.outcome("a") == outcome


@settings(deadline=None)
@given(
    marks=st.text("pfes", min_size=1, max_size=9),
    need=st.one_of(
        st.floats(0, 1),
        st.integers(1, 9).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    ),
)
@example(marks="ff", need=1e-9)
def test_the_gate_and_the_engine_make_the_same_of_a_cases_trials(marks: str, need: Any) -> None:
    passed, failed, error, skipped = (marks.count(mark) for mark in "pfes")
    counts = Counts(passed, failed, error, skipped)

    outcome = counts.outcome(need)

    assert outcome == case_outcome([MARKS[mark] for mark in marks], need)  # type: ignore[misc]


def test_two_of_three_is_met_by_two_of_three_and_not_by_a_hair(table: Any) -> None:
    counts = table({"a": "ppf"}).counts("a")

    assert counts.outcome((2, 3)) == "passed"
    assert counts.outcome(2 / 3) == "passed"
    assert counts.outcome(0.667) == "failed"


@settings(deadline=None)
@given(seed=st.integers(0, 1000))
def test_the_order_in_which_trials_arrive_is_irrelevant(table: Any, trials: Any, seed: int) -> None:
    ordered = trials({"a": "pfp", "b": "ep", "c": "f"})
    mixed = random.Random(seed).sample(ordered, len(ordered))

    left, right = table(ordered), table(mixed)

    assert left.cases == right.cases == ("a", "b", "c")
    assert [left.counts(case) for case in left.cases] == [right.counts(c) for c in right.cases]


def test_a_trial_that_is_logged_twice_counts_once_and_the_measured_one_wins(
    table: Any, trial: Any
) -> None:
    values = table([trial("a", "e"), trial("a", "p"), trial("a", "f")])

    assert values.counts("a").passed == 1
    assert values.counts("a").asked == 1
    assert values.duplicates == 2


@pytest.mark.parametrize(
    ("case", "checks", "expected"),
    [
        ("normal", ["normal"], "normal"),
        ("normal", ["critical", "normal"], "critical"),
        ("critical", ["critical"], "critical"),
        ("critical", ["normal"], "normal"),
        ("critical", [], "critical"),
        ("warn", ["warn"], "warn"),
        ("warn", ["normal"], "warn"),
        ("warn", ["critical"], "critical"),
    ],
)
def test_a_failure_is_as_grave_as_its_worst_failed_check(
    table: Any, trial: Any, check: Any, case: str, checks: list[str], expected: str
) -> None:
    results = tuple(check(passed=False, severity=grade) for grade in checks)
    failed = trial("a", "f", severity=case, checks=results)

    values = table([failed])

    assert severity(failed) == expected
    assert values.severity("a") == expected


def test_a_dialogue_counts_its_slowest_turn_and_the_sum_of_tokens_and_cost(
    table: Any, trial: Any
) -> None:
    def turn(seconds: float, tokens: int, cost: float) -> Exchange:
        usage = Usage(input_tokens=tokens, output_tokens=1)
        reply = Reply(text="x", timing=Timing(total_s=seconds), usage=usage, cost_usd=cost)
        return Exchange(user="hi", reply=reply)

    values = table([trial("a", turns=(turn(0.5, 3, 0.01), turn(2.0, 4, 0.02)))])

    assert values.figures["latency"].get(0) == 2.0
    assert values.figures["tokens"].get(0) == 9
    assert values.figures["cost"].get(0) == pytest.approx(0.03)


def test_a_cached_reply_has_tokens_and_neither_latency_nor_cost(table: Any, trial: Any) -> None:
    reply = Reply(
        text="x", cached=True, cost_usd=1.0, timing=Timing(total_s=1.0), usage=Usage(input_tokens=2)
    )

    values = table([trial("a", reply=reply)])

    assert values.figures["latency"].get(0) is None
    assert values.figures["cost"].get(0) is None
    assert values.figures["tokens"].get(0) == 2
    assert values.unpriced == 0


def test_a_live_reply_without_a_price_is_counted_as_unpriced(table: Any, trial: Any) -> None:
    values = table([trial("a", reply=Reply(text="x", timing=Timing(total_s=1.0)))])

    assert values.unpriced == 1


def test_fingerprints_are_told_apart_part_by_part(table: Any, trial: Any) -> None:
    before = table([trial("a", fingerprint={"checks": "1", "input": "2"})])
    after = table([trial("a", fingerprint={"input": "2", "checks": "9", "context": "3"})])

    assert after.fingerprint("a") == {"checks": "9", "input": "2", "context": "3"}
    assert after.differing("a", before, "a") == ["checks", "context"]
    assert before.differing("a", before, "a") == []


def test_a_hundred_thousand_trials_with_three_checks_stay_small(trial: Any, check: Any) -> None:
    values = SuiteTable("bot")
    names = ("contains", "json", "length")
    checks = tuple(check(name) for name in names)
    count = 20_000
    tracemalloc.start()

    for number in range(count):
        fingerprint = {"input": f"{number:016x}", "checks": f"{-number:017x}", "adapter": "a" * 16}
        case = f"a-case-of-usual-length[{number}]"
        values.add(trial(case, index=number, fingerprint=fingerprint, checks=checks))
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert kept / count < 450, "bytes a case; 100,000 may take 40 MB and a bit"


def test_the_table_of_a_run_says_which_adapters_answered(trial: Any, header: Any) -> None:
    adapters = {"app": {"model": "small"}, "idle": {"model": "large"}}
    table = Table(header(adapters=adapters))

    table.add(trial("a"))

    assert table.suites["bot"].adapters == {"app": {"model": "small"}}


# --- files -----------------------------------------------------------------------------------


def test_a_run_is_read_from_its_folder_or_its_log(run: Any) -> None:
    folder = run({"a": "p", "b": "f"})

    by_folder, by_file = Table.read(folder), Table.read(folder / "results.jsonl")

    assert by_folder.suites["bot"].cases == by_file.suites["bot"].cases == ("a", "b")
    assert by_folder.end is not None
    assert by_folder.suites["bot"].path == "suites/bot.eval.yaml"


def test_the_parts_of_several_processes_are_read_together(run: Any) -> None:
    folder = run({"a": "p"})
    log = folder / "results.jsonl"
    first, trial_line, _ = log.read_text("utf-8").splitlines()
    (folder / "results-gw0.jsonl").write_text(f"{first}\n{trial_line}\n", encoding="utf-8")
    other = trial_line.replace('"case":"a"', '"case":"b"')
    (folder / "results-gw1.jsonl").write_text(f"{first}\n{other}\n", encoding="utf-8")
    log.unlink()

    found = Table.read(folder)

    assert found.suites["bot"].cases == ("a", "b")


def test_a_torn_last_line_is_left_out(run: Any) -> None:
    log = run({"a": "p", "b": "p"}, ended=False) / "results.jsonl"
    log.write_text(log.read_text("utf-8")[:-20], encoding="utf-8")

    found = Table.read(log)

    assert found.suites["bot"].cases == ("a",)
    assert found.end is None


def test_two_runs_in_one_file_are_refused(run: Any) -> None:
    one, two = run({"a": "p"}, "run-1"), run({"a": "p"}, "run-2")
    log = one / "results.jsonl"
    log.write_text(log.read_text("utf-8") + (two / "results.jsonl").read_text("utf-8"), "utf-8")

    with pytest.raises(StoredFileError) as caught:
        Table.read(one)

    assert str(caught.value) == f"{one}: holds two runs, 'run-1' and 'run-2'; expected one"


def test_a_folder_without_results_says_so(tmp_path: Any) -> None:
    with pytest.raises(StoredFileError) as caught:
        Table.read(tmp_path)

    assert str(caught.value) == f"{tmp_path}: no results.jsonl; is this the folder of a run?"


def test_a_log_that_lost_its_first_line_says_so(run: Any) -> None:
    log = run({"a": "p"}) / "results.jsonl"
    log.write_text("\n".join(log.read_text("utf-8").splitlines()[1:]), encoding="utf-8")

    with pytest.raises(StoredFileError) as caught:
        Table.read(log)

    expected = f"{log}: no first line of a run; is this a run's results.jsonl?"
    assert str(caught.value) == expected
