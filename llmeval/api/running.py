"""Suite + adapter -> run, in the caller's event loop."""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from llmeval.api.project import Project, by_name, find_project
from llmeval.config import AdapterConfig
from llmeval.protocols import Adapter
from llmeval.records import Outcome, RunEnd, RunHeader, Trial

if TYPE_CHECKING:
    from llmeval.run.log import RunLog
    from llmeval.suite.suite import Suite

GIVEN = "given"
"""What an adapter is called that was handed over as an object."""


class Run(Struct, frozen=True, kw_only=True):
    """What was measured of one suite."""

    suite: "Suite"
    root: Path
    """The project."""
    header: RunHeader
    trials: tuple[Trial, ...]
    """In the order of the suite, the trials of a case by their number."""
    outcomes: Mapping[str, Outcome]
    """Case to how it ended, all its trials taken together."""
    end: RunEnd
    folder: Path | None = None
    """Where its log is; None when it was not stored."""


async def run(
    suite: "str | Path | Suite",
    adapter: str | Adapter | Callable[..., Any] | None = None,
    *,
    folder: str | Path | None = None,
    **options: Any,
) -> Run:
    """Ask every case of a suite and score the replies, in the running event loop.

    Compares with nothing and judges nothing: see `llmeval.compare`. A suite whose number of rounds
    is left open (`repeat: {min, max}`) makes all of them.

    Args:
        suite: A `*.eval.yaml` file, or what `llmeval.load` made of one.
        adapter: The name of an adapter, an object with `respond`, or a function that takes the
            messages and returns text or a Reply; None: the adapter the suite names.
        folder: Where to write the run's log, `results.jsonl`; None writes nothing.
        **options: Options of a run, as `repeat=3` for `--llmeval-repeat 3`.

    Raises:
        SuiteError: The suite is wrong.
        UsageError: An option or an adapter is.
    """
    path = Path(suite) if isinstance(suite, str | Path) else suite.path
    project = find_project(path, by_name(options))
    if isinstance(adapter, str):
        project = find_project(path, by_name(options) | {"adapter": [adapter]})
    elif adapter is not None:
        project = _with_adapter(project, adapter)
    # A suite that was loaded before is read once more where something is asked of it now.
    loaded = project.suite(path) if isinstance(suite, str | Path) or adapter or options else suite
    return await measure(project, loaded, None if folder is None else Path(folder))


async def measure(
    project: Project,
    suite: "Suite",
    folder: Path | None = None,
    interrupted: Path | None = None,
) -> Run:
    """Ask every case of a loaded suite, but for the trials of an interrupted run; see `run`.

    Raises:
        UsageError: An adapter cannot be built.
    """
    from llmeval.compare.earlier import Earlier
    from llmeval.run.engine import Engine
    from llmeval.run.results import Job
    from llmeval.run.resume import finished

    trials: list[Trial] = []
    header = _header(project, suite, folder, interrupted)
    log = _log(header, folder)
    began = time.monotonic()
    engine = Engine(
        project.settings,
        project.registry,
        {**project.settings.adapters, **suite.adapters},
        log,
        finished=None if interrupted is None else finished(interrupted),
        on_trial=trials.append,
        environ=os.environ,
        earlier=Earlier(project.settings),
    )
    jobs = [Job(f"{suite.shown}::{spec.id}", suite, spec) for spec in suite.cases]
    results = await engine.run_async(jobs)
    end = RunEnd(finished=_now(), seconds=time.monotonic() - began, totals=engine.totals())
    if log is not None:
        log.finish(end)
    return Run(
        suite=suite,
        root=project.settings.root,
        header=header,
        trials=tuple(sorted(trials, key=lambda trial: (trial.index, trial.case, trial.trial))),
        outcomes={result.nodeid.partition("::")[2]: result.outcome for result in results},
        end=end,
        folder=folder,
    )


def _log(header: RunHeader, folder: Path | None) -> "RunLog | None":
    from llmeval.redact import Redactor
    from llmeval.run.log import RunLog

    if folder is None:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    return RunLog(folder, header, redactor=Redactor(os.environ))


def _header(
    project: Project, suite: "Suite", folder: Path | None, interrupted: Path | None
) -> RunHeader:
    from llmeval.run import environment, fingerprint
    from llmeval.run.folder import new_name
    from llmeval.run.resume import RESUMED

    adapters = {**project.settings.adapters, **suite.adapters}
    return RunHeader(
        run=new_name() if folder is None else folder.name,
        options={} if interrupted is None else {RESUMED: interrupted.name},
        started=_now(),
        environment=environment.describe(),
        git=environment.git_state(project.settings.root),
        ci_url=environment.ci_url(os.environ),
        adapters=fingerprint.adapters(adapters, project.registry, os.environ),
        judges=fingerprint.judges(
            [project.registry.judge(name) for name in suite.judges],
            adapters,
            project.registry,
            os.environ,
        ),
        suites={
            suite.name: {
                "path": suite.shown,
                "selected": sorted(spec.id for spec in suite.cases),
                "skipped": {spec.id: spec.skip for spec in suite.cases if spec.skip is not None},
                "full": project.settings.limit is None,
            }
        },
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


# --- adapters that are handed over as objects --------------------------------------------------


def _with_adapter(project: Project, given: Adapter | Callable[..., Any]) -> Project:
    """Return the project with one more adapter, asked instead of any other."""
    registry, settings = project.registry, project.settings
    name = getattr(given, "__name__", type(given).__name__).strip("<>")
    registry.add_adapter(GIVEN, _type_of(given))
    parameters = {} if hasattr(given, "respond") else {"call": f"{given.__module__}:{name}"}
    config = AdapterConfig(name=name, type=GIVEN, parameters=parameters)
    changed = replace(
        settings, adapters={**settings.adapters, name: config}, adapter=((None, name),)
    )
    return replace(project, settings=changed)


def _type_of(given: Any) -> Any:
    """Return an adapter class that always gives this object."""
    if hasattr(given, "respond"):
        return dataclass(frozen=True)(type("Given", (_Given,), {"given": given}))
    from llmeval.adapters.function import Function

    return dataclass(frozen=True, kw_only=True)(
        type("Given", (Function,), {"_import": lambda _: given})
    )


class _Given:
    """Passes everything on to an adapter object."""

    given: Any

    async def open(self) -> None:
        if hasattr(self.given, "open"):
            await self.given.open()

    async def respond(self, request: Any) -> Any:
        return await self.given.respond(request)

    async def close(self) -> None:
        if hasattr(self.given, "close"):
            await self.given.close()
