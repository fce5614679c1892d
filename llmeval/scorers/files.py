"""A check on the files that an application changed: files_changed."""

# ruff: noqa: ARG002  # methods take what the Scorer protocol gives them

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import ClassVar

from llmeval.records import Case, On, Reply, Score
from llmeval.scorers.scorer import PASSED, Defaults, require

_SHOWN = 5


@dataclass(frozen=True, kw_only=True)
class FilesChanged(Defaults):
    """Only such files were added, changed or deleted, and those that were to be."""

    main: ClassVar[str] = "only"
    default_on: ClassVar[On] = "all"
    negatable: ClassVar[bool] = True

    only: str | tuple[str, ...] = ()
    include: str | tuple[str, ...] = ()

    def __post_init__(self) -> None:
        require(self.only or self.include, "only", "expected patterns such as src/*.py")

    def score(self, case: Case, reply: Reply, answers: tuple[Reply, ...]) -> Score:
        """Return 1 where it holds; skipped where the application does not report files."""
        if reply.files is None:
            unknown = "not_measured: the application does not say which files it changed"
            return Score(status="skipped", reason=unknown)
        only, include = _several(self.only), _several(self.include)
        wrong = [name for name in reply.files if only and not _fits(name, only)]
        if wrong:
            more = ", …" if len(wrong) > _SHOWN else ""
            return _failed(f"changed besides {', '.join(only)}: {', '.join(wrong[:_SHOWN])}{more}")
        missing = [each for each in include if not any(_fits(f, [each]) for f in reply.files)]
        if missing:
            changed = ", ".join(list(reply.files)[:_SHOWN]) or "nothing"
            return _failed(f"nothing changed that fits {', '.join(missing)}; changed: {changed}")
        return PASSED

    def claim(self, text: str) -> str:
        """Return what is true where it holds."""
        return f"only files that fit {', '.join(_several(self.only)) or 'these'} changed"


def _several(patterns: str | tuple[str, ...]) -> tuple[str, ...]:
    return (patterns,) if isinstance(patterns, str) and patterns else tuple(patterns)


def _fits(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(name, pattern.removeprefix("./")) for pattern in patterns)


def _failed(reason: str) -> Score:
    return Score(score=0.0, passed=False, reason=reason)
