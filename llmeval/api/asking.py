"""Checks that ask a judge, on replies that are there already: no suite, no application."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from llmeval.api.project import Project
from llmeval.config import AdapterConfig, Price
from llmeval.errors import AdapterError
from llmeval.records import Case, CaseSpec, Check, CheckResult, Reply, Request, Trial

if TYPE_CHECKING:
    from llmeval.run.engine import Engine
    from llmeval.run.results import Job

_STORED = "stored-replies"
_FREE = Price(input_per_mtok=0.0, output_per_mtok=0.0)


class _Stored:
    """Answers with replies that are there already, by the id of the case."""

    replies: Sequence[Reply]

    def fingerprint(self) -> dict[str, Any]:
        return {"type": _STORED}

    async def respond(self, request: Request) -> Reply:
        return self.replies[int(request.case)]


def judged_results(
    rows: Sequence[tuple[Case, Reply, Check]], project: Project
) -> list[CheckResult]:
    """Return what checks say of replies, their judges asked as in any run.

    As many at a time, as often, from the cache or live: as the project's settings say.

    Args:
        rows: Cases, their replies, each with a text, and one check each, that asks a judge.
        project: Knows the judges and their adapters.

    Raises:
        AdapterError: The run stopped before its end (budget, deadline).
        UsageError: An adapter cannot be built, or has no price although costs are limited.
    """
    from llmeval.run.engine import Engine

    cases = [_as_case(n, case, check) for n, (case, _, check) in enumerate(rows)]
    registry = project.registry.copied()
    stored = type("Replies", (_Stored,), {"replies": [reply for _, reply, _ in rows]})
    registry.add_adapter(_STORED, dataclass(frozen=True)(stored))
    config = AdapterConfig(name=_STORED, type=_STORED, price=_FREE)
    trials: dict[str, Trial] = {}
    engine = Engine(
        project.settings,
        registry,
        {**project.settings.adapters, _STORED: config},
        None,
        on_trial=lambda trial: trials.__setitem__(trial.case, trial),
        environ=os.environ,
        build=lambda _, spec: cases[spec.index],
    )
    _run(engine, cases)
    return [_result(trials[case.id]) for case in cases]


def _as_case(number: int, case: Case, check: Check) -> Case:
    return replace(
        case,
        id=str(number),
        index=number,
        adapter=_STORED,
        checks=(check,),
        allow_empty=True,
        allow_truncated=True,
    )


def _run(engine: "Engine", cases: Sequence[Case]) -> None:
    jobs = list(_jobs(cases))
    engine.start(jobs)
    try:
        for job in jobs:
            engine.result(job.nodeid)
    finally:
        engine.close()


def _jobs(cases: Sequence[Case]) -> "Iterator[Job]":
    from llmeval.run.results import Job
    from llmeval.suite.suite import Suite

    suite = Suite(name=_STORED, path=Path(), shown="")
    for case in cases:
        spec = CaseSpec(id=case.id, index=case.index, line=0, template=0)
        yield Job(f"::{case.id}", suite, spec)


def _result(trial: Trial) -> CheckResult:
    if trial.checks:
        return trial.checks[0]
    assert trial.error is not None
    raise AdapterError(f"{trial.error.kind}: {trial.error.message}", kind=trial.error.kind)
