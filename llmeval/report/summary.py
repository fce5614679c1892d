"""The run as Markdown for a pull request: verdict first, then what broke, then figures.

At most 60,000 bytes, because code hosts refuse longer comments. Whatever was measured or written
by a user stands there as inert text: no markup, no mention, no link.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from llmeval.records import Verdict
from llmeval.report import advice, attacked, numbers, words
from llmeval.report.broken import SHOWN_CARDS, Card, broken
from llmeval.report.difference import Part
from llmeval.report.files import encoded
from llmeval.report.markdown import code, inert
from llmeval.report.problems import heading, needing_a_look
from llmeval.report.view import CaseView, View

MARKER = "<!-- llmeval-summary -->"
"""First line: a bot finds its earlier comment by it."""

LIMIT_BYTES = 60_000

_ROOM_FOR_NOTE = 400
_SIGNS = {"good": "✅", "bad": "❌", "unsure": "⚠️"}


def markdown(view: View | Verdict, *, page: str = "report.html", notes: Sequence[str] = ()) -> str:
    """Return the summary.

    Args:
        view: The run; of a bare verdict only the lists of case ids can be told.
        page: How the full report is called, for the last line.
        notes: What the reader of the run should know besides the verdict, one line each.
    """
    verdict = view if isinstance(view, Verdict) else view.verdict
    cases = () if isinstance(view, Verdict) else view.cases
    head = [MARKER, *_head(verdict)]
    replies = () if isinstance(view, Verdict) else _replies(broken(view, SHOWN_CARDS).cards)
    attacks = () if isinstance(view, Verdict) else attacked.lines(view)
    tail = ["", f"Every case with its replies: {inert(page)} of this run."]
    noted = _notes(notes, verdict)
    return fitted(head, [*_sections(verdict, cases), *noted, *attacks, *replies], tail)


def append(path: Path, markdown_text: str) -> None:
    """Add the summary to the file that `GITHUB_STEP_SUMMARY` names.

    Raises:
        OSError: It cannot be written.
    """
    with path.open("ab") as file:
        file.write(encoded(markdown_text))


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
    if len(verdict.suites) == 1 and (rate := words.rate_change(verdict.suites[0])):
        yield ""
        yield f"Pass rate {inert(rate)}"
    for suite in verdict.suites[:50]:
        if suite.status != "passed" and suite.reasons:
            yield ""
        for reason in suite.reasons[:5] if suite.status != "passed" else ():
            yield f"- {code(suite.suite)}: {inert(reason, 600)}"
    steps = advice.next_steps(verdict)
    if steps:
        yield ""
        yield "**What to do next**"
        yield ""
        # Our own words: their backticks are meant.
        yield from (f"{number}. {step}" for number, step in enumerate(steps, start=1))


def _sections(verdict: Verdict, cases: Sequence[CaseView]) -> Iterator[str]:
    found = needing_a_look(cases)
    if found:
        yield from _table(found, heading(verdict, found), several=len(verdict.suites) > 1)
    elif not cases:
        yield from _listed(verdict)
    yield from _suites(verdict)
    yield from _limits(verdict)
    yield from _corrected(verdict)
    yield from _others(verdict, cases)


_PROBLEMS_SHOWN = 200


def _table(problems: Sequence[CaseView], title: str, *, several: bool) -> Iterator[str]:
    yield from (
        "",
        f"### {title}",
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
            f"| {code(suite.suite)} | {suite.status}, {said} | {words.outcomes(suite)} "
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


def _corrected(verdict: Verdict) -> Iterator[str]:
    lines = [(s.suite, line) for s in verdict.suites for line in words.corrected_text(s)]
    if lines:
        yield from ("", "### Corrected by people's labels", "")
        yield from (f"- {code(suite)}: {inert(line)}" for suite, line in lines[:200])


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


_NOTES_SHOWN = 10


def _notes(notes: Sequence[str], verdict: Verdict) -> Iterator[str]:
    """Yield what is told of the whole run, then what is told of each suite."""
    told = [inert(note, 600) for note in notes]
    for suite in verdict.suites[:200]:
        named = f"{code(suite.suite)}: " if len(verdict.suites) > 1 else ""
        told += [f"{named}{inert(note, 600)}" for note in suite.notes[:_NOTES_SHOWN]]
    if told:
        yield from ("", "### Notes", "")
    yield from (f"- {line}" for line in told)


_REPLIES_SHOWN = 5
_REPLY_CHARS = 600


def _replies(cards: Sequence[Card]) -> Iterator[str]:
    """Yield what was asked and answered of the first cases that need a look, folded."""
    told = [card for card in cards if card.before and card.now][:_REPLIES_SHOWN]
    if told:
        yield from ("", "### Replies before and now")
    for card in told:
        yield from (
            "",
            f"<details><summary>{code(card.case)}</summary>",
            "",
            "| | |",
            "|---|---|",
            f"| prompt | {inert(card.prompt, _REPLY_CHARS)} |",
            f"| baseline | {_marked(card.before or (), 'del')} |",
            f"| now | {_marked(card.now or (), 'ins')} |",
            "",
            "</details>",
        )


def _marked(parts: Sequence[Part], name: str) -> str:
    shown, room = "", _REPLY_CHARS
    for changed, text in parts:
        said = inert(text, room)
        before, after = (" " if edge.isspace() else "" for edge in (text[:1], text[-1:]))
        shown += before + (f"<{name}>{said}</{name}>" if changed else said) + after
        room -= len(text)
        if room <= 0:
            return f"{shown} …"
    return shown
