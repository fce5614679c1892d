"""Record -> JSON, and the lines of a run's log."""

from operator import attrgetter, itemgetter
from typing import Any

from msgspec import structs

from llmeval.codec.plain import FORMAT, Json, dump, lean
from llmeval.records import (
    CheckResult,
    Exchange,
    Message,
    Passage,
    Reply,
    RunEnd,
    RunHeader,
    Timing,
    ToolCall,
    Trial,
    Usage,
)

_NO_USAGE = Reply().usage
"""The very object of every reply that counts nothing."""


def tool_call_json(call: ToolCall) -> dict[str, Any]:
    """Return a tool call as JSON."""
    found: dict[str, Any] = {"name": call.name}
    if call.arguments is not None:
        found["arguments"] = call.arguments
    if call.id is not None:
        found["id"] = call.id
    return found


def message_json(message: Message) -> dict[str, Any]:
    """Return a message as JSON: `role` and `content` always, the rest where present."""
    found: dict[str, Any] = {"role": message.role, "content": message.content}
    if message.tool_calls:
        found["tool_calls"] = [tool_call_json(call) for call in message.tool_calls]
    if message.tool_call_id is not None:
        found["tool_call_id"] = message.tool_call_id
    if message.name is not None:
        found["name"] = message.name
    return found


def _passage_json(passage: Passage) -> dict[str, Any]:
    found = {"id": passage.id, "text": passage.text}
    return {name: value for name, value in found.items() if value is not None}


def _usage_json(usage: Usage) -> dict[str, Any]:
    return lean(
        {
            "input_tokens": usage.input_tokens,
            "output_tokens": usage.output_tokens,
            "cached_tokens": usage.cached_tokens,
            "reasoning_tokens": usage.reasoning_tokens,
        }
    )


def _timing_json(timing: Timing) -> dict[str, Any]:
    found = {
        "queued_s": timing.queued_s,
        "waited_s": timing.waited_s,
        "first_token_s": timing.first_token_s,
        "total_s": timing.total_s,
        "attempts": timing.attempts,
    }
    return {name: value for name, value in found.items() if value is not None}


def reply_json(reply: Reply) -> dict[str, Any]:
    """Return a reply as JSON, as it stands in a run's log and in a recording."""
    found: dict[str, Any] = {} if reply.text is None else {"text": reply.text}
    found.update(filter(_second, zip(_REPLY_OPTIONAL, _reply_optional(reply), strict=True)))
    if reply.tool_calls:
        found["tool_calls"] = [tool_call_json(call) for call in reply.tool_calls]
    if reply.usage is not _NO_USAGE:
        usage = _usage_json(reply.usage)
        if usage:
            found["usage"] = usage
    if reply.cost_usd is not None:
        found["cost_usd"] = reply.cost_usd
    found["cached"] = reply.cached
    found["timing"] = _timing_json(reply.timing)
    # An empty list says that nothing was retrieved, an absent one that nobody knows.
    if reply.retrieved is not None:
        found["retrieved"] = [_passage_json(passage) for passage in reply.retrieved]
    if reply.files is not None:
        found["files"] = reply.files
    return found


_REPLY_OPTIONAL = ("finish_reason", "model", "request_id", "reasoning", "steps")
_reply_optional = attrgetter(*_REPLY_OPTIONAL)


def check_json(result: CheckResult) -> dict[str, Any]:
    """Return a check's result as JSON."""
    found: dict[str, Any] = {
        "check": result.check,
        "metric": result.metric,
        "severity": result.severity,
        "status": result.status,
        "better": result.better,
        "version": result.version,
    }
    for name, value in zip(_CHECK_NUMBERS, _check_numbers(result), strict=True):
        if value is not None:
            found[name] = value
    if result.reason:
        found["reason"] = result.reason
    if result.parameters:
        found["parameters"] = result.parameters
    if result.details:
        found |= _details_json(result.details)
    return found


_CHECK_NUMBERS = ("turn", "score", "min", "max", "passed", "seconds")
"""Here 0 and false say something, None is left out."""
_check_numbers = attrgetter(*_CHECK_NUMBERS)


def _details_json(details: Json) -> dict[str, Any]:
    rest = {name: value for name, value in details.items() if name != "judge"}
    return lean({"judge": details.get("judge"), "details": rest})


def _turn_json(turn: Exchange, checks: list[dict[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {"user": turn.user}
    found["reply"] = None if turn.reply is None else reply_json(turn.reply)
    if checks:
        found["checks"] = checks
    return found


def trial_json(trial: Trial) -> dict[str, Any]:
    """Return a trial as JSON."""
    checks = [check_json(result) for result in trial.checks]
    found = _trial_parts(trial)
    if trial.turns:
        found["turns"] = _turns_json(trial.turns, checks)
    if checks:
        found["checks"] = checks
    return found


def _trial_parts(trial: Trial) -> dict[str, Any]:
    """Return all but turns and checks."""
    found: dict[str, Any] = {
        "kind": "trial",
        "index": trial.index,
        "trial": trial.trial,
        "severity": trial.severity,
        "outcome": trial.outcome,
    }
    if trial.started:
        found["started"] = trial.started
    if trial.fingerprint:
        found["fingerprint"] = trial.fingerprint
    found |= {
        "nodeid": trial.nodeid,
        "suite": trial.suite,
        "case": trial.case,
        "adapter": trial.adapter,
    }
    # Those that say something, without a step of Python for each that does not.
    found.update(filter(_second, zip(_TRIAL_OPTIONAL, _trial_optional(trial), strict=True)))
    if trial.messages:
        found["messages"] = [message_json(message) for message in trial.messages]
    if trial.reply is not None:
        found["reply"] = reply_json(trial.reply)
    if trial.error is not None:
        found["error"] = {"kind": trial.error.kind, "message": trial.error.message}
    if trial.min_trial_pass_rate != 1:  # 0 says something, unlike the empty parts above
        found["min_trial_pass_rate"] = trial.min_trial_pass_rate
    if trial.weight != 1:
        found["weight"] = trial.weight
    return found


_TRIAL_OPTIONAL = (
    *("row", "variant", "tags", "vars", "system", "context"),
    *("references", "wrong_references", "goal", "xfail", "renamed_from", "attack"),
)
_trial_optional = attrgetter(*_TRIAL_OPTIONAL)
_second = itemgetter(1)


def _turns_json(turns: tuple[Exchange, ...], checks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        _turn_json(turn, [check for check in checks if check.get("turn") == number])
        for number, turn in enumerate(turns, start=1)
    ]


def encode_trial(trial: Trial) -> str:
    """Return a trial as one line.

    Raises:
        ValueError: It holds NaN or an infinity.
        TypeError: It holds a value that JSON has no form for.
        RecursionError: It is nested too deeply.
    """
    return dump(trial_json(trial))


def encode_header(header: RunHeader) -> str:
    """Return the first line of a run's log."""
    return dump({"kind": "run", "format": FORMAT, **lean(structs.asdict(header))})


def encode_end(end: RunEnd) -> str:
    """Return the last line of a run's log."""
    return dump(
        {"kind": "end", "finished": end.finished, "seconds": end.seconds, **lean({**end.totals})}
    )
