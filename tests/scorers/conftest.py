"""What the scorer tests share: one check on one reply, as a suite would have it."""

from collections.abc import Callable
from typing import Any

import pytest

from llmeval.records import Case, Check, CheckResult, Reply, Turn
from llmeval.registry import Registry
from llmeval.scorers.binding import bind
from llmeval.scorers.evaluate import check_reply

Run = Callable[..., CheckResult]


@pytest.fixture(scope="session")
def case() -> Case:
    """A case of one turn."""
    return Case(id="a", suite="s", index=0, line=1, adapter="echo", turns=(Turn(user="?"),))


@pytest.fixture(scope="session")
def make() -> Callable[..., Check]:
    """Build a check: `make("not_contains", value="x")`."""

    def build(name: str, /, *, part: str | None = None, **parameters: Any) -> Check:
        return Check(
            check=name.removeprefix("not_"),
            metric=name,
            parameters=parameters,
            negated=name.startswith("not_"),
            part=part,
        )

    return build


@pytest.fixture(scope="session")
def run(case: Case, make: Callable[..., Check]) -> Run:
    """Run one check on a text or a reply: `run("contains", "the text", value="x")`."""

    def check(name: str, reply: str | Reply | None, /, **parameters: Any) -> CheckResult:
        (bound,) = bind([make(name, **parameters)], Registry())
        given = reply if isinstance(reply, Reply) else Reply(text=reply)
        return check_reply(case, bound, given)

    return check
