"""What attacks achieved, as lines of the summary: by the entries that security reviews ask for."""

from collections.abc import Iterator

from llmeval.compare.attack_matrix import Matrix, matrix
from llmeval.compare.attacked import SUCCESS
from llmeval.report import numbers
from llmeval.report.markdown import code
from llmeval.report.view import View


def lines(view: View) -> Iterator[str]:
    """Yield a table of the attacks that worked, by suite and OWASP entry; nothing without any."""
    found = [(s.verdict.suite, matrix(s.table)) for s in view.suites if s.table is not None]
    attacked = [(suite, each) for suite, each in found if each is not None]
    if not attacked:
        return
    yield from ("", "### Attacks", "", "| suite | what | worked | ATLAS |", "|---|---|--:|---|")
    for suite, each in attacked:
        yield from _rows(code(suite), each)


def _rows(suite: str, found: Matrix) -> Iterator[str]:
    from llmeval.attacks import lists

    worked = {ident: rate for ident, rate in found.by_list["atlas"].items() if rate.value}
    for name in SUCCESS:
        if name in found.rates:
            rate = found.rates[name]
            said = f"{rate.value * rate.cases:g} of {rate.cases:,}, {numbers.rate(rate.value)}"
            yield f"| {suite} | {name} | {said} | {', '.join(worked)} |"
    for ident, rate in found.by_list["owasp"].items():
        said = f"{rate.value * rate.cases:g} of {rate.cases:,}"
        yield f"| {suite} | {lists.named(ident)} | {said} | |"
