"""What a run would ask and cost, without asking anything."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field
from msgspec.structs import replace

from llmeval.config import AdapterConfig, Settings
from llmeval.errors import LlmevalError
from llmeval.records import NOTHING, Case, Reply, Request, Usage
from llmeval.registry import Registry
from llmeval.run.budget import CHARACTERS_PER_TOKEN, REPLY_TOKENS, input_tokens
from llmeval.run.measuring import Build
from llmeval.run.preparation import FREE_TYPES, build_case
from llmeval.run.prices import pricing
from llmeval.run.results import Job
from llmeval.run.scoring import Bounds, Scoring, asks

if TYPE_CHECKING:
    from llmeval.scorers.binding import Bound


class SuitePlan(Struct, frozen=True, kw_only=True):
    """What one suite would need."""

    suite: str
    cases: int
    """Cases that would be asked."""
    trials: int
    """The most of any case."""
    calls: int
    """Requests to the application, every trial and turn counted; retries come on top."""
    judge_calls: int = 0
    """Requests to judges, every vote counted; asking again comes on top."""
    attacker_calls: int = 0
    """Requests to attacking models, at most; those to the application are counted so too."""
    input_tokens: int
    """About: 4 characters a token; judges included, here and below."""
    output_tokens: int
    """About: `max_tokens`, else 200 a reply."""
    cost_usd: float | None
    """None when an adapter's price is unknown."""
    unpriced: tuple[str, ...] = ()
    """Names of the adapters whose price is unknown, those of judges among them."""
    fewest: Mapping[str, Any] | None = None
    """The least that is needed where looks may settle the suite early: the amounts above by name;
    None where all of them are."""
    why: str | None = None
    """Why all is, although looks were to settle the suite early."""

    @property
    def tokens(self) -> int:
        """Tokens in and out, about."""
        return self.input_tokens + self.output_tokens

    @property
    def least(self) -> "SuitePlan":
        """The same plan with the fewest rounds."""
        return self if self.fewest is None else replace(self, fewest=None, **self.fewest)


class Plan(Struct, frozen=True, kw_only=True):
    """What a run would need."""

    suites: tuple[SuitePlan, ...]
    """In the order of the jobs."""

    @property
    def calls(self) -> int:
        """Requests of all suites."""
        return sum(suite.calls for suite in self.suites)

    @property
    def judge_calls(self) -> int:
        """Requests to judges of all suites."""
        return sum(suite.judge_calls for suite in self.suites)

    @property
    def attacker_calls(self) -> int:
        """Requests to attacking models of all suites, at most."""
        return sum(suite.attacker_calls for suite in self.suites)

    @property
    def tokens(self) -> int:
        """Tokens in and out, about."""
        return sum(suite.tokens for suite in self.suites)

    @property
    def cost_usd(self) -> float | None:
        """Dollars, None when a price is unknown."""
        costs = [suite.cost_usd for suite in self.suites]
        return None if None in costs else sum(cost for cost in costs if cost is not None)

    @property
    def unpriced(self) -> tuple[str, ...]:
        """Names of the adapters whose price is unknown, each once."""
        return tuple(dict.fromkeys(name for suite in self.suites for name in suite.unpriced))

    @property
    def least(self) -> "Plan":
        """The same plan with the fewest rounds."""
        return Plan(suites=tuple(suite.least for suite in self.suites))


_AMOUNTS = (
    "calls",
    "judge_calls",
    "attacker_calls",
    "input_tokens",
    "output_tokens",
    "cost_usd",
)


class _Sum(Struct):
    cases: int = 0
    trials: int = 0
    calls: int = 0
    judge_calls: int = 0
    attacker_calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float | None = 0.0
    unpriced: dict[str, None] = field(default_factory=dict)


def dry_run(
    jobs: Sequence[Job],
    settings: Settings,
    build: Build = build_case,
    registry: Registry | None = None,
    all_rounds: Mapping[str, str] = NOTHING,
) -> Plan:
    """Return what asking these cases would need; asks nothing.

    Args:
        jobs: The selected cases.
        settings: The adapters' prices and parameters.
        build: Suite and spec -> case.
        registry: Knows the checks and judges; None: what judges would be asked is left out.
        all_rounds: Suite name to why looks cannot settle it.
    """
    scoring = None if registry is None else Scoring(registry)
    sums: dict[str, _Sum] = {}
    least: dict[str, _Sum] = {}
    for job in jobs:
        own = sums.setdefault(job.suite.name, _Sum())
        if job.spec.skip is None:
            adapters = {**settings.adapters, **job.suite.adapters}
            case = build(job.suite, job.spec)
            _add(own, case, scoring, adapters)
            if job.suite.rounds is not None and job.suite.name not in all_rounds:
                fewest = replace(case, repeat=case.min_repeat or case.repeat)
                _add(least.setdefault(job.suite.name, _Sum()), fewest, scoring, adapters)
    return Plan(
        suites=tuple(
            _suite_plan(name, own, least.get(name), all_rounds.get(name))
            for name, own in sums.items()
        )
    )


