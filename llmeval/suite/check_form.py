"""What is known of a check by its name: its class, its parameters and what fits them."""

import typing
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from llmeval.errors import ParameterError
from llmeval.parameters import Parameter, fit, parameters_of
from llmeval.protocols import Scorer
from llmeval.records import Check


class Form:
    """What is known of one check name, `not_` included."""

    __slots__ = (
        "base",
        "cls",
        "main",
        "name",
        "negated",
        "one_text",
        "parameters",
        "required",
        "shown",
        "surely_fits",
        "thinks",
    )

    def __init__(self, name: str, base: str, cls: type[Scorer]) -> None:
        self.name = name
        self.base = base
        self.negated = name != base
        self.cls = cls
        self.main = cls.main
        self.parameters: Mapping[str, Parameter] = parameters_of(cls)
        self.thinks = hasattr(cls, "__post_init__")
        """Whether it checks more than the types of its parameters."""
        self.surely_fits: Callable[[Mapping[str, Any]], bool] = getattr(
            cls, "surely_fits", _not_sure
        )
        """Tells quickly that it takes parameters of the right types."""
        self.required = tuple(key for key, known in self.parameters.items() if known.required)
        self.one_text = _takes_one_text(cls, self.parameters)
        """Whether a text beside the name is all that most such checks have."""
        self.shown = {key: f"{name}: {key}" for key in self.parameters}


def _takes_one_text(cls: type[Scorer], parameters: Mapping[str, Parameter]) -> bool:
    """Tell whether a check may be nothing but its main text."""
    main = parameters.get(cls.main)
    return (
        main is not None
        and main.annotation is str
        and not any(known.required for known in parameters.values() if known is not main)
        and not hasattr(cls, "seated")
    )


def _not_sure(_: Mapping[str, Any]) -> bool:
    return False


def construction_fault(form: Form, parameters: Mapping[str, Any]) -> str:
    """Return why the class refuses these parameters; "" when it takes them."""
    known = form.parameters
    try:
        form.cls(
            **{
                # A text has been found fitting already; most parameters are texts.
                name: value if type(value) is str else fit(value, known[name])
                for name, value in parameters.items()
            }
        )
    except (ParameterError, ValueError, TypeError) as error:
        return str(error)
    return ""


@cache
def wants_checks(annotation: Any) -> bool:
    """Tell whether a parameter holds further checks (groups)."""
    return typing.get_origin(annotation) is tuple and typing.get_args(annotation)[0] is Check


@cache
def accepts_text(annotation: Any) -> bool:
    """Tell whether a plain text fits."""
    return accepts(annotation, "x")


@cache
def accepts_text_items(annotation: Any) -> bool:
    """Tell whether a list of texts fits, and one of other values does not."""
    if not accepts(annotation, ("x",)):
        return False
    return not accepts(annotation, (1,)) and not accepts(annotation, ({},))


def accepts(annotation: Any, value: Any) -> bool:
    """Tell whether a value fits an annotation."""
    try:
        fit(value, Parameter(name="", annotation=annotation, required=False))
    except ParameterError:
        return False
    return True
