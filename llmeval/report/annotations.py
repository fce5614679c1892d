"""GitHub workflow commands that put failures on the suite's lines of a pull request."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from llmeval import text as texts
from llmeval.report.view import CaseView, View

if TYPE_CHECKING:
    from llmeval.suite.suite import Suite

MOST = 10
"""GitHub shows no more of a kind for one step."""
MESSAGE_CHARS = 1_000

_SHOWN = ("regressed", "error", "failed", "gone")


def lines(
    view: View, suites: "Mapping[str, Suite]", *, folder: str = "", most: int = MOST
) -> list[str]:
    """Return one command for each failing or regressed case, what matters most first.

    Args:
        view: The run.
        suites: Name to suite, for the lines on which the cases stand.
        folder: Of the project below the repository's root, as `app/`; "" where they are the same.
        most: How many commands at most, the last says how many were left out.
    """
    ranked = sorted(_failing(view), key=lambda case: _SHOWN.index(case.status))
    places = {name: _lines(suite) for name, suite in suites.items()}
    paths = {suite.verdict.suite: suite.verdict.path for suite in view.suites}
    kept = ranked if len(ranked) <= most else ranked[: most - 1]
    commands = [
        command(
            "error",
            case.why or "this case of the baseline did not run",
            file=folder + paths.get(case.suite, ""),
            line=places.get(case.suite, {}).get(case.case, 1),
            title=f"{case.status}: {case.suite}::{case.case}",
        )
        for case in kept
    ]
    if len(kept) < len(ranked):
        left_out = f"{len(ranked) - len(kept)} more cases failed, see the report"
        commands.append(command("error", left_out, title=str(view.headline)))
    return commands


def _failing(view: View) -> Iterator[CaseView]:
    return (case for case in view.cases if case.status in _SHOWN)


def _lines(suite: "Suite") -> dict[str, int]:
    return {case.id: case.line for case in suite.cases}


def command(kind: str, message: str, **properties: str | int) -> str:
    """Return one workflow command; message and properties can hold any text.

    Escaped as in the runner's own toolkit (actions/toolkit, core/src/command.ts).
    """
    given = ",".join(
        f"{name}={_property(str(value))}" for name, value in properties.items() if value
    )
    return f"::{kind} {given}::{_data(message)}"


def _data(text: str) -> str:
    text = texts.cut(texts.strip_controls(texts.fold_surrogates(text)), MESSAGE_CHARS)
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
