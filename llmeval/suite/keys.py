"""Every key of a suite file: where it may stand and what may stand under it.

A further key is one line here, its kind, and what `recipe.py` makes of it.
"""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from llmeval.suite import words
from llmeval.suite.adapter import AdapterRef
from llmeval.suite.attack import AttackKey
from llmeval.suite.check_keys import METRIC, SEVERITY
from llmeval.suite.conversation import Messages, Turns
from llmeval.suite.expect import Expect
from llmeval.suite.folder import Folder
from llmeval.suite.gate import Gate
from llmeval.suite.kinds import (
    Choice,
    Flag,
    Kind,
    ListOf,
    ListOrText,
    MappingOf,
    Number,
    Schema,
    Text,
    Value,
    Word,
)
from llmeval.suite.node import Node, Table
from llmeval.suite.reader import BAD, Reader
from llmeval.suite.structures import (
    Dataset,
    ExpectedFailure,
    Repeat,
    Share,
    Tools,
)
from llmeval.suite.template import is_name
from llmeval.suite.variants import Variants

ID = r"^(?!\s)(?!.*::)[^\[\]\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]{1,500}(?<!\s)$"
"""Pytest prints ids as they are: nothing that a terminal takes for a command, no line breaks, and
nothing that turns the reading direction."""
ID_WORDS = (
    "an id without '::', brackets, control characters and outer blanks, at most 500 characters"
)
NAME = r"^[A-Za-z0-9._-]+$"
TAG = r"^[a-z0-9_-]+$"

PYTEST_MARKS = frozenset(
    (
        "filterwarnings",
        "parametrize",
        "skip",
        "skipif",
        "tryfirst",
        "trylast",
        "usefixtures",
        "xfail",
    )
)


class Tag(Struct, frozen=True):
    """A word that becomes a pytest marker."""

    def read(self, node: Node, key: str, reader: Reader) -> Any:
        """Return the tag."""
        tag = Word("a tag of a-z, 0-9, '_' and '-'", TAG).read(node, key, reader)
        if tag in PYTEST_MARKS:
            return reader.wrong(
                node.at, f"{key}: {tag!r} is a name of pytest's own; choose another"
            )
        return tag

    def schema(self) -> Schema:
        """Return the JSON Schema."""
        return {"type": "string", "pattern": TAG, "not": {"enum": sorted(PYTEST_MARKS)}}


class Vars(Struct, frozen=True):
    """Variables: any values; texts may name a file, but hold no variables themselves."""

    def read(self, node: Node, key: str, reader: Reader) -> Any:
        """Return a dict."""
        if not isinstance(node, Table):
            return reader.expected(node, key, "a mapping")
        known = len(reader.problems)
        for name, _, at in node.rows():
            if not is_name(name):
                reader.wrong(at, f"{key}: {name!r} cannot be the name of a variable")
        templating, reader.templating = reader.templating, False
        values = MappingOf(Value()).read(node, key, reader)
        reader.templating = templating
        return BAD if len(reader.problems) > known else values

    def schema(self) -> Schema:
        """Return the JSON Schema."""
        return {"type": "object"}


class Cases(Struct, frozen=True):
    """The list of cases; `cases.py` reads it."""

    def read(self, node: Node, key: str, reader: Reader) -> Any:  # noqa: ARG002  the shape of a Kind
        """Return the node."""
        return node

    def schema(self) -> Schema:
        """Return the JSON Schema."""
        return {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/case"}}


BOTH: Mapping[str, Kind] = {
    "system": Text(),
    "vars": Vars(),
    "repeat": Repeat(of_suite=True),
    "min_trial_pass_rate": Share(),
    "weight": Number(above=0, high=1000),
    "tags": ListOf(Tag(), "a list of tags"),
    "timeout": Number(above=0),
    "severity": SEVERITY,
    "expect": Expect(),
    "tools": Tools(),
    "tool_results": MappingOf(Value()),
    "template": Flag(),
    "allow_empty": Flag(),
    "allow_truncated": Flag(),
    "on_error": Choice(("error", "fail")),
    "adapter": AdapterRef(),
    "params": MappingOf(Value()),
}
"""Keys of suite and case."""

CASE: Mapping[str, Kind] = {
    "id": Word(ID_WORDS, ID),
    "description": Word(),
    "prompt": Text(),
    "turns": Turns(),
    "messages": Messages(),
    "dataset": Dataset(),
    "context": Text(),
    "reference": Text(),
    "references": ListOrText(),
    "wrong_references": ListOrText(),
    "goal": Text(),
    "attack": AttackKey(),
    "workspace": Folder(),
    "xfail": ExpectedFailure(),
    "skip": Word("the reason, as text", r"^[\s\S]*\S[\s\S]*$"),
    "renamed_from": Word(ID_WORDS, ID),
    "omit": ListOf(METRIC, "a list of metrics"),
    **BOTH,
    "repeat": Repeat(),
}

VARIANT: Mapping[str, Kind] = {
    "system": Text(),
    "prompt": Text(),
    "vars": Vars(),
    "adapter": AdapterRef(),
    "params": MappingOf(Value()),
}
"""Keys of a variant: what a version of the application may have of its own."""

SUITE: Mapping[str, Kind] = {
    "suite": Word("a name of A-Z, a-z, 0-9, '.', '_' and '-'", NAME),
    "description": Word(),
    "variants": Variants(VARIANT),
    "gate": Gate(),
    **BOTH,
    "cases": Cases(),
}

DEFAULTS: Mapping[str, Kind] = {**BOTH, "gate": Gate()}
"""Keys of `[tool.llmeval.defaults]`."""

SUITE_WORDS = {
    **dict.fromkeys(
        (key for key in CASE if key not in SUITE),
        "it belongs to a case: write it below `cases`",
    ),
    **words.SUITE,
}
