"""The line of a trial as quickly as it can be had.

A trial is nearly always plain: one turn, texts of ASCII, checks that pass in the same words each
time. Its line is then put together from a few structures that an encoder in C knows, ten times as
fast as by way of `trial_json`, which stays the one that knows everything.
"""

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

from msgspec import Struct, field
from msgspec import json as json_codec

from llmeval.codec.encoding import encode_trial, reply_json
from llmeval.codec.plain import plain
from llmeval.records import CheckResult, Message, Reply, Timing, Trial

_KEPT = 512
_NO_USAGE = Reply().usage


class _Frame(Struct, omit_defaults=True):
    """What says nothing that anybody wrote: it is not searched for secrets."""

    index: int
    trial: int
    severity: str
    outcome: str
    started: str | None = None
    fingerprint: Any = field(default_factory=dict)


class _Said(Struct, omit_defaults=True):
    """All else but the checks; what is empty is None, and left out."""

    nodeid: str
    suite: str
    case: str
    adapter: str
    row: Any = None
    variant: Any = None
    tags: Any = None
    vars: Any = None
    system: Any = None
    context: Any = None
    references: Any = None
    wrong_references: Any = None
    goal: Any = None
    xfail: Any = None
    renamed_from: Any = None
    attack: Any = None
    messages: Any = None
    reply: Any = None
    error: Any = None
    min_trial_pass_rate: Any = None
    weight: Any = None


_OPTIONAL = attrgetter(
    *("row", "variant", "tags", "vars", "system", "context", "references", "wrong_references"),
    *("goal", "xfail", "renamed_from", "attack"),
)


class _Message(Struct):
    role: str
    content: str | None


class _Reply(Struct, omit_defaults=True):
    text: str | None = None
    finish_reason: str | None = None
    model: str | None = None
    cached: bool | None = None
    timing: Any = None


class _Timing(Struct, omit_defaults=True):
    queued_s: float | None = None
    waited_s: float | None = None
    first_token_s: float | None = None
    total_s: float | None = None
    attempts: int | None = None


class _Check(Struct, omit_defaults=True):
    check: str
    metric: str
    severity: str
    status: str
    better: str
    version: str
    turn: int | None = None
    score: float | None = None
    min: float | None = None
    max: float | None = None
    passed: bool | None = None
    seconds: float | None = None
    reason: str = ""
    parameters: Any = field(default_factory=dict)


_CHECK = attrgetter(*_Check.__struct_fields__)
_HEAD = attrgetter(*_Check.__struct_fields__[:-2])
_encode = json_codec.Encoder(enc_hook=plain).encode


