"""What a right suite becomes."""

import gc
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from llmeval.errors import SuiteError, UnknownNameError
from llmeval.records import Check, GateSpec, Limit, Message, Turn, Xfail
from llmeval.suite import parse as parsing
from llmeval.suite.node import plain
from llmeval.suite.parse import parse
from llmeval.suite.problems import Problems

if TYPE_CHECKING:
    from tests.suite.conftest import Project

SUITE = """
suite: support          # a comment
description: The bot answers.
adapter: bot
system: You are the assistant of {{ shop }}.
vars: {shop: Acme, tone: kind}
repeat: 3
min_trial_pass_rate: 2/3
tags: [support]
timeout: 30
params: {temperature: 0}
expect:
  - latency: {max: 8, severity: warn, on: each}
gate:
  mode: ratchet
  alpha: 0.01
  limits:
    - {metric: pass_rate, min: 0.9}
    - {metric: named.mean, where: {tag: returns}, min: 0.8}
    - {metric: latency.p95, max: 4.0}
cases:
  - id: refund
    tags: [returns, support]
    severity: critical
    prompt: How long?
    context: Thirty days.
    reference: 30 days
    references: [a month]
    goal: Be short.
    params: {seed: 1}
    vars: {tone: short}
    expect:
      - contains_any: [30 days, thirty days]
      - not_contains: {value: sorry, metric: named, in: $.text}
  - id: dialogue
    repeat: 1
    omit: [latency]
    allow_empty: true
    on_error: fail
    turns:
      - user: I bought a lamp in {{ shop }}.
        expect: [{not_contains: approved}]
      - user: Can I return it?
    expect:
      - any_of: {value: [{contains: "{{ shop }}"}, length: {max: 9}], at_least: 1}
  - id: history
    messages: [{user: hi}, {role: assistant, content: sure}, {user: "{{ tone }}"}]
    expect: []
    xfail: {reason: known, until: 2027-03-01}
  - id: later
    prompt: hi
    expect: []
    xfail: {reason: was known, until: 2026-11-22}
    skip: not now
    renamed_from: former
"""


def test_a_case_holds_what_the_file_says_and_its_suite_gives(project: "Project") -> None:
    case = project.cases(SUITE)[0]

    assert case.suite == "support"
    assert (case.id, case.index, case.line, case.adapter) == ("refund", 0, 22, "bot")
    assert case.turns == (Turn(user="How long?"),)
    assert case.system == "You are the assistant of Acme."
    assert case.vars == {"shop": "Acme", "tone": "short"}
    assert case.params == {"temperature": 0, "seed": 1}
    assert case.tags == ("support", "returns")
    assert (case.severity, case.repeat, case.timeout_s) == ("critical", 3, 30)
    assert case.min_trial_pass_rate == (2, 3)
    assert case.references == ("30 days", "a month")
    assert (case.context, case.goal) == ("Thirty days.", "Be short.")
    assert case.checks == (
        Check(
            check="latency",
            metric="latency",
            parameters={"max": 8},
            severity="warn",
            on="each",
            line=13,
        ),
        Check(
            check="contains_any",
            metric="contains_any",
            parameters={"value": ["30 days", "thirty days"]},
            line=33,
        ),
        Check(
            check="contains",
            metric="named",
            parameters={"value": "sorry"},
            negated=True,
            part="$.text",
            line=34,
        ),
    )


def test_a_dialogue_has_checks_by_turn_and_groups(project: "Project") -> None:
    case = project.cases(SUITE)[1]

    first, second = case.turns
    assert (first.user, second.user) == ("I bought a lamp in Acme.", "Can I return it?")
    assert [(check.check, check.negated) for check in first.checks] == [("contains", True)]
    assert second.checks == ()
    assert [check.check for check in case.checks] == ["any_of"]
    children = case.checks[0].parameters["value"]
    assert [(child.check, child.parameters) for child in children] == [
        ("contains", {"value": "Acme"}),
        ("length", {"max": 9}),
    ]
    assert (case.allow_empty, case.on_error, case.repeat) == (True, "fail", 1)
    project.registry.scorer("any_of", case.checks[0].parameters)


