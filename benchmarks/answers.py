"""Answers of the local server on their way: whole, streamed, and the faults in their place."""

import json
from collections.abc import Callable
from typing import Any, Protocol

import wire
from behaviour import Behaviour


class Channel(Protocol):
    """What an answer needs of its connection."""

    def write(self, data: bytes) -> None:
        """Send bytes of an answer that goes on."""

    def first_piece(self) -> None:
        """Note that the first piece of the answer goes out now."""

    def finish(self, data: bytes, *, answered: bool = True) -> None:
        """Send the last bytes of an answer."""

    def later(self, seconds: float, call: Callable[..., None], *arguments: Any) -> None:
        """Call that after so many seconds, unless the connection is gone by then."""

    def break_off(self, fault: str) -> None:
        """End the connection in one of the rude ways."""


class Answer:
    """One answer on its way."""

    def __init__(
        self,
        to: Channel,
        prompt: str,
        asked: dict[str, Any],
        behaviour: Behaviour,
        fault: str | None,
    ) -> None:
        self.to = to
        self.behaviour = behaviour
        self.fault = fault
        self.prompt = prompt
        self.text = self.prompt if behaviour.reply is None else behaviour.reply
        self.model = behaviour.model or asked.get("model")
        self.usage = bool((asked.get("stream_options") or {}).get("include_usage"))

    def start(self) -> None:
        """Begin to answer."""
        raise NotImplementedError


class Whole(Answer):
    """An answer in one piece, or a fault in its place."""

    def start(self) -> None:
        """Answer after the delay."""
        self.to.later(self.behaviour.delay, self._send)

    def _send(self) -> None:
        fault = self.fault
        body = wire.completion(self.model, self.prompt, self.text)
        if fault is None:
            self.to.finish(wire.page(200, body))
        elif fault.isdigit():
            self._refuse(int(fault))
        elif fault == "truncated":
            self.to.finish(wire.page(200, body[: len(body) // 2]), answered=False)
        elif fault == "drip":
            self._drip(wire.page(200, body))
        else:
            if fault == "cut":
                self.to.write(wire.page(200, body)[: -len(body) // 2])
            self.to.break_off(fault)

    def _refuse(self, status: int) -> None:
        wait = self.behaviour.retry_after if status in (429, 503) else None
        error = {"message": f"injected {status}", "type": "injected", "code": None}
        page = wire.page(
            status,
            json.dumps({"error": error}).encode(),
            f"Retry-After: {wait}\r\n" if wait else "",
        )
        self.to.finish(page, answered=False)

    def _drip(self, page: bytes) -> None:
        if len(page) <= 4:
            self.to.finish(page)
            return
        self.to.write(page[:4])
        self.to.later(max(self.behaviour.bite, 1e-4), self._drip, page[4:])


class Stream(Answer):
    """An answer in pieces: server-sent events in a chunked body; a fault comes half way."""

    def start(self) -> None:
        """Send the head now and the first piece after its delay."""
        self.pieces = wire.pieces(self.text, self.behaviour.pieces)
        first = self.behaviour.delay if self.behaviour.first is None else self.behaviour.first
        self.gap = max(0.0, self.behaviour.delay - first) / max(1, len(self.pieces) - 1)
        if self.fault == "drip":
            self.gap = max(self.gap, self.behaviour.bite)
        self.to.write(wire.STREAM_HEAD)
        self.to.later(first, self._piece, 0)

    def _piece(self, place: int) -> None:
        if place == len(self.pieces):
            self._last()
        elif self.fault not in (None, "drip") and place >= len(self.pieces) // 2:
            self._stop(self.fault or "")
        else:
            delta: dict[str, Any] = {"content": self.pieces[place]}
            if place == 0:
                delta["role"] = "assistant"
                self.to.first_piece()
            choice = {"delta": delta, "finish_reason": None}
            self.to.write(wire.event(self.model, choice))
            self.to.later(self.gap if place + 1 < len(self.pieces) else 0, self._piece, place + 1)

    def _stop(self, fault: str) -> None:
        if fault == "truncated":  # a proper end of the body, but no last event
            self.to.finish(wire.data('{"id":"chatcmpl-lo') + wire.STREAM_END, answered=False)
        else:
            self.to.break_off(fault)

    def _last(self) -> None:
        tail = wire.event(self.model, {"delta": {}, "finish_reason": "stop"})
        if self.usage:
            tail += wire.event(self.model, None, usage=wire.usage(self.prompt, self.text))
        self.to.finish(tail + wire.data("[DONE]") + wire.STREAM_END)
