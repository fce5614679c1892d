"""Versions asked side by side in one run: which there are, and what each is told apart by."""

from collections.abc import Iterator, Mapping

from llmeval.compare.facts import CaseFacts
from llmeval.compare.measured import SuiteTable

FIGURES = ("pass_rate", "latency.p50", "tokens.total", "cost.total")
"""What is shown of each version, beside the same of all."""


def of(table: SuiteTable) -> Iterator[Mapping[str, str]]:
    """Yield what selects the cases of each version, in file order; nothing when there is one only.

    Where a suite has variants, they are the versions; else its adapters are.
    """
    if len({(each.variant, each.adapter) for each in table.all_facts()}) < 2:
        return  # nearly always so: not worth a look at every case
    facts = [table.facts(case) for case in table.cases]
    variants = dict.fromkeys(each.variant for each in facts if each.variant is not None)
    if len(variants) > 1:
        yield from ({"variant": name} for name in variants)
        return
    adapters = dict.fromkeys(each.adapter for each in facts if each.adapter)
    if len(adapters) > 1:
        yield from ({"adapter": name} for name in adapters)


def unit(case: str, facts: CaseFacts) -> str:
    """Return the id that a case shares with the other versions of it.

    Ids are `name[row-variant-adapter]`, parts that tell nothing apart left out.
    """
    name, bracket, rest = case.rpartition("[")
    if not bracket or not rest.endswith("]"):
        return case
    inner = rest[:-1]
    for part in (facts.adapter, facts.variant):
        if part and inner == part:
            return name
        if part:
            inner = inner.removesuffix(f"-{part}")
    return f"{name}[{inner}]"
