"""What a run would need, as lines for a terminal."""

from llmeval.report import numbers
from llmeval.run.plan import Plan, SuitePlan


def lines(plan: Plan) -> list[str]:
    """Return one line a suite and, for several, one for all."""
    shown = [f"{suite.suite}: {_suite(suite)}" for suite in plan.suites]
    if len(shown) > 1:
        shown.append(f"all: {_needs(plan.calls, plan.tokens, plan.cost_usd)}")
    return [*shown, "tokens are estimated; retries and judges come on top"]


def _suite(suite: SuitePlan) -> str:
    tokens = suite.input_tokens + suite.output_tokens
    return f"{suite.cases:,} cases, {_needs(suite.calls, tokens, suite.cost_usd)}"


def _needs(calls: int, tokens: int, cost_usd: float | None) -> str:
    price = (
        "cost unknown (no price is configured)" if cost_usd is None else numbers.dollars(cost_usd)
    )
    return f"{calls:,} calls, about {tokens:,} tokens, {price}"
