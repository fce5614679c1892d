"""`llmeval score`: one check over stored replies."""

import argparse
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from llmeval.api.project import find_project
from llmeval.api.scoring import SingleCheck, question_of, read_parameters, reply_of
from llmeval.cli.console import Console
from llmeval.cli.reply_lines import lines, opened
from llmeval.errors import ParameterError, StoredFileError, UsageError
from llmeval.records import Score

EXAMPLE = (
    "  llmeval score similar replies.jsonl --set 'to=Within 30 days' --set min=0.7 > out.jsonl"
)

_TOGETHER = 256
"""Replies whose judges are asked side by side."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("check", metavar="CHECK", help="name of the check")
    parser.add_argument(
        "file",
        metavar="FILE.jsonl",
        help="a JSON object a line: reply, and what the check needs of prompt, context, reference, "
        "references, wrong_references, goal; - is standard input",
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a parameter of the check; the value may be JSON",
    )


def run(args: argparse.Namespace, console: Console) -> int:
    """Write each line back with `score`, `passed`, `status`, `reason`, in file order."""
    project = find_project(Path.cwd())
    given = pairs(args.set)
    parameters = read_parameters(args.check, given, project.registry)
    try:
        check = SingleCheck(args.check, parameters, project)
    except ParameterError as error:
        is_missing = error.parameter not in given and error.message == "is missing"
        how = f"; give it: --set {error.parameter}=…" if is_missing else ""
        raise UsageError(f"{args.check}: {error}{how}") from error
    counts: Counter[str] = Counter()
    with opened(args.file) as (file, name):
        found_lines = lines(file, name, console.note)
        together = None if check.gathers else _TOGETHER if check.asks else 1
        while several := list(islice(found_lines, together)):
            for (_, line), found in zip(several, _scored(check, several), strict=True):
                counts[_word(found)] += 1
                console.data(json.dumps(line | _columns(found), allow_nan=False))
    console.note(f"{args.check}: {_summary(counts)}")
    # Nothing scored is not as good as everything passed.
    return 0 if counts["passed"] or counts["failed"] else 2


def pairs(items: Sequence[str]) -> dict[str, str]:
    """Return the values of all `--set` by name.

    Raises:
        UsageError: One is not of the form NAME=VALUE, or a name is given twice.
    """
    given: dict[str, str] = {}
    for name, value in map(pair, items):
        if name in given:
            raise UsageError(f"--set {name}: given twice, expected one value; a list is JSON: […]")
        given[name] = value
    return given


def pair(item: str) -> tuple[str, str]:
    """Return name and value of one `--set`.

    Raises:
        UsageError: Not of the form NAME=VALUE.
    """
    name, equals, value = item.partition("=")
    if not equals or not name:
        raise UsageError(f"--set {item}: expected NAME=VALUE")
    return name, value


def _scored(check: SingleCheck, lines: Sequence[tuple[str, Mapping[str, Any]]]) -> list[Score]:
    rows = []
    for place, line in lines:
        try:
            rows.append((reply_of(line["reply"]), question_of(line)))
        except ParameterError as error:
            raise StoredFileError(f"{place}: {error}") from error
    return check.score_all(rows)


def _columns(score: Score) -> dict[str, Any]:
    return {
        "score": score.score,
        "passed": score.passed,
        "status": score.status,
        "reason": score.reason,
    }


def _word(score: Score) -> str:
    if score.status != "scored":
        return score.status
    return "passed" if score.passed else "failed"


def _summary(counts: Mapping[str, int]) -> str:
    words = ("passed", "failed", "skipped", "error")
    return ", ".join(f"{counts[word]} {word}" for word in words if counts.get(word)) or "no lines"
