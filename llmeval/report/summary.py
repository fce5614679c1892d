"""The run as Markdown for a pull request: verdict first, then what broke, then figures.

At most 60,000 bytes, because code hosts refuse longer comments. Whatever was measured or written
by a user stands there as inert text: no markup, no mention, no link.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from llmeval import text as texts
from llmeval.records import Verdict
from llmeval.report import numbers, words
from llmeval.report.files import encoded
from llmeval.report.view import PROBLEMS, CaseView, View

MARKER = "<!-- llmeval-summary -->"
"""First line: a bot finds its earlier comment by it."""

LIMIT_BYTES = 60_000

_ROOM_FOR_NOTE = 400
_SIGNS = {"good": "✅", "bad": "❌", "unsure": "⚠️"}
_MARKUP = re.compile(r"[&<>\"`*\[\]|~\\$]|(?<![^\W_])_|_(?![^\W_])")
_WAKING = re.compile(r"[@#](?=\w)|://|(?i:\bwww)(?=\.)|\bGH-(?=\d)")
_INVISIBLE = "\u200b"


def markdown(view: View | Verdict, *, page: str = "report.html") -> str:
    """Return the summary.

    Args:
        view: The run; of a bare verdict only the lists of case ids can be told.
        page: How the full report is called, for the last line.
    """
    verdict = view if isinstance(view, Verdict) else view.verdict
    cases = () if isinstance(view, Verdict) else view.cases
    head = [MARKER, *_head(verdict)]
    tail = ["", f"Every case with its replies: {inert(page)} of this run."]
    return fitted(head, list(_sections(verdict, cases)), tail)


def append(path: Path, markdown_text: str) -> None:
    """Add the summary to the file that `GITHUB_STEP_SUMMARY` names.

    Raises:
        OSError: It cannot be written.
    """
    with path.open("ab") as file:
        file.write(encoded(markdown_text))


def inert(text: str, chars: int = 300) -> str:
    """Return text of any origin as one line of Markdown that is nothing but text.

    Markup becomes entities; mentions, references and addresses are broken by an invisible space.
    """
    line = texts.cut(" ".join(texts.strip_controls(texts.fold_surrogates(text)).split()), chars)
    return _MARKUP.sub(lambda found: f"&#{ord(found.group())};", _WAKING.sub(_broken, line))


def _broken(found: "re.Match[str]") -> str:
    woken = found.group()
    return f":{_INVISIBLE}//" if woken == "://" else f"{woken}{_INVISIBLE}"


def code(text: str, chars: int = 200) -> str:
    """Return text of any origin in a fixed-width face."""
    return f"<code>{inert(text, chars)}</code>"


def fitted(head: Sequence[str], lines: Sequence[str], tail: Sequence[str]) -> str:
    """Return the lines as one text that keeps the limit, cut at a line end with a note."""
    left = LIMIT_BYTES - _ROOM_FOR_NOTE - _size([*head, *tail])
    kept = 0
    for line in lines:
        left -= _size([line])
        if left < 0:
            break
        kept += 1
    body = [*head, *lines[:kept]]
    if kept < len(lines):
        body += ["", f"*Cut here: {numbers.count(len(lines) - kept, 'more line')}.*"]
    return "\n".join([*body, *tail]) + "\n"


def _size(lines: Sequence[str]) -> int:
    return sum(len(encoded(line)) + 1 for line in lines)


def _head(verdict: Verdict) -> Iterator[str]:
    said = words.headline(verdict)
    yield f"## {_SIGNS[said.tone]} {said.word}: {inert(said.text)}"
    for suite in verdict.suites[:50]:
        if suite.status != "passed" and suite.reasons:
            yield ""
        for reason in suite.reasons[:5] if suite.status != "passed" else ():
            yield f"- {code(suite.suite)}: {inert(reason, 600)}"
    steps = words.next_steps(verdict)
    if steps:
        yield ""
        yield "**What to do next**"
        yield ""
        # Our own words: their backticks are meant.
        yield from (f"{number}. {step}" for number, step in enumerate(steps, start=1))


def _sections(verdict: Verdict, cases: Sequence[CaseView]) -> Iterator[str]:
    problems = [case for case in cases if case.status in PROBLEMS]
    if problems:
        yield from _table(problems, several=len(verdict.suites) > 1)
    elif not cases:
        yield from _listed(verdict)
    yield from _suites(verdict)
    yield from _limits(verdict)
    yield from _others(verdict, cases)


_PROBLEMS_SHOWN = 200


def _table(problems: Sequence[CaseView], *, several: bool) -> Iterator[str]:
    yield from (
        "",
        "### What broke",
        "",
        "| | case | baseline | now | why |",
        "|---|---|--:|--:|---|",
    )
    ranked = sorted(problems, key=lambda case: case.status != "regressed")
    for case in ranked[:_PROBLEMS_SHOWN]:
        name = f"{inert(case.suite)} {code(case.case)}" if several else code(case.case)
        before = "" if case.baseline_rate is None else numbers.rate(case.baseline_rate)
        now = "" if case.current_rate is None else numbers.rate(case.current_rate)
        why = inert(case.why or ", ".join(case.changed))
        yield f"| {case.status} | {name} | {before} | {now} | {why} |"
    if len(problems) > _PROBLEMS_SHOWN:
        yield ""
        yield f"{numbers.count(len(problems) - _PROBLEMS_SHOWN, 'more case')} not listed here."


def _listed(verdict: Verdict) -> Iterator[str]:
    for suite in verdict.suites:
        if suite.regressed:
            yield from ("", f"### Regressed in {code(suite.suite)}", "")
            yield from (f"- {code(case)}" for case in suite.regressed[:_PROBLEMS_SHOWN])


def _suites(verdict: Verdict) -> Iterator[str]:
    if not verdict.suites:
        return
    yield from (
        "",
        "### Suites",
        "",
        "| suite | verdict | cases | pass rate |",
        "|---|---|---|---|",
    )
    for suite in verdict.suites[:200]:
        said = words.comparison(suite)
        yield (
            f"| {code(suite.suite)} | {suite.status}, {said} | {words.counts(suite)} "
            f"| {inert(words.rate_change(suite))} |"
        )


def _limits(verdict: Verdict) -> Iterator[str]:
    limited = [(s.suite, m) for s in verdict.suites for m in s.metrics if m.limit]
    if not limited:
        return
    yield from ("", "### Limits", "", "| suite | figure | now | limit | |", "|---|---|--:|--:|---|")
    for suite, metric in limited[:200]:
        kept = {True: "kept", False: "**broken**", None: "not measured"}[metric.limit_ok]
        name, now = inert(words.metric_name(metric)), inert(words.value_text(metric))
        yield f"| {code(suite)} | {name} | {now} | {inert(words.bound_text(metric))} | {kept} |"


def _others(verdict: Verdict, cases: Sequence[CaseView]) -> Iterator[str]:
    facts = [
        inert("; ".join(suite.under_test), 600) for suite in verdict.suites if suite.under_test
    ]
    for label in ("improved", "new"):
        named = [case.case for case in cases if label in case.flags]
        if named:
            more = f" and {len(named) - 10:,} more" if len(named) > 10 else ""
            facts.append(f"{label}: {', '.join(code(case) for case in named[:10])}{more}")
    if facts:
        yield ""
    yield from (f"- {fact}" for fact in dict.fromkeys(facts))
