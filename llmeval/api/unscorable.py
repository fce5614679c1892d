"""Cases that lack what one of their checks compares with: a run would pay for them in vain."""

from collections.abc import Iterable, Iterator
from itertools import chain

from llmeval.errors import Problem
from llmeval.records import Case
from llmeval.registry import Registry
from llmeval.run.scoring import Scoring
from llmeval.scorers.binding import Bound
from llmeval.suite import build
from llmeval.suite.suite import Suite


def warnings(suite: Suite, registry: Registry) -> Iterator[Problem]:
    """Yield the first case of each template that a check could not score, with how many follow."""
    scoring = Scoring(registry)
    found: dict[tuple[int, str, str], list[Case]] = {}
    for spec in suite.cases:
        if spec.skip is None and spec.attack is None:
            case = build.case(suite, spec)
            bounds = scoring.bounds(case)
            for name, missing in _lacking(case, chain(bounds.checks, *bounds.turn_checks)):
                found.setdefault((spec.template, name, missing), []).append(case)
    for (_, name, missing), cases in found.items():
        yield Problem(suite.shown, cases[0].line, 0, _text(cases, name, missing))


def _lacking(case: Case, bounds: Iterable[Bound]) -> Iterator[tuple[str, str]]:
    for bound in bounds:
        yield from _lacking(case, bound.children)
        lacks = getattr(bound.scorer, "lacks", None)
        missing = lacks(case) if lacks is not None else ""
        if missing:
            yield bound.name, missing


def _text(cases: list[Case], name: str, missing: str) -> str:
    more = f" (and {len(cases) - 1} more like it)" if len(cases) > 1 else ""
    unless = ", unless the application says what it retrieved" if "context" in missing else ""
    return (
        f"case {cases[0].id!r}{more}: {name} has nothing to go by and will be an error{unless}; "
        f"give the case {missing}"
    )
