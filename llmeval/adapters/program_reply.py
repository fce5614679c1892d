"""What a program wrote -> Reply."""

from collections.abc import Mapping
from signal import Signals

from msgspec.structs import replace

from llmeval.adapters.faults import excerpt
from llmeval.adapters.http_reply import Paths, whole_reply
from llmeval.adapters.process import Ended
from llmeval.adapters.reply import clean, from_json, parse
from llmeval.adapters.wire import Answer
from llmeval.errors import AdapterError
from llmeval.records import Reply, Timing


def failed(program: str, ended: Ended) -> AdapterError:
    """Return the error for an exit status other than 0, with the last line of stderr."""
    lines = ended.stderr.decode("utf-8", "replace").strip().splitlines()
    said = f": {excerpt(lines[-1])}" if lines else ""
    how = f"ended with status {ended.status}" if ended.status > 0 else _killed(-ended.status)
    return AdapterError(f"{program!r} {how}{said}", kind="exit_status")


def _killed(number: int) -> str:
    try:
        return f"was killed by {Signals(number).name}"
    except ValueError:
        return f"was killed by signal {number}"


def text_reply(ended: Ended) -> Reply:
    """Return plain output as the text, without the line break at its end."""
    text = ended.stdout.decode("utf-8", "replace").replace("\r\n", "\n").removesuffix("\n")
    return Reply(text=clean(text), timing=Timing(total_s=ended.total_s))


def json_reply(program: str, ended: Ended, paths: Paths | None) -> Reply:
    """Return JSON output as a Reply, by paths or in the form of a stored reply.

    Raises:
        AdapterError: `bad_reply`.
    """
    where = repr(program)
    if paths is not None:
        headers = {"Content-Type": "application/json"}
        return whole_reply(paths, Answer(200, headers, ended.stdout, ended.total_s), where)
    document = parse(ended.stdout, where)
    try:
        reply = from_json(document if isinstance(document, Mapping) else {}, strict=False)
    except ValueError as error:
        raise AdapterError(
            f"{where} wrote JSON that is no reply: {error}; set `reply` to the path of the text",
            kind="bad_reply",
        ) from error
    return replace(reply, timing=Timing(total_s=ended.total_s))
