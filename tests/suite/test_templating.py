"""`{{ name }}`: what it does to a text, and what it leaves alone."""

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmeval.suite.template import Pattern, TemplateError, as_text, compile_text, fill

if TYPE_CHECKING:
    from tests.suite.conftest import Project

ANY_TEXT = st.text()
NO_OPENING = st.text().filter(lambda text: "{{" not in text and not text.endswith("{"))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


def filled(text: str, **variables: object) -> str:
    """Return a text with its variables filled in."""
    compiled = compile_text(text, 0)
    return compiled if isinstance(compiled, str) else compiled.text(variables)


@given(NO_OPENING)
def test_a_text_without_two_opening_braces_stays_as_it_is(text: str) -> None:
    assert compile_text(text, 0) == text


@given(NO_OPENING, ANY_TEXT, ANY_TEXT)
def test_a_value_goes_in_verbatim_and_is_not_looked_at_again(
    before: str, value: str, after: str
) -> None:
    after = after.replace("{{", "")

    assert filled(before + "{{ x }}" + after, x=value) == before + value + after


@given(ANY_TEXT)
def test_doubled_opening_braces_are_literal(text: str) -> None:
    text = text.replace("{", "(")

    assert filled("{{{{" + text) == "{{" + text


@given(VALUES)
def test_one_placeholder_alone_takes_the_value_itself(value: object) -> None:
    pattern = compile_text("{{ x }}", 0)

    assert fill([pattern, {"key": pattern}], {"x": value}) == [value, {"key": value}]


@given(st.lists(st.sampled_from(["a", "b", "c"]), min_size=1))
def test_every_variable_of_a_text_is_known_once(names: list[str]) -> None:
    pattern = compile_text("".join(f"<{{{{{name}}}}}>" for name in names), 0)

    assert isinstance(pattern, Pattern)
    assert pattern.names == tuple(dict.fromkeys(names))
    assert pattern.text({"a": "1", "b": "2", "c": "3"}) == "".join(
        f"<{'_123'[' abc'.index(name)]}>" for name in names
    )


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("{{x}}", "X"),
        ("{{ x }}", "X"),
        ("{{\tx\t}}", "X"),
        ("{ x }", "{ x }"),
        ("{{{ x }}}", "{X}"),
        ("{{{{ x }}", "{{ x }}"),
        ("{{{{{{ x }}", "{{X"),
        ('{"a": {"b": 1}}', '{"a": {"b": 1}}'),
        ("{% if x %}{# c #}", "{% if x %}{# c #}"),
        ("$\\frac{a}{b}$ }}", "$\\frac{a}{b}$ }}"),
        ("a\n---\nb {{ x }}\\n", "a\n---\nb X\\n"),
    ],
)
def test_what_braces_mean(text: str, result: str) -> None:
    assert filled(text, x="X") == result


@pytest.mark.parametrize(
    "text",
    [
        "{{",
        "{{ }}",
        "a {{ b",
        "{{ x | upper }}",
        "{{ a.b }}",
        "{{ f(x) }}",
        "{{ env.HOME }}",
        "{{1}}",
    ],
)
def test_two_opening_braces_that_are_no_placeholder_are_an_error(text: str) -> None:
    with pytest.raises(TemplateError):
        compile_text(text, 0)


@pytest.mark.parametrize(
    ("value", "text"),
    [(1, "1"), (1.5, "1.5"), (True, "true"), (["ä", 1], '["ä", 1]'), ("<b> & 'x'", "<b> & 'x'")],
)
def test_values_that_are_no_text_go_in_as_json(value: object, text: str) -> None:
    assert as_text(value) == text


def test_template_false_switches_it_off(project: "Project") -> None:
    cases = project.cases(
        """
adapter: echo
vars: {x: X}
cases:
  - {id: first, prompt: "{{ x }}", expect: []}
  - {id: second, prompt: "{{ x }} {{ y | z }}", template: false, expect: [{contains: "{{ x }}"}]}
"""
    )

    assert [case.turns[0].user for case in cases] == ["X", "{{ x }} {{ y | z }}"]
    assert cases[1].checks[0].parameters == {"value": "{{ x }}"}


def test_template_false_holds_for_the_suite_unless_a_case_turns_it_on(project: "Project") -> None:
    cases = project.cases(
        """
adapter: echo
template: false
vars: {x: X}
cases:
  - {id: second, prompt: "{{ x }}", expect: []}
  - {id: first, prompt: "{{ x }}", template: true, expect: []}
"""
    )

    assert [case.turns[0].user for case in cases] == ["{{ x }}", "X"]


def test_equal_checks_are_read_by_the_setting_of_their_case(project: "Project") -> None:
    cases = project.cases(
        """
adapter: echo
vars: {x: X}
cases:
  - {id: plain, prompt: a, template: false, expect: [{contains: "{{ x }}"}]}
  - {id: filled, prompt: a, expect: [{contains: "{{ x }}"}]}
  - {id: again, prompt: a, expect: [{contains: "{{ x }}"}]}
"""
    )

    assert [case.checks[0].parameters["value"] for case in cases] == ["{{ x }}", "X", "X"]
    assert [case.checks[0].line for case in cases] == [5, 6, 7]


def test_variables_hold_no_variables(project: "Project") -> None:
    cases = project.cases(
        """
adapter: echo
vars: {a: "{{ b }}", b: B}
cases:
  - {id: a, prompt: "{{ a }}", expect: []}
"""
    )

    assert cases[0].turns[0].user == "{{ b }}"


def test_a_file_stands_for_its_text_and_holds_variables(project: "Project") -> None:
    project.write("prompts/system.txt", "You are {{ name }}.\r\n")

    cases = project.cases(
        """
adapter: echo
vars: {name: Kim, doc: file:prompts/system.txt}
system: file:prompts/system.txt
cases:
  - {id: a, prompt: "{{ doc }}", expect: []}
"""
    )

    assert cases[0].system == "You are Kim."
    assert cases[0].turns[0].user == "You are {{ name }}."
