"""A small project to run."""

import sys
from pathlib import Path

import pytest

SUITE = """
suite: bot
adapter: echo
cases:
  - id: agree
    prompt: say sure
    expect: [{contains: sure}]
  - id: deny
    prompt: say never
    expect: [{contains: never}]
"""


@pytest.fixture
def suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the path of a suite of two cases; the project is the folder we run in."""
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "llmeval.toml").write_text("", encoding="utf-8")
    path = tmp_path / "bot.eval.yaml"
    path.write_text(SUITE, encoding="utf-8")
    return path
