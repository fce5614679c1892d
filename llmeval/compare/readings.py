"""What a trial took: seconds, tokens, money."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from llmeval.records import Reply, Trial

FIGURES = ("latency", "first_token", "tokens", "cost")
"""What is measured of every trial: seconds, seconds, tokens, USD."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What the replies of one trial took together."""

    figures: Mapping[str, float | None]
    """By FIGURES; None where not measured."""
    models: frozenset[str]
    """The models that answered, as the services named them."""
    live: bool
    """No reply came from a cache or a recording."""


def of(trial: Trial) -> Taken | None:
    """Return what a trial took: its slowest turn, the sum of tokens and cost.

    Returns:
        None when there was no reply at all.
    """
    replies = replies_of(trial)
    if not replies:
        return None
    live = not any(reply.cached for reply in replies)
    figures: dict[str, float | None] = {
        "latency": _slowest(reply.timing.total_s for reply in replies),
        "first_token": _slowest(reply.timing.first_token_s for reply in replies),
        "cost": _total(reply.cost_usd for reply in replies),
    }
    if not live:
        figures = dict.fromkeys(figures)
    figures["tokens"] = _total(_tokens(reply) for reply in replies)
    models = frozenset(reply.model for reply in replies if reply.model is not None)
    return Taken(figures=figures, models=models, live=live)


def replies_of(trial: Trial) -> tuple[Reply, ...]:
    """Return the replies of all turns that got one."""
    if not trial.turns:
        return () if trial.reply is None else (trial.reply,)
    return tuple(turn.reply for turn in trial.turns if turn.reply is not None)


def _tokens(reply: Reply) -> int | None:
    used = (reply.usage.input_tokens, reply.usage.output_tokens)
    known = [tokens for tokens in used if tokens is not None]
    return sum(known) if known else None


def _total(values: Iterable[float | None]) -> float | None:
    known = list(values)
    missing = any(value is None for value in known)
    return None if missing else sum(value for value in known if value is not None)


def _slowest(values: Iterable[float | None]) -> float | None:
    known = list(values)
    missing = any(value is None for value in known)
    return None if missing else max(value for value in known if value is not None)
