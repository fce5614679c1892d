"""Whether a text is XML, HTML, Python or SQL."""

import sys
import warnings
from collections.abc import Callable

import pytest
import sqlglot

from llmeval.errors import ParameterError
from llmeval.records import CheckResult

Run = Callable[..., CheckResult]

VALID = [
    ("valid_xml", "<a><b c='d'/>text</a>"),
    ("valid_xml", ' \n<?xml version="1.0" encoding="latin-1"?>\n<a>é</a>'),
    ("valid_xml", '<!DOCTYPE html SYSTEM "x.dtd"><html/>'),
    ("valid_xml", "<a>" * 5000 + "</a>" * 5000),
    ("valid_html", "<!DOCTYPE html><html><head><title>a < b</title></head><body><p>x</html>"),
    ("valid_html", "Some <B>bold</b> text<br>and <img src='a>b' alt=x />"),
    ("valid_html", "<ul><li>a<li>b</ul><table><tr><td>1<td>2</table>"),
    ("valid_html", "<script>if (a < b && c > d) {}</script><!-- <x> -->"),
    ("valid_html", "<svg viewBox='0 0 1 1'><path d='M0'/></svg>"),
    ("valid_html", "<my-widget data-x=1></my-widget>"),
    ("valid_python", "def f(x):\n    return x + 1\n"),
    ("valid_python", "print('\\d')"),
    ("valid_python", "if 1 is 1: pass"),
    ("valid_python", "\ufeffx = 1"),
    ("valid_sql", "select a, count(*) from b where c = 'd' group by a"),
    ("valid_sql", "begin; update t set a = 1; commit"),
    ("valid_sql", "with a as (select 1) select * from a;"),
]

INVALID = [
    ("valid_xml", "Hello", "not XML: syntax error: line 1, column 0"),
    ("valid_xml", "<a>", "not XML: no element found: line 1, column 3"),
    ("valid_xml", "<a>&nbsp;</a>", "not XML: undefined entity: line 1, column 3"),
    ("valid_xml", "<a>\ud800</a>", "not XML: it holds half a surrogate pair"),
    (
        "valid_xml",
        '<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;">]><a>&d;</a>',
        "not XML: it declares the entity 'b', which is refused",
    ),
    ("valid_html", "Hello", "not HTML: it holds no tag (line 1)"),
    ("valid_html", "<b>x\n<i>y</b>", "not HTML: </b> while <i> is open (line 2)"),
    ("valid_html", "<div>x", "not HTML: <div> is not closed (line 1)"),
    ("valid_html", "<div/>", "not HTML: <div> is not closed (line 1)"),
    ("valid_html", "<b>x</b></b>", "not HTML: </b> ends nothing that is open (line 1)"),
    ("valid_html", "</br>", "not HTML: </br> ends an element that has no content (line 1)"),
    ("valid_html", "<foo>x</foo>", "not HTML: <foo> is no HTML element (line 1)"),
    (
        "valid_html",
        "<p>a < b",
        "not HTML: '< b' is no tag: a plain < is written &lt; (line 1)",
    ),
    ("valid_html", "<a href=x href=y>z</a>", "not HTML: <a> has 'href' twice (line 1)"),
    ("valid_html", "<p class=", "not HTML: <p> has no proper end (line 1)"),
    ("valid_html", "<p><!-- x", "not HTML: a comment is not closed (line 1)"),
    ("valid_html", "<!DOCTYPE html", "not HTML: a declaration is not closed (line 1)"),
    ("valid_html", "\n<script>x", "not HTML: <script> is not closed (line 2)"),
    ("valid_html", "<b>" * 1001, "not HTML: nested deeper than 1000 (line 1)"),
    ("valid_python", "x = = 1", "not Python: invalid syntax (line 1)"),
    (
        "valid_python",
        "```python\nx = 1\n```",
        (
            "not Python: invalid syntax (line 1); "
            "the reply holds a fenced block: check it with `in: code`"
        ),
    ),
    ("valid_python", "-" * 100_000 + "1", "not Python: nested too deeply"),
    ("valid_python", "+".join("1" * 50_000), "not Python: nested too deeply"),
    ("valid_sql", "Hello world", "not SQL: it holds an expression where a statement is expected"),
    ("valid_sql", "-- nothing", "not SQL: it holds no statement"),
    ("valid_sql", "select between", "not SQL: Between lacks a part (line"),
    ("valid_sql", "select a from", "not SQL: Expected table name (line"),
    (
        "valid_sql",
        "select 1 frm t",
        "not SQL: Invalid expression / Unexpected token",
    ),
    ("valid_sql", "select 'x", "not SQL: "),
    ("valid_sql", "select " + "(" * 300 + "1" + ")" * 300, "not SQL: nested too deeply"),
]

