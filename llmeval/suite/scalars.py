"""Plain YAML scalars as YAML 1.2 reads them (core schema), and those that YAML 1.1 read otherwise.

In YAML 1.1 `yes` is true, `12:30` is 750 and `2027-03-01` a date. Here they are text, but other
programs that see the same file disagree: where text is wanted we ask for quotes.
"""

import re
from typing import Any

_CONSTANTS: dict[str, Any] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
    ".inf": float("inf"),
    ".Inf": float("inf"),
    ".INF": float("inf"),
    "+.inf": float("inf"),
    "-.inf": float("-inf"),
    "-.Inf": float("-inf"),
    "-.INF": float("-inf"),
    ".nan": float("nan"),
    ".NaN": float("nan"),
    ".NAN": float("nan"),
}
_NUMBER_START = frozenset("0123456789+-.")
_INT = re.compile(r"[-+]?[0-9]+\Z")
_OCTAL_OR_HEX = re.compile(r"0o[0-7]+\Z|0x[0-9a-fA-F]+\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
# Python refuses to read longer ones, and nobody means them as numbers.
_MAX_DIGITS = 400

_FORMER_BOOLEANS = frozenset(("yes", "no", "on", "off"))
_FORMER_NUMBER = re.compile(
    r"[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?\Z"  # 12:30
    r"|[-+]?[0-9]+_[0-9_]*(\.[0-9_]*)?\Z"  # 1_000
    r"|[-+]?0b[01_]+\Z"
    r"|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt \t].*)?\Z"  # 2027-03-01
)


def resolve(raw: str) -> Any:
    """Return the value of a plain scalar."""
    if raw in _CONSTANTS:
        return _CONSTANTS[raw]
    if raw[0] not in _NUMBER_START or len(raw) > _MAX_DIGITS:
        return raw
    if _INT.match(raw):
        return int(raw)
    if _OCTAL_OR_HEX.match(raw):
        return int(raw, 0)
    return float(raw) if _FLOAT.match(raw) else raw


def is_ambiguous(raw: str) -> bool:
    """Tell whether a plain text is no text to other readers of YAML: yes, 12:30, 2027-03-01."""
    if len(raw) <= 3 and raw.lower() in _FORMER_BOOLEANS:
        return True
    return raw[:1] in _NUMBER_START and _FORMER_NUMBER.match(raw) is not None