def test_a_history_ends_with_what_is_to_be_answered(project: "Project") -> None:
    case = project.cases(SUITE)[2]

    assert case.turns == (Turn(user=None),)
    assert case.messages == (
        Message(role="user", content="hi"),
        Message(role="assistant", content="sure"),
        Message(role="user", content="kind"),
    )


def test_an_expected_failure_ends_with_its_date(project: "Project") -> None:
    cases = project.cases(SUITE)

    assert cases[2].xfail == Xfail(reason="known", until="2027-03-01")
    assert (cases[3].xfail, cases[3].skip, cases[3].renamed_from) == (None, "not now", "former")


def test_a_case_weighs_what_it_says_else_what_its_suite_says(project: "Project") -> None:
    suite = """
adapter: echo
weight: 2
expect: []
cases:
  - prompt: a
  - {prompt: b, weight: 0.5}
"""

    assert [case.weight for case in project.cases(suite)] == [2, 0.5]
    assert project.cases("adapter: echo\nexpect: []\ncases: [{prompt: a}]")[0].weight == 1


def test_the_suite_itself(project: "Project") -> None:
    suite = project.load(SUITE, "suites/x.eval.yaml")

    assert (suite.name, suite.shown, suite.adapter) == ("support", "suites/x.eval.yaml", "bot")
    assert suite.path == project.root / "suites/x.eval.yaml"
    assert suite.tags == ("support",)
    assert suite.metrics == ("any_of", "contains_any", "latency", "named", "not_contains")
    assert suite.gate == GateSpec(
        mode="ratchet",
        alpha=0.01,
        limits=(
            Limit(metric="pass_rate", min=0.9, line=18),
            Limit(metric="named.mean", where={"tag": "returns"}, min=0.8, line=19),
            Limit(metric="latency.p95", max=4.0, line=20),
        ),
    )
    assert suite.adapters == {}


def test_cases_that_add_no_check_share_those_of_the_suite(project: "Project") -> None:
    one, two = project.cases(
        "adapter: echo\nexpect: [{contains: x}]\ncases: [{id: a, prompt: a}, {id: b, prompt: b}]"
    )

    assert one.checks is two.checks


def test_everything_the_checks_hold_builds_a_scorer(project: "Project") -> None:
    for case in project.cases(SUITE):
        for check in case.checks:
            project.registry.scorer(check.check, check.parameters)


def test_the_name_of_the_file_is_the_name_of_the_suite(project: "Project") -> None:
    suite = project.load(
        "adapter: echo\ncases: [{id: a, prompt: a, expect: []}]", "ein Ordner/Prüfung 1.eval.yml"
    )

    assert (suite.name, suite.shown) == ("Pr-fung-1", "ein Ordner/Prüfung 1.eval.yml")


def test_settings_win_over_the_suite_and_defaults_lose(project: "Project") -> None:
    defaults = {
        "timeout": 10,
        "repeat": 7,
        "adapter": "demo",
        "tags": ["all"],
        "vars": {"a": "default", "b": "default"},
        "expect": [{"latency": 3}],
        "gate": {"alpha": 0.1, "mode": "strict"},
    }
    suite = """
repeat: 2
tags: [own]
vars: {a: own}
expect: [{contains: x}]
gate: {mode: ratchet}
cases:
  - {id: a, prompt: "{{ a }} {{ b }}"}
"""

    loaded = project.load(suite, defaults=defaults)
    case = project.cases(suite, defaults=defaults)[0]
    forced = project.cases(suite, defaults=defaults, repeat=5, timeout_s=1.5)[0]

    assert (case.repeat, case.timeout_s, case.adapter) == (2, 10, "demo")
    assert case.tags == ("all", "own")
    assert case.turns[0].user == "own default"
    assert [check.check for check in case.checks] == ["latency", "contains"]
    assert loaded.gate == GateSpec(mode="ratchet", alpha=0.1)
    assert (forced.repeat, forced.timeout_s) == (5, 1.5)


