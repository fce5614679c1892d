"""Text of any origin in Markdown: no markup, no mention, no link comes of it."""

import re

from llmeval import text as texts

_MARKUP = re.compile(r"[&<>\"`*\[\]|~\\$]|(?<![^\W_])_|_(?![^\W_])")
_WAKING = re.compile(r"[@#](?=\w)|://|(?i:\bwww)(?=\.)|\bGH-(?=\d)")
_INVISIBLE = "\u200b"


def inert(text: str, chars: int = 300) -> str:
    """Return text of any origin as one line of Markdown that is nothing but text.

    Markup becomes entities; mentions, references and addresses are broken by an invisible space.
    """
    line = texts.cut(" ".join(texts.strip_controls(texts.fold_surrogates(text)).split()), chars)
    return _MARKUP.sub(lambda found: f"&#{ord(found.group())};", _WAKING.sub(_broken, line))


def _broken(found: "re.Match[str]") -> str:
    woken = found.group()
    return f":{_INVISIBLE}//" if woken == "://" else f"{woken}{_INVISIBLE}"


def code(text: str, chars: int = 200) -> str:
    """Return text of any origin in a fixed-width face."""
    return f"<code>{inert(text, chars)}</code>"
