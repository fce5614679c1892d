"""The project around a folder: its settings and what its configuration registers."""

import os
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from llmeval.api.hooks import call_hooks
from llmeval.config import Settings, find_root, register_checks
from llmeval.config import load as load_settings
from llmeval.registry import Registry

if TYPE_CHECKING:
    from llmeval.suite.suite import Suite


class Project(Struct, frozen=True, kw_only=True):
    """Settings and registry that belong together."""

    settings: Settings
    registry: Registry
    loaded: "dict[Path, Suite]" = field(default_factory=dict)
    """Suites by file, once they were loaded: they may hold 100,000 cases."""

    def suite(self, path: Path) -> "Suite":
        """Load a suite file; the same file once only.

        Raises:
            SuiteError: Carries every fault of the file and its data.
        """
        if path in self.loaded:
            return self.loaded[path]
        from llmeval.suite.load import load as load_suite

        # Whether an `xfail` still holds depends on the day, here as for everybody else.
        today = date.today()  # noqa: DTZ011
        found = load_suite(path, self.settings, self.registry, today=today)
        self.loaded[path] = found
        return found


def find_project(start: Path, given: Mapping[str, Any] | None = None) -> Project:
    """Return the project that a folder or file belongs to.

    Reads the environment; runs the project's hooks; puts its root on `sys.path`, so that own
    checks and applications can be imported.

    Args:
        start: Where the search for a configuration begins, upward.
        given: Options by name without `--llmeval-`.

    Raises:
        ConfigError: Something is wrong with the configuration.
    """
    registry = Registry()
    call_hooks(find_root(start), registry)
    settings = load_settings(start, given or {}, os.environ, registry, cwd=Path.cwd())
    register_checks(settings, registry)
    return Project(settings=settings, registry=registry)


def load(path: str | Path, **options: Any) -> "Suite":
    """Return the suite in a file, checked; asks no model.

    Args:
        path: A `*.eval.yaml` file.
        **options: Options of a run, as `repeat=3` for `--llmeval-repeat 3`.

    Raises:
        SuiteError: Carries every fault of the file and its data.
        ConfigError: Something is wrong with the configuration of the project or with an option.
    """
    return find_project(Path(path), by_name(options)).suite(Path(path))


def by_name(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return options as `config.load` takes them: `max_cost` is `max-cost` there."""
    return {name.replace("_", "-"): value for name, value in options.items()}
