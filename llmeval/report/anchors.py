"""Where on the page a case is found."""

from urllib.parse import quote

from llmeval.report.files import encoded

_PLAIN = "!'()*"
"""Left as they are by `encodeURIComponent`, by which the page's script makes the same address."""


def of_case(suite: str, case: str) -> str:
    """Return the address of a case within its page: "#support::refund%5Bnow%5D"."""
    return f"#{_quoted(suite)}::{_quoted(case)}"


def _quoted(text: str) -> str:
    return quote(encoded(text), safe=_PLAIN)
