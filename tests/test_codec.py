"""Records survive being stored."""

import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmeval import codec
from llmeval.errors import StoredFileError
from llmeval.records import (
    Check,
    CheckResult,
    Exchange,
    Failure,
    Message,
    Passage,
    Reply,
    RunEnd,
    RunHeader,
    Timing,
    ToolCall,
    Trial,
    Usage,
)


def trial(**changes: object) -> Trial:
    parts = {
        "nodeid": "suites/s.eval.yaml::a",
        "suite": "s",
        "case": "a",
        "index": 0,
        "adapter": "echo",
        "trial": 1,
        "outcome": "passed",
    }
    return Trial(**{**parts, **changes})  # type: ignore[arg-type]  # a shorthand for tests


def _joins_no_surrogates(text: str) -> bool:
    # Two halves side by side are one character to JSON.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass") == text


texts = st.text(st.characters(), max_size=20).filter(_joins_no_surrogates)
words = st.text("abc", min_size=1, max_size=5)
numbers = st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=8,
)
mappings = st.dictionaries(words, values, max_size=3)
counts = st.none() | st.integers(0, 10**9)
seconds = st.none() | st.floats(0, 1e6)
calls = st.builds(ToolCall, name=words, arguments=values, id=st.none() | words)
messages = st.builds(
    Message,
    role=st.sampled_from(["user", "assistant", "system", "tool"]),
    content=texts,
    tool_calls=st.lists(calls, max_size=2).map(tuple),
    tool_call_id=st.none() | words,
    name=st.none() | words,
)
replies = st.builds(
    Reply,
    text=st.none() | texts,
    finish_reason=st.none() | words,
    model=st.none() | words,
    request_id=st.none() | words,
    reasoning=st.none() | words,
    tool_calls=st.lists(calls, max_size=2).map(tuple),
    retrieved=st.none()
    | st.lists(st.builds(Passage, id=st.none() | words, text=st.none() | texts), max_size=2).map(
        tuple
    ),
    steps=st.lists(mappings, max_size=2).map(tuple),
    files=st.none() | st.dictionaries(words, texts, max_size=2),
    usage=st.builds(Usage, input_tokens=counts, output_tokens=counts, cached_tokens=counts),
    cost_usd=seconds,
    cached=st.booleans(),
    timing=st.builds(Timing, queued_s=seconds, waited_s=seconds, total_s=seconds),
)
results = st.builds(
    CheckResult,
    check=words,
    metric=words,
    severity=st.sampled_from(["critical", "normal", "warn"]),
    status=st.sampled_from(["scored", "skipped", "error"]),
    turn=st.none() | st.integers(1, 9),
    score=st.none() | numbers,
    min=st.none() | numbers,
    max=st.none() | numbers,
    better=st.sampled_from(["higher", "lower"]),
    passed=st.none() | st.booleans(),
    reason=texts,
    version=words,
    parameters=mappings,
    seconds=seconds,
    details=mappings,
)
trials = st.builds(
    Trial,
    nodeid=words,
    suite=words,
    case=words,
    index=st.integers(0, 10**6),
    adapter=words,
    trial=st.integers(1, 100),
    outcome=st.sampled_from(["passed", "failed", "error", "skipped"]),
    row=st.none() | words,
    started=st.none() | words,
    tags=st.lists(words, max_size=2).map(tuple),
    severity=st.sampled_from(["critical", "normal", "warn"]),
    fingerprint=st.dictionaries(words, words, max_size=2),
    vars=mappings,
    system=st.none() | words,
    messages=st.lists(messages, max_size=2).map(tuple),
    references=st.lists(texts, max_size=2).map(tuple),
    reply=st.none() | replies,
    turns=st.lists(
        st.builds(Exchange, user=st.none() | texts, reply=st.none() | replies), max_size=2
    ).map(tuple),
    checks=st.lists(results, max_size=3).map(tuple),
    error=st.none() | st.builds(Failure, kind=words, message=texts),
    xfail=st.booleans(),
)


@given(trials)
def test_every_trial_survives_being_stored(before: Trial) -> None:
    after = codec.decode(codec.encode_trial(before))

    assert after == before


@given(trials)
def test_a_line_is_ascii_without_line_break(before: Trial) -> None:
    line = codec.encode_trial(before)

    assert line.isascii()
    assert "\n" not in line


@given(st.lists(trials, max_size=5))
def test_the_encoder_of_a_run_writes_what_the_plain_one_does(some: list[Trial]) -> None:
    encoder = codec.TrialEncoder(lambda _: False)

    lines = [encoder.line(each)[0] for each in [*some, *some]]

    assert [json.loads(line) for line in lines] == [
        json.loads(codec.encode_trial(each)) for each in [*some, *some]
    ]


