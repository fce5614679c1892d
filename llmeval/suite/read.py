"""Bytes on disk -> text; every way that can go wrong is one line."""

from pathlib import Path

from llmeval.suite.problems import Problems, Stop

_UTF8_BOM = b"\xef\xbb\xbf"


def read_text(path: Path, problems: Problems) -> str:
    """Return the text of a UTF-8 file, without its byte order mark.

    Raises:
        Stop: It cannot be read; the problem is added.
    """
    return decode(read_bytes(path, problems), problems)


def read_bytes(path: Path, problems: Problems) -> bytes:
    """Return the bytes of a file.

    Raises:
        Stop: It cannot be read; the problem is added.
    """
    try:
        return path.read_bytes()
    except (OSError, ValueError) as error:
        problems.add_line(0, 0, unreadable(error))
        raise Stop from error


def missing(path: Path) -> str:
    """Return why there is no such file to read; "" when there is one."""
    try:
        with path.open("rb"):
            return ""
    except (OSError, ValueError) as error:
        return unreadable(error)


def unreadable(error: Exception) -> str:
    """Return why a file cannot be read, in a user's words."""
    if isinstance(error, FileNotFoundError):
        return "file not found"
    if isinstance(error, IsADirectoryError):
        return "expected a file, found a folder"
    if isinstance(error, PermissionError):
        return "cannot be read: no permission"
    reason = getattr(error, "strerror", None) or str(error)
    return f"cannot be read: {reason}"


def decode(data: bytes, problems: Problems) -> str:
    """Return the text of UTF-8 bytes, without the byte order mark.

    Raises:
        Stop: Not UTF-8; the problem is added.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        problems.add_line(0, 0, "the file is UTF-16; save it as UTF-8")
        raise Stop
    data = data.removeprefix(_UTF8_BOM)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problems.add_line(line, 0, not_utf8(data[error.start]))
        raise Stop from error


def not_utf8(byte: int) -> str:
    """Return the message about a byte that is not UTF-8."""
    return f"byte 0x{byte:02x} is not UTF-8 (Latin-1?); save the file as UTF-8"
