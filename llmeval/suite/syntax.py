"""Turns what the YAML parser says into what the user should do."""

import re

import yaml

from llmeval.suite.problems import Problems

_LINE_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_UNQUOTED_TEMPLATE = re.compile(r"(?:^|[:,\[-])\s*(\{\{[^{}\n]*\}\})")
_CONFLICT = re.compile(r"(<{7}|>{7}|={7})( |$)")

_BY_PROBLEM = (
    (
        "mapping values are not allowed",
        "': ' inside a text without quotes; put quotes around the whole text",
    ),
    ("tab", "a tab in the indentation; use spaces"),
    ("unexpected end of stream", "the file ends inside a quoted text; close the quote"),
    ("unexpected document indicator", "'---' inside a quoted text; close the quote"),
    ("could not find expected ':'", "a text without a key; expected `key: value`"),
    ("',' or ']'", "the list opened with '[' is not closed; expected ',' or ']'"),
    ("',' or '}'", "the mapping opened with '{' is not closed; expected ',' or '}'"),
    (
        "did not find expected key",
        "expected a key here; is the indentation right, and text with quotes inside quoted?",
    ),
    (
        "'-' indicator",
        "expected a list item that starts with '-' here; is the indentation right?",
    ),
    ("escape", "wrong escape in a double-quoted text; write \\\\ for a backslash"),
    ("hexadecimal", "wrong escape in a double-quoted text; write \\\\ for a backslash"),
    ("block entries are not allowed", "a list cannot start here; put '-' on a line of its own"),
    ("block sequence entries", "a list cannot start here; put '-' on a line of its own"),
    ("undefined tag handle", "tags (!) are not allowed in a suite; put quotes around the text"),
    ("document start", "expected the end of the file; is the indentation right?"),
)


def split_lines(text: str) -> list[str]:
    """Return the lines as the YAML parser counts them."""
    return _LINE_BREAK.split(text)


def report(error: yaml.YAMLError, text: str, problems: Problems) -> None:
    """Add the problem that a parser error stands for."""
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        _report_character(error, text, problems)
        return
    lines = split_lines(text)
    mark = error.problem_mark
    first = error.context_mark.line if error.context_mark else mark.line
    if _report_known_line(lines, first, mark.line, problems):
        return
    said = error.problem or ""
    if "end of stream" in said and error.context_mark:
        mark = error.context_mark
    message = _message(said, _character(lines, mark.line, mark.column))
    problems.add_line(mark.line + 1, mark.column + 1, message)


def _report_character(error: yaml.YAMLError, text: str, problems: Problems) -> None:
    bad = re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]", text)
    if bad is None:
        problems.add_line(0, 0, f"not valid YAML: {error}")
        return
    before = split_lines(text[: bad.start()])
    problems.add_line(
        len(before),
        len(before[-1]) + 1,
        f"control character U+{ord(bad[0]):04X}; write it as an escape in double quotes",
    )


def _report_known_line(lines: list[str], first: int, last: int, problems: Problems) -> bool:
    for number in range(max(first, last - 3), min(last + 1, len(lines))):
        template = _UNQUOTED_TEMPLATE.search(lines[number])
        if template:
            problems.add_line(number + 1, template.start(1) + 1, unquoted(template[1]))
            return True
        if _CONFLICT.match(lines[number]):
            problems.add_line(number + 1, 1, "merge conflict marker; resolve the conflict")
            return True
    return False


def unquoted(placeholder: str) -> str:
    """Return the message about a placeholder without quotes."""
    return f'unquoted {placeholder}: put quotes around the whole text: "{placeholder}"'


def _character(lines: list[str], line: int, column: int) -> str:
    return lines[line][column : column + 1] if line < len(lines) else ""


def _message(said: str, character: str) -> str:
    if "cannot start any token" in said:
        if character == "\t":
            return "a tab in the indentation; use spaces"
        return f"a text cannot start with {character!r}; put quotes around it"
    for part, message in _BY_PROBLEM:
        if part in said:
            return message
    return f"not valid YAML: {said}"