class TrialEncoder:
    """Encodes the trials of a run, and says of each line whether it may hold a secret.

    Args:
        suspects: Says whether a text may hold a secret.
    """

    def __init__(self, suspects: Callable[[str], bool]) -> None:
        self._suspects = suspects
        self._known: dict[int, tuple[CheckResult, bytes]] = {}
        """Results that scorers share, by their id, which is theirs only while they live."""
        self._heads: dict[Any, bytes] = {}
        """What checks have in common that pass in the same words, without a secret in it."""

    def line(self, trial: Trial) -> tuple[str, bool]:
        """Return the line and whether it may hold a secret.

        Raises:
            ValueError, TypeError, RecursionError: As `encode_trial`.
        """
        found = self._quick(trial)
        if found is None:
            line = encode_trial(trial)
            return line, self._suspects(line)
        return found

    def _quick(self, trial: Trial) -> tuple[str, bool] | None:
        """Return the same of a plain trial; None where that is not sure.

        The encoder in C writes NaN as null and other texts than ASCII as they are, and knows types
        that the format does not.
        """
        reply = trial.reply
        if trial.turns or reply is None or reply.tool_calls or reply.steps:
            return None
        fresh: list[tuple[CheckResult, bytes]] = []
        written: list[str] = []
        try:
            frame, said = _encode(_frame(trial)), _encode(_said(trial, reply))
            checks = self._checks(trial.checks, written, fresh)
        except (ValueError, TypeError, OverflowError, RecursionError):
            return None
        if checks is None:
            return None
        line = b'{"kind":"trial",%b,%b%b}' % (frame[1:-1], said[1:-1], checks)
        if not line.isascii() or b"null" in line:
            return None
        written.append(said.decode("ascii"))
        suspect = self._suspects("".join(written))
        if not suspect:
            for kept in fresh:
                _keep(self._known, id(kept[0]), kept)
        return line.decode("ascii"), suspect

    def _checks(
        self,
        results: Sequence[CheckResult],
        written: list[str],
        fresh: list[tuple[CheckResult, bytes]],
    ) -> bytes | None:
        """Return the part of the line that tells of checks; None where that is not sure.

        Args:
            results: Of the trial.
            written: Takes what of them is to be searched for secrets.
            fresh: Takes what may be kept once nothing was found.
        """
        if not results:
            return b""
        found = []
        for result in results:
            known = self._known.get(id(result))
            if known is not None:
                found.append(known[1])
            elif result.details:
                return None
            else:
                body, said = self._check(result)
                found.append(body)
                written.append(said)
                if not result.reason:
                    fresh.append((result, body))
        return b',"checks":[%b]' % b",".join(found)

    def _check(self, result: CheckResult) -> tuple[bytes, str]:
        """Return the JSON of a result, and what of it somebody wrote."""
        if result.reason:
            body = _encode(_Check(*_CHECK(result)))
            return body, body.decode()
        head = self._head(result)
        if not result.parameters:
            return head + b"}", ""
        said = _encode(result.parameters)
        return b'%b,"parameters":%b}' % (head, said), said.decode()

    def _head(self, result: CheckResult) -> bytes:
        """Return the JSON of a check without reason up to its parameters."""
        key = _HEAD(result)
        head = self._heads.get(key)
        if head is None:
            head = _encode(_Check(*key))[:-1]
            if self._suspects(head.decode()):
                raise ValueError("written by `encode_trial`, and searched as a whole")
            _keep(self._heads, key, head)
        return head


def _keep(table: dict[Any, Any], key: Any, value: Any) -> None:
    if len(table) >= _KEPT:
        table.clear()
    table[key] = value


def _frame(trial: Trial) -> _Frame:
    return _Frame(
        trial.index,
        trial.trial,
        trial.severity,
        trial.outcome,
        trial.started or None,
        trial.fingerprint,
    )


def _said(trial: Trial, reply: Reply) -> _Said:
    error, need, weight = trial.error, trial.min_trial_pass_rate, trial.weight
    return _Said(  # type: ignore[call-arg]  # the optional ones are as many as there are
        trial.nodeid,
        trial.suite,
        trial.case,
        trial.adapter,
        *[value or None for value in _OPTIONAL(trial)],
        _messages(trial.messages) if trial.messages else None,
        _reply(reply),
        None if error is None else {"kind": error.kind, "message": error.message},
        None if need == 1 else need,
        None if weight == 1 else weight,
    )


def _messages(messages: Sequence[Message]) -> list[_Message]:
    if any(m.tool_calls or m.tool_call_id is not None or m.name is not None for m in messages):
        raise ValueError("left to `encode_trial`")
    return [_Message(m.role, m.content) for m in messages]


def _reply(reply: Reply) -> Any:
    """Return a reply that is text and nothing else as a structure, any other as JSON."""
    if (
        reply.request_id
        or reply.reasoning
        or reply.usage is not _NO_USAGE
        or reply.cost_usd is not None
        or reply.retrieved is not None
        or reply.files is not None
    ):
        return reply_json(reply)
    return _Reply(
        reply.text,
        reply.finish_reason or None,
        reply.model or None,
        reply.cached,
        _timing(reply.timing),
    )


def _timing(timing: Timing) -> _Timing:
    return _Timing(
        timing.queued_s,
        timing.waited_s,
        timing.first_token_s,
        timing.total_s,
        timing.attempts,
    )
