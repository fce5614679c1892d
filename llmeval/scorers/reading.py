"""JSON out of a reply: whole, or in its first fenced block; never so deep or long that it hurts."""

import json
import math
from typing import Any, NoReturn

from llmeval.text import first_code_block, fold_surrogates, quote

MAX_CHARS = 5_000_000
MAX_DEPTH = 200
"""Far above what people write; well below the depth at which recursive code gives up."""


def read_json(text: str, *, fenced: bool) -> Any:
    """Return the JSON value that the text is.

    Args:
        text: What the model wrote.
        fenced: The value may also stand in the first fenced block, whatever is around it.

    Raises:
        ValueError: Not JSON, or beyond the limits; NaN and infinite numbers are not JSON.
    """
    if len(text) > MAX_CHARS:
        raise ValueError(f"{len(text):,} characters are more than the limit of {MAX_CHARS:,}")
    bare = text.removeprefix("\ufeff")
    try:
        return parse(bare)
    except ValueError:
        block = first_code_block(bare) if fenced else None
        if block is None:
            raise
    return parse(block)


def parse(text: str) -> Any:
    """Return the JSON value; of a key that stands twice, the last value.

    Raises:
        ValueError: Not JSON or too deep, with the place where it stops being so.
    """
    if text.count("[") + text.count("{") > MAX_DEPTH:
        _check_depth(text)
    try:
        return json.loads(text, parse_constant=_no_constant, parse_float=_finite)
    except json.JSONDecodeError as error:
        raise ValueError(_explained(error)) from error
    except ValueError as error:
        if str(error).startswith("Exceeds the limit"):  # Python's, on its own settings
            raise ValueError("a number of more than 4300 digits") from error
        raise


def _check_depth(text: str) -> None:
    depth, deepest, position, in_string = 0, 0, 0, False
    while position < len(text) and deepest <= MAX_DEPTH:
        sign = text[position]
        if in_string:
            position += sign == "\\"
            in_string = sign != '"'
        elif sign == '"':
            in_string = True
        else:
            depth += (sign in "[{") - (sign in "]}")
            deepest = max(deepest, depth)
        position += 1
    if deepest > MAX_DEPTH:
        raise ValueError(f"nested deeper than {MAX_DEPTH}")


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(f"the number {quote(digits, 20)} is too large")
    return number


def _explained(error: json.JSONDecodeError) -> str:
    around = fold_surrogates(error.doc[error.pos : error.pos + 20])
    found = f"found {quote(around, 20)}" if around else "the text ends"
    return f"{error.msg} at line {error.lineno} column {error.colno}, {found}"
