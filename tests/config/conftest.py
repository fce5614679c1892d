"""Writes configurations and loads them."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from llmeval.config import Settings, load
from llmeval.registry import Registry

Load = Callable[..., Settings]


@pytest.fixture
def load_toml(tmp_path: Path) -> Load:
    """Return a function that loads settings from the text of an llmeval.toml."""

    def run(
        text: str = "",
        given: Mapping[str, Any] | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> Settings:
        (tmp_path / "llmeval.toml").write_text(text, encoding="utf-8")
        return load(tmp_path, given or {}, environ or {}, Registry())

    return run
