"""Fixtures for all tests."""

import os

import pytest
from hypothesis import HealthCheck, settings

# How long an example takes says how busy the machine is. Every run has the same examples, so that
# what passes here passes in CI; `pytest --hypothesis-profile=search` looks for other ones.
settings.register_profile(
    "search", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.register_profile("same", settings.get_profile("search"), derandomize=True)
settings.load_profile("same")

pytest_plugins = ["pytester"]


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep LLMEVAL_… variables and CI's own of the machine out of every test."""
    for name in [*os.environ]:
        if name.startswith(("LLMEVAL_", "GITHUB_", "PYTEST_ADDOPTS")):
            monkeypatch.delenv(name)