LIMITS = {
    "valid_xml": 5_000_000,
    "valid_html": 2_000_000,
    "valid_python": 200_000,
    "valid_sql": 50_000,
}


@pytest.mark.parametrize(("name", "text"), VALID)
def test_well_formed_text_passes(run: Run, name: str, text: str) -> None:
    result = run(name, text)

    assert (result.passed, result.reason) == (True, "")


@pytest.mark.parametrize(("name", "text", "reason"), INVALID, ids=range(len(INVALID)))
def test_ill_formed_text_fails_with_the_place(run: Run, name: str, text: str, reason: str) -> None:
    result = run(name, text)

    # The end of some messages belongs to sqlglot and changes with it.
    assert (result.passed, result.reason[: len(reason)]) == (False, reason)


@pytest.mark.parametrize("text", ["a\0b", "x = '\ud800'"], ids=["null byte", "surrogate"])
def test_text_that_python_cannot_read_fails(run: Run, text: str) -> None:
    result = run("valid_python", text)

    assert result.passed is False
    assert result.reason.startswith("not Python: ")


@pytest.mark.parametrize("name", LIMITS)
def test_white_space_is_nothing(run: Run, name: str) -> None:
    result = run(name, " \n ")

    assert result.passed is False
    assert result.reason.endswith("there is nothing in it")


@pytest.mark.parametrize("name", LIMITS)
@pytest.mark.parametrize("twin", ["", "not_"])
def test_too_much_text_is_an_error_for_both_twins(run: Run, name: str, twin: str) -> None:
    result = run(twin + name, "x" * (LIMITS[name] + 1))

    assert (result.status, result.passed) == ("error", None)
    assert f"more than the limit of {LIMITS[name]:,}" in result.reason


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("not_valid_xml", "<a/>", "the reply is XML"),
        ("not_valid_html", "<p>", "the reply is HTML"),
        ("not_valid_python", "x", "the reply is Python"),
        ("not_valid_sql", "select 1", "the reply is SQL"),
    ],
)
def test_the_twin_says_what_the_reply_is(run: Run, name: str, text: str, reason: str) -> None:
    assert run(name, text).reason == reason


def test_python_is_parsed_without_a_warning(run: Run) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")

        result = run("valid_python", "x = '\\d' if 1 is 1 else 0xfor x")

    assert caught == []
    assert result.status == "scored"


def test_the_dialect_of_sql_counts(run: Run) -> None:
    text = "select `a` from `b`"

    assert run("valid_sql", text, dialect="mysql").passed is True
    assert run("valid_sql", text, dialect="postgres").passed is False


def test_an_error_of_sqlglot_without_a_place_is_shown_as_it_is(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def parse(text: str, dialect: str) -> None:
        raise sqlglot.errors.ParseError("cannot\nsay where")

    monkeypatch.setattr(sqlglot, "parse", parse)

    assert run("valid_sql", "select 1").reason == "not SQL: cannot"


def test_an_unknown_dialect_is_refused(run: Run) -> None:
    with pytest.raises(ParameterError, match=r"^dialect: Unknown dialect 'postgrs'"):
        run("valid_sql", "select 1", dialect="postgrs")


def test_without_sqlglot_only_valid_sql_is_refused(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "sqlglot", None)

    with pytest.raises(ParameterError) as refused:
        run("valid_sql", "select 1")

    assert str(refused.value) == (
        "valid_sql needs the package sqlglot: pip install 'llmeval-gate[sql]'"
    )
    assert run("valid_xml", "<a/>").passed is True
