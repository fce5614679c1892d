"""Replies with what the user said: for trying out suites, and for tests."""

from asyncio import sleep
from dataclasses import dataclass, field

from llmeval.adapters.messages import prompt_of
from llmeval.adapters.reply import clean
from llmeval.records import Reply, Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Echo:
    """Replies with the last user message."""

    prefix: str = ""
    """Stands before the message."""
    delay_s: float = field(default=0.0, metadata={"ge": 0})
    """Seconds each reply takes."""
    finish_reason: str = "stop"
    """What the reply says of its end."""

    async def respond(self, request: Request) -> Reply:
        """Return the last user message."""
        if self.delay_s:
            await sleep(self.delay_s)
        return Reply(
            text=self.prefix + clean(prompt_of(request)),
            finish_reason=self.finish_reason,
            model="echo",
        )
