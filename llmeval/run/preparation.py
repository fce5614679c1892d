"""Puts the engine's parts together and finds what makes a run impossible, before it begins."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from typing import Any

from msgspec import Struct

from llmeval.config import AdapterConfig, Settings
from llmeval.errors import LlmevalError, StoredFileError, UsageError
from llmeval.protocols import Adapter
from llmeval.records import Case, CaseSpec, Trial
from llmeval.redact import Redactor
from llmeval.registry import Registry
from llmeval.run.budget import Budget
from llmeval.run.cache import Cache
from llmeval.run.channels import Channels
from llmeval.run.conductor import Conductor
from llmeval.run.floor import Floor, Sleep
from llmeval.run.limits import Ramp, Slots
from llmeval.run.loading import load
from llmeval.run.log import RunLog
from llmeval.run.measuring import Build, Earlier, Measurer
from llmeval.run.prices import pricing
from llmeval.run.programs import Programs
from llmeval.run.record import Recorder
from llmeval.run.results import CaseResult, Job
from llmeval.run.resume import Key, differences
from llmeval.run.retry import Retry
from llmeval.run.rounds import Looks
from llmeval.run.scoring import Scoring

FREE_TYPES = ("demo", "echo", "openai_moderation", "perspective", "replay")
"""Adapters that cost nothing by nature."""


class Parts(Struct, frozen=True, kw_only=True):
    """What an engine is made of."""

    settings: Settings
    registry: Registry
    adapters: Mapping[str, AdapterConfig]
    log: RunLog | None
    finished: Mapping[Key, Trial]
    on_trial: Callable[[Trial], None] | None
    environ: Mapping[str, str]
    build: Build | None
    sleep: Sleep
    retry: Retry
    redactor: Redactor
    aside: Callable[[], AbstractContextManager[None]]
    hurry: Callable[[], None]
    goes_on: bool = False
    """Another engine of the same run records into the same file."""
    earlier: Earlier | None = None
    """What the baseline replied."""
    looks: Looks | None = None
    """When suites are looked at whose number of rounds is left open."""


class Ready(Struct):
    """An engine's parts, put together."""

    conductor: Conductor
    channels: Channels
    floor: Floor
    log: RunLog | None
    seconds: float = 0.0
    """How long asking took."""

    def notes(self) -> list[str]:
        """Return what the reader of the run should know, one line each."""
        floor = self.floor
        stored = (self.log, floor.recorder, floor.cache)
        found = [each.problem for each in stored if each is not None and each.problem is not None]
        if floor.stopped is not None and floor.stopped.kind != "cancelled":
            found.append(f"stopped early: {floor.stopped.kind}: {floor.stopped.message}")
        return found + self.channels.notes() + self.conductor.measurer.judges.notes()

    def totals(self) -> dict[str, Any]:
        """Return figures of the run as a whole."""
        floor = self.floor
        found: dict[str, Any] = {
            "trials": self.conductor.filed,
            "asked": self.conductor.asked,
            "most_in_flight": floor.slots.most,
            "asking_s": round(self.seconds, 3),
        }
        if floor.budget.priced:
            found["cost_usd"] = round(floor.budget.spent_usd, 9)
        if floor.cache is not None:
            found["cache_hits"] = floor.cache.hits
        return found

    async def close(self) -> None:
        """Close adapters, services and the recording."""
        await self.channels.close()
        if self.floor.recorder is not None:
            self.floor.recorder.close()


def prepare(parts: Parts, jobs: Sequence[Job], settle: Callable[[CaseResult], None]) -> Ready:
    """Return the engine's parts, checked against the jobs.

    Raises:
        UsageError: An adapter cannot be built, or has no price although costs are limited.
        StoredFileError: The recording cannot be read or written, or the interrupted run that is
            resumed differs from this one.
    """
    settings = parts.settings
    configs = _configs(parts, jobs)
    floor = _floor(parts)
    channels = Channels(
        configs, parts.registry, parts.environ, floor, settings.root, _replay(parts)
    )
    conductor = Conductor(
        settings,
        floor,
        _measurer(parts, channels),
        parts.log,
        parts.finished,
        settle,
        parts.on_trial,
        parts.looks,
    )
    for name in sorted({job.suite.adapter for job in jobs if job.suite.adapter}):
        channels.get(name)
    if settings.max_cost_usd is not None and settings.replay is None:
        _check_prices(conductor, configs, jobs)
    if parts.finished:
        _check_resumed(conductor, parts.finished, jobs)
    _build_judges(load(jobs, parts.registry), channels, parts.registry)
    # Last: it empties the file.
    if settings.record is not None:
        append = bool(parts.finished) or parts.goes_on
        floor.recorder = Recorder(settings.record, parts.redactor, append=append)
    return Ready(conductor, channels, floor, parts.log)


