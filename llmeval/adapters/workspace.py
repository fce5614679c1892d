"""A fresh copy of a folder for one request, and what became of it.

The original is never touched. Links that lead out of the folder are refused: a program that follows
them would change what is outside.
"""

import os
import shutil
from collections.abc import Iterator, Mapping
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


class Workspace:
    """A copy of a folder.

    Raises:
        AdapterError: It is not there, too large, or holds a link that leads out.
    """

    def __init__(self, source: Path) -> None:
        _check(source)
        self._source = source
        self._holder = TemporaryDirectory(prefix="llmeval-", ignore_cleanup_errors=True)
        self.path = Path(self._holder.name) / source.name
        shutil.copytree(source, self.path, symlinks=True)

    def changes(self) -> dict[str, str | None]:
        """Return the files that were added or changed, with their texts; None: it is gone."""
        before, now = _files(self._source), _files(self.path)
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
    return text if len(start) <= SHOWN_BYTES else f"{text}\n(cut off after {SHOWN_BYTES} bytes)"
