from types import SimpleNamespace
from typing import Any

import pytest

from llmeval import codec
from llmeval.compare import readings
from llmeval.records import Exchange, Reply, Timing, Trial, Usage
from llmeval.report import taken
from llmeval.report.taken import Sample, Version


def sample(*trials: Trial) -> Sample:
    found = Sample()
    for trial in trials:
        line: Any = codec.trial_json(trial)
        found.add(line, taken.replies_of(line))
    return found


def reply(total_s: float | None = 0.5, **other: Any) -> Reply:
    timing = Timing(total_s=total_s, first_token_s=None if total_s is None else total_s / 10)
    given: dict[str, Any] = {
        "text": "yes",
        "timing": timing,
        "usage": Usage(input_tokens=10, output_tokens=2),
        "cost_usd": 0.001,
    }
    return Reply(**{**given, **other})


def test_a_trial_has_the_same_figures_as_for_limits(some: SimpleNamespace) -> None:
    turns = tuple(Exchange(user="?", reply=reply(seconds)) for seconds in (0.5, 2.0, 1.0))
    trials = [some.trial(reply=reply()), some.trial(reply=turns[-1].reply, turns=turns)]

    found = sample(*trials)

    for name in readings.FIGURES:
        of_limits = [known.figures[name] for trial in trials if (known := readings.of(trial))]
        assert list(found.values[name]) == of_limits
        assert not found.left_out(name)


@pytest.mark.parametrize(
    ("trial", "left_out"),
    [
        ({"reply": reply(cached=True)}, dict.fromkeys(readings.FIGURES, taken.CACHED)),
        ({"reply": None}, dict.fromkeys(readings.FIGURES, taken.NO_REPLY)),
        ({"xfail": True}, dict.fromkeys(readings.FIGURES, taken.XFAIL)),
        ({"reply": reply(cost_usd=None)}, {"cost": "price unknown"}),
        ({"reply": reply(usage=Usage())}, {"tokens": "tokens not told"}),
        ({"reply": reply(timing=Timing(total_s=0.5))}, {"first_token": "not streamed"}),
        (
            {"reply": reply(None)},
            {"latency": "no time was measured", "first_token": "not streamed"},
        ),
    ],
)
def test_what_is_left_out_has_a_reason(
    some: SimpleNamespace, trial: dict[str, Any], left_out: dict[str, str]
) -> None:
    found = sample(some.trial(**trial))

    assert found.trials == 1
    said = {name: dict(why) for name in readings.FIGURES if (why := found.left_out(name))}
    assert said == {name: {why: 1} for name, why in left_out.items()}
    measured = {name for name, values in found.values.items() if values}
    assert measured == set(readings.FIGURES) - left_out.keys()


def test_a_dialogue_with_an_unpriced_turn_has_no_cost(some: SimpleNamespace) -> None:
    turns = (Exchange(user="?", reply=reply()), Exchange(user="?", reply=reply(cost_usd=None)))

    found = sample(some.trial(turns=turns))

    assert found.left_out("cost") == {"price unknown": 1}


@pytest.mark.parametrize(
    ("versions", "named"),
    [
        ([(None, "bot")], ["bot"]),
        ([("now", "bot"), ("new", "bot")], ["now", "new"]),
        ([("now", "bot"), ("new", "other")], ["now", "new"]),
        ([(None, "a"), (None, "b")], ["a", "b"]),
        ([("now", "a"), ("now", "b"), ("new", "a")], ["now · a", "now · b", "new · a"]),
    ],
)
def test_a_version_is_called_by_what_tells_it_apart(
    versions: list[tuple[str | None, str]], named: list[str]
) -> None:
    known = [Version(*version) for version in versions]

    assert [taken.names(known)[version] for version in known] == named