def test_a_lone_surrogate_survives_as_an_escape() -> None:
    before = trial(reply=Reply(text="half \ud83d of"))

    line = codec.encode_trial(before)

    assert "\\ud83d" in line
    assert codec.decode(line) == before


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf], ids=str)
def test_nan_and_infinities_are_refused(number: float) -> None:
    with pytest.raises(ValueError, match="JSON"):
        codec.encode_trial(trial(vars={"x": number}))


def test_absent_parts_are_left_out() -> None:
    line = codec.encode_trial(trial())

    assert set(json.loads(line)) == {
        "kind",
        "index",
        "nodeid",
        "suite",
        "case",
        "adapter",
        "trial",
        "severity",
        "outcome",
    }


def test_an_empty_reply_is_not_a_missing_one() -> None:
    found = json.loads(codec.encode_trial(trial(reply=Reply(text="", retrieved=(), files={}))))

    assert found["reply"]["text"] == ""
    assert found["reply"]["retrieved"] == []
    assert found["reply"]["files"] == {}


@pytest.mark.parametrize("share", [0, 1.0, 0.5, (2, 3)], ids=str)
def test_the_share_of_trials_that_must_pass_survives(share: object) -> None:
    line = codec.encode_trial(trial(min_trial_pass_rate=share))

    read = codec.decode(line)

    assert isinstance(read, Trial)
    assert read.min_trial_pass_rate == share


def test_the_weight_of_a_case_survives_and_is_left_out_where_it_is_one() -> None:
    read = codec.decode(codec.encode_trial(trial(weight=2.5)))

    assert isinstance(read, Trial)
    assert read.weight == 2.5
    assert "weight" not in json.loads(codec.encode_trial(trial()))


def test_checks_of_a_turn_stand_at_the_turn_too() -> None:
    result = CheckResult(check="c", metric="c", severity="normal", status="scored", turn=2)
    turns = (Exchange(user="a", reply=Reply(text="b")), Exchange(user="c", reply=None))

    found = json.loads(codec.encode_trial(trial(turns=turns, checks=(result,))))

    assert "checks" not in found["turns"][0]
    assert found["turns"][1]["checks"] == found["checks"]
    assert found["turns"][1]["reply"] is None


def test_what_a_judge_said_has_its_own_key() -> None:
    details = {"judge": {"votes": [1, 0]}, "expected": "a"}
    result = CheckResult(check="c", metric="c", severity="normal", status="scored", details=details)

    found = json.loads(codec.encode_trial(trial(checks=(result,))))["checks"][0]

    assert found["judge"] == {"votes": [1, 0]}
    assert found["details"] == {"expected": "a"}


def test_checks_inside_a_group_are_stored_as_json() -> None:
    inner = Check(check="contains", metric="contains", parameters={"value": "x"})
    result = CheckResult(
        check="any_of",
        metric="any_of",
        severity="normal",
        status="scored",
        parameters={"value": (inner,)},
    )

    found = json.loads(codec.encode_trial(trial(checks=(result,))))

    assert found["checks"][0]["parameters"]["value"][0]["parameters"] == {"value": "x"}


def test_header_and_end_survive() -> None:
    header = RunHeader(run="r", started="now", git={"sha": "a", "dirty": False}, seed=3)
    end = RunEnd(finished="then", seconds=1.5, totals={"trials": 3})

    assert codec.decode(codec.encode_header(header)) == header
    assert codec.decode(codec.encode_end(end)) == end


def test_unknown_keys_of_a_newer_version_are_ignored() -> None:
    line = codec.encode_trial(trial())

    assert codec.decode(line[:-1] + ',"new":1}') == trial()


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("not json", "not a line of a run's log: JSONDecodeError"),
        ("[]", "not a line of a run's log: Expected `object`, got `array`"),
        ('{"kind":"else"}', "a run's log: kind is 'else', expected one of trial, run, end"),
        ('{"kind":"trial"}', "not a line of a run's log: Object missing required field `nodeid`"),
        ('{"kind":"run","format":"llmeval-run/9"}', "format 'llmeval-run/9' is not known"),
    ],
    ids=["no json", "a list", "unknown kind", "no fields", "format"],
)
def test_a_bad_line_is_refused(line: str, message: str) -> None:
    with pytest.raises(StoredFileError, match=message):
        codec.decode(line)


