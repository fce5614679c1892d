"""A search for attacks that work, in the place of the attacks that a suite names."""

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from llmeval.api.project import Project
from llmeval.api.running import Run, measure
from llmeval.records import CaseSpec

if TYPE_CHECKING:
    from llmeval.suite.suite import Suite


async def search(
    project: Project,
    suite: "Suite",
    budget: int,
    folder: Path | None = None,
    interrupted: Path | None = None,
) -> Run:
    """Return what a search found: the trials of all attacks it chose, and one for each search.

    Args:
        project: Whose adapters are asked.
        suite: Loaded.
        budget: How many attacks a case gets.
        folder: Where the log goes; None writes nothing.
        interrupted: Folder of a search that was cut off: this one goes the same way again, over
            what it has asked.
    """
    from llmeval.attacks.attacker import searched

    key = searched(budget)
    cases = tuple(
        replace(spec, id=spec.id.replace(spec.attack.id, key.id), attack=key)
        for spec in _one_each(suite)
    )
    return await measure(project, replace(suite, cases=cases), folder, interrupted)


def _one_each(suite: "Suite") -> list[CaseSpec]:
    """Return one attacked spec for each case of the file, row, variant and adapter."""
    found: dict[tuple[int, str | None], CaseSpec] = {}
    for spec in suite.cases:
        if spec.attack is not None and spec.attack.role in ("attack", "search"):
            found.setdefault((spec.template, spec.row), spec)
    return list(found.values())
