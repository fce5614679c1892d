"""With a real baseline: what was accepted is what the page shows beside the new reply."""

import json
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from llmeval.compare import baseline, cases
from llmeval.compare.accept import accept
from llmeval.compare.measured import SuiteTable
from llmeval.compare.table import Table
from llmeval.config import Settings
from llmeval.records import GateSpec
from llmeval.report import view
from llmeval.report.past import Past


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        root=tmp_path,
        baselines=tmp_path / "baselines",
        reports=tmp_path / "reports",
        cache_dir=tmp_path / "cache",
    )


@pytest.fixture
def accepted(some: SimpleNamespace, tmp_path: Path, settings: Settings) -> baseline.Baseline:
    folder = tmp_path / "reports" / "first"
    folder.mkdir(parents=True)
    some.log(folder / "results.jsonl", [some.trial("refund"), some.trial("gone", index=1)])
    accept(folder, settings, now=datetime(2026, 1, 2, tzinfo=UTC))
    found = baseline.read(baseline.path(settings, "support"))
    assert found is not None
    return found


def test_the_accepted_reply_stands_beside_the_new_one(
    some: SimpleNamespace, tmp_path: Path, accepted: baseline.Baseline
) -> None:
    log = some.log(tmp_path / "results.jsonl", [some.trial("refund", "failed")])
    rows = {"support": cases.rows(Table.read(log).suites["support"], accepted, GateSpec())}
    suite = some.suite(status="failed", regressed=("refund",), gone=("gone",))

    shown = view.build(log, some.verdict(suite), {"support": accepted}, rows)

    assert [(case.case, case.status) for case in shown.cases] == [
        ("refund", "regressed"),
        ("gone", "gone"),
    ]
    assert [json.loads(case.before or "null") for case in shown.cases] == [["Within 30 days."]] * 2
    assert [case.baseline_rate for case in shown.cases] == [1.0, 1.0]
    assert json.loads(shown.cases[0].details[0])["a"] == "Within 14 days."


def test_the_trials_before_are_told_run_by_run(some: SimpleNamespace) -> None:
    table = SuiteTable("support")
    for run, outcomes in enumerate((("passed", "failed"), ("passed", "passed")), start=1):
        for number, outcome in enumerate(outcomes, start=1):
            table.add(some.trial(outcome=outcome, trial=number), run=run)
    past = Past.of(some.stored({}, table), ())

    assert (past.marks("refund"), past.marks("unknown")) == ("pf pp", "")
    assert Past.of(None, ()).marks("refund") == ""


def test_a_renamed_case_keeps_its_earlier_reply(accepted: baseline.Baseline) -> None:
    row = cases.CaseRow(case="refunds", status="same", renamed_from="refund")

    past = Past.of(accepted, [row])

    assert past.replies(["refunds"]) == {"refunds": ("Within 30 days.",)}


def test_a_baseline_that_has_vanished_only_costs_its_replies(accepted: baseline.Baseline) -> None:
    assert accepted.path is not None
    accepted.path.unlink()

    past = Past.of(accepted, [])

    assert past.replies(["refund"]) == {}
    assert past.rate("refund") == 1.0
