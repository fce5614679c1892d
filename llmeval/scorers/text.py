"""Checks on the words of a reply: equals, contains, starts_with, one_of, length and their kin.

Without options the comparison is exact but for canonically equivalent spellings: whether a
model writes é as one code point or as two is nothing a suite can mean.
"""

# ruff: noqa: ARG002  # methods take what the Scorer protocol gives them

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from llmeval.errors import ParameterError
from llmeval.scorers.scorer import YesNo, require
from llmeval.text import canonical, normalise, quote


@dataclass(frozen=True, kw_only=True)
class _Words(YesNo):
    """Compares texts, on request without case or on normalised text."""

    ignore_case: bool = False
    normalize: bool = False

    @classmethod
    def surely_fits(cls, parameters: Mapping[str, Any]) -> bool:
        """Tell of nearly all checks of large suites, without building one, that they can be.

        Something is left of a plain text, whatever its case.
        """
        value = parameters.get("value")
        return type(value) is str and len(parameters) == 1 and value != "" and value.isascii()

    def fold(self, text: str) -> str:
        """Return the text in the form in which it is compared."""
        if self.normalize:
            return normalise(text)
        text = canonical(text)
        return text.casefold() if self.ignore_case else text

    def needle(self, text: str) -> str:
        """Return a text to look for in the form in which it is compared.

        Raises:
            ParameterError: Nothing is left of it: every reply would contain it.
        """
        folded = self.fold(text)
        if not folded:
            said = f"{quote(text)} leaves nothing to look for: every text has it"
            raise ParameterError("value", said)
        return folded


@dataclass(frozen=True, kw_only=True)
class _One(_Words):
    """Looks for one text."""

    value: str
    _needle: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_needle", self.needle(self.value))


