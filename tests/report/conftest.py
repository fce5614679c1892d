from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from llmeval import codec
from llmeval.compare.measured import SuiteTable
from llmeval.records import (
    NOTHING,
    CheckResult,
    Failure,
    Message,
    MetricVerdict,
    Outcome,
    Reply,
    RunEnd,
    RunHeader,
    SuiteVerdict,
    Timing,
    Trial,
    Usage,
    Verdict,
)
from llmeval.report import view
from llmeval.report.view import View

HEADER = RunHeader(
    run="20260102-030405-abcd",
    started="2026-01-02T03:04:05Z",
    environment={"python": "3.11.4"},
    git={"sha": "0123456789abcdef", "branch": "main", "dirty": True},
    adapters={"bot": {"type": "http", "model": "small"}},
)
END = RunEnd(finished="2026-01-02T03:05:05Z", seconds=60.0)


class Stored:
    """Takes a baseline's place: replies and pass shares by case, and what trials took."""

    def __init__(
        self,
        replies: Mapping[str, tuple[str | None, ...]],
        table: SuiteTable | None = None,
        environment: Mapping[str, Any] = NOTHING,
    ) -> None:
        self._replies = replies
        self.table = SuiteTable("support") if table is None else table
        self.environment = environment

    def replies(self, cases: Sequence[str]) -> dict[str, tuple[str | None, ...]]:
        return {case: self._replies[case] for case in cases if case in self._replies}

    def rate(self, case: str) -> float | None:
        return 1.0 if case in self._replies else None


def make_trial(case: str = "refund", outcome: Outcome = "passed", **other: Any) -> Trial:
    bad = outcome == "failed"
    given: dict[str, Any] = {
        "nodeid": f"suites/support.eval.yaml::{case}",
        "suite": "support",
        "case": case,
        "index": 0,
        "adapter": "bot",
        "trial": 1,
        "outcome": outcome,
        "tags": ("returns",),
        "system": "Answer from the documents.",
        "messages": (Message(role="user", content="How long may I return a lamp?"),),
        "references": ("30 days",),
        "reply": Reply(
            text="Within 14 days." if bad else "Within 30 days.",
            model="small-1",
            finish_reason="stop",
            cost_usd=0.0004,
            usage=Usage(input_tokens=100, output_tokens=20),
            timing=Timing(total_s=0.5),
        ),
        "checks": (
            CheckResult(
                check="contains",
                metric="contains",
                severity="normal",
                status="scored",
                score=0.0 if bad else 1.0,
                passed=not bad,
                reason="'30 days' not found" if bad else "",
            ),
        ),
    }
    return Trial(**{**given, **other})


def make_suite(**other: Any) -> SuiteVerdict:
    given: dict[str, Any] = {
        "suite": "support",
        "path": "suites/support.eval.yaml",
        "status": "passed",
        "mode": "ratchet",
        "mode_reason": "one trial a case",
        "comparison": "no_change",
        "counts": {"cases": 1, "passed": 1, "trials": 1},
        "metrics": (MetricVerdict(metric="pass_rate", baseline=1.0, current=1.0),),
    }
    return SuiteVerdict(**{**given, **other})


def make_verdict(*suites: SuiteVerdict) -> Verdict:
    red = [suite.status for suite in suites if suite.status != "passed"]
    status = red[0] if red else "passed"
    return Verdict(
        status=status, exit_status=int(bool(red)), suites=suites, run="20260102-030405-abcd"
    )


def make_view(
    trials: Sequence[Trial],
    verdict: Verdict | None = None,
    replies: Mapping[str, tuple[str | None, ...]] | None = None,
    header: RunHeader | None = HEADER,
) -> View:
    lines = [codec.trial_json(trial) for trial in trials]
    before: Any = {"support": Stored(replies)} if replies is not None else {}
    ends = [line for line in (header, END) if line is not None]
    return view.of([*ends, *lines], verdict or make_verdict(make_suite()), before)


@pytest.fixture(scope="session")
def some() -> SimpleNamespace:
    """What the tests here are made of: trial, suite, verdict, view, log, header, stored."""
    return SimpleNamespace(
        trial=make_trial,
        suite=make_suite,
        verdict=make_verdict,
        view=make_view,
        log=write_log,
        header=HEADER,
        stored=Stored,
        reply=lambda text: Reply(text=text),
    )


def write_log(path: Path, trials: Sequence[Trial]) -> Path:
    lines = [codec.encode_header(HEADER), *map(codec.encode_trial, trials), codec.encode_end(END)]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def regression(some: SimpleNamespace) -> View:
    """One suite of five cases: regressed, error, new, passed, and one that is gone."""
    trials = [
        some.trial("refund", "failed", index=0),
        some.trial("shipping", index=1),
        some.trial(
            "warranty",
            "error",
            index=2,
            reply=None,
            checks=(),
            error=Failure(kind="timeout", message="no reply within 30 s"),
        ),
        some.trial("voucher", index=3, tags=("orders",)),
    ]
    suite = some.suite(
        status="failed",
        comparison="regression",
        counts={"cases": 4, "passed": 2, "failed": 1, "error": 1, "trials": 4},
        metrics=(
            MetricVerdict(metric="pass_rate", baseline=1.0, current=2 / 3),
            MetricVerdict(metric="latency.p95", current=0.5, limit={"max": 0.4}, limit_ok=False),
        ),
        regressed=("refund",),
        new=("voucher",),
        gone=("old-code",),
        reasons=("1 case that passed before fails now: refund",),
    )
    replies = {
        "refund": ("Within 30 days.",),
        "shipping": ("Within 30 days.",),
        "old-code": ("Valid for a year.",),
    }
    return make_view(trials, some.verdict(suite), replies)


