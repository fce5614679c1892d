"""The verdict as a few lines for a terminal."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from llmeval import text as texts
from llmeval.records import SuiteVerdict, Verdict
from llmeval.report import advice, words

MOST_LINES = 25
MOST_CASES = 5
MOST_SIDES = 4
MOST_NOTES = 4

_PLAIN = str.maketrans(
    {"→": "->", "−": "-", "–": "-", "…": "...", "·": "|", "≥": ">=", "≤": "<=", "±": "+/-"}
)


def lines(
    verdict: Verdict, *, report: Path | str | None = None, encoding: str | None = "utf-8"
) -> list[str]:
    """Return at most 25 lines, the path of the report last.

    Args:
        verdict: What was concluded.
        report: Where the page is; None when none was written.
        encoding: The stream's; characters it cannot show are replaced, never an error.
    """
    shown = [str(words.headline(verdict))]
    room = MOST_LINES - 3
    for suite in sorted(verdict.suites, key=lambda suite: suite.status == "passed"):
        more = list(_suite(suite))
        if len(more) > room:
            shown.append("  further suites stand in the report")
            break
        shown += more
        room -= len(more)
    steps = advice.next_steps(verdict)
    if steps and (
        verdict.status != "passed" or any(s.regressed or s.suspect for s in verdict.suites)
    ):
        shown.append(f"next: {steps[0].replace('`', '')}")
    if report is not None:
        shown.append(f"report: {report}")
    return [displayable(line, encoding) for line in shown]


def _suite(suite: SuiteVerdict) -> Iterator[str]:
    said = words.comparison(suite)
    yield f"  {suite.suite}: {suite.status}, {said} ({suite.mode}); {words.counts(suite)}"
    rate = words.rate_change(suite)
    if rate:
        yield f"    pass rate {rate}"
    if rounds := words.rounds(suite):
        yield f"    {rounds}"
    yield from (f"      {side}" for side in islice(words.rates_of_sides(suite), MOST_SIDES))
    yield from (f"      corrected: {line}" for line in words.corrected_text(suite))
    if suite.status != "passed":
        yield from (f"    {texts.cut(reason, 200)}" for reason in suite.reasons[:4])
    named = {"regressed": suite.regressed, "suspect": suite.suspect, "gone": suite.gone}
    for label, cases in named.items():
        if cases and not any(cases[0] in reason for reason in suite.reasons[:4]):
            yield _listed(label, cases)
    yield from (f"    note: {texts.cut(note, 200)}" for note in suite.notes[:MOST_NOTES])


def _listed(label: str, cases: tuple[str, ...]) -> str:
    more = f", … {len(cases) - MOST_CASES:,} more" if len(cases) > MOST_CASES else ""
    named = ", ".join(texts.cut(case, 80) for case in cases[:MOST_CASES])
    return f"    {label}: {named}{more}"


def displayable(line: str, encoding: str | None) -> str:
    """Return the text on one line that a stream of that encoding can show."""
    line = " ".join(texts.strip_controls(texts.fold_surrogates(line)).split("\n"))
    encoding = encoding or "ascii"
    try:
        line.encode(encoding)
    except LookupError:
        return displayable(line, "ascii")
    except UnicodeEncodeError:
        return line.translate(_PLAIN).encode(encoding, "replace").decode(encoding, "replace")
    return line
