"""Why something failed, as pytest's reports carry it: a whole text and the line that heads it."""

from typing import Any

from _pytest._code.code import (
    ReprEntryNative,
    ReprExceptionInfo,
    ReprFileLocation,
    ReprTraceback,
)


def failure(text: str, path: str, line: int) -> Any:
    """Return what a report says of a failure.

    Of a plain text pytest's summary shows one line on a terminal, but all where the environment
    variable CI is set: every reply a second time. Of this, which xdist's workers can send as well,
    it shows the first line everywhere.

    Args:
        text: One line or more.
        path: Of the suite file.
        line: Where the case begins there.
    """
    shown = ReprTraceback([ReprEntryNative([f"{text}\n"])], None, style="native")
    head = text.partition("\n")[0]
    return ReprExceptionInfo(shown, ReprFileLocation(path, line, head))
