"""Replies -> check results: scorers bound once for all cases that share their checks."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import Struct, field

from llmeval.records import Case, Check, CheckResult, Failure, Judge, Outcome, Reply
from llmeval.registry import Registry
from llmeval.run import fingerprint

if TYPE_CHECKING:
    from llmeval.scorers.binding import Bound
    from llmeval.scorers.contained import Known

T = TypeVar("T")

_KEPT = 256
"""Templates with the same checks in every case are few; checks of their own in every case must
not pile up."""


class _Needs(Struct, frozen=True):
    """What a check needs beside the reply; next to none need anything."""

    asks: bool = False
    judges: tuple[Judge, ...] = ()
    compares: bool = False
    gathers: bool = False
    many: bool = False
    long: bool = False


_NOTHING = _Needs()


class _Ready(Struct, frozen=True):
    """One check with its scorer."""

    check: Check
    """Kept because `_written` holds the id of its parameters, which is theirs only while they
    live."""
    bound: "Bound"
    hash: str
    needs: _Needs


class Bounds(Struct, frozen=True):
    """The checks of a case with their scorers."""

    checks: "tuple[Bound, ...]"
    turn_checks: "tuple[tuple[Bound, ...], ...]"
    """One each turn."""
    hash: str
    """Of all checks, for the fingerprint."""
    asking: bool
    """Whether a scorer may have to ask a judge."""
    judges: tuple[Judge, ...] = ()
    """Those that are asked, each once."""
    compares: bool = False
    """Whether a scorer needs the baseline's reply."""
    gathers: bool = False
    """Whether a scorer looks at all trials of the case at once."""
    many: tuple[int, ...] = ()
    """Places of the checks whose scorers take several replies at once."""
    long: tuple[int, ...] = ()
    """Places of the checks that take a while, where there are several."""


class Scoring(Struct):
    """Scores replies with the scorers of a registry."""

    registry: Registry
    _known: dict[Any, tuple[Any, Bounds]] = field(default_factory=dict)
    _alike: dict[Any, _Ready] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # Before anything is asked: an import while the first replies come in holds up the rest.
        import_module("llmeval.scorers.evaluate")

    def bounds(self, case: Case) -> Bounds:
        """Return a case's checks with their scorers.

        Raises:
            LlmevalError: A check cannot be built; loading the suite found that already.
        """
        # Cases of one template share their tuples of checks: the same object, the same scorers.
        turns: tuple[tuple[Check, ...], ...] = ()
        if len(case.turns) > 1 or case.turns[0].checks:
            turns = tuple([turn.checks for turn in case.turns])
        rules = (case.allow_empty, case.allow_truncated, case.on_error)
        # () is one object everywhere: turns without checks have the same id in every case.
        key = (id(case.checks), rules, tuple(map(id, turns)) if turns else ())
        known = self._known.get(key)
        if known is not None:
            return known[1]
        bounds = self._bind(case.checks, turns, rules)
        # The tuples are kept as well: an id is only theirs while they live.
        _keep(self._known, key, ((case.checks, turns), bounds))
        return bounds

    def _bind(
        self,
        checks: tuple[Check, ...],
        turns: tuple[tuple[Check, ...], ...],
        rules: tuple[Any, ...],
    ) -> Bounds:
        own = [self._ready(check) for check in checks]
        each = [[self._ready(check) for check in turn] for turn in turns]
        hashes = [[ready.hash for ready in group] for group in (own, *each)]
        needs = [r.needs for group in (own, *each) for r in group if r.needs is not _NOTHING]
        return Bounds(
            checks=tuple([ready.bound for ready in own]),
            turn_checks=tuple([tuple([r.bound for r in group]) for group in each])
            if any(each)
            else (),
            hash=fingerprint.short_hash(f"{hashes} {rules}"),
            **_together(own, needs) if needs else _NO_NEEDS,
        )

    def _ready(self, check: Check) -> _Ready:
        """Return a check with its scorer; one that is written alike elsewhere shares it."""
        # Loading gives checks that are written alike the very same parameters.
        key = _written(check)
        found = self._alike.get(key)
        if found is None:
            found = self._made(check)
            _keep(self._alike, key, found)
        return found

    def _made(self, check: Check) -> _Ready:
        from llmeval.scorers.binding import bind_one

        bound = bind_one(check, self.registry)
        versions = {check.check: bound.version}
        if bound.children:
            _collect_versions(bound, versions)
        hashed = fingerprint.check_hash(check, versions)
        is_plain = not bound.children and _is_plain(type(bound.scorer))
        return _Ready(check, bound, hashed, _NOTHING if is_plain else _needs_of(bound))

    def score(
        self,
        case: Case,
        bounds: Bounds,
        replies: list[Reply],
        known: "Mapping[int, Known] | None" = None,
    ) -> tuple[tuple[CheckResult, ...], Outcome, Failure | None]:
        """Return the results of all checks and how the trial ended.

        Args:
            case: The case.
            bounds: Its checks.
            replies: One for each turn that was answered.
            known: What is known already of the last reply, by the place of the case's check.
        """
        from llmeval.scorers.evaluate import evaluate, verdict

        results = evaluate(case, bounds.checks, bounds.turn_checks, replies, known)
        outcome, failure = verdict(case, results)
        return results, outcome, failure


