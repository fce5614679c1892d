"""Variants: what a version changes, asked side by side."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.suite.conftest import Project

SUITE = """
adapter: echo
system: old
vars: {shop: Acme, tone: kind}
params: {temperature: 0, seed: 1}
variants:
  now: {}
  new: {system: short, vars: {tone: brief}, params: {temperature: 1}, adapter: bot}
expect: [{contains: x}]
cases:
  - {id: a, prompt: "{{ shop }} {{ tone }}"}
  - {id: b, prompt: hi, system: own, vars: {tone: loud}, params: {seed: 2}, adapter: demo}
"""


def test_variants_stand_side_by_side_in_brackets(project: "Project") -> None:
    cases = project.cases(SUITE)

    assert [case.id for case in cases] == ["a[now]", "a[new]", "b[now]", "b[new]"]
    assert [case.variant for case in cases] == ["now", "new"] * 2
    assert [case.index for case in cases] == [0, 1, 2, 3]


def test_a_variant_wins_over_the_suite_and_the_case_over_both(project: "Project") -> None:
    now, new, _, case = project.cases(SUITE)

    assert (now.system, now.adapter, now.turns[0].user) == ("old", "echo", "Acme kind")
    assert (new.system, new.adapter, new.turns[0].user) == ("short", "bot", "Acme brief")
    assert now.params == {"temperature": 0, "seed": 1}
    assert new.params == {"temperature": 1, "seed": 1}
    assert (case.system, case.adapter, case.vars["tone"]) == ("own", "demo", "loud")
    assert case.params == {"temperature": 1, "seed": 2}


def test_a_variant_may_bring_the_prompt(project: "Project") -> None:
    suite = """
adapter: echo
variants:
  plain: {prompt: "{{ q }}"}
  polite: {prompt: "Please: {{ q }}"}
cases:
  - {id: a, vars: {q: why?}, expect: []}
  - {id: b, prompt: own, expect: []}
  - {id: c, messages: [{user: fixed}], expect: []}
"""

    cases = project.cases(suite)

    assert [case.turns[0].user for case in cases[:4]] == ["why?", "Please: why?", "own", "own"]
    assert [case.turns[0].user for case in cases[4:]] == [None, None]


def test_rows_variants_and_adapters_make_one_id(project: "Project") -> None:
    project.write("a.csv", "id,q\none,x\ntwo,y\n")
    suite = """
adapter: echo
variants: {now: {}, new: {system: s}}
cases:
  - {id: a, dataset: a.csv, prompt: "{{ q }}", expect: [], renamed_from: old}
"""

    cases = project.cases(suite, adapter=((None, "bot"), (None, "demo")))

    assert [case.id for case in cases[:4]] == [
        "a[one-now-bot]",
        "a[one-now-demo]",
        "a[one-new-bot]",
        "a[one-new-demo]",
    ]
    assert [case.row for case in cases] == ["one"] * 4 + ["two"] * 4
    assert cases[0].renamed_from == "old[one-now-bot]"


def test_what_a_variant_misses_is_said_of_that_variant(project: "Project") -> None:
    project.write("a.csv", "id,q\none,x\n")
    suite = """
adapter: echo
variants: {now: {}, new: {system: "{{ nobody }}"}}
cases:
  - {id: a, dataset: a.csv, prompt: "{{ q }}", expect: []}
  - {id: b, prompt: hi, expect: []}
"""

    problems = project.problems(suite)

    assert [p.partition(": ")[2] for p in problems if "'a'" in p] == [
        "case 'a': no variable 'nobody'; known: id, q"
    ]
    assert any("case 'b': no variable 'nobody'" in problem for problem in problems)


def test_a_limit_counts_rows_not_variants(project: "Project") -> None:
    suite = project.load(SUITE, limit=1)

    assert [spec.id for spec in suite.cases] == ["a[now]", "a[new]"]


def test_a_limit_of_the_gate_can_be_on_one_variant(project: "Project") -> None:
    limit = "gate: {limits: [{metric: pass_rate, min: 0.9, where: {variant: %s}}]}"

    suite = project.load(SUITE + limit % "new")

    assert suite.gate.limits[0].where == {"variant": "new"}
    (problem,) = project.problems(SUITE + limit % "newer")
    assert "where: no variant 'newer' in this suite; did you mean 'new'?" in problem
