"""Finds and reads the configuration file."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from llmeval.errors import ConfigError

OWN_FILE = "llmeval.toml"
PROJECT_FILE = "pyproject.toml"
# Without a configuration of ours, the project is where one of these lies.
_MARKERS = (PROJECT_FILE, "pytest.ini", "tox.ini", "setup.cfg", ".git")


class ConfigFile(Struct, frozen=True, kw_only=True):
    """What was found of configuration."""

    root: Path
    """The project, absolute."""
    path: Path | None = None
    """The file; None when there is none."""
    content: Mapping[str, Any] = field(default_factory=dict)

    def where(self, *keys: str) -> str:
        """Return how messages name a key: "pyproject.toml: tool.llmeval.adapters.gpt"."""
        if self.path is None:
            return ".".join(keys)
        prefix = ("tool", "llmeval") if self.path.name == PROJECT_FILE else ()
        return f"{self.path.name}: {'.'.join((*prefix, *keys))}"


def find_root(start: Path) -> Path:
    """Return the project folder: the nearest one upward with a configuration.

    Without any, the nearest folder with `pyproject.toml`, `pytest.ini`, `tox.ini`, `setup.cfg` or
    `.git`, else `start` itself.

    Raises:
        ConfigError: Two configurations in one folder, or one that is not TOML.
    """
    return find(start).root


def find(start: Path) -> ConfigFile:
    """Return the nearest configuration upward from a folder (or from a file's folder).

    Raises:
        ConfigError: Two configurations in one folder, or one that is not TOML.
    """
    first = start.absolute() if start.is_dir() else start.absolute().parent
    for folder in (first, *first.parents):
        if found := _read_folder(folder):
            return found
    marked = (
        folder
        for folder in (first, *first.parents)
        if any((folder / name).exists() for name in _MARKERS)
    )
    return ConfigFile(root=next(marked, first))


def _read_folder(folder: Path) -> ConfigFile | None:
    found = list(_configurations(folder))
    if len(found) > 1:
        raise ConfigError(
            f"{folder}: both {OWN_FILE} and [tool.llmeval] in {PROJECT_FILE}; keep one of the two"
        )
    return found[0] if found else None


def _configurations(folder: Path) -> Iterator[ConfigFile]:
    own = folder / OWN_FILE
    if own.is_file():
        yield ConfigFile(root=folder, path=own, content=_parse(own, _text(own)))
    project = folder / PROJECT_FILE
    if not project.is_file():
        return
    text = _text(project)
    if "llmeval" not in text:  # most projects' files: not worth 5 ms of parsing
        return
    tables = _parse(project, text).get("tool", {})
    if isinstance(tables, dict) and "llmeval" in tables:
        content = tables["llmeval"]
        if not isinstance(content, dict):
            raise ConfigError(f"{project}: tool.llmeval: expected a table, found {content!r}")
        yield ConfigFile(root=folder, path=project, content=content)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(
            f"{path}: not UTF-8 text (byte {error.start}); save it as UTF-8"
        ) from None
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error


def _parse(path: Path, text: str) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not valid TOML: {error}") from None
