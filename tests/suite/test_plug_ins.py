"""Checks of plug-ins, and of later versions, are a matter of registering them."""
# ruff: noqa: ARG002, E501  stubs look at nothing; a message stands on one line

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import pytest

from llmeval.config import AdapterConfig
from llmeval.errors import ParameterError
from llmeval.records import Better, Case, Judge, On, Reply, Request, Score

if TYPE_CHECKING:
    from tests.suite.conftest import Project


class Stub:
    """What every stub shares."""

    version: ClassVar[str] = "1"
    main: ClassVar[str] = "value"
    better: ClassVar[Better] = "higher"
    default_on: ClassVar[On] = "last"
    negatable: ClassVar[bool] = False

    def asks(self, case: Case, reply: Reply, answers: tuple[Reply, ...]) -> tuple[Request, ...]:
        return ()

    def score(self, case: Case, reply: Reply, answers: tuple[Reply, ...]) -> Score:
        return Score(score=1.0, passed=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Factuality(Stub):
    main: ClassVar[str] = "min"
    min: float = field(default=0.5, metadata={"ge": 0, "le": 1})
    against: Literal["reference", "context", "retrieved", "all"] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Language(Stub):
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderNumber(Stub):
    negatable: ClassVar[bool] = True
    value: int
    options: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.value % 2:
            raise ParameterError("value", f"expected an even number, found {self.value}")


SUPPORT = """
suite: support
description: The support bot answers from our documents, over its real HTTP service.
adapter: support-bot
repeat: 3
min_trial_pass_rate: 2/3
tags: [support]
expect:
  - toxicity: {max: 0.3, severity: critical, on: each}
  - latency: {max: 8, severity: warn}
gate:
  mode: statistical
  limits:
    - {metric: pass_rate, min: 0.9}
    - {metric: pass_rate, where: {tag: returns}, min: 0.95}
    - {metric: grounded.mean, min: 0.8}
    - {metric: latency.p95, max: 4.0}
cases:
  - id: refund-window
    tags: [returns]
    severity: critical
    prompt: How long may I return a lamp?
    reference: Within 30 days of delivery.
    expect:
      - contains_any: [30 days, thirty days]
      - factuality: {against: retrieved, min: 0.7, metric: grounded}
      - factuality: {against: reference, min: 0.7, metric: correct}
      - retrieved: {ids: [returns-policy], min_recall: 1.0}
  - id: faq
    dataset: data/faq.csv
    prompt: "{{ question }}"
    reference: "{{ answer }}"
    expect:
      - factuality: {against: reference, min: 0.6, metric: correct}
      - factuality: {against: retrieved, min: 0.6, metric: grounded}
  - id: return-dialogue
    tags: [returns, multi-turn]
    turns:
      - user: I bought a lamp three weeks ago.
        expect: [{not_contains: refund approved}]
      - user: Can I still return it?
        expect: [{contains_any: [30 days, thirty days]}]
    expect:
      - rubric:
          criteria: Remembers that the lamp is three weeks old and does not ask for the date again.
          min: 0.7
          judge: jury
          on: all
  - id: greeting-language
    prompt: Bonjour, vous pouvez m'aider ?
    expect: [{language: fr}]
    xfail: {reason: "answers in English, SUP-412", until: 2027-03-01}
"""


@pytest.fixture
def extended(project: "Project") -> "Project":
    """Return a project with stubs for the checks that it does not have."""
    stubs = {
        "factuality": Factuality,
        "language": Language,
        "order_no": OrderNumber,
    }
    for name in set(stubs) - set(project.registry.checks):
        project.registry.add_scorer(name, stubs[name])
    project.registry.judges["jury"] = Judge(name="jury", adapters=("echo",))
    project.adapters = {"support-bot": AdapterConfig(name="support-bot", type="http")}
    return project


def test_the_example_of_a_support_bot_loads(extended: "Project") -> None:
    extended.write("data/faq.csv", "question,answer\nHow long?,30 days\nHow?,By post\n")
    defaults = {"timeout": 30, "gate": {"alpha": 0.05, "max_error_rate": 0.02}}

    cases = extended.cases(SUPPORT, defaults=defaults)
    suite = extended.load(SUPPORT, defaults=defaults)

    assert [case.id.partition("[")[0] for case in cases] == [
        "refund-window",
        "faq",
        "faq",
        "return-dialogue",
        "greeting-language",
    ]
    assert {"correct", "grounded", "rubric", "toxicity"} <= set(suite.metrics)
    assert (suite.gate.mode, suite.gate.max_error_rate) == ("statistical", 0.02)
    for case in cases:
        for check in case.checks:
            extended.registry.scorer(check.check, check.parameters)


@pytest.mark.parametrize(
    ("check", "message"),
    [
        ("order_no: x", "order_no: value: expected a whole number, found text 'x'"),
        ("order_no: 3", "order_no: value: expected an even number, found 3"),
        ("order_no", "order_no: value is missing; write `- order_no: …`"),
        ("order_no: {value: 2, option: {}}", "order_no: unknown parameter 'option'; did you mean 'options'?"),
        ("not_toxicity: 0.1", "check 'toxicity' has no 'not_' twin; turn its max round instead"),
        ("toxicity: 30", "toxicity: max: expected a number from 0 to 1, found 30; write 0.3 for 30 %"),
        ("factuality: {against: refrence}", "factuality: against: expected one of reference, context, retrieved, all, found text 'refrence'"),
    ],
)  # fmt: skip
def test_wrong_parameters_of_a_plug_in_are_told(
    extended: "Project", check: str, message: str
) -> None:
    problems = extended.problems(
        f"adapter: echo\ncases: [{{id: a, prompt: a, expect: [{{{check}}}]}}]"
        if ":" in check
        else f"adapter: echo\ncases: [{{id: a, prompt: a, expect: [{check}]}}]"
    )

    assert [problem.partition(": ")[2] for problem in problems] == [message]


def test_a_function_is_a_check_of_its_own(project: "Project") -> None:
    def polite(reply: Reply, case: Case, *, words: int = 1) -> bool:
        return True

    project.registry.add_scorer("polite", polite)

    cases = project.cases(
        "adapter: echo\ncases: [{id: a, prompt: a, expect: [polite, {not_polite: {words: 2}}]}]"
    )

    assert [check.metric for check in cases[0].checks] == ["polite", "not_polite"]


def test_a_check_that_cannot_be_imported_is_told(project: "Project") -> None:
    project.registry.add_scorer("mine", "no_such_module:check")

    problems = project.problems("adapter: echo\ncases: [{id: a, prompt: a, expect: [mine]}]")

    assert problems == [
        "x.eval.yaml:2:37: check 'mine': cannot import 'no_such_module:check': No module named 'no_such_module'"
    ]
