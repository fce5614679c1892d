from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmeval import codec
from llmeval.records import Reply, Timing
from llmeval.report import steps
from llmeval.report.steps import StepFigures

ASKED = {"kind": "llm", "name": "small-1", "start_s": 0.0, "duration_s": 0.2}
SEARCHED = {"kind": "retrieval", "name": "search", "start_s": 0.2, "duration_s": 0.1}


def test_a_line_tells_where_a_step_begins_and_how_long_it_lasts() -> None:
    found = steps.timeline([ASKED, {**SEARCHED, "input_tokens": 7, "output_tokens": 3}], 0.4)

    line = found.lines[1]
    assert found.whole_s == 0.4
    assert line.begin == pytest.approx(0.5)
    assert line.width == pytest.approx(0.25)
    assert (line.name, line.kind) == ("search", "retrieval")
    assert (line.start, line.duration, line.tokens) == ("200 ms", "100 ms", "7 + 3")


def test_steps_that_outlast_the_reply_widen_the_whole() -> None:
    assert steps.timeline([{**ASKED, "duration_s": 3.0}], 0.4).whole_s == 3.0


def test_steps_stand_in_the_order_in_which_they_began() -> None:
    assert [line.name for line in steps.timeline([SEARCHED, ASKED]).lines] == ["small-1", "search"]


def test_an_unknown_start_keeps_the_order_of_the_log() -> None:
    found = steps.timeline([SEARCHED, {"name": "rerank"}, ASKED])

    assert [line.name for line in found.lines] == ["search", "rerank", "small-1"]
    unknown = found.lines[1]
    assert (unknown.begin, unknown.start, unknown.duration) == (None, "unknown", "unknown")


@pytest.mark.parametrize("bad", [True, "soon", -1.0, float("inf"), None, [1]])
def test_what_is_no_number_of_seconds_is_unknown(bad: Any) -> None:
    (line,) = steps.timeline([{"start_s": bad, "duration_s": bad, "input_tokens": bad}]).lines

    assert (line.begin, line.start, line.duration, line.tokens) == (None, "unknown", "unknown", "")
    assert line.name == "step"


@pytest.mark.parametrize(("error", "said"), [("timeout", "timeout"), (None, ""), (False, "")])
def test_an_error_is_told(error: Any, said: str) -> None:
    assert steps.timeline([{**ASKED, "error": error}]).lines[0].error == said


SECONDS = st.none() | st.floats(0, 1e6)


@given(st.lists(st.fixed_dictionaries({"start_s": SECONDS, "duration_s": SECONDS})), SECONDS)
def test_every_line_lies_within_the_whole(found: list[Any], total_s: float | None) -> None:
    for line in steps.timeline(found, total_s).lines:
        assert 0 <= (line.begin or 0.0) <= 1
        assert 0 <= (line.begin or 0.0) + line.width <= 1 + 1e-9


def test_long_lists_are_cut_and_counted() -> None:
    found = steps.timeline([ASKED] * 250)

    assert (len(found.lines), found.more) == (200, 50)


def test_the_script_gets_texts_cut_and_places_rounded() -> None:
    found = steps.packed([{**SEARCHED, "name": "x" * 90, "error": "y" * 90}], 0.3, 20)

    assert found == [
        "300 ms",
        [["x" * 20, "retrieval", 0.6667, 0.3333, "200 ms", "100 ms", "", "y" * 20]],
        0,
    ]


def taken(some: SimpleNamespace, *replies: Reply, **other: Any) -> StepFigures:
    figures = StepFigures()
    for number, reply in enumerate(replies):
        line: Any = codec.trial_json(some.trial(f"c{number}", reply=reply, **other))
        figures.add(line, line["reply"])
    return figures


def stepped(total_s: float, *found: dict[str, Any]) -> Reply:
    return Reply(text="yes", steps=found, timing=Timing(total_s=total_s))


def test_the_steps_of_all_trials_add_up(some: SimpleNamespace) -> None:
    failed = {**SEARCHED, "error": "gone", "input_tokens": 5}
    figures = taken(some, stepped(0.4, ASKED, SEARCHED), stepped(0.6, ASKED, failed))

    searched = figures.by_name["retrieval", "search"]
    assert figures.replies == 2
    assert figures.total_s == pytest.approx(1.0)
    assert (searched.count, searched.failed, searched.tokens) == (2, 1, 5.0)
    assert list(searched.durations_s) == [0.1, 0.1]
    assert figures.paths == {("llm", "retrieval"): 2}


def test_the_slowest_and_the_first_failed_replies_are_kept(some: SimpleNamespace) -> None:
    seconds = [0.1, 0.5, 0.3, 0.2, 0.4]

    figures = taken(some, *(stepped(s, ASKED) for s in seconds), outcome="failed")

    assert [example.total_s for example in figures.slowest] == [0.5, 0.4, 0.3]
    assert [example.case for example in figures.failed] == ["c0", "c1", "c2"]


def test_names_without_end_are_put_together(some: SimpleNamespace) -> None:
    named = ({**ASKED, "name": f"call-{n}"} for n in range(steps.MOST_NAMES + 20))

    figures = taken(some, stepped(1.0, *named))

    assert len(figures.by_name) == steps.MOST_NAMES + 1
    assert figures.by_name[steps.OTHERS].count == 20
