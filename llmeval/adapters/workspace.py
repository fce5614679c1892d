"""A fresh copy of a folder for one request, and what became of it.

The original is never touched. Links that lead out of the folder are refused: a program that follows
them would change what is outside.
"""

import os
import re
import shutil
from collections.abc import Iterator, Mapping
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryDirectory

from llmeval.adapters.reply import clean
from llmeval.errors import AdapterError

MOST_FILES, MOST_BYTES = 20_000, 200 * 2**20
"""Of a folder that is copied for each request."""
SHOWN_BYTES = 256 * 1024
"""Of one changed file; more is cut off."""
_NOISE = frozenset(
    {".git", ".hg", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".venv", "__pycache__"}
    | {"node_modules", "venv"}
)
"""Folders whose changes say nothing."""


def folder_hash(folder: str) -> str:
    """Return a hash of all files in a folder, caches and version control left out; reads them.

    "" when there is no such folder.
    """
    places = sorted(_files(Path(folder)).items())
    return _hash_of(tuple([(name, str(path), *_state(path)) for name, path in places]))


def _state(path: Path) -> tuple[int, int]:
    found = path.lstat()
    return found.st_size, found.st_mtime_ns


@lru_cache(maxsize=256)
def _hash_of(files: tuple[tuple[str, str, int, int], ...]) -> str:
    """Return the hash; the sizes and times are there to read files once, until they change."""
    total = blake2b(digest_size=8)
    for name, where, *_ in files:
        content = _content(Path(where))
        total.update(f"{name}\0{len(content)}\0".encode("utf-8", "replace"))
        total.update(content)
    return total.hexdigest() if files else ""


def _content(path: Path) -> bytes:
    if path.is_symlink():
        return str(path.readlink()).encode("utf-8", "replace")
    # A pipe would be waited for.
    return path.read_bytes() if path.is_file() else b""


class Workspace:
    """A copy of a folder.

    Args:
        source: The folder; None: an empty one.

    Raises:
        AdapterError: It is not there, too large, or holds a link that leads out.
    """

    def __init__(self, source: Path | None) -> None:
        if source is not None:
            _check(source)
        self._source = source
        self._holder = TemporaryDirectory(prefix="llmeval-", ignore_cleanup_errors=True)
        self.path = Path(self._holder.name) / ("workspace" if source is None else source.name)
        if source is None:
            self.path.mkdir()
        else:
            shutil.copytree(source, self.path, symlinks=True)

    def put(self, files: Mapping[str, str | None]) -> None:
        """Write files into the copy: text by relative path; None removes one.

        Of a file that `changes` could not show whole there is nothing to write: it stays as it
        was.

        Raises:
            AdapterError: A path leads out of the folder, or cannot be written.
        """
        for name, text in files.items():
            if text is None or _is_whole(text):
                self._put(name, text)

    def _put(self, name: str, text: str | None) -> None:
        target = self.path / name
        try:
            inside = target.parent.resolve().is_relative_to(self.path.resolve())
            if not inside or ".." in target.parts or target == self.path:
                raise _misplaced(f"{name!r} leads out of the folder")
            if text is None or target.is_symlink():
                target.unlink(missing_ok=True)
            if text is not None:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(text, encoding="utf-8", newline="")
        except (OSError, ValueError) as error:
            raise _misplaced(f"{name!r} cannot be written: {error}") from error

    def changes(self) -> dict[str, str | None]:
        """Return the files that were added or changed, with their texts; None: it is gone."""
        before = {} if self._source is None else _files(self._source)
        now = _files(self.path)
        found: dict[str, str | None] = dict.fromkeys(sorted(before.keys() - now.keys()))
        for name, path in now.items():
            if name not in before or _differ(before[name], path):
                found[name] = _shown(path)
        return dict(sorted(found.items()))

    def remove(self) -> None:
        """Remove the copy."""
        self._holder.cleanup()


def _check(source: Path) -> None:
    if not source.is_dir():
        raise _refused(f"workspace {str(source)!r} is no folder")
    root, count, size = source.resolve(), 0, 0
    for path in _walk(source):
        if path.is_symlink() and not path.resolve().is_relative_to(root):
            raise _refused(f"workspace: {str(path)!r} is a link that leads out of the folder")
        count, size = count + 1, size + path.lstat().st_size
        if count > MOST_FILES or size > MOST_BYTES:
            limits = f"{MOST_FILES:,} files or {MOST_BYTES // 2**20} MiB"
            raise _refused(f"workspace {str(source)!r} has more than {limits}; name a smaller one")


def _refused(message: str) -> AdapterError:
    return AdapterError(message, kind="configuration", fatal=True)


def _misplaced(message: str) -> AdapterError:
    return AdapterError(message, kind="bad_reply")


def _walk(folder: Path) -> Iterator[Path]:
    for where, folders, names in os.walk(folder):
        yield from (Path(where, name) for name in names)
        yield from (Path(where, name) for name in folders if Path(where, name).is_symlink())


def _files(folder: Path) -> Mapping[str, Path]:
    found = {}
    for where, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in _NOISE]
        for name in names:
            path = Path(where, name)
            found[clean(path.relative_to(folder).as_posix())] = path
    return found


def _differ(first: Path, second: Path) -> bool:
    if first.is_symlink() or second.is_symlink():
        links = (path.readlink() if path.is_symlink() else None for path in (first, second))
        return len(set(links)) > 1
    if first.stat().st_size != second.stat().st_size:
        return True
    return first.read_bytes() != second.read_bytes()


_CUT = f"\n(cut off after {SHOWN_BYTES} bytes)"
_NOT_SHOWN = re.compile(r"\((?:a link to .*|no plain file|binary, \d+ bytes)\)", re.DOTALL)


def _shown(path: Path) -> str:
    if path.is_symlink():
        return f"(a link to {clean(str(path.readlink()))})"
    if not path.is_file():
        return "(no plain file)"
    with path.open("rb") as file:
        start = file.read(SHOWN_BYTES + 1)
    if b"\0" in start:
        return f"(binary, {path.stat().st_size} bytes)"
    text = clean(start[:SHOWN_BYTES].decode("utf-8", "replace"))
    return text if len(start) <= SHOWN_BYTES else text + _CUT


def _is_whole(text: str) -> bool:
    """Tell whether that is a file's text, and not what is shown in its place."""
    return not (text.endswith(_CUT) or _NOT_SHOWN.fullmatch(text))