def _keep(table: dict[Any, T], key: Any, value: T) -> None:
    if len(table) >= _KEPT:
        table.clear()
    table[key] = value


def _written(check: Check) -> tuple[Any, ...]:
    """Return what a check is but for its place in the file."""
    return (
        check.check,
        check.metric,
        check.negated,
        check.severity,
        check.on,
        check.part,
        id(check.parameters),
    )


def _collect_versions(bound: "Bound", versions: dict[str, str]) -> None:
    versions[bound.check.check] = bound.version
    for child in bound.children:
        _collect_versions(child, versions)


_NO_NEEDS: Mapping[str, Any] = {"asking": False}


def _together(own: list[_Ready], needs: list[_Needs]) -> dict[str, Any]:
    """Return the fields of Bounds that say what its checks need."""
    long = [place for place, ready in enumerate(own) if ready.needs.long]
    return {
        "asking": any(need.asks for need in needs),
        "judges": tuple(dict.fromkeys(judge for need in needs for judge in need.judges)),
        "compares": any(need.compares for need in needs),
        "gathers": any(ready.needs.gathers for ready in own),
        "many": tuple([place for place, ready in enumerate(own) if ready.needs.many]),
        "long": tuple(long) if len(long) > 1 else (),
    }


def _needs_of(bound: "Bound") -> _Needs:
    from llmeval.scorers.batch import takes_many

    return _Needs(
        asks=asks(bound),
        judges=_judges(bound),
        compares=_compares(bound),
        gathers=hasattr(bound.scorer, "score_together"),
        many=takes_many(bound),
        # What has something to load computes: about a thousandth of a second a reply.
        long=hasattr(bound.scorer, "prepare") and bound.select is None and not asks(bound),
    )


@cache
def _is_plain(cls: type) -> bool:
    """Tell whether no scorer of a class needs anything beside the reply."""
    needy = ("seated", "panel", "needs_baseline", "score_together", "score_many", "prepare")
    return not _class_asks(cls) and not any(hasattr(cls, name) for name in needy)


def asks(bound: "Bound") -> bool:
    """Tell whether a check, or one of a group, may have to ask a judge."""
    return _class_asks(type(bound.scorer)) or any(map(asks, bound.children))


def _judges(bound: "Bound") -> tuple[Judge, ...]:
    judge = getattr(bound.scorer, "panel", None)
    own = () if judge is None else (judge,)
    return (*own, *chain.from_iterable(map(_judges, bound.children)))


def _compares(bound: "Bound") -> bool:
    own = getattr(bound.scorer, "needs_baseline", False)
    return bool(own) or any(map(_compares, bound.children))


@cache
def _class_asks(cls: type) -> bool:
    from llmeval.scorers.scorer import Defaults

    asks = getattr(cls, "asks", None)
    return asks is not None and asks is not Defaults.asks
