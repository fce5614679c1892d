"""Loads what the checks of a run need, before anything is asked.

numpy, weights and tables take 0.2 to 0.5 s. While replies come in that time would be added to the
latency of all that are in flight: the event loop reads no socket meanwhile.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from llmeval.errors import LlmevalError
from llmeval.records import CaseSpec, Check
from llmeval.registry import Registry
from llmeval.run.results import Job
from llmeval.scorers.contained import is_interrupt
from llmeval.suite.suite import Suite

_Key = tuple[str, Any, Any]


def load(jobs: Sequence[Job], registry: Registry) -> None:
    """Let each check of the cases load what it needs, once; nothing is scored or asked.

    A check that cannot be prepared says why when it is bound, or when it scores.
    """
    from llmeval.suite.build import checks_used  # brings in yaml

    known: set[_Key] = set()
    for suite, specs in _by_suite(jobs):
        for check in checks_used(suite, specs):
            for each in _with_parts(check):
                _load(each, registry, known)


def _by_suite(jobs: Sequence[Job]) -> list[tuple[Suite, list[CaseSpec]]]:
    found: dict[int, tuple[Suite, list[CaseSpec]]] = {}
    for job in jobs:
        if job.spec.skip is None:
            found.setdefault(id(job.suite), (job.suite, []))[1].append(job.spec)
    return list(found.values())


def _with_parts(check: Check) -> Iterator[Check]:
    """Yield a check, and those of a group."""
    yield check
    value = check.parameters.get("value")
    if isinstance(value, tuple):
        for part in value:
            if isinstance(part, Check):
                yield from _with_parts(part)


def _load(check: Check, registry: Registry, known: set[_Key]) -> None:
    given = check.parameters
    # The others say what is looked for: they load nothing more.
    key = (check.check, given.get("method"), given.get("model"))
    if key in known:
        return
    known.add(key)
    try:
        if hasattr(registry.scorer_type(check.check, key[1]), "prepare"):
            scorer: Any = registry.scorer(check.check, given)
            scorer.prepare()
    except LlmevalError:
        return
    except BaseException as error:  # whatever a scorer raises is data
        if is_interrupt(error):
            raise
