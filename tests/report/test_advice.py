from types import SimpleNamespace
from typing import Any

import pytest

from llmeval.records import MetricVerdict
from llmeval.report import advice

LIMIT = MetricVerdict(metric="latency.p95", current=4.2, limit={"max": 4.0}, limit_ok=False)


@pytest.mark.parametrize(
    ("suite", "words_in_it"),
    [
        ({"status": "failed", "regressed": ("a",)}, "side by side"),
        ({"counts": {"error": 1}}, "--llmeval-resume"),
        ({"comparison": "no_baseline"}, "llmeval accept"),
        ({"comparison": "improvement"}, "keeps the gain"),
        ({"comparison": "not_comparable"}, "llmeval accept"),
        ({"gone": ("a",)}, "did not run"),
        ({"metrics": (LIMIT,)}, "table of limits"),
        ({"status": "failed", "counts": {"failed": 1}}, "names the check"),
        ({"comparison": "regression", "suspect": ("a",)}, "Read the suspect cases"),
        ({"comparison": "regression"}, "No single case stands out"),
        ({"comparison": "regression", "counts": {"error": 3}}, "Mend the errors first"),
        ({"comparison": "insufficient_data", "suspect": ("a",)}, "More trials would tell"),
    ],
    ids=[
        *("regressed", "error", "first", "better", "other", "gone", "limit", "failed"),
        *("suspect", "no case", "errors", "too little"),
    ],
)
def test_each_verdict_comes_with_what_to_do(
    some: SimpleNamespace, suite: dict[str, Any], words_in_it: str
) -> None:
    steps = advice.next_steps(some.verdict(some.suite(**suite)))

    assert words_in_it in " ".join(steps)


def test_what_is_gone_comes_before_what_failed(some: SimpleNamespace) -> None:
    suite = some.suite(status="failed", gone=("a",), counts={"failed": 1})

    assert "did not run" in advice.next_steps(some.verdict(suite))[0]
