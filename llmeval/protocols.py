"""The shapes of the plug-ins: what answers, what scores, what says the next thing."""

from collections.abc import Callable
from typing import Any, ClassVar, Protocol, runtime_checkable

from llmeval.records import (
    Better,
    Case,
    Ground,
    Message,
    On,
    Program,
    Reply,
    Request,
    Score,
    Turn,
)


class Adapter(Protocol):
    """Answers requests.

    Implementations are frozen dataclasses whose fields are the configuration's keys. An adapter
    with state of its own (a connection pool, a process) may add `async open()` and
    `async close()`; the engine calls them once each, on its own event loop. One whose service
    can keep to a JSON schema says `takes_schema: ClassVar[bool] = True` and heeds
    `Request.schema`; others never see one.
    """

    async def respond(self, request: Request) -> Reply:
        """Return the reply to one request.

        Raises:
            AdapterError: No usable reply; says whether trying again may help.
        """
        ...


@runtime_checkable
class Closing(Protocol):
    """An adapter that has something to give back."""

    async def close(self) -> None: ...


@runtime_checkable
class Opening(Protocol):
    """An adapter that prepares before the first request."""

    async def open(self) -> None: ...


class Scorer(Protocol):
    """Scores a reply; never does I/O, never changes what it is given.

    Implementations are frozen dataclasses whose fields are the check's parameters in the suite.
    One with something to load may add `prepare()`: it is called before the first request of a run.
    """

    version: ClassVar[str]
    """Enters the fingerprint: raised whenever the same reply may get another score."""
    main: ClassVar[str]
    """The parameter meant by `check: value`."""
    better: ClassVar[Better]
    default_on: ClassVar[On]
    """Which replies of a dialogue it sees unless the suite says so; `all` joins them."""
    negatable: ClassVar[bool]
    """Whether a `not_` twin exists: the yes/no checks."""

    def asks(
        self, case: Case, reply: Reply, answers: tuple[Reply, ...]
    ) -> tuple[Request | Program, ...]:
        """Return what still has to be asked of a judge, or be run; mostly nothing."""
        ...

    def score(self, case: Case, reply: Reply, answers: tuple[Reply, ...]) -> Score:
        """Return the score of one reply."""
        ...


class Attacker(Protocol):
    """Chooses attacks and puts a case under each of them."""

    document: str | None
    """What carries the instructions, as far as it holds no variables."""
    writer: str | None
    """The adapter of the model that writes the attacks; None where they are written already."""

    def keys(self, ground: Ground) -> tuple[Any, ...]:
        """Return which attacks a case gets; each has an `id` that is the same in every run.

        Raises:
            ParameterError: The case cannot be attacked as asked.
        """
        ...

    def attacked(
        self,
        key: Any,
        case: Callable[[str], Case],
        ground: Ground,
        seed: tuple[str, int],
        document: str | None = None,
        text: str | None = None,
    ) -> Case:
        """Return the case under one attack; `case` fills in what `{{ attack }}` stands for.

        `text` is what an attacking model wrote, where one does.
        """
        ...


class Script(Protocol):
    """Says what comes next in a conversation whose turns depend on the replies."""

    def next(
        self, case: Case, history: tuple[Message, ...], answers: tuple[Reply, ...]
    ) -> Turn | Request | None:
        """Return the next turn, a question to another model first, or None at the end."""
        ...
