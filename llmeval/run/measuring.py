"""Measures one trial: holds its conversation, asks judges, scores the replies."""

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from llmeval.config import Settings
from llmeval.errors import AdapterError, LlmevalError
from llmeval.records import Case, Failure, Program, Reply, Request, Trial
from llmeval.run import fingerprint, trials
from llmeval.run.batches import Batches
from llmeval.run.channel import AT_ONCE_S
from llmeval.run.channels import Channels
from llmeval.run.dialogue import Talk, hold
from llmeval.run.judges import Judges
from llmeval.run.judging import judged
from llmeval.run.programs import Programs
from llmeval.run.results import Job
from llmeval.run.scoring import Bounds, Scoring
from llmeval.run.units import Open, Unit

Earlier = Callable[[Case, int], str | None]
"""Case, trial -> the reply that the baseline has for it."""

Build = Callable[..., Case]
"""Suite, spec and, of a case under attack, the number of the trial and an attacker's text -> case.
"""


class Measurer:
    """Builds cases and measures their trials.

    Args:
        settings: Whether this run becomes the baseline.
        channels: The adapters.
        scoring: The scorers.
        build: Suite and spec -> case.
        programs: Runs what checks want run.
        earlier: What the baseline replied, for checks that compare with it; None: nothing.
    """

    def __init__(
        self,
        settings: Settings,
        channels: Channels,
        scoring: Scoring,
        build: Build,
        programs: Programs,
        earlier: Earlier | None = None,
    ) -> None:
        self._settings = settings
        self._channels = channels
        self._scoring = scoring
        self._build = build
        self._programs = programs
        self._earlier = earlier
        self.judges = Judges(channels)
        self._batches = Batches()
        self._session = secrets.token_hex(6)
        self._sessions = 0

    # --- cases --------------------------------------------------------------------------------

    def prepare(self, job: Job) -> Open:
        """Build a case with its scorers and fingerprint.

        Raises:
            LlmevalError: It cannot be built.
        """
        case = self._case(job)
        bounds = self._scoring.bounds(case)
        channel = self._channels.get(case.adapter)
        own = channel.config.params
        self.judges.compare(bounds.judges, channel)
        return Open(
            job=job,
            case=case,
            bounds=bounds,
            fingerprint=fingerprint.of(
                case,
                channel.hash,
                bounds.hash,
                self.judges.hash(bounds.judges),
                self._attacker(case),
            ),
            params={**own, **case.params} if own and case.params else case.params or own,
            wanted=case.repeat,
        )

    def _case(self, job: Job, trial: int = 1) -> Case:
        case = self._build(job.suite, job.spec, *([trial] if trial > 1 else []))
        if not job.is_found or case.attack is None:
            return case
        return replace(case, attack=replace(case.attack, role="found"))

    def _attacker(self, case: Case) -> str:
        """Return the hash of the model that writes the attack; "" where none does."""
        pursuit = None if case.attack is None else case.attack.pursuit
        return "" if pursuit is None else self._channels.get(pursuit.attacker).hash

    # --- trials -------------------------------------------------------------------------------

    async def measure(self, unit: Unit) -> Trial:
        """Do one trial of a case and score it; what goes wrong with it is data."""
        opened, talk = unit.open, unit.talk
        if opened.case.attack is not None and unit.number > 1:
            # Codes are fresh in each trial: what leaked in one must not count in the next.
            unit.attacked = self._case(opened.job, unit.number)
        if opened.pursuit is not None:
            await self._pursue(unit)
        else:
            await self._converse(unit.case, unit.number, opened.params, talk)
        if talk.failure is not None:
            return self._failed(unit, talk.failure)
        case = unit.case
        bounds = opened.bounds if opened.pursuit is None else self._scoring.bounds(case)
        if bounds.many:
            unit.known = await self._batches.known(case, bounds, talk.replies)
        if bounds.long:
            await self._score_long(unit, case, bounds)
        if not bounds.asking:
            return self._scored(unit, case, bounds)
        try:
            case = self._with_baseline(unit, bounds)
            bounds = await self.judged(case, bounds, talk.replies, unit.number)
        except AdapterError as error:
            return self._failed(unit, Failure(kind=error.kind, message=f"judge: {error}"))
        except LlmevalError as error:
            return self._failed(unit, Failure(kind="baseline", message=str(error)))
        trial = self._scored(unit, case, bounds)
        self.judges.look_at(case.id, trial.checks)
        return trial

    async def _converse(
        self, case: Case, trial: int, params: Mapping[str, Any], talk: Talk
    ) -> None:
        channel = self._channels.opened(case.adapter) or await self._channels.open(case.adapter)
        self._sessions += 1
        session = f"{self._session}-{self._sessions}"
        await hold(case, trial, session, params, channel.ask, talk)

    async def _pursue(self, unit: Unit) -> None:
        """Let a model write the attack; the unit's case becomes what was asked."""
        from llmeval.run.pursuing import Pursuer

        job, number = unit.open.job, unit.number

        async def converse(case: Case, talk: Talk) -> None:
            await self._converse(case, number, unit.open.params, talk)

        pursuer = Pursuer(
            unit.case,
            number,
            lambda text: self._build(job.suite, job.spec, number, text),
            converse,
            self.ask,
        )
        try:
            await pursuer.go(unit.talk)
        finally:
            unit.attacked, unit.told = pursuer.case, pursuer.told

    async def judged(
        self, case: Case, bounds: Bounds, replies: list[Reply], trial: int = 1
    ) -> Bounds:
        """Return the checks with the answers of the judges that they ask; see `judging.judged`."""
        return await judged(case, bounds, replies, self._granted, trial)

    async def _granted(self, wish: Request | Program) -> Reply:
        return await (self.ask(wish) if isinstance(wish, Request) else self._programs.run(wish))

    async def ask(self, request: Request) -> Reply:
        """Return one reply of the adapter that the request names.

        Raises:
            AdapterError: No usable reply.
        """
        name = request.adapter
        try:
            channel = self._channels.opened(name) or await self._channels.open(name)
        except LlmevalError as error:
            raise AdapterError(str(error), kind="configuration", fatal=True) from error
        own = channel.config.params
        if own:
            request = replace(request, params={**own, **request.params})
        return await channel.ask(request)

    def _scored(self, unit: Unit, case: Case, bounds: Bounds) -> Trial:
        results, outcome, failure = self._scoring.score(case, bounds, unit.talk.replies, unit.known)
        return trial_of(unit, checks=results, outcome=outcome, failure=failure)

    async def _score_long(self, unit: Unit, case: Case, bounds: Bounds) -> None:
        """Score with the checks that take a while, one between two looks at the sockets."""
        from llmeval.scorers.batch import score_one

        replies = unit.talk.replies
        if (replies[-1].timing.total_s or 0.0) <= AT_ONCE_S:
            return  # nothing came over a wire: nothing is to be noted meanwhile
        unit.known = dict(unit.known or {})
        for place in bounds.long:
            bound = bounds.checks[place]
            if place in unit.known or (bound.on != "last" and len(replies) > 1):
                continue
            await self._channels.turns.take(first=True)
            known = score_one(bound, case, replies[-1])
            if known is not None:
                unit.known[place] = known

    def _with_baseline(self, unit: Unit, bounds: Bounds) -> Case:
        """Return the case with the baseline's reply, where a check compares with it."""
        case = unit.case
        if self._earlier is None or not bounds.compares:
            return case
        text = self._earlier(case, unit.number)
        if text is None and self._settings.update_baseline:
            # What becomes the baseline is as good as itself.
            text = unit.talk.replies[-1].text
        return replace(case, baseline_reply=text)

    def _failed(self, unit: Unit, failure: Failure) -> Trial:
        outcome = trials.unmeasured_outcome(unit.open.case, failure)
        return trial_of(unit, outcome=outcome, failure=failure)


def trial_of(unit: Unit, **how: Any) -> Trial:
    """Return the trial of a unit; `how` says how it ended, see `trials.measured`."""
    opened = unit.open
    return trials.measured(
        opened.job,
        unit.case,
        unit.number,
        opened.fingerprint,
        unit.talk,
        started=unit.started or None,
        told=unit.told,
        **how,
    )