def test_wrong_defaults_are_told_with_the_file_they_stand_in(project: "Project") -> None:
    problems = project.problems(
        "adapter: echo\ncases: [{id: a, prompt: a, expect: []}]",
        file=project.root / "llmeval.toml",
        defaults={"timout": 3, "repeat": 0},
    )

    assert problems == [
        "llmeval.toml [defaults]: repeat: expected a whole number, 1 or more, found 0",
        "llmeval.toml [defaults]: unknown key 'timout' in defaults; did you mean 'timeout'?",
    ]


def test_a_limit_keeps_the_first_cases(project: "Project") -> None:
    project.write("a.csv", "id,q\none,x\ntwo,y\n")
    suite = """
adapter: echo
cases:
  - {id: a, prompt: hi, expect: []}
  - {id: b, dataset: a.csv, prompt: "{{ q }}", expect: []}
"""

    two = project.cases(suite, limit=2)
    four = project.cases(suite, limit=2, adapter=((None, "echo"), (None, "demo")))

    assert [case.id for case in two] == ["a", "b[one]"]
    assert [case.id for case in four] == ["a[echo]", "a[demo]", "b[one-echo]", "b[one-demo]"]


def test_adapters_of_a_suite_get_names_that_depend_on_their_content(project: "Project") -> None:
    suite = """
cases:
  - {id: a, adapter: {type: echo, prefix: "> "}, prompt: a, expect: []}
  - {id: b, adapter: {from: bot, model: small, params: {seed: 1}}, prompt: b, expect: []}
  - {id: c, adapter: {prefix: "> ", type: echo}, prompt: c, expect: []}
  - {id: d, adapter: demo, prompt: d, expect: []}
"""

    loaded = project.load(suite)
    names = [case.adapter for case in project.cases(suite)]

    assert names[0] == names[2]
    assert set(loaded.adapters) == {names[0], names[1], "demo"}
    echo, bot = loaded.adapters[names[0]], loaded.adapters[names[1]]
    assert (echo.name, echo.type, echo.parameters) == (names[0], "echo", {"prefix": "> "})
    assert (bot.type, bot.parameters["model"], bot.params) == ("http", "small", {"seed": 1})


def test_an_adapter_of_the_command_line_must_exist(project: "Project") -> None:
    with pytest.raises(UnknownNameError, match="unknown adapter 'bott'; did you mean 'bot'"):
        project.load("cases: [{prompt: a, expect: []}]", adapter=((None, "bott"),))


def test_an_adapter_of_the_command_line_serves_suites_that_name_none(project: "Project") -> None:
    cases = project.cases("cases: [{prompt: a, expect: []}]", adapter=((None, "bot"),))

    assert cases[0].adapter == "bot"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("adapter: echo\r\ncases:\r\n  - prompt: a\r\n    expect: []\r\n", id="CRLF"),
        pytest.param("\ufeffadapter: echo\ncases: [{prompt: a, expect: []}]", id="mark"),
        pytest.param("---\nadapter: echo\ncases: [{prompt: a, expect: []}]\n...\n", id="marked"),
        pytest.param("x: &x\nadapter: echo\ncases: [{prompt: a, expect: []}]"[6:], id="plain"),
        pytest.param('{"adapter": "echo", "cases": [{"prompt": "a", "expect": []}]}', id="JSON"),
        pytest.param(
            "vars: &v {a: 1}\nadapter: echo\ncases: [{prompt: a, expect: [], vars: *v}]", id="alias"
        ),
        pytest.param(
            "adapter: echo\ncases:\n  - &c {id: x, prompt: a, expect: []}\n  - {<<: *c, id: y}\n",
            id="merge key",
        ),
        pytest.param("adapter: echo\ncases:\n  - prompt: !!str a\n    expect: []\n", id="!!str"),
    ],
)
def test_every_way_of_writing_is_read(project: "Project", content: str) -> None:
    assert project.cases(content)[0].turns[0].user == "a"


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("true", True),
        ("False", False),
        ("yes", "yes"),
        ("on", "on"),
        ("null", None),
        ("~", None),
        ("", None),
        ("12", 12),
        ("012", 12),
        ("0o17", 15),
        ("0x1F", 31),
        ("1_000", "1_000"),
        ("1e3", 1000.0),
        ("1.10", 1.1),
        (".5", 0.5),
        ("12:30", "12:30"),
        ("2027-03-01", "2027-03-01"),
        ("-", "-"),
        ("1.2.3", "1.2.3"),
        ("'12'", "12"),
        ('"true"', "true"),
    ],
)
def test_scalars_are_those_of_yaml_1_2(written: str, value: object) -> None:
    root = parse(f"[{written}, x]" if written not in ("", "-") else f"a: '{written}'", Problems(""))

    if written in ("", "-"):
        assert root.root is not None
        return
    assert root.root is not None
    assert plain(root.root) == [value, "x"]
    assert type(plain(root.root)[0]) is type(value)


