"""Recorded exchanges: found by the whole request, read from disk one at a time.

A line is `{"request": {…}, "reply": {…}}`, where the request stands in its canonical form, or
`{"prompt": "…", "reply": "…"}`, which answers every request whose last user message is the
prompt. `case` and `trial` beside them say which trial it was; without, the lines of one request
are its trials in file order. `key` is the digest of the request before secrets were removed.
"""

import json
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

from msgspec.structs import replace

from llmeval.adapters.messages import chat_messages, prompt_of
from llmeval.adapters.nearest import Nearest
from llmeval.adapters.reply import cleaned, from_json
from llmeval.errors import AdapterError, StoredFileError
from llmeval.records import Reply, Request

_EMPTY: Mapping[str, Any] = {"messages": [], "system": None, "params": {}, "tools": []}
_NEAREST_SEARCHES = 50


def canonical(request: Request) -> dict[str, Any]:
    """Return what identifies a request: system, messages, params, tools and schema.

    Session, trial, timeout and the adapter's name do not change what is asked.
    """
    found: dict[str, Any] = {
        "system": request.system or None,
        "messages": chat_messages(request)[1 if request.system else 0 :],
        "params": dict(request.params),
        "tools": [dict(tool) for tool in request.tools],
    }
    # Left out where there is none: what was recorded before there were schemas stays valid.
    return found if request.schema is None else found | {"schema": request.schema}


def digest(value: Any) -> str:
    """Return a short hash of a JSON value; equal values have equal hashes."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=True, default=str)
    return blake2b(text.encode(), digest_size=12).hexdigest()


class _Entry(NamedTuple):
    start: int
    """Where its line begins, in bytes."""
    line: int
    case: str | None
    trial: int | None


class Recordings:
    """Recordings of one file; only where they stand is kept in memory.

    Args:
        path: The file, open for reading until `close`.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._entries: dict[str, list[_Entry]] = {}
        self._used: set[str] = set()
        self._nearest: Nearest | None = None
        self._searches = 0
        self._file = path.open("rb")

    @classmethod
    def read(cls, path: str | Path) -> "Recordings":
        """Return the recordings of a file. A last line that was cut off is left out.

        Raises:
            StoredFileError: No such file, or a line is no recording.
        """
        try:
            recordings = cls(Path(path))
        except OSError as error:
            raise StoredFileError(
                f"{path}: cannot be read: {error.strerror}; record one with --llmeval-record"
            ) from error
        try:
            recordings._index()
        except BaseException:
            recordings.close()
            raise
        return recordings

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __len__(self) -> int:
        return sum(map(len, self._entries.values()))

    @property
    def unused(self) -> int:
        """How many recorded requests were never asked for."""
        return len(self._entries) - len(self._used)

    def reply(self, request: Request) -> Reply:
        """Return what was recorded for a request, for its trial.

        Raises:
            AdapterError: `no_recording`.
        """
        key = next((key for key in _keys(request) if key in self._entries), None)
        if key is None:
            raise self._miss(request)
        self._used.add(key)
        entry = self._select(request, self._entries[key])
        reply = self._load(entry)["reply"]
        try:
            return _reply(reply)
        except ValueError as error:
            raise AdapterError(
                f"{self._path}:{entry.line}: not a reply: {error}", kind="bad_reply"
            ) from error

    def _select(self, request: Request, entries: list[_Entry]) -> _Entry:
        own = [entry for entry in entries if entry.case == request.case]
        entries = own or entries
        for entry in entries:
            if entry.trial == request.trial:
                return entry
        if request.trial > len(entries) or entries[request.trial - 1].trial is not None:
            raise AdapterError(
                f"{self._path}: {len(entries)} trials recorded for this request, this is trial "
                f"{request.trial}; record again with the same repeat",
                kind="no_recording",
            )
        return entries[request.trial - 1]

    def _load(self, entry: _Entry) -> Mapping[str, Any]:
        self._file.seek(entry.start)
        return _checked(_document(self._file.readline()))

    def _index(self) -> None:
        for start, line, document in self._documents():
            entry = _Entry(start, line, _text(document, "case"), _whole(document, "trial"))
            self._entries.setdefault(_key(document), []).append(entry)

    def _documents(self) -> Iterator[tuple[int, int, Mapping[str, Any]]]:
        start = 0
        self._file.seek(0)
        for line, raw in enumerate(self._file, start=1):
            if raw.strip():
                try:
                    yield start, line, _checked(_document(raw))
                except ValueError as error:
                    if not raw.endswith(b"\n"):
                        return
                    raise StoredFileError(f"{self._path}:{line}: {error}") from error
            start += len(raw)

    def _miss(self, request: Request) -> AdapterError:
        said = f"{self._path}: no recording for {_quoted(prompt_of(request))}"
        self._searches += 1
        # Each search compares with every recording: thousands of misses must not take minutes.
        if self._searches <= _NEAREST_SEARCHES:
            said += self._nearest_to(request)
        return AdapterError(said, kind="no_recording")

    def _nearest_to(self, request: Request) -> str:
        if self._nearest is None:
            self._nearest = Nearest()
            for _, line, document in self._documents():
                self._nearest.add(line, _prompt(document), _request(document))
        found = self._nearest.find(prompt_of(request), canonical(request))
        if found is None:
            return "; it holds no recordings"
        return f"; the nearest is line {found.line}, which differs in {found.difference}"


