"""What a run would need, as lines for a terminal."""

from collections.abc import Mapping

from llmeval.compare.power import DROP, Power
from llmeval.records import NOTHING
from llmeval.report import numbers
from llmeval.run.plan import Plan, SuitePlan


def lines(plan: Plan, powers: Mapping[str, Power] = NOTHING) -> list[str]:
    """Return one or two lines a suite and, for several, one for all.

    Args:
        plan: What would be asked.
        powers: Suite name to what its gate would find, where that is known.
    """
    shown = []
    for suite in plan.suites:
        shown.append(f"{suite.suite}: {_suite(suite)}")
        if suite.suite in powers:
            shown.append(f"  {_power(powers[suite.suite])}")
    if len(plan.suites) > 1:
        shown.append(f"all: {_needs(plan.calls, plan.judge_calls, plan.tokens, plan.cost_usd)}")
    return [*shown, "tokens are estimated; retries come on top"]


def _suite(suite: SuitePlan) -> str:
    tokens = suite.input_tokens + suite.output_tokens
    return (
        f"{suite.cases:,} cases, {_needs(suite.calls, suite.judge_calls, tokens, suite.cost_usd)}"
    )


def _power(power: Power) -> str:
    """Return which drop would be found, and what would find one of 5 points."""
    against = f"against {numbers.count(power.runs, 'baseline run')}"
    if power.drop is None:
        return f"{against} not even a drop of 50 points is found with 80 % probability"
    found = f"{against} a drop of {100 * power.drop:g} points is found with 80 % probability"
    wanted = f"{100 * DROP:g} points"
    if power.drop <= DROP:
        return found
    if power.trials is None:
        return f"{found}; for {wanted} no number of trials is enough: add cases or baseline runs"
    return f"{found}; {wanted} need {power.trials} trials a case on both sides"


def _needs(calls: int, judge_calls: int, tokens: int, cost_usd: float | None) -> str:
    price = (
        "cost unknown (no price is configured)" if cost_usd is None else numbers.dollars(cost_usd)
    )
    judges = f" and {judge_calls:,} to judges" if judge_calls else ""
    return f"{calls:,} calls{judges}, about {tokens:,} tokens, {price}"