def test_the_pure_parser_reads_the_same(
    project: "Project", monkeypatch: pytest.MonkeyPatch
) -> None:
    fast = project.cases(SUITE)
    monkeypatch.setattr(yaml, "__with_libyaml__", False)

    slow = project.cases(SUITE)

    assert type(parsing.parser("a")) is yaml.SafeLoader
    assert slow == fast


@pytest.mark.parametrize("was_on", [True, False])
def test_the_collector_is_as_it_was(project: "Project", *, was_on: bool) -> None:
    before = gc.isenabled()
    gc.enable() if was_on else gc.disable()
    try:
        project.load(SUITE)
        with pytest.raises(SuiteError):
            project.load("")
        after = gc.isenabled()
    finally:
        gc.enable() if before else gc.disable()

    assert after is was_on


def test_a_missing_file_is_a_problem(project: "Project") -> None:
    assert project.problems(None, "no.eval.yaml") == ["no.eval.yaml: file not found"]


def test_a_folder_is_a_problem(project: "Project") -> None:
    (project.root / "x.eval.yaml").mkdir()

    assert project.problems(None) == ["x.eval.yaml: expected a file, found a folder"]


def test_a_circle_of_links_is_a_problem(project: "Project", tmp_path: Path) -> None:
    (tmp_path / "x.eval.yaml").symlink_to(tmp_path / "y.eval.yaml")
    (tmp_path / "y.eval.yaml").symlink_to(tmp_path / "x.eval.yaml")

    problem = project.problems(None)[0]

    assert problem.startswith("x.eval.yaml: cannot be read: Too many levels of symbolic links")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
@pytest.mark.parametrize("key", ["dataset: rows.csv", "prompt: file:rows.csv"])
def test_nobody_waits_for_a_pipe(project: "Project", tmp_path: Path, key: str) -> None:
    os.mkfifo(tmp_path / "rows.csv")

    problem = project.problems(f"adapter: echo\ncases:\n  - {{{key}, expect: []}}\n")[0]

    assert problem.endswith("'rows.csv': expected a file, found a pipe or a device")


def test_all_problems_of_a_file_are_told_in_file_order(project: "Project") -> None:
    project.write("a.csv", "q\n")

    problems = project.problems(
        """
adapter: ehco
repeat: 0
cases:
  - {id: a, prompt: 12, expect: [{contians: x}]}
  - {id: b, dataset: a.csv, promt: x, expect: []}
"""
    )

    assert [problem.split(" ")[0] for problem in problems] == [
        "x.eval.yaml:2:10:",
        "x.eval.yaml:3:9:",
        "x.eval.yaml:5:21:",
        "x.eval.yaml:5:35:",
        "x.eval.yaml:6:29:",
    ]


