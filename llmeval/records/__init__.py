"""What flows through the pipeline: suites, cases, requests, replies, scores, trials, runs.

Frozen, without behaviour. "Not measured" is None plus a status, never NaN, 0 or "".
"""

from llmeval.records.asked import (
    Judge,
    Message,
    Passage,
    Program,
    Reply,
    Request,
    Timing,
    ToolCall,
    Usage,
)
from llmeval.records.base import (
    ATTACK_PARTS,
    NOTHING,
    Better,
    Mode,
    On,
    Outcome,
    Record,
    Role,
    Severity,
)
from llmeval.records.concluded import MetricVerdict, SuiteVerdict, Verdict
from llmeval.records.expected import (
    Attack,
    Case,
    CaseSpec,
    Check,
    GateSpec,
    Ground,
    Label,
    Limit,
    Pursuit,
    Turn,
    Xfail,
)
from llmeval.records.measured import CheckResult, Exchange, Failure, RunEnd, RunHeader, Score, Trial

__all__ = [
    "ATTACK_PARTS",
    "NOTHING",
    "Attack",
    "Better",
    "Case",
    "CaseSpec",
    "Check",
    "CheckResult",
    "Exchange",
    "Failure",
    "GateSpec",
    "Ground",
    "Judge",
    "Label",
    "Limit",
    "Message",
    "MetricVerdict",
    "Mode",
    "On",
    "Outcome",
    "Passage",
    "Program",
    "Pursuit",
    "Record",
    "Reply",
    "Request",
    "Role",
    "RunEnd",
    "RunHeader",
    "Score",
    "Severity",
    "SuiteVerdict",
    "Timing",
    "ToolCall",
    "Trial",
    "Turn",
    "Usage",
    "Verdict",
    "Xfail",
]
