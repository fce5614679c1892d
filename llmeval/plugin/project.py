"""The project that a pytest run belongs to: its settings, plug-ins, suites and their tags."""

import os
import warnings
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from llmeval.plugin.misnamed import advice, misnamed
from llmeval.registry import Registry

if TYPE_CHECKING:
    from llmeval.config import AdapterConfig, Settings
    from llmeval.suite.suite import Suite


class Project:
    """What is known before anything is asked.

    Args:
        config: Of the pytest run.
        start: Where the search for the project's configuration begins, upward; without any the
            project is pytest's root.

    Raises:
        LlmevalError: The configuration is wrong.
    """

    def __init__(self, config: pytest.Config, start: Path) -> None:
        self._config = config
        self.registry = Registry()
        config.hook.pytest_llmeval_adapters(registry=self.registry)
        config.hook.pytest_llmeval_scorers(registry=self.registry)
        self.settings = self._load_settings(start)
        self.suites: dict[str, Suite] = {}
        """By name."""
        self._markers: dict[str, pytest.MarkDecorator] = {}
        self._seen_folders: set[Path] = set()

    def _load_settings(self, start: Path) -> "Settings":
        from llmeval.config import load, register_checks
        from llmeval.options import OPTIONS

        given = {o.name: self._config.getoption(f"llmeval_{o.key}") for o in OPTIONS}
        where = self._config.invocation_params.dir
        settings = load(start, given, os.environ, self.registry, cwd=where)
        if settings.file is None and start != self._config.rootpath:
            settings = load(self._config.rootpath, given, os.environ, self.registry, cwd=where)
        register_checks(settings, self.registry)
        return settings

    def adapters(self) -> "dict[str, AdapterConfig]":
        """Return the adapter tables by name, with those that suites bring along."""
        own = {n: c for suite in self.suites.values() for n, c in suite.adapters.items()}
        return {**self.settings.adapters, **own}

    def load(self, path: Path) -> "Suite":
        """Load one suite file and make its tags known as markers.

        Raises:
            SuiteError: It is wrong, or another file has a suite of the same name.
        """
        from llmeval.suite.load import load
        from llmeval.suite.suite import refuse_twins

        suite = load(path, self.settings, self.registry, today=datetime.now(UTC).date())
        refuse_twins(suite, self.suites.values())
        self.suites.setdefault(suite.name, suite)
        self._register_markers(suite)
        return suite

    def _register_markers(self, suite: "Suite") -> None:
        for tag in sorted({tag for spec in suite.cases for tag in spec.tags}):
            if tag not in self._markers:
                self._config.addinivalue_line("markers", f"{tag}: a tag of llmeval suites")
                self._markers[tag] = getattr(pytest.mark, tag)

    def markers(self, tags: tuple[str, ...]) -> tuple[pytest.MarkDecorator, ...]:
        """Return the markers of a case's tags."""
        return tuple([self._markers[tag] for tag in tags])

    def warn_about_other_names(self, folder: Path) -> None:
        """Warn, once a folder, of YAML files with `cases` whose name makes them no suites."""
        if folder in self._seen_folders:
            return
        self._seen_folders.add(folder)
        for path in misnamed(folder):
            warnings.warn(pytest.PytestCollectionWarning(advice(path)), stacklevel=2)
