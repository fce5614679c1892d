"""Suites with attacks, loaded and measured against applications of the test's own."""

import asyncio
import datetime
import importlib.util
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from llmeval.api.project import Project
from llmeval.api.running import Run, measure
from llmeval.compare.attack_matrix import Matrix, matrix
from llmeval.compare.table import Table
from llmeval.config import AdapterConfig, Settings
from llmeval.errors import SuiteError
from llmeval.records import Case, Reply, Request
from llmeval.registry import Registry
from llmeval.suite.build import case
from llmeval.suite.load import load
from llmeval.suite.suite import Suite

ROOT = Path(__file__).resolve().parents[2]
TODAY = datetime.date(2026, 11, 23)
Answer = Callable[[Request], str | Reply]


class Lab:
    """A project folder whose adapter `app` is a function of the test's."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.answers: dict[str, Answer] = {}

    def settings(self, **given: Any) -> Settings:
        """Return settings of this project."""
        adapters = {name: AdapterConfig(name=name, type=name) for name in self.answers or {"app"}}
        return Settings(
            root=self.root,
            baselines=self.root / "baselines",
            reports=self.root / "reports",
            cache_dir=self.root / ".cache",
            **{"adapters": adapters, **given},
        )

    def suite(self, text: str, **given: Any) -> Suite:
        """Load a suite of one text."""
        path = self.root / "x.eval.yaml"
        path.write_text(text, encoding="utf-8")
        return load(path, self.settings(**given), self._registry(), today=TODAY)

    def cases(self, text: str, trial: int = 1) -> list[Case]:
        """Return all cases of a suite as they are asked."""
        suite = self.suite(text)
        return [case(suite, spec, trial) for spec in suite.cases]

    def problem(self, text: str) -> str:
        """Return what is wrong with a suite."""
        with pytest.raises(SuiteError) as caught:
            self.suite(text)
        return "\n".join(map(str, caught.value.problems))

    def _registry(self) -> Registry:
        registry = Registry()
        for name, answer in (self.answers or {"app": lambda _: ""}).items():
            registry.add_adapter(name, _adapter(answer))
        return registry

    def measure(self, text: str, **given: Any) -> Run:
        """Ask every case of a suite."""
        project = Project(settings=self.settings(**given), registry=self._registry())
        return asyncio.run(measure(project, self.suite(text, **given)))

    def matrix(self, text: str) -> Matrix:
        """Return the figures of a suite's attacks."""
        ran = self.measure(text)
        table = Table(ran.header)
        for trial in ran.trials:
            table.add(trial)
        found = matrix(table.suites[ran.suite.name])
        assert found is not None
        return found


def _adapter(answer: Answer) -> Any:
    from dataclasses import dataclass

    @dataclass(frozen=True)
    class App:
        def fingerprint(self) -> Mapping[str, Any]:
            return {"type": "app"}

        async def respond(self, request: Request) -> Reply:
            found = answer(request)
            return Reply(text=found) if isinstance(found, str) else found

    return App


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    """Return an empty project."""
    return Lab(tmp_path)


@pytest.fixture(scope="session")
def replies() -> ModuleType:
    """Return the script that reads and scores the labelled replies."""
    spec = importlib.util.spec_from_file_location(
        "injection_replies", ROOT / "benchmarks/injection_replies.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def recorded() -> list[str]:
    """Return replies that real models gave to harmless questions."""
    import gzip

    given = os.environ.get("LLMEVAL_RECORDED")
    folder = Path(given) if given else ROOT.parent / "shared/data/recorded"
    files = sorted(folder.glob("*.jsonl.gz")) if folder.is_dir() else []
    if not files:
        pytest.skip(f"no recorded replies at {folder}; LLMEVAL_RECORDED says where they are")
    lines = []
    for file in files:
        with gzip.open(file, "rt", encoding="utf-8") as opened:
            lines += [json.loads(line) for line in opened]
    return [text for line in lines for text in line["outputs"].values()]