def _build_judges(names: set[str], channels: Channels, registry: Registry) -> None:
    """Build the adapters of the judges: what they import must not come in between replies."""
    for name in sorted(names):
        with suppress(LlmevalError):  # a case that asks them says why it cannot be asked
            for adapter in registry.judge(name).adapters:
                channels.get(adapter)


def _measurer(parts: Parts, channels: Channels) -> Measurer:
    programs = Programs(
        allowed=parts.settings.allow_run,
        workspace_of=channels.workspace_of,
        aside=parts.aside,
        redact=parts.redactor.text,
    )
    return Measurer(
        parts.settings,
        channels,
        Scoring(parts.registry),
        parts.build or build_case,
        programs,
        parts.earlier,
    )


def build_case(suite: Any, spec: CaseSpec, trial: int = 1, text: str | None = None) -> Case:
    """Return one case of a suite, see `llmeval.suite.build`."""
    from llmeval.suite.build import case

    return case(suite, spec, trial, text)


def _configs(parts: Parts, jobs: Sequence[Job]) -> dict[str, AdapterConfig]:
    found = dict(parts.adapters)
    for suite in {id(job.suite): job.suite for job in jobs}.values():
        found.update(suite.adapters)
    return found


def _floor(parts: Parts) -> Floor:
    settings = parts.settings
    floor = Floor(
        slots=Slots(settings.concurrency),
        retry=parts.retry,
        budget=Budget(settings.max_cost_usd),
        aside=parts.aside,
        hurry=parts.hurry,
        ramp=Ramp(settings.concurrency),
        sleep=parts.sleep,
    )
    if settings.cache != "off" and settings.replay is None:
        floor.cache = Cache(settings.cache_dir, settings.cache, parts.redactor)
    return floor


def _replay(parts: Parts) -> Adapter | None:
    path = parts.settings.replay
    if path is None:
        return None
    if not path.is_file():
        raise StoredFileError(f"{path}: no such recording; make one with --llmeval-record")
    return parts.registry.adapter("replay", {"path": str(path)})


def _check_prices(
    conductor: Conductor, configs: Mapping[str, AdapterConfig], jobs: Sequence[Job]
) -> None:
    used: set[str] = set()
    for job in jobs:
        if job.spec.skip is None:
            opened = conductor.measurer.prepare(job)
            used.add(opened.case.adapter)
            used.update(name for judge in opened.bounds.judges for name in judge.adapters)
            if (pursuit := opened.pursuit) is not None:
                used.add(pursuit.attacker)
    for name in sorted(used):
        config = configs[name]
        if config.type not in FREE_TYPES and pricing(config) is None:
            raise UsageError(
                f"--llmeval-max-cost cannot hold: the price of adapter {name!r} is unknown; give "
                "it price = {input_per_mtok = …, output_per_mtok = …}, or install "
                "llmeval-gate[prices] for list prices"
            )


def _check_resumed(
    conductor: Conductor, finished: Mapping[Key, Trial], jobs: Sequence[Job]
) -> None:
    """Refuse to mix trials that were asked, or would be scored, in another way."""
    one_of = {key[0]: key for key in finished}
    for job in jobs:
        if job.nodeid not in one_of or job.spec.skip is not None:
            continue
        now = conductor.measurer.prepare(job).fingerprint
        then = finished[one_of[job.nodeid]].fingerprint
        differ = differences(then, now)
        if differ:
            raise StoredFileError(
                f"{job.nodeid}: the run to resume cannot be gone on with: {', '.join(differ)} "
                "changed since; start a new run without --llmeval-resume"
            )
