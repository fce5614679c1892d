"""`llmeval validate`: checks suites, asks no model."""

import argparse
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import structs

from llmeval.api.project import find_project
from llmeval.cli.console import Console
from llmeval.errors import UsageError

if TYPE_CHECKING:
    from llmeval.api.checking import Checked

EXAMPLE = "  llmeval validate suites/support.eval.yaml"
SUFFIXES = (".eval.yaml", ".eval.yml")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="suite files or folders (default: `suites` of the configuration)",
    )
    parser.add_argument("--json", action="store_true", help="write the result as JSON")


def run(args: argparse.Namespace, console: Console) -> int:
    """Check suites, their data and the adapters they name."""
    from llmeval.api.checking import check

    given = [Path(path) for path in args.paths]
    project = find_project(given[0] if given else Path.cwd())
    paths = list(suite_files(given or [project.settings.root / s for s in project.settings.suites]))
    found = check(project, paths)
    if args.json:
        console.json(_as_json(found))
    else:
        _tell(found, console)
    return 2 if found.problems else 0


def suite_files(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield suite files, folders searched in order of names.

    Raises:
        UsageError: A path does not exist, is no suite file, or no suite was found.
    """
    any_found = False
    for path in paths:
        if not path.exists():
            raise UsageError(f"{path}: no such file or folder")
        if path.is_file() and not path.name.endswith(SUFFIXES):
            raise UsageError(f"{path}: suite files are named *.eval.yaml or *.eval.yml")
        for file in [path] if path.is_file() else _inside(path):
            any_found = True
            yield file
    if not any_found:
        raise UsageError(f"no *.eval.yaml in {', '.join(map(str, paths))}")


def _inside(folder: Path) -> list[Path]:
    files = (path for path in folder.rglob("*.eval.y*ml") if path.name.endswith(SUFFIXES))
    return sorted(path for path in files if not _hidden(path.relative_to(folder)))


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _as_json(found: "Checked") -> dict[str, object]:
    return {
        "suites": [
            {"suite": suite.name, "path": suite.shown, "cases": len(suite.cases)}
            for suite in found.suites
        ],
        "problems": [structs.asdict(problem) for problem in found.problems],
        "warnings": [structs.asdict(warning) for warning in found.warnings],
    }


def _tell(found: "Checked", console: Console) -> None:
    for problem in found.problems:
        console.data(str(problem))
    for suite in found.suites:
        console.note(f"{suite.shown}: {_count(len(suite.cases), 'case')}")
    for warning in found.warnings:
        console.note(f"warning: {warning}")
    told = [_count(len(found.problems), "problem")]
    told += [_count(len(found.warnings), "warning")] if found.warnings else []
    console.note(f"{', '.join(told)} in {_count(_files(found), 'file')}")


def _files(found: "Checked") -> int:
    return len({suite.shown for suite in found.suites} | {p.path for p in found.problems})


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
