"""Replies from recordings, without network and without cost."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any, ClassVar

from llmeval.adapters.recordings import Recordings, canonical
from llmeval.errors import AdapterError, StoredFileError
from llmeval.records import Reply, Request

__all__ = ["Recordings", "Replay", "canonical"]


class _Loaded:
    """The recordings, once they are read."""

    __slots__ = ("recordings",)

    def __init__(self) -> None:
        self.recordings: Recordings | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """Answers each request as it was answered when it was recorded."""

    path: str
    """JSON Lines file, as `--llmeval-record` writes it or in the simple form."""
    _loaded: _Loaded = field(default_factory=_Loaded, init=False, repr=False, compare=False)

    paths: ClassVar[tuple[str, ...]] = ("path",)
    """Parameters that are paths, relative to whatever file they stand in."""
    takes_schema: ClassVar[bool] = True
    """It tells recordings of the same words apart, with a schema and without."""

    def fingerprint(self) -> Mapping[str, Any]:
        """Return what makes replies comparable; the folder differs between machines."""
        return {"type": "replay", "path": PurePath(self.path).name}

    async def open(self) -> None:
        """Read the recordings. Reads a file.

        Raises:
            AdapterError: The file cannot be read; no request can succeed.
        """
        if self._loaded.recordings is None:
            try:
                self._loaded.recordings = Recordings.read(self.path)
            except StoredFileError as error:
                raise AdapterError(str(error), kind="no_recording", fatal=True) from error

    async def respond(self, request: Request) -> Reply:
        """Return the recorded reply.

        Raises:
            AdapterError: `no_recording`: nothing was recorded for this request, or not for so
                many trials.
        """
        await self.open()
        assert self._loaded.recordings is not None
        return self._loaded.recordings.reply(request)

    async def close(self) -> None:
        """Close the file."""
        if self._loaded.recordings is not None:
            self._loaded.recordings.close()
