"""The page: one HTML file that needs no network, no server and, for the verdict, no scripts.

Nothing that was measured is ever part of a template or of a script: the page's frame is a template
of ours filled with escaping on, the rest is packed JSON that the script shows as plain text. The
Content-Security-Policy admits our own script and style by their hashes and no connection at all.
"""

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from msgspec import to_builtins

from llmeval.codec import compact
from llmeval.report import accuracy, numbers
from llmeval.report.blocks import TEXTS_A_BLOCK, packed
from llmeval.report.files import write_parts
from llmeval.report.frame import asset, frame
from llmeval.report.page import page
from llmeval.report.view import PROBLEMS, STATUSES, CaseView, View

SCRIPTS = (
    "dom",
    "data",
    "difference",
    "query",
    "table",
    "labels",
    "reply",
    "steps",
    "case",
    "start",
)
"""Parts of the page's script, in order; they share one scope."""

STYLES = ("report", "charts")
"""Style sheets, in order."""

ROWS_A_PIECE = 500
"""Rows of the index that are turned into text together."""

_DATA = "<!--data-->"
"""Where the frame leaves room for the data: no text of anybody's can hold it, they are escaped."""


def prepare() -> None:
    """Import Jinja: 20 ms that a run has to spare while it waits for replies."""
    frame()


def write(path: Path, view: View) -> None:
    """Write the page, whole or not at all.

    Raises:
        OSError: The file cannot be written.
    """
    write_parts(path, parts(view))


def render(view: View) -> str:
    """Return the page as one text."""
    return "".join(parts(view))


def parts(view: View) -> Iterator[str]:
    """Yield the page piece by piece, so that its data never lies in memory as a whole."""
    style, script = looks(), program()
    head, tail = (
        frame()
        .render(
            page=page(view),
            policy=policy(script, style),
            style=_ours(style),
            script=_ours(script),
            data=_ours(_DATA),
        )
        .split(_DATA)
    )
    yield head
    yield _block('id="index"', packed(index(view)).decode("ascii"))
    for number, block in enumerate(view.blocks):
        yield _block(f'data-block="{number}"', block)
    yield tail


def _block(kind: str, base64_text: str) -> str:
    return f'<script type="text/plain" {kind}>{base64_text}</script>\n'


def policy(script: str, style: str) -> str:
    """Return the page's Content-Security-Policy: our script, our style, no connection."""
    return (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def looks() -> str:
    """Return the page's style."""
    return "\n".join(asset(f"{name}.css") for name in STYLES)


def program() -> str:
    """Return the page's script."""
    parts = "\n".join(asset(f"{name}.js") for name in SCRIPTS)
    return f'"use strict";\n(() => {{\n{parts}\n}})();\n'


def _ours(text: str) -> Any:
    from markupsafe import Markup

    return Markup(text)  # noqa: S704 - our own files alone


def index(view: View) -> Iterator[str]:
    """Yield the JSON text of what the table of cases needs at once."""
    places: dict[str, dict[str, int]] = {kind: {} for kind in _SHARED}
    yield '{"cases":['
    for number, cases in enumerate(_several(view.cases, ROWS_A_PIECE)):
        text = compact([_row(case, places) for case in cases])[1:-1]
        yield f",{text}" if number else text
    cards = [(check[0], accuracy.sentence(check[0])) for check in view.checks]
    paths = {suite.verdict.suite: suite.verdict.path for suite in view.suites}
    rest = {
        "statuses": STATUSES,
        "problems": STATUSES[: len(PROBLEMS)],
        **{kind: list(names) for kind, names in places.items()},
        "paths": [paths.get(suite, "") for suite in places["suites"]],
        "texts": view.texts,
        "checks": view.checks,
        "block": TEXTS_A_BLOCK,
        "short": view.short_chars,
        "run": view.verdict.run,
        "cards": {
            **{name: said for name, said in cards if said},
            **{f"{suite}::{metric}": said for (suite, metric), said in view.judges_told.items()},
        },
        "labels": [to_builtins(label) for label in view.labels],
    }
    yield f"],{compact(rest)[1:]}"


_SHARED = ("suites", "severities", "adapters", "tags", "metrics")
"""What cases share and rows name by its place."""


def _row(case: CaseView, places: Mapping[str, dict[str, int]]) -> list[Any]:
    def place(kind: str, name: str) -> int:
        known = places[kind]
        return known.setdefault(name, len(known))

    return [
        place("suites", case.suite),
        case.case,
        _bits(case.flags),
        place("severities", case.severity),
        place("adapters", case.adapter),
        [place("tags", tag) for tag in case.tags],
        *_figures(case),
        case.marks,
        case.why,
        case.changed,
        [place("metrics", metric) for metric in case.broke],
        case.places,
        case.before_place,
        case.marks_before,
        case.weight,
    ]


@cache
def _bits(flags: tuple[str, ...]) -> int:
    return sum(1 << STATUSES.index(flag) for flag in flags)


def _figures(case: CaseView) -> tuple[Any, ...]:
    """Return pass shares before and now; change, latency and cost as text and as value."""
    before, now, change = case.baseline_rate, case.current_rate, case.change
    latency_s, cost_usd = case.latency_s, case.cost_usd
    return (
        None if before is None else numbers.rate(before),
        None if now is None else numbers.rate(now),
        None if change is None else numbers.points(change),
        None if change is None else round(change, 6),
        None if latency_s is None else numbers.seconds(latency_s),
        None if latency_s is None else round(latency_s, 6),
        None if cost_usd is None else numbers.dollars(cost_usd),
        None if cost_usd is None else round(cost_usd, 9),
    )


def _several(cases: Sequence[CaseView], amount: int) -> Iterator[Sequence[CaseView]]:
    return (cases[at : at + amount] for at in range(0, len(cases), amount))
