"""`llmeval validate`: checks suites, asks no model."""

import argparse
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import structs

from llmeval.api.project import Project, find_project
from llmeval.cli.console import Console
from llmeval.config.adapters import check_adapter
from llmeval.errors import ConfigError, Problem, SuiteError, UsageError

if TYPE_CHECKING:
    from llmeval.suite.suite import Suite

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


@dataclass
class Found:
    """What was read so far."""

    suites: "list[Suite]" = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def run(args: argparse.Namespace, console: Console) -> int:
    """Check suites, their data and the adapters they name."""
    given = [Path(path) for path in args.paths]
    project = find_project(given[0] if given else Path.cwd())
    paths = list(suite_files(given or [project.settings.root / s for s in project.settings.suites]))
    found = Found()
    for path in paths:
        _read(project, path, found)
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


def _read(project: Project, path: Path, found: Found) -> None:
    try:
        suite = project.suite(path)
    except SuiteError as error:
        found.problems += error.problems
        return
    for other in found.suites:
        if other.name == suite.name:
            found.problems.append(
                Problem(suite.shown, 0, 0, f"suite {suite.name!r} exists in {other.shown} already")
            )
    found.suites.append(suite)
    found.problems += _adapter_problems(project, suite)


def _adapter_problems(project: Project, suite: "Suite") -> Iterator[Problem]:
    adapters = {**project.settings.adapters, **suite.adapters}
    for name, line in _adapters_used(suite).items():
        try:
            check_adapter(adapters[name], project.registry)
        except ConfigError as error:
            yield Problem(suite.shown, line, 0, str(error))


def _adapters_used(suite: "Suite") -> dict[str, int]:
    """Return the adapters that cases name, with the line of the first such case."""
    from llmeval.suite.build import case

    # All cases of a template name the same adapter.
    samples = {spec.template: spec for spec in reversed(suite.cases)}
    return {case(suite, spec).adapter: spec.line for spec in samples.values()}


def _as_json(found: Found) -> dict[str, object]:
    return {
        "suites": [
            {"suite": suite.name, "path": suite.shown, "cases": len(suite.cases)}
            for suite in found.suites
        ],
        "problems": [structs.asdict(problem) for problem in found.problems],
    }


def _tell(found: Found, console: Console) -> None:
    for problem in found.problems:
        console.data(str(problem))
    for suite in found.suites:
        console.note(f"{suite.shown}: {_count(len(suite.cases), 'case')}")
    console.note(f"{_count(len(found.problems), 'problem')} in {_count(_files(found), 'file')}")


def _files(found: Found) -> int:
    return len({suite.shown for suite in found.suites} | {p.path for p in found.problems})


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
