"""Replies kept on disk, so that the same question is not paid for twice."""

import json
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from msgspec.structs import replace

from llmeval import codec
from llmeval.adapters.recordings import digest
from llmeval.adapters.replay import canonical
from llmeval.adapters.workspace import folder_hash
from llmeval.records import Reply, Request, Timing
from llmeval.redact import Redactor

FORMAT = "llmeval-cache/1"


class Cache:
    """Replies by what was asked: the whole request, the adapter's fingerprint and the trial.

    A file an entry, moved into place whole: several processes may share the folder. What cannot
    be read (torn, of another version) counts as absent; what cannot be written is reported once
    in `problem`.

    Args:
        folder: Made at the first write.
        mode: `use` reads and writes, `refresh` only writes.
        redactor: Takes secrets out before anything is written.
    """

    def __init__(self, folder: Path, mode: Literal["use", "refresh"], redactor: Redactor) -> None:
        self._folder = folder
        self._mode = mode
        self._redactor = redactor
        self.problem: str | None = None
        self.hits = 0

    def key(self, request: Request, fingerprint: Mapping[str, Any]) -> str:
        """Return the key of one question to one adapter, hexadecimal."""
        asked = [FORMAT, canonical(request), fingerprint, request.trial]
        folder = request.workspace
        return digest(asked if folder is None else [*asked, folder_hash(folder)])

    def find(self, key: str) -> Reply | None:
        """Return what is kept under a key: without latency and without cost. Reads a file."""
        if self._mode != "use":
            return None
        try:
            found = json.loads(self._path(key).read_bytes())
            if found["format"] != FORMAT or found["key"] != key:
                return None
            reply = codec.reply(found["reply"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return None
        self.hits += 1
        return replace(reply, cached=True, cost_usd=None, timing=Timing())

    def keep(self, key: str, request: Request, reply: Reply) -> None:
        """Keep a reply. Writes a file."""
        if self.problem is not None:
            return
        entry = {"request": canonical(request), "reply": recorded_reply(reply)}
        line = self._line({"format": FORMAT, "key": key, **entry})
        if line is not None:
            self._write(self._path(key), line)

    def _line(self, entry: dict[str, Any]) -> str | None:
        try:
            line = codec.dump(entry)
            return (
                codec.dump(self._redactor.value(entry)) if self._redactor.suspects(line) else line
            )
        except (ValueError, TypeError, RecursionError):
            return None  # nothing JSON can hold: it is asked again next time

    def _write(self, path: Path, line: str) -> None:
        fresh = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            fresh.write_text(line + "\n", encoding="ascii")
            fresh.replace(path)
        except OSError as error:
            self.problem = f"{self._folder}: the cache cannot be written: {error.strerror}"

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}.json"


def recorded_reply(reply: Reply) -> dict[str, Any]:
    """Return a reply as JSON without what belongs to one moment only: its timing."""
    found = codec.reply_json(reply)
    for call, entry in zip(reply.tool_calls, found.get("tool_calls", ()), strict=False):
        if call.opaque is not None:
            entry["opaque"] = call.opaque
    found.pop("timing", None)
    found.pop("cached", None)
    return found