@pytest.mark.parametrize(
    ("found", "edited", "message"),
    [
        ('"trial":1', '"trial":-1', r"Expected `int` >= 0 - at `\$\.trial`"),
        ('"outcome":"passed"', '"outcome":"golden"', r"Invalid enum value 'golden' - at `\$"),
        ('"index":0', '"index":1e400', "a number was expected, found 1e400"),
        ('"index":0', '"index":NaN', "a number was expected, found NaN"),
        ('"suite":', '"tags":{"a":1},"suite":', r"Expected `array`, got `object` - at `\$\.tags`"),
    ],
)
def test_a_line_that_was_edited_is_refused(found: str, edited: str, message: str) -> None:
    line = codec.encode_trial(trial())
    assert found in line

    with pytest.raises(StoredFileError, match=message):
        codec.decode(line.replace(found, edited))


def test_a_torn_last_line_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"
    line = codec.encode_trial(trial())
    path.write_text(f"{line}\n{line[:50]}", encoding="ascii")

    assert list(codec.read(path)) == [trial()]


def test_a_bad_line_in_the_middle_is_named(tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"
    line = codec.encode_trial(trial())
    path.write_text(f"{line}\n{line[:50]}\n{line}\n", encoding="ascii")

    with pytest.raises(StoredFileError, match=r"results\.jsonl:2: not a line"):
        list(codec.read(path))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoredFileError, match=r"none\.jsonl: cannot be read: No such file"):
        list(codec.read(tmp_path / "none.jsonl"))


def test_values_json_has_no_form_for_are_refused() -> None:
    with pytest.raises(TypeError, match="a value of type object cannot be stored"):
        codec.encode_trial(trial(vars={"x": object()}))


def test_sets_and_other_mappings_are_stored() -> None:
    from types import MappingProxyType

    found = json.loads(codec.encode_trial(trial(vars={"a": {2, 1}, "b": MappingProxyType({})})))

    assert found["vars"] == {"a": [1, 2], "b": {}}


def _nothing(line: str) -> bool:
    return not line


@pytest.mark.parametrize(
    "text",
    ["plain", "Grüße 世界 🙂", "\ud800", "null", 'a "quoted" \\ word\n\x00\x7f', "</script>\u2028"],
)
def test_the_quick_encoder_writes_what_the_careful_one_writes(text: str) -> None:
    kept = trial(reply=Reply(text=text), vars={"x": [1, 2.5, None, {"y": text}]})
    encoder = codec.TrialEncoder(suspects=_nothing)

    lines = [encoder.line(kept)[0] for _ in range(3)]  # parts are kept from the second one on

    assert all(line.isascii() for line in lines)
    assert [json.loads(line) for line in lines] == [json.loads(codec.encode_trial(kept))] * 3


def _with(place: str, text: str) -> Trial:
    """Return a trial that has the text in one place."""
    replies = {"reply.text": "text", "reply.model": "model", "reply.finish": "finish_reason"}
    replies |= {"reply.reasoning": "reasoning", "reply.request": "request_id"}
    if place in replies:
        said: Any = {"text": "said", replies[place]: text}
        return trial(reply=Reply(**said))
    if place.startswith("check."):
        own: Any = {"check": "contains", "metric": "contains", place.removeprefix("check."): text}
        if place == "check.parameters":
            own["parameters"] = {"value": text}
        scored: Any = {"severity": "normal", "status": "scored", "score": 1.0, "passed": True}
        return trial(reply=Reply(text="said"), checks=(CheckResult(**scored | own),))
    values: dict[str, Any] = {
        "tags": (text,),
        "vars": {"x": [text]},
        "messages": (Message(role="user", content=text),),
        "references": (text,),
        "error": Failure(kind="other", message=text),
        "attack": {"goal": text},
    }
    return trial(reply=Reply(text="said"), **{place: values.get(place, text)})


@pytest.mark.parametrize(
    "place",
    [
        *("nodeid", "suite", "case", "adapter", "row", "variant", "tags", "vars", "system"),
        *("context", "references", "goal", "attack", "messages", "error"),
        *("reply.text", "reply.model", "reply.finish", "reply.reasoning", "reply.request"),
        *("check.metric", "check.reason", "check.parameters"),
    ],
)
def test_what_somebody_wrote_is_searched_for_secrets_wherever_it_stands(place: str) -> None:
    planted = _with(place, "the SECRET itself")
    encoder = codec.TrialEncoder(lambda text: "SECRET" in text)

    found = [encoder.line(planted) for _ in range(3)]  # parts are kept after the first time

    assert [suspect for _, suspect in found] == [True] * 3
    assert all("SECRET" in line for line, _ in found)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), b"bytes"])
def test_the_quick_encoder_lets_nothing_through_that_the_careful_one_refuses(value: Any) -> None:
    call = ToolCall(name="t", arguments={"a": value})
    foreign = trial(reply=Reply(text="x", tool_calls=(call,)))
    encoder = codec.TrialEncoder(suspects=_nothing)

    with pytest.raises((ValueError, TypeError)):
        encoder.line(foreign)
