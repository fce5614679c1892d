"""Checks on the form of a text in some language: valid_xml, valid_html, valid_sql, valid_python."""

# ruff: noqa: ARG002  # methods take what the Scorer protocol gives them

import ast
import re
import warnings
from dataclasses import dataclass
from typing import Any, ClassVar, Final
from xml.parsers import expat

from llmeval.errors import ParameterError
from llmeval.scorers import markup
from llmeval.scorers.scorer import YesNo
from llmeval.text import cut


@dataclass(frozen=True, kw_only=True)
class _Form(YesNo):
    """The text is well formed in one language."""

    main: ClassVar[str] = ""
    language: ClassVar[str]

    def fault(self, text: str) -> str:
        """Return "" where it holds, else what is wrong and where."""
        if not text.strip():
            return f"not {self.language}: there is nothing in it"
        fault = self.problem(text)
        if not fault:
            return ""
        fenced = re.search(r"^ {0,3}(?:```|~~~)", text, re.MULTILINE)
        hint = "; the reply holds a fenced block: check it with `in: code`" if fenced else ""
        return f"not {self.language}: {fault}{hint}"

    def claim(self, text: str) -> str:
        """Return what is true where it holds."""
        return f"the reply is {self.language}"

    def problem(self, text: str) -> str:
        """Return the first problem of the text with its place, "" for none."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class ValidXml(_Form):
    """The reply is a well-formed XML document that declares no entities."""

    language: ClassVar[str] = "XML"
    max_chars: ClassVar[int] = 5_000_000

    def problem(self, text: str) -> str:
        """Return the first problem of the text with its place, "" for none."""
        parser = expat.ParserCreate()
        refused: list[str] = []

        def refuse(name: str, *_: object) -> None:
            # A few entities that name each other unfold to gigabytes; replies need none.
            refused.append(f"it declares the entity {cut(name, 40)!r}, which is refused")
            raise _RefusedError

        parser.EntityDeclHandler = refuse
        try:
            parser.Parse(text.lstrip("\ufeff \t\r\n"), True)  # noqa: FBT003  # expat's signature
        except _RefusedError:
            return refused[0]
        except expat.ExpatError as error:
            return str(error)
        except UnicodeEncodeError:
            return "it holds half a surrogate pair"
        return ""


class _RefusedError(Exception):
    """Stops the XML parser."""


@dataclass(frozen=True, kw_only=True)
class ValidHtml(_Form):
    """The reply is HTML whose tags are known, closed and nested."""

    language: ClassVar[str] = "HTML"
    max_chars: ClassVar[int] = 2_000_000

    def problem(self, text: str) -> str:
        """Return the first problem of the text with its place, "" for none."""
        return markup.problem(text)


_FILE: Final = "<reply under llmeval>"


@dataclass(frozen=True, kw_only=True)
class ValidPython(_Form):
    """The reply is Python that the running interpreter parses; it is never executed."""

    language: ClassVar[str] = "Python"
    max_chars: ClassVar[int] = 200_000
    """Parsing takes about 2 s per million characters."""

    def problem(self, text: str) -> str:
        """Return the first problem of the text with its place, "" for none."""
        # The parser warns of what it dislikes ("invalid escape sequence"), and under `-W error`
        # that makes it refuse. Not catch_warnings: it swaps the filters of the whole process,
        # and this is not the main thread.
        warnings.filterwarnings("ignore", module=re.escape(_FILE))
        try:
            ast.parse(text.lstrip("\ufeff"), _FILE)
        except SyntaxError as error:
            return error.msg + (f" (line {error.lineno})" if error.lineno else "")
        except (RecursionError, MemoryError):
            return "nested too deeply"
        except ValueError as error:  # null bytes, half a surrogate pair
            return cut(str(error), 100)
        return ""


@dataclass(frozen=True, kw_only=True)
class ValidSql(_Form):
    """The reply is SQL in a dialect known to sqlglot (extra `sql`)."""

    language: ClassVar[str] = "SQL"
    max_chars: ClassVar[int] = 50_000
    main: ClassVar[str] = "dialect"

    dialect: str = ""
    """As sqlglot names them, `postgres` or `mysql` for instance; empty is what most share."""

    def __post_init__(self) -> None:
        try:
            _sqlglot().Dialect.get_or_raise(self.dialect)
        except ValueError as error:
            raise ParameterError("dialect", str(error)) from error

    def problem(self, text: str) -> str:
        """Return the first problem of the text with its place, "" for none."""
        sqlglot = _sqlglot()
        try:
            statements = sqlglot.parse(text, dialect=self.dialect)
        except sqlglot.errors.ParseError as error:
            return _sql_error(error)
        except sqlglot.errors.TokenError as error:
            return cut(str(error).splitlines()[0], 150)
        except RecursionError:
            return "nested too deeply"
        statements = [statement for statement in statements if statement is not None]
        if not statements:
            return "it holds no statement"
        # sqlglot also parses expressions: "Paris" is a column, "Hello world" a column's alias.
        loose = (sqlglot.exp.Condition, sqlglot.exp.Alias)
        if any(isinstance(s, loose) and not isinstance(s, sqlglot.exp.Query) for s in statements):
            return "it holds an expression where a statement is expected"
        return ""


def _sqlglot() -> Any:
    try:
        import sqlglot
    except ImportError as error:
        raise ParameterError(
            "", "valid_sql needs the package sqlglot: pip install 'llmeval-gate[sql]'"
        ) from error
    return sqlglot


# Of several missing parts sqlglot names any one: which, changes from process to process.
_LACKING: Final = re.compile(r"Required keyword: '\w+' missing for <class '(?:\w+\.)*(\w+)'>")
_TOKEN: Final = re.compile(r" but got <Token .*")


def _sql_error(error: Any) -> str:
    if not error.errors:
        return cut(str(error).splitlines()[0], 150)
    first = error.errors[0]
    description = " ".join(str(first["description"]).split())
    plain = _TOKEN.sub("", _LACKING.sub(r"\1 lacks a part", description))
    return f"{cut(plain, 100)} (line {first['line']}, column {first['col']})"