HOSTILE = (
    "<script>window.pwned=1</script>",
    "</script><script>window.pwned=1</script>",
    "<!--<script>window.pwned=1",
    "--><img src=x onerror=window.pwned=1>",
    "<img src=x onerror=window.pwned=1>",
    "<img src=http://127.0.0.1:9/leak>",
    "<svg onload=window.pwned=1>",
    "<svg><script>window.pwned=1</script></svg>",
    "<math><mtext><img src=x onerror=window.pwned=1></mtext></math>",
    "<iframe srcdoc='<script>parent.pwned=1</script>'></iframe>",
    "<iframe src=javascript:parent.pwned=1>",
    "<body onload=window.pwned=1>",
    "<details open ontoggle=window.pwned=1>",
    "<a href='javascript:window.pwned=1'>x</a>",
    "<style>@import 'http://127.0.0.1:9/leak'</style>",
    "<link rel=stylesheet href=http://127.0.0.1:9/leak>",
    "<base href=http://127.0.0.1:9/>",
    "<meta http-equiv=refresh content='0;url=http://127.0.0.1:9/leak'>",
    "<form action=http://127.0.0.1:9/leak><button>go</button></form>",
    "<object data=http://127.0.0.1:9/leak></object>",
    "<template><script>window.pwned=1</script></template>",
    "</title><script>window.pwned=1</script>",
    "</textarea><script>window.pwned=1</script>",
    "</style><script>window.pwned=1</script>",
    "</noscript><script>window.pwned=1</script>",
    '"><script>window.pwned=1</script>',
    "' onmouseover='window.pwned=1",
    '" autofocus onfocus="window.pwned=1',
    "{{ 7*7 }} {% for x in ().__class__.__base__.__subclasses__() %}{{ x }}{% endfor %}",
    "${window.pwned=1} #{window.pwned=1} `${window.pwned=1}`",
    "\\u003cscript\\u003ewindow.pwned=1\\u003c/script\\u003e",
    "&lt;script&gt;window.pwned=1&lt;/script&gt;",
    'line\u2028separator\u2029";window.pwned=1;//',
    "__proto__",
    "constructor",
    "\x1b]0;pwned\x07\x1b[2J\x1b[31mred",
    "\x00\x01\x08\x7f\x9b31m",
    "\ud800 lone \udfff surrogates",
    "\u202egnp.exe\u202c \u2066x\u2069",
    "@everyone #1 GH-1 [x](http://127.0.0.1:9/leak) ![x](http://127.0.0.1:9/leak) | a | `b` **c**",
    "::error file=x::pwned%0A::set-output name=a::b",
    "CON\r\n::error::pwned\r\n",
)


@pytest.fixture(scope="session")
def hostile() -> tuple[str, ...]:
    """Texts that have broken out of somebody's page, terminal, Markdown or log."""
    return HOSTILE


@pytest.fixture(scope="session")
def hostile_view(some: SimpleNamespace) -> View:
    """A run in which every field of every case is hostile."""
    trials = []
    for index, text in enumerate(HOSTILE):
        outcome: Outcome = ("failed", "passed", "error")[index % 3]
        trials.append(_hostile_trial(some.trial, index, text, outcome))
    ids = tuple(trial.case for trial in trials)
    suite = some.suite(
        suite=HOSTILE[0],
        path=HOSTILE[4],
        status="failed",
        mode_reason=HOSTILE[6],
        comparison="regression",
        counts={"cases": len(ids), "failed": len(ids), "trials": len(ids)},
        metrics=tuple(
            MetricVerdict(metric=text, where={text: text}, current=0.5, limit={"max": 0.4})
            for text in HOSTILE
        ),
        regressed=ids[:20],
        gone=HOSTILE,
        changed={ids[1]: HOSTILE},
        under_test=HOSTILE,
        baseline={"path": HOSTILE[1], "runs": 1, "age_days": 1},
        reasons=HOSTILE,
        notes=HOSTILE,
    )
    known = {text: text for text in HOSTILE}
    header = RunHeader(
        run=HOSTILE[0],
        started=HOSTILE[4],
        environment=known,
        git={"sha": HOSTILE[0], "branch": HOSTILE[4]},
        ci_url="javascript:window.pwned=1",
        options=known,
        adapters=dict.fromkeys(HOSTILE, known),
        judges=known,
    )
    before: Any = {HOSTILE[0]: Stored({text: (text[::-1],) for text in (*ids, *HOSTILE)})}
    lines = [codec.trial_json(trial) for trial in trials]
    return view.of([header, *lines], some.verdict(suite), before)


def _hostile_trial(trial: Callable[..., Trial], index: int, text: str, outcome: Outcome) -> Trial:
    return trial(
        f"{index}-{text}",
        outcome,
        suite=HOSTILE[0],
        index=index,
        adapter=text,
        tags=(text,),
        system=text,
        messages=(Message(role="user", content=text), Message(role="tool", content=text)),
        context=text,
        references=(text,),
        reply=Reply(text=text, model=text, finish_reason=text, request_id=text, reasoning=text),
        checks=(
            CheckResult(
                check=text,
                metric=text,
                severity="normal",
                status="scored" if outcome == "failed" else "skipped",
                passed=False if outcome == "failed" else None,
                score=0.1 if outcome == "failed" else None,
                reason=text,
                parameters={text: [text, {text: text}]},
            ),
        ),
        error=Failure(kind=text, message=text) if outcome == "error" else None,
    )
