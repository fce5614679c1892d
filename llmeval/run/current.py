"""Which case this code runs for: known to a task, and to threads that work for it."""

from contextvars import ContextVar

CASE: ContextVar[str | None] = ContextVar("llmeval_case", default=None)
"""Node id of the case that is asked or scored; None outside of cases."""
