r"""Records <-> one JSON line; the only place that knows the stored format and its number.

A line is ASCII, so that any tool, terminal and transport can carry it: lone surrogates survive as
`\udXXX` escapes. None and empty parts are left out; NaN and infinities are refused.
"""

from llmeval.codec.decoding import decode, message, read, reply, tool_call
from llmeval.codec.encoding import (
    check_json,
    encode_end,
    encode_header,
    encode_trial,
    message_json,
    reply_json,
    tool_call_json,
    trial_json,
)
from llmeval.codec.lines import TrialEncoder
from llmeval.codec.plain import FORMAT, compact, describe, dump, dump_sorted, loads

__all__ = [
    "FORMAT",
    "TrialEncoder",
    "check_json",
    "compact",
    "decode",
    "describe",
    "dump",
    "dump_sorted",
    "encode_end",
    "encode_header",
    "encode_trial",
    "loads",
    "message",
    "message_json",
    "read",
    "reply",
    "reply_json",
    "tool_call",
    "tool_call_json",
    "trial_json",
]
