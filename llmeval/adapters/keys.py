"""API keys: they only ever come from the environment."""

import os

from llmeval.errors import AdapterError


def key_from(variable: str) -> str:
    """Return the key that an environment variable holds.

    Raises:
        AdapterError: `auth`, fatal: it is not set, or holds what no key can be.
    """
    key = os.environ.get(variable, "").strip()
    if not key:
        raise AdapterError(
            f"the environment variable {variable} is not set; it must hold the API key",
            kind="auth",
            fatal=True,
        )
    if not (key.isascii() and key.isprintable()):
        raise AdapterError(
            f"the environment variable {variable} holds characters that no key has, a line break "
            "for instance",
            kind="auth",
            fatal=True,
        )
    return key