def _document(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except UnicodeDecodeError as error:
        raise ValueError(f"not UTF-8 at byte {error.start} of the line") from error
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    except ValueError as error:
        raise ValueError(f"not JSON: {error}") from error


def _checked(document: Any) -> Mapping[str, Any]:
    fits = isinstance(document, Mapping)
    if not fits:
        raise ValueError("expected an object with 'prompt' or 'request', and 'reply'")
    asked = isinstance(document.get("request"), Mapping) or _text(document, "prompt") is not None
    if not asked:
        raise ValueError("expected 'request', an object, or 'prompt', a text")
    answered = isinstance(document.get("reply"), str | Mapping)
    if not answered:
        raise ValueError("expected 'reply', a text or an object")
    return document  # type: ignore[no-any-return]  # checked above


def _keys(request: Request) -> Iterator[str]:
    """Yield what a recording of a request may be filed under, the most exact first."""
    yield digest(canonical(request))
    if request.schema is not None:
        # Recorded where the service could not be told the schema.
        yield digest(canonical(replace(request, schema=None)))
    yield _simple_key(prompt_of(request))


def _key(document: Mapping[str, Any]) -> str:
    request = _request(document)
    if request is None:
        return _simple_key(str(document["prompt"]))
    return _text(document, "key") or digest(request)


def _request(document: Mapping[str, Any]) -> Mapping[str, Any] | None:
    request = document.get("request")
    if not isinstance(request, Mapping):
        return None
    # What is empty may be left out of a recording.
    found = {part: request.get(part) or empty for part, empty in _EMPTY.items()}
    return found | {"schema": request["schema"]} if request.get("schema") else found


def _simple_key(prompt: str) -> str:
    return f"prompt {digest(prompt)}"


def _prompt(document: Mapping[str, Any]) -> str:
    if isinstance(document.get("prompt"), str):
        return str(document["prompt"])
    messages = document["request"].get("messages") or ()
    users = (each for each in reversed(messages) if each.get("role") == "user")
    last: Mapping[str, Any] = next(users, {})
    return str(last.get("content", ""))


def _reply(value: Any) -> Reply:
    document = {"text": value} if isinstance(value, str) else value
    return replace(from_json(cleaned(document), strict=False), cost_usd=None, cached=True)


def _text(document: Mapping[str, Any], key: str) -> str | None:
    value = document.get(key)
    return value if isinstance(value, str) else None


def _whole(document: Mapping[str, Any], key: str) -> int | None:
    value = document.get(key)
    return value if type(value) is int else None


def _quoted(text: str) -> str:
    line = " ".join(text.split())
    return repr(line if len(line) <= 80 else line[:79] + "…")
