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
        if suite.why is not None:
            shown.append(f"  all {suite.trials} rounds would be made: {suite.why}")
        if suite.suite in powers:
            shown.append(f"  {_power(powers[suite.suite])}")
    if len(plan.suites) > 1:
        shown.append(f"all: {_needs(plan, plan.least)}")
    return [*shown, "tokens are estimated; retries come on top"]


def _suite(suite: SuitePlan) -> str:
    return f"{numbers.count(suite.cases, 'case')}, {_needs(suite, suite.least)}"


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


def _needs(most: Plan | SuitePlan, least: Plan | SuitePlan) -> str:
    """Return what is needed, from the fewest rounds to the most where that is left open."""
    judges = ""
    if most.judge_calls:
        judges = f" and {_range(least.judge_calls, most.judge_calls)} to judges"
    attackers = f" and {most.attacker_calls:,} to attackers at most" if most.attacker_calls else ""
    calls, tokens = _range(least.calls, most.calls), _range(least.tokens, most.tokens)
    return f"{calls} calls{judges}{attackers}, about {tokens} tokens, {_price(most, least)}"


def _range(least: int, most: int) -> str:
    return f"{most:,}" if least == most else f"{least:,} to {most:,}"


def _price(most: Plan | SuitePlan, least: Plan | SuitePlan) -> str:
    if most.cost_usd is None or least.cost_usd is None:
        names = ", ".join(map(repr, most.unpriced))
        return f"cost unknown (no price is configured{f' for {names}' * bool(names)})"
    low, high = numbers.dollars(least.cost_usd), numbers.dollars(most.cost_usd)
    return high if low == high else f"{low} to {high}"
