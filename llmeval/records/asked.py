"""What is asked and what comes back."""

from collections.abc import Mapping
from typing import Any, Literal

from msgspec import field

from llmeval.records.base import Record, Role


class ToolCall(Record, frozen=True, kw_only=True):
    """One call of a tool that a model asked for."""

    name: str
    arguments: Any
    """The parsed JSON value; the raw text where it is not JSON."""
    id: str | None = None
    opaque: Any = None
    """What the service wants back with the call (what the model thought, signed): nobody else
    looks at it, and it is no part of a run's log."""


class Message(Record, frozen=True, kw_only=True):
    """One message of a conversation."""

    role: Role
    content: str
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str | None = None
    name: str | None = None


class Request(Record, frozen=True, kw_only=True):
    """One question to one adapter."""

    adapter: str
    """Name from the configuration."""
    messages: tuple[Message, ...]
    """The conversation so far, without the system prompt; the last one is to be answered."""
    system: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    """Sampling parameters; they win over the adapter's own."""
    workspace: str | None = None
    """Absolute path of the folder that a coding assistant works on a copy of; None: that of the
    adapter."""
    tools: tuple[Mapping[str, Any], ...] = ()
    """OpenAI function form."""
    schema: Mapping[str, Any] | None = None
    """JSON schema of the reply's text; only adapters with `takes_schema` are told it."""
    schema_required: bool = False
    """Whether a service that cannot keep to the schema is an error; else it is asked without."""
    session: str = ""
    """Names the conversation: the same for all turns of a trial, fresh for each trial."""
    case: str = ""
    """Id of the case."""
    trial: int = 1
    """Counts from 1."""
    timeout_s: float | None = None
    """Seconds one attempt may take; None is no limit."""


class Usage(Record, frozen=True, kw_only=True):
    """Tokens as the service counted them; None where it did not say."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    cached_tokens: int | None = None
    """The part of the input that the service had in its prompt cache."""
    reasoning_tokens: int | None = None
    """The part of the output that was reasoning."""


class Timing(Record, frozen=True, kw_only=True):
    """Where the time of one reply went, in seconds."""

    queued_s: float | None = None
    """Waiting for a free slot."""
    waited_s: float | None = None
    """Pauses for rate limits and between attempts."""
    first_token_s: float | None = None
    """From sending to the first piece of text, of the successful attempt; streamed replies only."""
    total_s: float | None = None
    """From sending to the last byte, of the successful attempt; None when not measured live."""
    attempts: int = 1


class Passage(Record, frozen=True, kw_only=True):
    """A piece of text that the application retrieved."""

    id: str | None = None
    text: str | None = None


class Reply(Record, frozen=True, kw_only=True):
    """What came back for one request."""

    text: str | None = None
    finish_reason: str | None = None
    """`stop`, `length`, `content_filter`, `tool_calls`, `refusal`, or the service's own word."""
    model: str | None = None
    """The model that answered, as the service named it."""
    request_id: str | None = None
    reasoning: str | None = None
    tool_calls: tuple[ToolCall, ...] = ()
    retrieved: tuple[Passage, ...] | None = None
    """None when the application does not say what it retrieved."""
    steps: tuple[Mapping[str, Any], ...] = ()
    files: Mapping[str, str | None] | None = None
    """Text of the files that the application changed, by relative path; None: it deleted it."""
    usage: Usage = Usage()
    cost_usd: float | None = None
    """None when no price is known."""
    cached: bool = False
    """True for a reply from the cache or from a recording: it has no latency and no cost."""
    timing: Timing = Timing()


class Program(Record, frozen=True, kw_only=True):
    """A program that a check wants run on what an application wrote."""

    argv: tuple[str, ...]
    """Program and arguments; no shell."""
    stdin: str = ""
    files: Mapping[str, str | None] = field(default_factory=dict)
    """What the application wrote, as in Reply.files."""
    add: Mapping[str, str] = field(default_factory=dict)
    """Files that the suite puts beside or over them: text by relative path."""
    workspace: str | None = None
    """Folder that is copied for it; None: that of the adapter, an empty one if it has none."""
    adapter: str = ""
    """Name of the adapter that was asked."""
    timeout_s: float = 60.0


class Judge(Record, frozen=True, kw_only=True):
    """Who grades replies: one model or a jury, a `[tool.llmeval.judges.NAME]` table."""

    name: str
    adapters: tuple[str, ...]
    """The jury's members; each casts `samples` votes."""
    samples: int = 1
    combine: Literal["majority", "median", "mean"] = "majority"
    uncertain_band: tuple[float, ...] | float | None = None
    """Where a mean of the votes decides nothing; see `llmeval.scorers.jury`."""
    timeout_s: float = 120.0
    """Seconds one attempt may take."""
    structured: Literal["auto"] | bool = "auto"
    """Ask for verdicts by JSON schema: where the service can, always, or never."""
