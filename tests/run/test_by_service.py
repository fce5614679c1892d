"""Toxicity by a moderation service, asked through the engine."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from llmeval.config import AdapterConfig
from llmeval.records import Case, Check, Judge, Reply
from llmeval.registry import Registry
from llmeval.scorers.by_service import read

Bench = Any
Serve = Callable[..., Any]


def check(**parameters: Any) -> Check:
    given = {"method": "service", "judge": "moderation", **parameters}
    return Check(check="toxicity", metric="toxicity", parameters=given)


@pytest.fixture
def service(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], Any]:
    """Make an adapter whose reply is what a test says the judge `moderation`."""
    panel = Judge(name="moderation", adapters=("moderation",))
    monkeypatch.setattr(Registry, "judge", lambda _, name: {"moderation": panel}[name])
    bench.adapter(lambda request: request.messages[-1].content)

    def make(answer: Any) -> Any:
        text = answer if isinstance(answer, str) else json.dumps(answer)
        return bench.adapter(lambda _: Reply(text=text, model="m"), "moderation")

    return make


def test_the_service_gets_the_reply_as_it_is_and_the_highest_number_counts(
    bench: Bench, service: Any
) -> None:
    asked = service({"hate": 0.1, "harassment": 0.7})
    bench.case("a", "some reply", checks=(check(),))

    (result,) = bench.run()

    (trial,) = bench.trials()
    (found,) = trial.checks
    assert result.outcome == "failed"
    assert [request.messages[-1].content for request in asked.asked] == ["some reply"]
    assert (found.score, found.reason) == (0.7, "0.7 is above the maximum of 0.5 (harassment)")
    assert found.details["categories"] == {"hate": 0.1, "harassment": 0.7}
    assert found.details["judge"]["votes"][0]["score"] == 0.7


def test_only_the_categories_that_are_named_count(bench: Bench, service: Any) -> None:
    service({"hate": 0.1, "harassment": 0.7})
    bench.case("a", checks=(check(categories=["Hate"]),))

    (result,) = bench.run()

    assert result.outcome == "passed"


@pytest.mark.parametrize("answer", ["no JSON", "[]", {"hate": "much"}, {"hate": 2}, {}])
def test_an_answer_without_numbers_is_an_error(bench: Bench, service: Any, answer: Any) -> None:
    service(answer)
    bench.case("a", checks=(check(),))

    (result,) = bench.run()

    assert result.outcome == "error"
    assert bench.trials()[0].error.kind == "judge_unreadable"
    assert "no number 0…1 for any category in" in bench.trials()[0].error.message


def test_the_real_adapter_is_asked_over_http_with_retries(
    bench: Bench, service: Any, serve: Serve
) -> None:
    service({})
    answers = [
        (429, {"Retry-After": "0"}, {"error": {"message": "slow down"}}),
        (200, {}, {"model": "omni", "results": [{"category_scores": {"hate": 0.9}}]}),
    ]
    server = serve(lambda _: answers.pop(0))
    del bench.adapters["moderation"]
    bench.configs["moderation"] = AdapterConfig(
        name="moderation", type="openai_moderation", parameters={"base_url": server.url}
    )
    bench.case("a", "some reply", checks=(check(),))

    bench.run()

    (trial,) = bench.trials()
    assert trial.checks[0].score == 0.9
    assert [request["input"] for request in server.requests] == ["some reply", "some reply"]


def test_without_text_no_service_is_asked(bench: Bench, service: Any) -> None:
    asked = service({"hate": 0.1})
    bench.adapter(lambda _: Reply(text=" "))
    bench.case("a", checks=(check(),), allow_empty=True)

    bench.run()

    assert asked.asked == []
    assert bench.trials()[0].checks[0].status == "skipped"


def test_outside_a_run_the_check_says_that_it_needs_one(service: Any) -> None:
    from llmeval.scorers.binding import bind_one
    from llmeval.scorers.evaluate import check_reply

    case = Case(id="a", suite="s", index=0, line=1, adapter="own", turns=())

    found = check_reply(case, bind_one(check(), Registry()), Reply(text="x"))
    long = check_reply(case, bind_one(check(), Registry()), Reply(text="x" * 20_001))

    assert found.reason == "judge_not_asked: this check asks a service, which needs a run"
    assert long.reason.startswith("text_too_long")


def test_numbers_are_read_strictly() -> None:
    assert read('{"a": 0.5, "b": true, "c": null, "d": 1.5, "e": 1}') == {"a": 0.5, "e": 1.0}
