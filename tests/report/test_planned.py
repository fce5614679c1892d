from msgspec.structs import replace

from llmeval.report import planned
from llmeval.run.plan import Plan, SuitePlan


def suite(name: str, cost_usd: float | None) -> SuitePlan:
    return SuitePlan(
        suite=name,
        cases=1_200,
        trials=2,
        calls=2_400,
        input_tokens=900,
        output_tokens=100,
        cost_usd=cost_usd,
    )


def test_a_plan_names_calls_tokens_and_dollars() -> None:
    lines = planned.lines(Plan(suites=(suite("support", 0.25),)))

    assert lines == [
        "support: 1,200 cases, 2,400 calls, about 1,000 tokens, $0.25",
        "tokens are estimated; retries come on top",
    ]


def test_what_judges_are_asked_is_named_apart() -> None:
    asked = replace(suite("support", 0.25), judge_calls=7_200)

    lines = planned.lines(Plan(suites=(asked,)))

    assert lines[0] == (
        "support: 1,200 cases, 2,400 calls and 7,200 to judges, about 1,000 tokens, $0.25"
    )


def test_an_unknown_price_makes_the_sum_unknown() -> None:
    unknown = replace(suite("b", None), unpriced=("bot", "referee"))

    lines = planned.lines(Plan(suites=(suite("a", 0.25), unknown, unknown)))

    assert lines[3] == (
        "all: 7,200 calls, about 3,000 tokens, cost unknown (no price is configured for 'bot', "
        "'referee')"
    )
