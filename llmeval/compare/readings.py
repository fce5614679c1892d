"""What a trial took: seconds, tokens, money."""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from llmeval.records import Reply, Trial

FIGURES = ("latency", "first_token", "tokens", "cost")
"""What is measured of every trial: seconds, seconds, tokens, USD."""

NO_MODEL: frozenset[str] = frozenset()


class Taken(Struct, frozen=True, kw_only=True):
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
    if len(replies) == 1:
        return _of_one(replies[0])
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


def _of_one(reply: Reply) -> Taken:
    """Return what `of` does, for the usual trial: this runs for each of 100,000 trials."""
    timing, live = reply.timing, not reply.cached
    figures: dict[str, float | None] = {
        "latency": timing.total_s if live else None,
        "first_token": timing.first_token_s if live else None,
        "cost": reply.cost_usd if live else None,
        "tokens": _tokens(reply),
    }
    models = NO_MODEL if reply.model is None else frozenset((reply.model,))
    return Taken(figures=figures, models=models, live=live)


def replies_of(trial: Trial) -> tuple[Reply, ...]:
    """Return the replies of all turns that got one."""
    if not trial.turns:
        return () if trial.reply is None else (trial.reply,)
    return tuple(turn.reply for turn in trial.turns if turn.reply is not None)


def _tokens(reply: Reply) -> int | None:
    used = (reply.usage.input_tokens, reply.usage.output_tokens)
    if used == (None, None):
        return None
    return (used[0] or 0) + (used[1] or 0)


def _total(values: Iterable[float | None]) -> float | None:
    known = list(values)
    missing = any(value is None for value in known)
    return None if missing else sum(value for value in known if value is not None)


def _slowest(values: Iterable[float | None]) -> float | None:
    known = list(values)
    missing = any(value is None for value in known)
    return None if missing else max(value for value in known if value is not None)
