"""Attacks that follow from the results of earlier ones, case by case."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from llmeval.api.project import Project
from llmeval.api.running import Run, measure
from llmeval.records import CaseSpec, Trial

if TYPE_CHECKING:
    from llmeval.suite.suite import Suite

ROUND = 20
"""Attacks that are asked before the next ones are chosen."""


async def search(project: Project, suite: "Suite", budget: int) -> list[Run]:
    """Return the runs of a search, one for each round of each attacked case.

    Args:
        project: Whose adapters are asked.
        suite: Loaded.
        budget: How many attacks a case gets.
    """
    ran = []
    for spec in _one_each(suite):
        ran += await _search_case(project, suite, spec, budget)
    return ran


def _one_each(suite: "Suite") -> list[CaseSpec]:
    """Return one attacked spec for each case of the file, row, variant and adapter."""
    found: dict[tuple[int, str | None], CaseSpec] = {}
    for spec in suite.cases:
        if spec.attack is not None and spec.attack.role == "attack":
            found.setdefault((spec.template, spec.row), spec)
    return list(found.values())


async def _search_case(project: Project, suite: "Suite", spec: CaseSpec, budget: int) -> list[Run]:
    from llmeval.attacks.search import Search
    from llmeval.suite.build import axes_of

    looking = Search(*axes_of(suite, spec))
    ran: list[Run] = []
    while budget > 0:
        keys = looking.propose(min(ROUND, budget))
        if not keys:
            break
        budget -= len(keys)
        ids = {spec.id.replace(spec.attack.id, key.id): key for key in keys}
        cases = tuple(replace(spec, id=name, attack=key) for name, key in ids.items())
        ran.append(await measure(project, replace(suite, cases=cases)))
        looking.tell({ids[name]: share for name, share in _shares(ran[-1].trials).items()})
    return ran


def _shares(trials: tuple[Trial, ...]) -> Mapping[str, float]:
    """Return by case the share of measured trials that succeeded."""
    results: dict[str, list[Any]] = {}
    for trial in trials:
        if "result" in trial.attack:
            results.setdefault(trial.case, []).append(trial.attack["result"] == "obeyed")
    return {case: sum(found) / len(found) for case, found in results.items()}
