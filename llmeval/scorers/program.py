"""A check that runs a program on what an application wrote: runs."""

# ruff: noqa: ARG002  # methods take what the Scorer protocol gives them

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from llmeval.records import Case, On, Program, Reply, Score
from llmeval.scorers.scorer import PASSED, Defaults, require
from llmeval.text import cut

_SHOWN_CHARS = 200


@dataclass(frozen=True, kw_only=True)
class Runs(Defaults):
    """A program ends as expected when it is run in the folder that the application changed."""

    main: ClassVar[str] = "argv"
    default_on: ClassVar[On] = "all"
    negatable: ClassVar[bool] = True
    runs_programs: ClassVar[bool] = True
    """Suites may say so only where the configuration allows it."""

    argv: tuple[str, ...]
    add: Mapping[str, str] = field(default_factory=dict)
    """Files put there first: path in the folder -> text."""
    exit: int = field(default=0, metadata={"ge": 0, "le": 255})
    timeout: float = field(default=60.0, metadata={"ge": 0.001})
    """Seconds."""

    def __post_init__(self) -> None:
        require(self.argv and self.argv[0], "argv", "expected a program and its arguments")

    def asks(self, case: Case, reply: Reply, answers: tuple[Reply, ...]) -> tuple[Program, ...]:
        """Return the program to run, until it was run."""
        if answers:
            return ()
        program = Program(
            argv=self.argv,
            stdin=reply.text or "",
            files=reply.files or {},
            add=self.add,
            workspace=case.workspace,
            adapter=case.adapter,
            timeout_s=self.timeout,
        )
        return (program,)

    def score(self, case: Case, reply: Reply, answers: tuple[Reply, ...]) -> Score:
        """Return 1 where it ended with the expected status."""
        if not answers:
            reason = "not_run: programs are run while a suite is asked"
            return Score(status="error", reason=reason, details={"kind": "not_run"})
        ended = answers[0]
        if ended.finish_reason == f"exit {self.exit}":
            return PASSED
        details = {"ended": ended.finish_reason, "output": ended.text or ""}
        return Score(score=0.0, passed=False, reason=self._fault(ended), details=details)

    def _fault(self, ended: Reply) -> str:
        program, lines = self.argv[0], (ended.text or "").strip().splitlines()
        if ended.finish_reason == "timeout":
            return f"{program!r} ran longer than {self.timeout:g} s and was killed"
        last = cut(lines[-1].strip(), _SHOWN_CHARS) if lines else "it wrote nothing"
        if ended.finish_reason == "unusable":
            return last
        return f"{program!r} ended with {ended.finish_reason}, expected exit {self.exit}: {last}"

    def claim(self, text: str) -> str:
        """Return what is true where it holds."""
        return f"{self.argv[0]!r} ended with exit {self.exit}"
