"""Several replies of one dialogue as one, for checks with `on: all`."""

from collections.abc import Iterable, Sequence
from typing import Any

from llmeval.records import Passage, Reply, Timing, Usage


def joined(replies: Sequence[Reply]) -> Reply:
    """Return one reply that stands for a whole dialogue.

    Texts and reasonings are joined by blank lines; times are the slowest turn's; tokens and cost
    are sums, None when one turn's figure is not known; the rest is the last turn's or put
    together.
    """
    last = replies[-1]
    return Reply(
        text=_paragraphs(reply.text for reply in replies),
        finish_reason=last.finish_reason,
        model=last.model,
        request_id=last.request_id,
        reasoning=_paragraphs(reply.reasoning for reply in replies),
        tool_calls=tuple(call for reply in replies for call in reply.tool_calls),
        retrieved=_retrieved(replies),
        steps=tuple(step for reply in replies for step in reply.steps),
        files=_files(replies),
        usage=Usage(
            **{
                name: _total(getattr(reply.usage, name) for reply in replies)
                for name in Usage.__struct_fields__
            }
        ),
        cost_usd=_total(reply.cost_usd for reply in replies),
        cached=any(reply.cached for reply in replies),
        timing=Timing(
            queued_s=_slowest(reply.timing.queued_s for reply in replies),
            waited_s=_slowest(reply.timing.waited_s for reply in replies),
            first_token_s=_slowest(reply.timing.first_token_s for reply in replies),
            total_s=_slowest(reply.timing.total_s for reply in replies),
            attempts=max(reply.timing.attempts for reply in replies),
        ),
    )


def _paragraphs(texts: Iterable[str | None]) -> str | None:
    return "\n\n".join(text for text in texts if text) or None


def _total(numbers: Iterable[Any]) -> Any:
    known = list(numbers)
    return None if None in known else sum(known)


def _slowest(seconds: Iterable[float | None]) -> float | None:
    # With one unknown turn the slowest is unknown too: it may be just that one.
    known = list(seconds)
    return None if None in known else max(number for number in known if number is not None)


def _retrieved(replies: Sequence[Reply]) -> tuple[Passage, ...] | None:
    if all(reply.retrieved is None for reply in replies):
        return None
    return tuple(passage for reply in replies for passage in reply.retrieved or ())


def _files(replies: Sequence[Reply]) -> dict[str, str | None] | None:
    if all(reply.files is None for reply in replies):
        return None
    return {path: text for reply in replies for path, text in (reply.files or {}).items()}
