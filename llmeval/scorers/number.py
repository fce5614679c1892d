"""Check on a number in prose: number."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import ClassVar, Literal

from llmeval.scorers.numerals import EXACT, MAX_DIGITS, Numeral, numerals
from llmeval.scorers.scorer import YesNo, require
from llmeval.text import quote


@dataclass(frozen=True, kw_only=True)
class Number(YesNo):
    """The reply's number is this one, give or take the tolerance.

    Of several numbers the last counts, as in the evaluation of sums in words since Cobbe et al.
    (2021, GSM8K): models derive first and conclude then. A number that can be read in two ways
    ("1,234") counts in both: that a wrong answer happens to be right when misread is unlikely,
    that a right one is written in the other country's way is not.
    """

    version: ClassVar[str] = "2"
    max_chars: ClassVar[int] = 1_000_000

    value: int | float
    """A whole number stays one: as a float, 9007199254740993 would be another number."""
    tolerance: float = field(default=0.0, metadata={"ge": 0})
    which: Literal["last", "first", "any", "only"] = "last"

    def __post_init__(self) -> None:
        message = f"expected a number of at most {MAX_DIGITS} digits"
        require(abs(self.value) < 10**MAX_DIGITS, "value", message)

    def fault(self, text: str) -> str:
        """Return "" where it holds, else which number was found."""
        found = list(numerals(text))
        if not found:
            return f"there is no number in {quote(text)}"
        if self.which == "only" and len(found) > 1:
            return f"{len(found)} numbers in the reply, expected one"
        chosen = {"first": found[:1], "any": found}.get(self.which, found[-1:])
        if any(self._fits(numeral) for numeral in chosen):
            return ""
        shown = ", ".join(quote(numeral.shown) for numeral in chosen[:5])
        within = f" ± {self.tolerance:g}" if self.tolerance else ""
        return f"found {shown}, expected {self.value!r}{within}"

    def claim(self, text: str) -> str:  # noqa: ARG002  # the text is known to hold it
        """Return what is true where it holds."""
        return f"the reply's number is {self.value!r}"

    def _fits(self, numeral: Numeral) -> bool:
        # As Decimals of what was written: in binary, 1.1 is not within 0.1 of 1.0.
        expected, tolerance = Decimal(repr(self.value)), Decimal(repr(self.tolerance))
        return any(
            EXACT.subtract(reading, expected).copy_abs() <= tolerance
            for reading in numeral.readings
        )
