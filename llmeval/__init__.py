"""Regression gate for LLM applications.

A suite file becomes cases (`suite`), an engine (`run`) asks adapters for replies, scorers turn
replies into scores, `compare` holds them against the baseline, `report` shows it, and pytest is
the front door (`plugin`).

The names below are resolved at first use, so that importing the package costs nothing.
`llmeval.run` and `llmeval.compare` are functions of the Python API and sub-packages at once.
"""

import sys

TYPE_CHECKING = False  # importing `typing` costs more than all of this file
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any

    from llmeval.api.comparing import compare
    from llmeval.api.project import load
    from llmeval.api.running import Run, run
    from llmeval.api.scoring import score
    from llmeval.compare.inference.regression import RegressionTest, regression_test
    from llmeval.errors import LlmevalError
    from llmeval.records import Case, Message, Reply, Request, Score, Trial, Verdict

else:
    ModuleType = type(sys)

__version__ = "0.1.0"

__all__ = [
    "Case",
    "LlmevalError",
    "Message",
    "RegressionTest",
    "Reply",
    "Request",
    "Run",
    "Score",
    "Trial",
    "Verdict",
    "compare",
    "load",
    "regression_test",
    "run",
    "score",
]

_HOME = {
    "LlmevalError": "llmeval.errors",
    "Run": "llmeval.api.running",
    "compare": "llmeval.api.comparing",
    "load": "llmeval.api.project",
    "RegressionTest": "llmeval.compare.inference.regression",
    "regression_test": "llmeval.compare.inference.regression",
    "run": "llmeval.api.running",
    "score": "llmeval.api.scoring",
}


def __getattr__(name: str) -> "Any":
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return _found(_HOME.get(name, "llmeval.records"), name)


def _found(module: str, name: str) -> "Any":
    from importlib import import_module

    return getattr(import_module(module), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


class _Callable(ModuleType):
    """A sub-package that is a function of the API as well."""

    def __call__(self, *args: "Any", **kwargs: "Any") -> "Any":
        name = self.__name__.rpartition(".")[2]
        return _found(_HOME[name], name)(*args, **kwargs)


class _Package(ModuleType):
    """Importing `llmeval.run.engine` sets the attribute `run` here: it must stay callable."""

    def __setattr__(self, name: str, value: "Any") -> None:
        if name in ("run", "compare") and type(value) is ModuleType:
            value.__class__ = _Callable
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
