"""The suite file that a command is about."""

from pathlib import Path

from llmeval.errors import UsageError


def one_suite(name: str) -> Path:
    """Return the path of a suite file.

    Raises:
        UsageError: There is no such file, or it is a folder.
    """
    path = Path(name)
    if path.is_dir():
        raise UsageError(f"{name}: is a folder; name one suite file in it")
    if not path.is_file():
        raise UsageError(f"{name}: no such suite file")
    return path
