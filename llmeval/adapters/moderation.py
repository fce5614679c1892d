"""Moderation services as adapters: a text goes in, a number 0…1 for each category comes back.

Wire formats read from https://platform.openai.com/docs/api-reference/moderations and
https://developers.perspectiveapi.com/s/about-the-api-methods. The reply's text is a JSON object
of numbers by category, which `toxicity` with `method: service` reads.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from msgspec.structs import replace

from llmeval.adapters.keys import key_from
from llmeval.adapters.reply import cleaned_json, parse
from llmeval.adapters.wire import Answer, Call, OverHttp, Wire, header, shown
from llmeval.errors import AdapterError, ParameterError
from llmeval.records import Reply, Request, Timing

OPENAI_URL = "https://api.openai.com/v1"
PERSPECTIVE_URL = "https://commentanalyzer.googleapis.com/v1alpha1"
_encode = json.JSONEncoder(separators=(",", ":")).encode


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAIModeration(OverHttp):
    """Asks OpenAI's moderation endpoint, or a server with the same wire format."""

    model: str = "omni-moderation-latest"
    """Name of the model, as the service knows it."""
    base_url: str = OPENAI_URL
    """Where the interface begins; `/moderations` is added."""
    api_key_env: str | None = None
    """Environment variable that holds the key. Default: OPENAI_API_KEY for OpenAI's own address,
    no key for any other."""
    _wire: Wire = field(default_factory=Wire, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        _require_address(self.base_url)

    def fingerprint(self) -> Mapping[str, Any]:
        """Return what makes answers comparable: no key."""
        where = shown(self.base_url)
        return {"type": "openai_moderation", "model": self.model, "base_url": where}

    @property
    def key_variable(self) -> str | None:
        """The environment variable that holds the key; None: no key is sent."""
        return self.api_key_env or ("OPENAI_API_KEY" if self.base_url == OPENAI_URL else None)

    async def respond(self, request: Request) -> Reply:
        """Return the categories of the last message.

        Raises:
            AdapterError: No key, no connection, refused, or not such an answer.
        """
        name = self.key_variable
        key = {"Authorization": f"Bearer {key_from(name)}"} if name else {}
        body = {"model": self.model, "input": request.messages[-1].content}
        call = Call(f"{self.base_url.rstrip('/')}/moderations", _encode(body).encode())
        answer = await self._wire.ask(call, _headers(key))
        found = _table(parse(answer.body, shown(call.url)))
        results = found.get("results")
        first = _table(results[0] if isinstance(results, list) and results else None)
        scores = _table(first.get("category_scores"))
        model = found.get("model")
        reply = _reply(scores, "results[0].category_scores", answer, call)
        return replace(reply, model=model if isinstance(model, str) else None)

    async def close(self) -> None:
        """Close the connections."""
        await self._wire.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Perspective(OverHttp):
    """Asks the Perspective API."""

    attributes: tuple[str, ...] = ("TOXICITY",)
    """What the service is asked about, by its names."""
    languages: tuple[str, ...] = ()
    """Of the texts, as the service names them; (): it finds out."""
    base_url: str = PERSPECTIVE_URL
    """Where the interface begins; `/comments:analyze` is added."""
    api_key_env: str | None = None
    """Environment variable that holds the key. Default: PERSPECTIVE_API_KEY for the service's own
    address, no key for any other."""
    _wire: Wire = field(default_factory=Wire, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        _require_address(self.base_url)
        if not self.attributes:
            raise ParameterError("attributes", "expected at least one attribute")

    def fingerprint(self) -> Mapping[str, Any]:
        """Return what makes answers comparable: no key."""
        return {
            "type": "perspective",
            "attributes": self.attributes,
            "languages": self.languages,
            "base_url": shown(self.base_url),
        }

    @property
    def key_variable(self) -> str | None:
        """The environment variable that holds the key; None: no key is sent."""
        return self.api_key_env or (
            "PERSPECTIVE_API_KEY" if self.base_url == PERSPECTIVE_URL else None
        )

    async def respond(self, request: Request) -> Reply:
        """Return the attributes of the last message.

        Raises:
            AdapterError: No key, no connection, refused, or not such an answer.
        """
        name = self.key_variable
        key = {"X-Goog-Api-Key": key_from(name)} if name else {}
        call = Call(f"{self.base_url.rstrip('/')}/comments:analyze", self._body(request))
        answer = await self._wire.ask(call, _headers(key))
        found = _table(parse(answer.body, shown(call.url)))
        given = _table(found.get("attributeScores")).items()
        scores = {name: _table(_table(one).get("summaryScore")).get("value") for name, one in given}
        return _reply(scores, "attributeScores", answer, call)

    def _body(self, request: Request) -> bytes:
        body: dict[str, Any] = {
            "comment": {"text": request.messages[-1].content},
            "requestedAttributes": {name: {} for name in self.attributes},
            "doNotStore": True,  # a reply under test is nobody's comment
        }
        if self.languages:
            body["languages"] = self.languages
        return _encode(body).encode()

    async def close(self) -> None:
        """Close the connections."""
        await self._wire.close()


def _require_address(url: str) -> None:
    if urlsplit(url).scheme not in ("http", "https"):
        raise ParameterError("base_url", "expected an address that begins with http or https")


def _headers(key: Mapping[str, str]) -> Mapping[str, str]:
    return {"Content-Type": "application/json", "User-Agent": "llmeval", **key}


def _table(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _reply(scores: Mapping[str, Any], place: str, answer: Answer, call: Call) -> Reply:
    if not scores:
        where = shown(call.url)
        raise AdapterError(f"{where} answered with nothing at {place}", kind="bad_reply")
    return Reply(
        text=cleaned_json(scores),
        finish_reason="stop",
        request_id=header(answer.headers, "x-request-id"),
        timing=Timing(total_s=answer.total_s),
    )
