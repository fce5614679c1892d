"""The `llmeval` fixture: ask the application and check its replies in a Python test.

What is asked goes through the run's engine (limits, retries, recording, cache) and is logged and
reported like any case: the test's file is the suite, the test's name the case.
"""

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import pytest

from llmeval.errors import LlmevalError, ParameterError, UnknownNameError, UsageError
from llmeval.plugin.session import ENDING, Ending, session_of
from llmeval.records import (
    Case,
    Check,
    CheckResult,
    Failure,
    Message,
    Reply,
    Request,
    Trial,
    Turn,
)
from llmeval.run.scoring import Bounds, asks
from llmeval.scorers.binding import Bound, bind_one
from llmeval.scorers.evaluate import evaluate

if TYPE_CHECKING:
    from llmeval.plugin.session import SuiteSession


class Probe:
    """Asks and checks within one Python test."""

    def __init__(self, session: "SuiteSession", nodeid: str, index: int) -> None:
        self._session = session
        self._nodeid = nodeid
        self._index = index
        self._request: Request | None = None
        self._reply: Reply | None = None
        self._results: list[CheckResult] = []
        self._failure: Failure | None = None
        self._own = False
        """The test failed by an assertion of its own."""
        self._skipped: Failure | None = None
        """The test skipped itself after it had asked."""

    def ask(
        self,
        prompt: str,
        *,
        adapter: str | None = None,
        system: str | None = None,
        **params: Any,
    ) -> Reply:
        """Return the application's reply.

        Args:
            prompt: What the user says.
            adapter: Name from the configuration; None: `--llmeval-adapter`, else `adapter` of the
                configuration's `defaults`.
            system: System prompt.
            params: Sampling parameters.

        Raises:
            UsageError: No adapter is named anywhere, or it is unknown.
            AdapterError: No usable reply.
        """
        __tracebackhide__ = True
        self._request = Request(
            adapter=_adapter(self._session, adapter),
            messages=(Message(role="user", content=prompt),),
            system=system,
            params=params,
            session=self._nodeid,
            case=self._nodeid,
            timeout_s=self._session.project.settings.timeout_s or 60,
        )
        try:
            self._reply = self._session.measurement().ask(self._request)
        except BaseException as error:
            self._failure = Failure(
                kind=getattr(error, "kind", "raised"), message=f"{type(error).__name__}: {error}"
            )
            raise
        return self._reply

    def check(self, reply: Reply | str, **checks: Any) -> tuple[CheckResult, ...]:
        """Check a reply: `check(reply, contains="30 days", latency={"max": 2})`.

        Returns:
            One result a check, in the order given.

        Raises:
            AssertionError: A check failed or could not be made; names each.
            UsageError: An unknown check, or none at all.
            ParameterError: A wrong parameter.
        """
        __tracebackhide__ = True
        if not checks:
            raise UsageError("check() was given no check; name one: check(reply, contains=…)")
        reply = Reply(text=reply) if isinstance(reply, str) else reply
        try:
            bound = _bound(checks, self._session)
        except LlmevalError as error:
            # A mistake of the test: its line and the message tell all, our frames nothing.
            raise error.with_traceback(None) from None
        case = _as_case(self._nodeid, self._request)
        results = evaluate(case, self._told(case, bound, reply), (), (reply,))
        self._results.extend(results)
        wrong = [f"{r.metric}: {r.reason or 'failed'}" for r in results if r.passed is False]
        wrong += [f"{r.metric}: {r.reason}" for r in results if r.status == "error"]
        if wrong:
            raise AssertionError("\n".join(wrong))
        return results

    def _told(self, case: Case, checks: tuple[Bound, ...], reply: Reply) -> tuple[Bound, ...]:
        """Return the checks with what the judges said that they ask."""
        if not any(asks(bound) for bound in checks):
            return checks
        bounds = Bounds(checks=checks, turn_checks=(), hash="", asking=True)
        return self._session.measurement().judged(case, bounds, [reply]).checks

    def trial(self, ending: Ending) -> Trial | None:
        """Return what was measured, None when nothing was asked or checked.

        Args:
            ending: How the test ended.
        """
        if self._request is None and not self._results:
            return None
        if ending.is_skipped:
            self._skipped = Failure(kind="skipped", message=ending.why or "")
        elif ending.why is not None and self._outcome() == "passed":
            # An assertion of the test's own: a fault of the reply as much as a failed check.
            self._failure, self._own = Failure(kind="test_failed", message=ending.why), True
        path, _, name = self._nodeid.partition("::")
        return Trial(
            nodeid=self._nodeid,
            suite=suite_name(path),
            case=name,
            index=self._index,
            adapter=self._request.adapter if self._request else "",
            trial=1,
            outcome=self._outcome(),
            messages=self._request.messages if self._request else (),
            system=self._request.system if self._request else None,
            reply=self._reply,
            checks=tuple(self._results),
            error=self._skipped or self._failure,
            xfail=ending.is_expected,
        )

    def _outcome(self) -> Any:
        if self._skipped:
            return "skipped"
        if self._own or any(result.passed is False for result in self._results):
            return "failed"
        if self._failure or any(result.status == "error" for result in self._results):
            return "error"
        return "passed"


def suite_name(path: str) -> str:
    """Return the name under which the tests of a file are reported: `tests/test_a.py`: `tests.test_a`."""  # noqa: E501
    return path.removesuffix(".py").replace("/", ".")


def _bound(checks: dict[str, Any], session: "SuiteSession") -> tuple[Bound, ...]:
    """Return keyword checks with their scorers."""
    return tuple([_bound_one(_check(name, checks[name], session), session) for name in checks])


def _check(name: str, value: Any, session: "SuiteSession") -> Check:
    """Return a check as a record; a value that is no mapping is the main parameter."""
    plain = name.removeprefix("not_")
    main = session.project.registry.scorer_type(plain).main
    return Check(
        check=plain,
        metric=name,
        parameters=value if isinstance(value, dict) else {main: value},
        negated=plain != name,
    )


def _bound_one(check: Check, session: "SuiteSession") -> Bound:
    try:
        return bind_one(check, session.project.registry)
    except ParameterError as error:
        raise ParameterError(check.metric, str(error)) from error


def _as_case(nodeid: str, request: Request | None) -> Case:
    """Return the case that checks look at, with what was asked last."""
    asked = request.messages if request else ()
    return Case(
        id=nodeid,
        suite="",
        index=0,
        line=0,
        adapter="",
        messages=asked[:-1],
        turns=(Turn(user=asked[-1].content if asked else None),),
    )


def _adapter(session: "SuiteSession", named: str | None) -> str:
    __tracebackhide__ = True
    chosen = named or session.project.settings.defaults.get("adapter")
    for old, new in session.project.settings.adapter:
        if old is None or old == chosen:
            chosen = new
    if chosen is None:
        raise UsageError(
            "no adapter is named: llmeval.ask(..., adapter=NAME), or `adapter` in [defaults]"
        )
    if chosen not in session.project.settings.adapters:
        raise UnknownNameError("adapter", chosen, session.project.settings.adapters)
    return str(chosen)


def probe(request: pytest.FixtureRequest) -> Generator[Probe]:
    """Yield a probe for one test and log what it measured."""
    session = session_of(request.config, request.path)
    nodeid = request.node.nodeid
    index = request.session.items.index(request.node)
    made = Probe(session, nodeid, index)
    yield made
    trial = made.trial(request.node.stash.get(ENDING, Ending()))
    if trial is not None:
        session.measurement().log_trial(trial)
