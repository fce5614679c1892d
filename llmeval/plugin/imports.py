"""Imports of our own modules, past pytest's assertion rewriting.

pytest rewrites the asserts of every module that belongs to a plugin's distribution. Ours state
what cannot happen and need no introspection, and the way through the rewriter costs a start with
a suite 50 ms; much more where its results cannot be kept (a read-only installation).
"""

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

_OURS = "llmeval."


class _Plain:
    """Finds our modules as Python itself does."""

    @staticmethod
    def find_spec(
        name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return where a module of ours is; None for all others: they go pytest's way."""
        return PathFinder.find_spec(name, path, target) if name.startswith(_OURS) else None


def skip_rewriting() -> None:
    """Let modules of ours be imported plainly from now on; at most once a process."""
    if _Plain not in sys.meta_path:
        sys.meta_path.insert(0, _Plain)
