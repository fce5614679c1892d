"""How one case runs under pytest: wait for its trials, then report.

pytest's own protocol makes three reports, switches capture and swaps logging handlers for each
item: 220 us. A case runs no user code in this thread, so none of that is needed: one report for
the outcome and, where anyone but the terminal listens, one for teardown (JUnit writes its
properties there).
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import pytest

from llmeval.plugin.cases import NO_ENTRIES, NO_KEYWORDS, CaseItem
from llmeval.plugin.failure import failure
from llmeval.run.trials import shown as printable

if TYPE_CHECKING:
    from llmeval.plugin.measure import Measurement
    from llmeval.run.engine import CaseResult


def run_case(
    measurement: "Measurement",
    item: CaseItem,
    nextitem: pytest.Item | None,
    broken: "pytest.CallInfo[None] | None" = None,
    *,
    told: bool = True,
) -> None:
    """Run one case and send its reports; all report the same where the set-up was broken.

    Args:
        measurement: What this process measures.
        item: The case.
        nextitem: What runs after it.
        broken: The set-up of the session's fixtures, where it failed.
        told: Whether pytest's plug-ins hear that the item starts and ends.
    """
    hook = item.parent.hook
    if told:
        hook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    for report in _reports(measurement, item, nextitem, broken):
        hook.pytest_runtest_logreport(report=report)
    if told:
        hook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)


def _reports(
    measurement: "Measurement",
    item: CaseItem,
    nextitem: pytest.Item | None,
    broken: "pytest.CallInfo[None] | None",
) -> Iterator[pytest.TestReport]:
    report: pytest.TestReport
    if broken is not None:
        report = item.ihook.pytest_runtest_makereport(item=item, call=broken)
    else:
        report = _outcome(measurement, item)
    yield report
    # Items of one file share every collector: only leaving the file ends fixtures.
    if nextitem is None or nextitem.parent is not item.parent:
        teardown = _torn_down(item, nextitem)
        if teardown.excinfo is not None:
            teardown.when = "teardown"
            yield item.ihook.pytest_runtest_makereport(item=item, call=teardown)
            return
    if measurement.has_listeners:
        properties = measurement.properties(item.nodeid)
        yield _report(item, "teardown", "passed", properties=properties, sections=report.sections)


def _torn_down(item: CaseItem, nextitem: pytest.Item | None) -> "pytest.CallInfo[Any]":
    return pytest.CallInfo.from_call(
        lambda: item.session._setupstate.teardown_exact(nextitem),  # noqa: SLF001
        "call",
        reraise=item.parent.reraised,
    )


def _outcome(measurement: "Measurement", item: CaseItem) -> pytest.TestReport:
    if item.spec.skip is not None:  # it is not asked
        place = (str(item.path), item.spec.line, f"Skipped: {printable(item.spec.skip)}")
        return _report(item, "call", "skipped", longrepr=place)
    try:
        result = measurement.result(item)
    except item.parent.reraised:
        raise
    except BaseException:  # noqa: BLE001  # as pytest does with whatever an item raises
        # The engine died, a session fixture failed, or another plugin (pytest-timeout) stopped us.
        told = _one_line(pytest.ExceptionInfo.from_current())
        return _report(item, "setup", "failed", longrepr=_failure(item, told))
    return _shown(measurement, item, result)


def _one_line(excinfo: "pytest.ExceptionInfo[BaseException]") -> str:
    text = str(excinfo.value).strip()
    return text or excinfo.typename


def _shown(measurement: "Measurement", item: CaseItem, result: "CaseResult") -> pytest.TestReport:
    shown = measurement.showing.shown(item, result, measurement.table.suites)
    duration = result.duration_s
    sections = measurement.output.sections(item.nodeid)
    if shown.word == "passed" and not (sections and measurement.output.shows_passed):
        lean = not measurement.has_listeners
        return _report(item, "call", "passed", duration=duration, lean=lean)
    text = "\n".join(result.problems)
    told: dict[str, Any] = {"duration": duration, "sections": sections}
    match shown.word:
        case "passed":
            return _report(item, "call", "passed", **told)
        case "xpassed":
            report = _report(item, "call", "passed", **told)
            report.wasxfail = printable(shown.reason)
            return report
        case "xfailed":
            report = _report(item, "call", "skipped", longrepr=text, **told)
            report.wasxfail = printable(_expected(item, shown.reason, result.problems))
            return report
        case "skipped":
            place = (str(item.path), item.spec.line, f"Skipped: {text or shown.reason}")
            return _report(item, "call", "skipped", longrepr=place, **told)
        case "error":
            return _report(item, "setup", "failed", longrepr=_failure(item, text), **told)
    message = "\n".join(part for part in (text, shown.reason) if part)
    return _report(item, "call", "failed", longrepr=_failure(item, message), **told)


def _expected(item: CaseItem, reason: str, problems: Sequence[str]) -> str:
    """Return why a failure is expected, and what failed where the suite's author does not say."""
    told = [reason, *problems[:1]] if item.spec.xfail is None else [reason]
    return ": ".join(part for part in told if part)


def _failure(item: CaseItem, text: str) -> Any:
    return failure(text, item.location[0], item.spec.line)


def _report(
    item: CaseItem,
    when: Any,
    outcome: Any,
    *,
    longrepr: Any = None,
    duration: float = 0.0,
    properties: Any = (),
    sections: Iterable[tuple[str, str]] = (),
    lean: bool = False,
) -> pytest.TestReport:
    report = pytest.TestReport(
        nodeid=item.address,
        location=item.location,
        keywords=NO_KEYWORDS,
        outcome=outcome,
        longrepr=longrepr,
        when=when,
        sections=sections,
        duration=duration,
        user_properties=properties,
    )
    if lean:
        # pytest keeps every report: 100,000 times two empty lists are 11 MB.
        report.sections = report.user_properties = NO_ENTRIES
    return report