def test_braces_in_a_tool_are_text(project: "Project") -> None:
    (case,) = project.cases(
        "adapter: echo\n"
        "tools: [{type: function, function: {name: a, description: 'fills {{ x }} in'}}]\n"
        "cases: [{prompt: hi, expect: []}]\n"
    )

    assert case.tools[0]["function"]["description"] == "fills {{ x }} in"


def test_a_case_names_the_folder_it_works_on(project: "Project") -> None:
    for name in ("one", "two"):
        project.write(f"work/{name}/a.txt", "x")
    project.write("tasks.jsonl", '{"id": "one"}\n{"id": "two"}\n')

    fixed, *rows = project.cases(
        "adapter: echo\n"
        "expect: []\n"
        "cases:\n"
        "  - {id: a, prompt: hi, workspace: work/one}\n"
        "  - {id: b, prompt: hi, dataset: tasks.jsonl, workspace: 'work/{{ id }}'}\n"
    )

    assert fixed.workspace == str(project.root.resolve() / "work/one")
    assert [row.workspace for row in rows] == [
        str(project.root.resolve() / f"work/{name}") for name in ("one", "two")
    ]


def test_a_row_whose_folder_is_not_there_is_said_with_its_line(project: "Project") -> None:
    project.write("work/one/a.txt", "x")
    project.write("tasks.jsonl", '{"id": "one"}\n{"id": "two"}\n')

    problems = project.problems(
        "adapter: echo\n"
        "expect: []\n"
        "cases:\n"
        "  - {id: b, prompt: hi, dataset: tasks.jsonl, workspace: 'work/{{ id }}'}\n"
    )

    assert problems == [
        "tasks.jsonl:2: case 'b': workspace: expected a folder, 'work/two' does not exist"
    ]


def test_programs_are_run_where_the_configuration_allows_it(project: "Project") -> None:
    project.write("hidden.py", "print('{{ braces }}')\n")

    (case,) = project.cases(
        "adapter: echo\n"
        "template: false\n"
        "cases:\n"
        "  - id: a\n"
        "    prompt: hi\n"
        "    expect: [{runs: {argv: [python, x.py], add: {x.py: 'file:hidden.py'}}}]\n",
        allow_run=True,
    )

    assert case.checks[0].parameters["add"] == {"x.py": "print('{{ braces }}')"}


ROUNDS = """
adapter: bot
repeat: {min: 2, max: 10}
gate: {unit: trial}
cases:
  - {id: a, prompt: hi, expect: []}
  - {id: b, prompt: hi, expect: [consistency], repeat: 4}
"""


def test_rounds_are_of_the_suite_and_a_case_may_have_its_own_number(project: "Project") -> None:
    suite = project.load(ROUNDS)
    first, second = project.cases(ROUNDS)

    assert suite.rounds == (2, 10)
    assert (first.min_repeat, first.repeat) == (2, 10)
    assert (second.min_repeat, second.repeat) == (None, 4)


def test_the_fewest_rounds_are_one_where_nothing_is_said(project: "Project") -> None:
    assert project.load(ROUNDS.replace("min: 2, ", "")).rounds == (1, 10)


def test_a_number_from_outside_takes_the_place_of_open_rounds(project: "Project") -> None:
    (first, _) = project.cases(ROUNDS, repeat=3)

    assert project.load(ROUNDS, repeat=3).rounds is None
    assert (first.min_repeat, first.repeat) == (None, 3)


def test_open_rounds_may_stand_in_the_configuration(project: "Project") -> None:
    text = "adapter: bot\ncases: [{id: a, prompt: hi, expect: []}]"
    defaults = {"repeat": {"min": 1, "max": 3}, "gate": {"unit": "trial"}}

    assert project.load(text, defaults=defaults).rounds == (1, 3)
    (problem,) = project.problems(text, defaults={"repeat": {"min": 1, "max": 3}})
    assert problem.startswith("x.eval.yaml:1:1: repeat: {min, max} needs `gate: {unit: trial}`")
