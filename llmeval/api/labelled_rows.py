"""Rows with replies and people's verdicts: the judge is asked now."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from llmeval.api.asking import judged_results
from llmeval.api.judge_checking import Distinct, Rated, distinct
from llmeval.api.project import Project
from llmeval.api.scoring import case_of, question_of, reply_of
from llmeval.errors import ParameterError, StoredFileError, SuiteError, UsageError
from llmeval.parameters import parameters_of
from llmeval.records import Case, Check, CheckResult, Label, Reply


def judged_checks(project: Project, metric: str | None = None) -> dict[str, Check]:
    """Return the judged checks of the project's suites, by what they say.

    Args:
        project: Whose suites are looked through; those that cannot be read are left out.
        metric: Only checks of that metric; None is all.
    """
    from llmeval.suite.build import case

    found: dict[str, Check] = {}
    for path in _suites(project):
        try:
            suite = project.suite(path)
        except SuiteError:
            continue
        for spec in suite.cases if suite.judges else ():
            for check in case(suite, spec).checks:
                if metric in (None, check.metric) and _asks(check, project):
                    found.setdefault(_key(check), check)
    return found


def _suites(project: Project) -> Iterator[Path]:
    root = project.settings.root
    for name in project.settings.suites:
        path = root / name
        yield from sorted(path.rglob("*.eval.y*ml")) if path.is_dir() else [path]


def _asks(check: Check, project: Project) -> bool:
    cls = project.registry.scorer_type(check.check, check.parameters.get("method"))
    return hasattr(cls, "seated")


def _key(check: Check) -> str:
    return json.dumps([check.check, check.metric, dict(check.parameters)], default=str)


def the_check(project: Project, metric: str | None) -> Check:
    """Return the one judged check that is meant.

    Raises:
        UsageError: There is none, or there are several; names them.
    """
    found = list(judged_checks(project, metric).values())
    if len(found) == 1:
        return found[0]
    metrics = sorted({check.metric for check in found})
    what = (
        f"the suites have several judged checks ({', '.join(metrics)})"
        if found
        else ("the suites have no judged check" + (f" of metric {metric!r}" if metric else ""))
    )
    raise UsageError(f"{what}; say which: --metric NAME, or --check rubric --set criteria=…")


def stated(rows: Iterable[Mapping[str, Any]]) -> Check | None:
    """Return the check that rows bring themselves, by `criteria` or `value` in each; else None."""
    known = list(rows)
    for parameter, name in _OWN.items():
        if known and all(row.get(parameter) for row in known):
            return Check(check=name, metric=name, parameters={parameter: known[0][parameter]})
    return None


_OWN = {"value": "compare_to", "criteria": "rubric"}
"""What a row may say itself: with what its reply is compared, or by what it is graded."""

_ASKED = ("prompt", "context", "reference", "references", *_OWN, "reply")
"""What tells one question to the judge from another."""


Row = tuple[Label, Mapping[str, Any]]
"""A label and the row it comes from, with `reply` and what the judge should know."""


def once(rows: Iterable[Row]) -> Distinct[Row]:
    """Return the rows, each reply to the same question once."""
    return distinct(
        (
            (label.suite, label.case, label.trial, *(str(row.get(key)) for key in _ASKED)),
            label,
            (label, row),
        )
        for label, row in rows
    )


def rate(rows: Sequence[Row], check: Check, project: Project, shown: str) -> list[Rated]:
    """Ask the judge about each row's reply; empty ones, and where it is not needed, are left out.

    Args:
        rows: What is asked about.
        check: What is asked; a row's own `criteria` or `value` takes the place of the check's.
        project: Knows the judge.
        shown: The file, for messages.

    Raises:
        ParameterError: A parameter of the check is wrong.
        StoredFileError: A row holds what is no reply, or no text where text is expected.
        AdapterError: The run stopped before its end (budget).
    """
    asked = [_asked(label, row, check, project, shown) for label, row in rows]
    project.registry.scorer(check.check, check.parameters)
    some = [n for n, (_, reply, _) in enumerate(asked) if reply.text]
    results = _results([asked[n] for n in some], check, project)
    found = [
        Rated(rows[n][0], result, asked[n][1], rows[n][0].suite, rows[n][1].get("prompt"))
        for n, result in zip(some, results, strict=True)
    ]
    return [each for each in found if each.has_votes or each.result.status == "error"]


def _asked(
    label: Label, row: Mapping[str, Any], check: Check, project: Project, shown: str
) -> tuple[Case, Reply, Check]:
    # An empty cell of a table says nothing.
    said = {name: value for name, value in row.items() if value != ""}
    try:
        return case_of(question_of(said)), reply_of(row["reply"]), _own(check, said, project)
    except ParameterError as error:
        raise StoredFileError(f"{shown}:{label.line}: {error}") from error


def _results(
    asked: Sequence[tuple[Case, Reply, Check]], check: Check, project: Project
) -> list[CheckResult]:
    if _asks(check, project):
        return judged_results(asked, project)
    from llmeval.scorers.binding import bind_one
    from llmeval.scorers.evaluate import check_reply

    bound = bind_one(check, project.registry)
    return [check_reply(case, bound, reply) for case, reply, _ in asked]


def _own(check: Check, row: Mapping[str, Any], project: Project) -> Check:
    cls = project.registry.scorer_type(check.check, check.parameters.get("method"))
    known = parameters_of(cls)
    own = {name: row[name] for name in _OWN if name in known and row.get(name)}
    if not own:
        return check
    found = replace(check, parameters={**check.parameters, **own})
    project.registry.scorer(found.check, found.parameters)
    return found
