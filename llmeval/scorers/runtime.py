"""What a reply took: seconds, tokens, US dollars; and how it ended."""

# ruff: noqa: ARG002  # methods take what the Scorer protocol gives them

from dataclasses import dataclass, field
from typing import ClassVar

from llmeval.records import Better, Case, On, Reply, Score
from llmeval.scorers.scorer import PASSED, Defaults, apart, at_most, require


@dataclass(frozen=True, kw_only=True)
class _Measured(Defaults):
    """A figure of the reply that must not be too large."""

    main: ClassVar[str] = "max"
    better: ClassVar[Better] = "lower"
    default_on: ClassVar[On] = "all"

    max: float = field(metadata={"ge": 0})

    def score(self, case: Case, reply: Reply, answers: tuple[Reply, ...]) -> Score:
        """Return the figure; skipped where it was not measured."""
        missing = self.missing(reply)
        value = self.figure(reply)
        if missing or value is None:
            return Score(status="skipped", reason=f"not_measured: {missing or self.unknown()}")
        if at_most(value, self.max):
            return Score(score=value, passed=True)
        shown, limit = apart(value, self.max)
        unit = self.scale
        reason = f"{shown} {unit} are above the maximum of {limit} {unit}"
        return Score(score=value, passed=False, reason=reason)

    def figure(self, reply: Reply) -> float | None:
        """Return the figure, None where it is not known."""
        raise NotImplementedError

    def missing(self, reply: Reply) -> str:
        """Return why this reply has no such figure; "" if it may have one."""
        return "the reply was not asked for in this run" if reply.cached else ""

    def unknown(self) -> str:
        """Return why the figure is not known."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class Latency(_Measured):
    """Seconds from sending the request to the last byte of the reply."""

    scale: ClassVar[str] = "s"

    def figure(self, reply: Reply) -> float | None:
        """Return the seconds, None where they are not known."""
        return reply.timing.total_s

    def unknown(self) -> str:
        """Return why the figure is not known."""
        return "the reply carries no total time"


@dataclass(frozen=True, kw_only=True)
class FirstToken(_Measured):
    """Seconds from sending the request to the first piece of text."""

    scale: ClassVar[str] = "s"

    def figure(self, reply: Reply) -> float | None:
        """Return the seconds, None where they are not known."""
        return reply.timing.first_token_s

    def unknown(self) -> str:
        """Return why the figure is not known."""
        return "only streamed replies have a first token"


@dataclass(frozen=True, kw_only=True)
class Tokens(_Measured):
    """Tokens of input and output together, as the service counted them."""

    scale: ClassVar[str] = "tokens"

    def figure(self, reply: Reply) -> float | None:
        """Return the tokens, None where they are not known."""
        usage = reply.usage
        if usage.input_tokens is None or usage.output_tokens is None:
            return None
        return usage.input_tokens + usage.output_tokens

    def missing(self, reply: Reply) -> str:
        """Return "": a stored reply took as many tokens as it did when it was live."""
        return ""

    def unknown(self) -> str:
        """Return why the figure is not known."""
        return "the service did not say how many tokens it took"


@dataclass(frozen=True, kw_only=True)
class Cost(_Measured):
    """What the reply cost in US dollars."""

    scale: ClassVar[str] = "USD"

    def figure(self, reply: Reply) -> float | None:
        """Return the dollars, None where they are not known."""
        return reply.cost_usd

    def unknown(self) -> str:
        """Return why the figure is not known."""
        return "the adapter's price or the tokens are not known"


@dataclass(frozen=True, kw_only=True)
class FinishReason(Defaults):
    """Why the model stopped."""

    negatable: ClassVar[bool] = True

    value: str | tuple[str, ...]

    def __post_init__(self) -> None:
        require(self.value, "value", "expected a finish reason, for instance stop or tool_calls")

    def score(self, case: Case, reply: Reply, answers: tuple[Reply, ...]) -> Score:
        """Return 1 where it is one of those expected; skipped where the service did not say."""
        expected = (self.value,) if isinstance(self.value, str) else self.value
        if reply.finish_reason is None:
            return Score(status="skipped", reason="not_measured: the service gave no finish reason")
        if reply.finish_reason in expected:
            return PASSED
        reason = f"finished with {reply.finish_reason!r}, expected {' or '.join(expected)}"
        return Score(score=0.0, passed=False, reason=reason)

    def claim(self, text: str) -> str:
        """Return what is true where it holds."""
        expected = (self.value,) if isinstance(self.value, str) else self.value
        return f"finished with {' or '.join(expected)}"
