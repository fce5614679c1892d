"""A finished run becomes a line of the history."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from llmeval.compare.conclusion import Conclusion
from llmeval.compare.pairing import Selection
from llmeval.config import Settings
from llmeval.errors import LlmevalError
from llmeval.records import RunHeader
from llmeval.report import earlier, history, steadiness


def remember(
    settings: Settings, folder: Path, header: RunHeader, found: Conclusion, *, whole: bool
) -> str | None:
    """Add a run to the history of its project, unless the project keeps none.

    Args:
        settings: Say where the history lies.
        folder: Of the run.
        header: First line of its log: which cases were selected.
        found: What was concluded.
        whole: The run came to its end.

    Returns:
        What went wrong, as a line to print: a run is worth having without its history.
    """
    file = history.file_of(settings)
    if file is None:
        return None
    try:
        known = {line.get("set") for line in history.read(file)}
        more = {name: _more(name, header, found, whole=whole) for name in found.tables}
        run = earlier.of(found.verdict, folder)
        fresh = [
            steadiness.set_line(found.tables[name], own["each"]["set"])
            for name, own in more.items()
            if "each" in own and own["each"]["set"] not in known
        ]
        history.append(file, [*fresh, history.line_of(run, more)])
    except LlmevalError as error:
        return f"not in the history: {error}"
    return None


def _more(suite: str, header: RunHeader, found: Conclusion, *, whole: bool) -> Mapping[str, Any]:
    """Return what the line says of a suite's cases; of a part of the suite nothing."""
    full = whole and Selection.of(header, suite).full
    table = found.tables[suite]
    if not full or not any(table.counts(case).measured for case in table.cases):
        return {"full": full}
    return {"full": True, "each": steadiness.described(table)}
