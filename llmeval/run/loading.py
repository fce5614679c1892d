"""Loads what the checks of a run need, before anything is asked.

numpy, weights and tables take 0.2 to 0.5 s. While replies come in that time would be added to the
latency of all that are in flight: the event loop reads no socket meanwhile.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from llmeval.records import CaseSpec, Check
from llmeval.registry import Registry
from llmeval.run.results import Job
from llmeval.scorers.contained import is_interrupt
from llmeval.suite.suite import Suite

_Key = tuple[str, str]


def load(jobs: Sequence[Job], registry: Registry) -> set[str]:
    """Let each check of the cases load what it needs, once; nothing is scored or asked.

    A check that cannot be prepared says why when it is bound, or when it scores.

    Returns:
        The judges that the checks ask, by name.
    """
    from llmeval.suite.build import checks_used  # brings in yaml

    known: set[_Key] = set()
    judges: set[str] = set()
    for suite, specs in _by_suite(jobs):
        for check in checks_used(suite, specs):
            for each in _with_parts(check):
                key = _key(each)
                if key not in known:
                    known.add(key)
                    judges |= _loaded(each, registry)
    return judges


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


def _key(check: Check) -> _Key:
    return (check.check, repr(check.parameters))


def _loaded(check: Check, registry: Registry) -> set[str]:
    """Let a check load what it needs; return the judge that it asks, if any."""
    given = check.parameters
    try:
        cls = registry.scorer_type(check.check, given.get("method"))
        if hasattr(cls, "prepare"):
            scorer: Any = registry.scorer(check.check, given)
            scorer.prepare()
        return {given.get("judge", "default")} if hasattr(cls, "seated") else set()
    except BaseException as error:  # whatever a scorer raises is data
        if is_interrupt(error):
            raise
    return set()
