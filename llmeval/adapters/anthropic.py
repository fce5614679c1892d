"""Anthropic's messages wire format: Claude.

Read from https://docs.claude.com/en/api/messages, .../messages-streaming, .../errors,
https://docs.claude.com/en/docs/agents-and-tools/tool-use/overview and
https://platform.claude.com/docs/en/build-with-claude/structured-outputs (API version 2023-06-01).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar
from urllib.parse import urlsplit

from llmeval.adapters.anthropic_messages import conversation, tools
from llmeval.adapters.anthropic_reply import Stream, whole_reply
from llmeval.adapters.keys import key_from
from llmeval.adapters.wire import Call, OverHttp, Wire, shown
from llmeval.errors import ParameterError
from llmeval.records import Reply, Request

BASE_URL = "https://api.anthropic.com"
VERSION = "2023-06-01"
MAX_TOKENS = 4096
"""Asked for where nobody says otherwise: the service wants a limit."""
_encode = json.JSONEncoder(separators=(",", ":")).encode


@dataclass(frozen=True, slots=True, kw_only=True)
class Anthropic(OverHttp):
    """Asks a model over Anthropic's messages interface."""

    model: str
    """Name of the model, as the service knows it."""
    base_url: str = BASE_URL
    """Where the interface begins; `/v1/messages` is added."""
    api_key_env: str | None = None
    """Environment variable that holds the key. Default: ANTHROPIC_API_KEY for Anthropic's own
    address, no key for any other."""
    stream: bool = False
    """Ask for the reply piece by piece: gives the time to the first token."""
    version: str = VERSION
    """Of the interface, sent as `anthropic-version`."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Further HTTP headers, `anthropic-beta` for instance."""
    _wire: Wire = field(default_factory=Wire, init=False, repr=False, compare=False)

    takes_schema: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if urlsplit(self.base_url).scheme not in ("http", "https"):
            raise ParameterError("base_url", "expected an address that begins with http or https")
        if not self.model:
            raise ParameterError("model", "expected the name of a model, found an empty text")

    def fingerprint(self) -> Mapping[str, Any]:
        """Return what makes replies comparable: no key, no header values."""
        return {
            "type": "anthropic",
            "model": self.model,
            "base_url": shown(self.base_url),
            "version": self.version,
        }

    async def respond(self, request: Request) -> Reply:
        """Return the model's reply.

        Raises:
            AdapterError: No key, no connection, refused, or not a reply.
        """
        headers = self._headers()
        call = Call(f"{self.base_url.rstrip('/')}/v1/messages", self._body(request))
        if not self.stream:
            return whole_reply(await self._wire.ask(call, headers), shown(call.url))
        stream = Stream(shown(call.url))
        answer = await self._wire.stream(call, headers, stream.feed)
        # A server that does not stream answers with one JSON object instead.
        return whole_reply(answer, shown(call.url)) if answer.body else stream.reply(answer)

    async def close(self) -> None:
        """Close the connections."""
        await self._wire.close()

    @property
    def key_variable(self) -> str | None:
        """The environment variable that holds the key; None: no key is sent."""
        return self.api_key_env or ("ANTHROPIC_API_KEY" if self.base_url == BASE_URL else None)

    def _headers(self) -> Mapping[str, str]:
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "llmeval",
            "anthropic-version": self.version,
        }
        if (name := self.key_variable) is not None:
            headers["x-api-key"] = key_from(name)
        return headers | dict(self.headers)

    def _body(self, request: Request) -> bytes:
        system, messages = conversation(request)
        body: dict[str, Any] = {"model": self.model, "max_tokens": MAX_TOKENS}
        if request.tools:
            body["tools"] = tools(request.tools)
        body.update(_params(request.params))
        if request.schema is not None:
            form = {"type": "json_schema", "schema": request.schema}
            # The suite's own word wins; how much effort a model makes stands there as well.
            body["output_config"] = {"format": form, **(body.get("output_config") or {})}
        if system:
            body["system"] = system
        body["messages"] = messages
        if self.stream:
            body["stream"] = True
        return _encode({key: value for key, value in body.items() if value is not None}).encode()


def _params(params: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return sampling parameters under this interface's names.

    Suites that compare models say `stop` once for all of them.
    """
    if "stop" not in params:
        return params
    stop = params["stop"]
    rest = {name: value for name, value in params.items() if name != "stop"}
    return {"stop_sequences": [stop] if isinstance(stop, str) else stop} | rest