def _suite_plan(name: str, own: _Sum, least: _Sum | None, why: str | None) -> SuitePlan:
    return SuitePlan(
        suite=name,
        cases=own.cases,
        trials=own.trials,
        calls=own.calls,
        judge_calls=own.judge_calls,
        attacker_calls=own.attacker_calls,
        input_tokens=own.input_tokens,
        output_tokens=own.output_tokens,
        cost_usd=own.cost_usd,
        unpriced=tuple(own.unpriced),
        fewest=None if least is None else {name: getattr(least, name) for name in _AMOUNTS},
        why=why,
    )


def _add(
    own: _Sum, case: Case, scoring: Scoring | None, adapters: Mapping[str, AdapterConfig]
) -> None:
    own.cases += 1
    own.trials = max(own.trials, case.repeat)
    pursuit = None if case.attack is None else case.attack.pursuit
    times = case.repeat if pursuit is None else case.repeat * pursuit.turns
    if case.attack is not None and case.attack.role == "search":
        times = case.attack.budget
    own.calls += len(case.turns) * times
    given, made = _tokens(case, adapters.get(case.adapter))
    _spend(own, case.adapter, adapters, (given, made), times)
    if pursuit is not None:
        own.attacker_calls += times
        # Of each request about a reply of the application for each text that was tried before.
        told = REPLY_TOKENS * (2 + pursuit.turns // 2)
        _spend(own, pursuit.attacker, adapters, (told, REPLY_TOKENS), times)
    if scoring is not None:
        _add_judges(own, case, scoring, adapters)


def _spend(
    own: _Sum,
    name: str,
    adapters: Mapping[str, AdapterConfig],
    tokens: tuple[int, int],
    times: int,
) -> None:
    given, made = tokens
    own.input_tokens += given * times
    own.output_tokens += made * times
    cost = _cost(adapters.get(name), given, made)
    if cost is None:
        own.unpriced[name] = None
    if cost is None or own.cost_usd is None:
        own.cost_usd = None
    else:
        own.cost_usd += cost * times


def _add_judges(
    own: _Sum, case: Case, scoring: Scoring, adapters: Mapping[str, AdapterConfig]
) -> None:
    try:
        bounds = scoring.bounds(case)
    except LlmevalError:
        return  # the case cannot be scored: the run will say why
    for request in _judge_requests(case, bounds) if bounds.asking else ():
        config = adapters.get(request.adapter)
        limit = (config.params if config else {}).get("max_tokens")
        given, made = input_tokens(request), limit if isinstance(limit, int) else REPLY_TOKENS
        own.judge_calls += case.repeat
        _spend(own, request.adapter, adapters, (given, made), case.repeat)


def _judge_requests(case: Case, bounds: Bounds) -> Iterator[Request]:
    """Yield what judges would be asked of one trial, for replies of the usual length."""
    reply = Reply(text="ab " * (REPLY_TOKENS * CHARACTERS_PER_TOKEN // 3))
    seen = replace(case, baseline_reply="cd")
    each = [(bound, len(case.turns) if bound.on == "each" else 1) for bound in bounds.checks]
    each += [(bound, 1) for checks in bounds.turn_checks for bound in checks]
    for bound, times in each:
        for scorer in _scorers(bound):
            yield from scorer.asks(seen, reply, ()) * times


def _scorers(bound: "Bound") -> Iterator[Any]:
    """Yield the scorers of a check that ask, those of a group's checks among them."""
    if not bound.children and asks(bound):
        yield bound.scorer
    for child in bound.children:
        yield from _scorers(child)


def _tokens(case: Case, config: AdapterConfig | None) -> tuple[int, int]:
    """Return tokens in and out of one trial: each turn sends all that was said before."""
    params = {**(config.params if config else {}), **case.params}
    limit = params.get("max_tokens")
    reply = limit if isinstance(limit, int) else REPLY_TOKENS
    said = len(case.system or "") + sum(len(message.content) for message in case.messages)
    characters = 0
    for number, turn in enumerate(case.turns):
        said += len(turn.user or "")
        characters += said + number * reply * CHARACTERS_PER_TOKEN
    return max(1, characters // CHARACTERS_PER_TOKEN), reply * len(case.turns)


def _cost(config: AdapterConfig | None, given: int, made: int) -> float | None:
    if config is not None and config.type in FREE_TYPES:
        return 0.0
    cost = None if config is None else pricing(config)
    return None if cost is None else cost(Usage(input_tokens=given, output_tokens=made))
