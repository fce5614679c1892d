"""The hooks that llmeval calls; implement them in a conftest.py or in a plugin."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from llmeval.records import RunHeader, Verdict
    from llmeval.registry import Registry


@pytest.hookspec
def pytest_llmeval_adapters(registry: "Registry") -> None:
    """Add adapters: `registry.add_adapter("name", AdapterClass)`; called once, before loading."""


@pytest.hookspec
def pytest_llmeval_scorers(registry: "Registry") -> None:
    """Add checks: `registry.add_scorer("name", scorer)`; called once, before suites load."""


@pytest.hookspec
def pytest_llmeval_run_finished(run: "RunHeader", verdict: "Verdict") -> None:
    """See a finished run and its verdict; called once, after every file was written."""
