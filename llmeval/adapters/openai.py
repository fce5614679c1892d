"""The chat-completions wire format: OpenAI, and every server that speaks it.

Read from https://platform.openai.com/docs/api-reference/chat.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal
from urllib.parse import quote, urlsplit

from llmeval.adapters import chat_reply, responses
from llmeval.adapters.keys import key_from
from llmeval.adapters.messages import chat_messages
from llmeval.adapters.wire import Call, OverHttp, Wire, shown
from llmeval.errors import ParameterError
from llmeval.records import Reply, Request

BASE_URL = "https://api.openai.com/v1"
_encode = json.JSONEncoder(separators=(",", ":")).encode


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAI(OverHttp):
    """Asks a model over the chat-completions interface."""

    model: str
    """Name of the model, as the service knows it."""
    base_url: str = BASE_URL
    """Where the interface begins; `/chat/completions` is added."""
    api_key_env: str | None = None
    """Environment variable that holds the key. Default: OPENAI_API_KEY for OpenAI's own address,
    no key for any other."""
    api: Literal["chat", "responses"] = "chat"
    """Which of OpenAI's interfaces: chat completions or responses."""
    api_key_header: str = "Authorization"
    """Header that carries the key; in `Authorization` it stands after the word Bearer."""
    api_version: str | None = None
    """Sent as `?api-version=`, as Azure's addresses of single deployments want it."""
    stream: bool = False
    """Ask for the reply piece by piece: gives the time to the first token."""
    organization: str | None = None
    project: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    """Further HTTP headers."""
    system_role: Literal["system", "developer"] = "system"
    """Role that the system prompt is sent with."""
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
            "type": "openai",
            "model": self.model,
            "base_url": shown(self.base_url),
            "system_role": self.system_role,
            **({"api": self.api} if self.api != "chat" else {}),
        }

    async def respond(self, request: Request) -> Reply:
        """Return the model's reply.

        Raises:
            AdapterError: No key, no connection, refused, or not a reply.
        """
        headers = self._headers()
        call = Call(self._url(), self._body(request))
        where = shown(call.url)
        in_chat = self.api == "chat"
        whole_reply = chat_reply.whole_reply if in_chat else responses.whole_reply
        if not self.stream:
            return whole_reply(await self._wire.ask(call, headers), where)
        stream = chat_reply.Stream(where) if in_chat else responses.Stream(where)
        answer = await self._wire.stream(call, headers, stream.feed)
        # A server that does not stream answers with one JSON object instead.
        return whole_reply(answer, where) if answer.body else stream.reply(answer)

    async def close(self) -> None:
        """Close the connections."""
        await self._wire.close()

    def _url(self) -> str:
        path = "responses" if self.api == "responses" else "chat/completions"
        url = f"{self.base_url.rstrip('/')}/{path}"
        return url if self.api_version is None else f"{url}?api-version={quote(self.api_version)}"

    def _headers(self) -> Mapping[str, str]:
        headers = {"Content-Type": "application/json", "User-Agent": "llmeval"}
        key = self._key()
        if key:
            is_usual = self.api_key_header.lower() == "authorization"
            headers[self.api_key_header] = f"Bearer {key}" if is_usual else key
        if self.organization:
            headers["OpenAI-Organization"] = self.organization
        if self.project:
            headers["OpenAI-Project"] = self.project
        return headers | dict(self.headers)

    @property
    def key_variable(self) -> str | None:
        """The environment variable that holds the key; None: no key is sent."""
        return self.api_key_env or ("OPENAI_API_KEY" if self.base_url == BASE_URL else None)

    def _key(self) -> str | None:
        name = self.key_variable
        return None if name is None else key_from(name)

    def _body(self, request: Request) -> bytes:
        body = (self._chat if self.api == "chat" else self._responses)(request)
        # `stream_options: null` is how a suite leaves out what a server does not know.
        return _encode({key: value for key, value in body.items() if value is not None}).encode()

    def _responses(self, request: Request) -> dict[str, Any]:
        return responses.body(request, self.model) | {"stream": self.stream}

    def _chat(self, request: Request) -> dict[str, Any]:
        body: dict[str, Any] = {"model": self.model}
        if request.tools:
            body["tools"] = [_tool(tool) for tool in request.tools]
        if request.schema is not None:
            body["response_format"] = {"type": "json_schema", "json_schema": _strict(request)}
        if self.stream:
            body["stream_options"] = {"include_usage": True}
        body.update(request.params)
        body["messages"] = chat_messages(request, system_role=self.system_role)
        body["stream"] = self.stream
        return body


def _strict(request: Request) -> Mapping[str, Any]:
    return {"name": responses.SCHEMA_NAME, "strict": True, "schema": request.schema}


def _tool(tool: Mapping[str, Any]) -> Mapping[str, Any]:
    return tool if "type" in tool else {"type": "function", "function": tool}
