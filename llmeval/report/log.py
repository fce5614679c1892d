"""A run's log, read as plain JSON.

`llmeval.codec` gives records; at 10,000 trials making them takes longer than the page, which needs
a tenth of their fields. Header and end come from the codec, which knows the format's number.
"""

from collections.abc import Iterator
from pathlib import Path

from llmeval import codec
from llmeval.errors import StoredFileError
from llmeval.records import RunEnd, RunHeader
from llmeval.report.body import Line


def read(path: Path) -> Iterator[RunHeader | RunEnd | Line]:
    """Yield header, trials and end; a last line that was cut off is left out.

    Raises:
        StoredFileError: The file cannot be read, or another line is bad; names file and line.
    """
    try:
        with path.open(encoding="utf-8", errors="replace", newline="\n") as file:
            for number, line in enumerate(file, start=1):
                if not line.strip():
                    continue
                try:
                    yield _record(line)
                except (ValueError, RecursionError, StoredFileError) as error:
                    if not line.endswith("\n"):
                        return
                    said = str(error) if isinstance(error, StoredFileError) else "is not JSON"
                    raise StoredFileError(f"{path}:{number}: {said}") from error
    except OSError as error:
        raise StoredFileError(f"{path}: cannot be read: {error.strerror}") from error


def _record(line: str) -> RunHeader | RunEnd | Line:
    found = codec.loads(line)
    if isinstance(found, dict) and found.get("kind") == "trial":
        return found
    record = codec.decode(line)
    assert isinstance(record, RunHeader | RunEnd)
    return record