@dataclass(frozen=True, kw_only=True)
class _Several(_Words):
    """Looks for several texts."""

    value: tuple[str, ...]
    _needles: tuple[str, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        require(self.value, "value", "expected at least one text, found an empty list")
        object.__setattr__(self, "_needles", tuple(self.needle(text) for text in self.value))


@dataclass(frozen=True, kw_only=True)
class _Whole(_Words):
    """Compares the whole reply."""

    version: ClassVar[str] = "2"

    def fold(self, text: str) -> str:
        """Return the text in the form in which it is compared: something, unless it is blank.

        Else all texts of nothing but punctuation would be the same.
        """
        return super().fold(text) or " ".join(canonical(text).split())


@dataclass(frozen=True, kw_only=True)
class Equals(_Whole):
    """The reply is this text."""

    value: str
    _folded: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Not `needle`: with `allow_empty` the empty text can be what is expected.
        object.__setattr__(self, "_folded", self.fold(self.value))

    def fault(self, text: str) -> str:
        """Return "" where it holds, else what is wrong."""
        if self.fold(text) == self._folded:
            return ""
        return f"expected {quote(self.value)}, found {_found(self.value, text)}"

    def claim(self, text: str) -> str:
        """Return what is true where it holds."""
        return f"the reply is {quote(self.value)}"


def _found(expected: str, text: str) -> str:
    """Return the reply quoted from where it first differs, if that is beyond what is shown."""
    same = next(
        (at for at, (a, b) in enumerate(zip(expected, text, strict=False)) if a != b),
        min(len(expected), len(text)),
    )
    if same < 50:
        return quote(text)
    return f"{quote('…' + text[same - 10 :])} (differs from character {same + 1} on)"


@dataclass(frozen=True, kw_only=True)
class Contains(_One):
    """The reply contains this text."""

    def fault(self, text: str) -> str:
        """Return "" where it holds, else what is wrong."""
        return "" if self._needle in self.fold(text) else f"does not contain {quote(self.value)}"

    def claim(self, text: str) -> str:
        """Return what is true where it holds."""
        return f"contains {quote(self.value)}"


@dataclass(frozen=True, kw_only=True)
class IContains(Contains):
    """The reply contains this text, in upper or lower case."""

    ignore_case: bool = True


@dataclass(frozen=True, kw_only=True)
class StartsWith(_One):
    """The reply starts with this text."""

    def fault(self, text: str) -> str:
        """Return "" where it holds, else what is wrong."""
        if self.fold(text).startswith(self._needle):
            return ""
        return f"starts with {quote(text, len(self.value) + 20)}, not with {quote(self.value)}"

    def claim(self, text: str) -> str:
        """Return what is true where it holds."""
        return f"starts with {quote(self.value)}"


@dataclass(frozen=True, kw_only=True)
class EndsWith(_One):
    """The reply ends with this text."""

    def fault(self, text: str) -> str:
        """Return "" where it holds, else what is wrong."""
        if self.fold(text).endswith(self._needle):
            return ""
        shown = quote(text[-len(self.value) - 20 :], len(self.value) + 20)
        return f"ends with {shown}, not with {quote(self.value)}"

    def claim(self, text: str) -> str:
        """Return what is true where it holds."""
        return f"ends with {quote(self.value)}"


@dataclass(frozen=True, kw_only=True)
class ContainsAll(_Several):
    """The reply contains each of these texts."""

    def fault(self, text: str) -> str:
        """Return "" where it holds, else which are missing."""
        folded = self.fold(text)
        missing = [
            value
            for value, needle in zip(self.value, self._needles, strict=True)
            if needle not in folded
        ]
        return f"does not contain {_listed(missing)}" if missing else ""

    def claim(self, text: str) -> str:
        """Return what is true where it holds."""
        return f"contains {_listed(self.value)}"


@dataclass(frozen=True, kw_only=True)
class ContainsAny(_Several):
    """The reply contains at least one of these texts."""

    def fault(self, text: str) -> str:
        """Return "" where it holds, else what is wrong."""
        folded = self.fold(text)
        for needle in self._needles:
            if needle in folded:
                return ""
        return f"contains none of {_listed(self.value)}"

    def claim(self, text: str) -> str:
        """Return which of them are there."""
        folded = self.fold(text)
        pairs = zip(self.value, self._needles, strict=True)
        return f"contains {_listed([value for value, needle in pairs if needle in folded])}"


@dataclass(frozen=True, kw_only=True)
class OneOf(_Whole):
    """The reply is one of these texts."""

    value: tuple[str, ...]
    _folded: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        require(self.value, "value", "expected at least one text, found an empty list")
        object.__setattr__(self, "_folded", frozenset(self.fold(text) for text in self.value))

    def fault(self, text: str) -> str:
        """Return "" where it holds, else what is wrong."""
        if self.fold(text) in self._folded:
            return ""
        return f"expected one of {_listed(self.value)}, found {quote(text)}"

    def claim(self, text: str) -> str:
        """Return what is true where it holds."""
        return f"the reply is {quote(text)}"


def _listed(texts: "tuple[str, ...] | list[str]", limit: int = 5) -> str:
    shown = ", ".join(quote(text) for text in texts[:limit])
    return f"{shown} and {len(texts) - limit} more" if len(texts) > limit else shown


@dataclass(frozen=True, kw_only=True)
class Length(YesNo):
    """The reply is neither too short nor too long."""

    main: ClassVar[str] = "max"
    threshold: ClassVar[bool] = False

    min: int | None = field(default=None, metadata={"ge": 0})
    max: int | None = field(default=None, metadata={"ge": 0})
    unit: Literal["chars", "words", "lines"] = "chars"

    def __post_init__(self) -> None:
        require(self.min is not None or self.max is not None, "", "needs min, max or both")
        if self.min is not None and self.max is not None:
            require(self.min <= self.max, "min", f"{self.min} is more than max {self.max}")

    def fault(self, text: str) -> str:
        """Return "" where it holds, else what is wrong."""
        length = self._length(text)
        if self.min is not None and length < self.min:
            return f"{length} {self.unit} are below the minimum of {self.min}"
        if self.max is not None and length > self.max:
            return f"{length} {self.unit} are above the maximum of {self.max}"
        return ""

    def claim(self, text: str) -> str:
        """Return what is true where it holds."""
        return f"the reply is {self._length(text)} {self.unit} long"

    def _length(self, text: str) -> int:
        if self.unit == "chars":
            return len(canonical(text))
        # Not str.splitlines(): it also breaks at form feeds and at U+2028, inside a line for
        # everyone else; and the line feed that ends the last line starts no further one.
        if self.unit == "words":
            return len(text.split())
        return text.count("\n") + (not text.endswith("\n")) if text else 0
