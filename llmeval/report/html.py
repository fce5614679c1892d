"""The page: one HTML file that needs no network, no server and, for the verdict, no scripts.

Nothing that was measured is ever part of a template or of a script: the page's frame is a template
of ours filled with escaping on, the rest is a JSON block that the script shows as plain text. The
Content-Security-Policy admits our own script and style by their hashes and no connection at all.
"""

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from llmeval.report import numbers
from llmeval.report.files import write_text
from llmeval.report.page import page
from llmeval.report.view import STATUSES, CaseView, View

SCRIPTS = ("dom", "data", "difference", "query", "table", "case", "start")
"""Parts of the page's script, in order; they share one scope."""

BODIES_A_BLOCK = 100
"""Cases whose texts are parsed together, when the first of them is opened."""

_ESCAPES = {
    "<": "\\u003c",
    ">": "\\u003e",
    "&": "\\u0026",
    "\u2028": "\\u2028",
    "\u2029": "\\u2029",
}
_SURROGATES = re.compile("[\ud800-\udfff]")

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


def write(path: Path, view: View) -> None:
    """Write the page, whole or not at all.

    Raises:
        OSError: The file cannot be written.
    """
    write_text(path, render(view))


def render(view: View) -> str:
    """Return the page as text."""
    style, script = asset("report.css"), program()
    text: str = _frame().render(
        page=page(view),
        policy=policy(script, style),
        style=_ours(style),
        script=_ours(script),
        index=_ours(block(index(view))),
        bodies=[_ours(escaped(text)) for text in bodies(view.cases)],
    )
    return text


def policy(script: str, style: str) -> str:
    """Return the page's Content-Security-Policy: our script, our style, no connection."""
    return (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def asset(name: str) -> str:
    """Return the text of a file of `assets/`."""
    return files("llmeval.report").joinpath("assets", name).read_text(encoding="utf-8")


def program() -> str:
    """Return the page's script."""
    parts = "\n".join(asset(f"{name}.js") for name in SCRIPTS)
    return f'"use strict";\n(() => {{\n{parts}\n}})();\n'


def _frame() -> Any:
    from jinja2 import Environment, StrictUndefined

    frames = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return frames.from_string(asset("page.html.j2"))


def _ours(text: str) -> Any:
    from markupsafe import Markup

    return Markup(text)  # noqa: S704 - our own files, and JSON that `escaped` made inert


def escaped(text: str) -> str:
    """Return JSON text that can end no element, start no comment and break no line."""
    for character, escape in _ESCAPES.items():
        text = text.replace(character, escape)
    return text if text.isascii() else _SURROGATES.sub("\ufffd", text)


def block(value: Any) -> str:
    """Return a JSON value as text for a data block."""
    return escaped(_encode(value))


def index(view: View) -> Mapping[str, Any]:
    """Return what the table of cases needs at once."""
    places: dict[str, dict[str, int]] = {"suites": {}, "adapters": {}, "tags": {}, "severities": {}}

    def place(kind: str, name: str) -> int:
        return places[kind].setdefault(name, len(places[kind]))

    paths = {suite.verdict.suite: suite.verdict.path for suite in view.suites}
    rows = [
        [
            place("suites", case.suite),
            case.case,
            sum(1 << STATUSES.index(flag) for flag in case.flags),
            place("severities", case.severity),
            place("adapters", case.adapter),
            [place("tags", tag) for tag in case.tags],
            *_figures(case),
            case.marks,
            case.why,
            list(case.changed),
        ]
        for case in view.cases
    ]
    return {
        "statuses": STATUSES,
        **{kind: list(names) for kind, names in places.items()},
        "paths": [paths.get(suite, "") for suite in places["suites"]],
        "texts": view.texts,
        "checks": view.checks,
        "block": BODIES_A_BLOCK,
        "short": view.short_chars,
        "cases": rows,
    }


def _figures(case: CaseView) -> Iterator[Any]:
    """Yield pass shares before, now and their change, latency, cost: text, and value to sort by."""
    yield None if case.baseline_rate is None else numbers.rate(case.baseline_rate)
    yield None if case.current_rate is None else numbers.rate(case.current_rate)
    change = case.change
    yield None if change is None else numbers.points(change)
    yield change
    yield None if case.latency_s is None else numbers.seconds(case.latency_s)
    yield case.latency_s
    yield None if case.cost_usd is None else numbers.dollars(case.cost_usd)
    yield case.cost_usd


def bodies(cases: Iterable[CaseView]) -> Iterator[str]:
    """Yield JSON lists of [replies before, [trial, …]], BODIES_A_BLOCK cases each."""
    several: list[str] = []
    for case in cases:
        several.append(f"[{case.before or 'null'},[{','.join(case.details)}]]")
        if len(several) == BODIES_A_BLOCK:
            yield f"[{','.join(several)}]"
            several = []
    if several:
        yield f"[{','.join(several)}]"
