"""A project folder of one test, and loading a suite in it."""

import datetime
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from llmeval.config import AdapterConfig, Settings
from llmeval.errors import SuiteError
from llmeval.records import Case
from llmeval.registry import Registry
from llmeval.suite.build import case
from llmeval.suite.load import Suite, load

TODAY = datetime.date(2026, 11, 23)
CONFIGURED = {"bot": AdapterConfig(name="bot", type="http", parameters={"url": "http://x"})}


class Project:
    """A folder with suites and data files."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.registry = Registry()
        self.adapters: Mapping[str, AdapterConfig] = CONFIGURED

    def write(self, name: str, content: str | bytes) -> Path:
        """Write a file below the project."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def settings(self, **given: Any) -> Settings:
        """Return settings of this project."""
        return Settings(
            root=self.root,
            baselines=self.root / "baselines",
            reports=self.root / "reports",
            cache_dir=self.root / ".cache",
            **{"adapters": self.adapters, **given},
        )

    def load(
        self, content: str | bytes | None, name: str = "x.eval.yaml", **settings: Any
    ) -> Suite:
        """Write and load a suite; None loads what is there."""
        path = self.root / name if content is None else self.write(name, content)
        return load(path, self.settings(**settings), self.registry, today=TODAY)

    def cases(self, content: str, **settings: Any) -> list[Case]:
        """Return all cases of a suite, built."""
        suite = self.load(content, **settings)
        return [case(suite, spec) for spec in suite.cases]

    def problems(
        self, content: str | bytes | None, name: str = "x.eval.yaml", **settings: Any
    ) -> list[str]:
        """Return the problems of a suite; no problem is a failure."""
        with pytest.raises(SuiteError) as caught:
            self.load(content, name, **settings)
        return [str(problem) for problem in caught.value.problems]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Return an empty project."""
    return Project(tmp_path)
