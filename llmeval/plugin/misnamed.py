"""Files that hold a suite but whose names make them none: nobody would see that they never run."""

from collections.abc import Iterator
from pathlib import Path

import pytest

_ENDINGS = (".eval.yaml", ".eval.yml")
_USUAL_FOLDER = "suites"


def misnamed(folder: Path) -> list[Path]:
    """Return the YAML files of a folder that have `cases` and are not collected, sorted."""
    return [path for path in sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")]) if _is(path)]


def advice(path: Path) -> str:
    """Return what to do with such a file."""
    return f"{path} has `cases` but is not collected: name it *.eval.yaml to make it a suite"


def tell(reporter: pytest.TerminalReporter) -> None:
    """Name such files where pytest was told to look, after it has found no test there."""
    found = dict.fromkeys(path for given in _looked_in(reporter.config) for path in given)
    if found:
        reporter.section("llmeval", sep="=")
        for path in found:
            reporter.write_line(advice(path), yellow=True)


def _looked_in(config: pytest.Config) -> Iterator[list[Path]]:
    for arg in config.args:
        path = config.invocation_params.dir / arg.partition("::")[0]
        if path.is_dir():
            yield misnamed(path)
            yield misnamed(path / _USUAL_FOLDER)
        elif path.suffix in (".yaml", ".yml") and _is(path):
            yield [path]


def _is(path: Path) -> bool:
    return not path.name.endswith(_ENDINGS) and _has_cases(path)


def _has_cases(path: Path) -> bool:
    try:
        with path.open(encoding="utf-8", errors="replace") as lines:
            return any(line.startswith("cases:") for line in lines)
    except OSError:
        return False
