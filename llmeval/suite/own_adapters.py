"""The adapters that a suite may name, and those that it brings itself."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from llmeval.config import AdapterConfig

BUILT_IN = ("demo", "echo")
"""Adapters that may be named without being configured."""


class Adapters:
    """The adapters a suite may name, and those it brings.

    Args:
        configured: Adapters of the configuration, by name.
    """

    def __init__(self, configured: Mapping[str, AdapterConfig]) -> None:
        self.known = {name: AdapterConfig(name=name, type=name) for name in BUILT_IN}
        self.known.update(configured)
        self._configured = configured
        self.own: dict[str, AdapterConfig] = {}

    def use(self, name: str) -> bool:
        """Note that an adapter is named; tell whether it exists."""
        if name in self.known and name not in self._configured:
            self.own[name] = self.known[name]
        return name in self.known

    def add(self, config: AdapterConfig, given: Any) -> str:
        """Add one that the suite brings; return its name, which depends on its content alone."""
        text = json.dumps(given, sort_keys=True, default=str)
        short = hashlib.blake2b(text.encode(), digest_size=3).hexdigest()
        name = f"{config.name}-{short}"
        self.own[name] = self.known[name] = replace(config, name=name)
        return name
