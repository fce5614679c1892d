"""Google's Gemini wire format: generateContent and its stream.

Read from https://ai.google.dev/api/generate-content, https://ai.google.dev/api/caching#Content,
https://ai.google.dev/gemini-api/docs/function-calling, .../docs/structured-output and
.../docs/thought-signatures.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar
from urllib.parse import quote, urlsplit

from llmeval.adapters.gemini_contents import contents, tools
from llmeval.adapters.gemini_reply import Stream, whole_reply
from llmeval.adapters.keys import key_from
from llmeval.adapters.wire import Call, OverHttp, Wire, shown
from llmeval.errors import ParameterError
from llmeval.records import Reply, Request

BASE_URL = "https://generativelanguage.googleapis.com/v1beta"
_encode = json.JSONEncoder(separators=(",", ":")).encode

# Beside `generationConfig`; every other parameter belongs into it.
_TOP = frozenset(
    {"cachedContent", "generationConfig", "labels", "safetySettings", "serviceTier", "toolConfig"}
)
_SCHEMAS = frozenset({"responseJsonSchema", "responseSchema"})
# Suites that compare models say these once for all of them.
_NAMES: Mapping[str, str] = {
    "frequency_penalty": "frequencyPenalty",
    "max_completion_tokens": "maxOutputTokens",
    "max_output_tokens": "maxOutputTokens",
    "max_tokens": "maxOutputTokens",
    "presence_penalty": "presencePenalty",
    "stop": "stopSequences",
    "top_k": "topK",
    "top_p": "topP",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Gemini(OverHttp):
    """Asks a model over Google's Gemini interface."""

    model: str
    """Name of the model, as the service knows it."""
    base_url: str = BASE_URL
    """Where the interface begins; `/models/MODEL:generateContent` is added."""
    api_key_env: str | None = None
    """Environment variable that holds the key. Default: GEMINI_API_KEY for Google's own address,
    no key for any other."""
    stream: bool = False
    """Ask for the reply piece by piece: gives the time to the first token."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Further HTTP headers."""
    _wire: Wire = field(default_factory=Wire, init=False, repr=False, compare=False)

    takes_schema: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if urlsplit(self.base_url).scheme not in ("http", "https"):
            raise ParameterError("base_url", "expected an address that begins with http or https")
        if not self.model:
            raise ParameterError("model", "expected the name of a model, found an empty text")

    def fingerprint(self) -> Mapping[str, Any]:
        """Return what makes replies comparable: no key, no header values."""
        return {"type": "gemini", "model": self.model, "base_url": shown(self.base_url)}

    async def respond(self, request: Request) -> Reply:
        """Return the model's reply.

        Raises:
            AdapterError: No key, no connection, refused, or not a reply.
        """
        headers = self._headers()
        call = Call(self._url(), self._body(request))
        if not self.stream:
            return whole_reply(await self._wire.ask(call, headers), shown(call.url))
        stream = Stream(shown(call.url))
        answer = await self._wire.stream(call, headers, stream.feed)
        # A server that does not stream answers with one JSON value instead.
        return whole_reply(answer, shown(call.url)) if answer.body else stream.reply(answer)

    async def close(self) -> None:
        """Close the connections."""
        await self._wire.close()

    def _url(self) -> str:
        name = self.model.removeprefix("models/")
        # Tuned models and those of projects have a path of their own.
        path = name if "/" in name else f"models/{name}"
        verb = "streamGenerateContent?alt=sse" if self.stream else "generateContent"
        return f"{self.base_url.rstrip('/')}/{quote(path)}:{verb}"

    @property
    def key_variable(self) -> str | None:
        """The environment variable that holds the key; None: no key is sent."""
        return self.api_key_env or ("GEMINI_API_KEY" if self.base_url == BASE_URL else None)

    def _headers(self) -> Mapping[str, str]:
        headers = {"Content-Type": "application/json", "User-Agent": "llmeval"}
        if (name := self.key_variable) is not None:
            # Never in the address: addresses are logged everywhere.
            headers["x-goog-api-key"] = key_from(name)
        return headers | dict(self.headers)

    def _body(self, request: Request) -> bytes:
        system, messages = contents(request)
        body = _params(request.params)
        if request.schema is not None:
            form = {"responseMimeType": "application/json", "responseJsonSchema": request.schema}
            given = body.get("generationConfig") or {}
            # There may be one schema only, and the suite's own wins.
            body["generationConfig"] = given if _SCHEMAS & given.keys() else form | given
        body["contents"] = messages
        if system:
            body["systemInstruction"] = {"parts": [{"text": system}]}
        if request.tools:
            body["tools"] = tools(request.tools)
        return _encode(body).encode()


def _params(params: Mapping[str, Any]) -> dict[str, Any]:
    top = {name: value for name, value in params.items() if name in _TOP}
    config = dict(top.get("generationConfig") or {})
    for name, value in params.items():
        if name not in _TOP and value is not None:
            config[_NAMES.get(name, name)] = value
    if isinstance(config.get("stopSequences"), str):
        config["stopSequences"] = [config["stopSequences"]]
    return top | ({"generationConfig": config} if config else {})
