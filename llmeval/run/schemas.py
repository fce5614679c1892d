"""Replies by JSON schema: asked for where an adapter can say so, in plain words where not."""

from collections.abc import Awaitable, Callable
from typing import Any

from msgspec.structs import replace

from llmeval.errors import AdapterError
from llmeval.records import Reply, Request

_INSISTS = " (not asked without a JSON schema: structured = true)"


class Schemas:
    """Whether one adapter is told schemas, learnt from how its service answers.

    Args:
        adapter: Says in `takes_schema` whether it has a word for them.
    """

    def __init__(self, adapter: Any) -> None:
        self._taken: bool = getattr(adapter, "takes_schema", False)
        self.refused: AdapterError | None = None
        """What the service said to a schema before it answered without; None as long as it takes
        them."""

    async def ask(self, request: Request, ask: Callable[[Request], Awaitable[Reply]]) -> Reply:
        """Return the reply to a request with a schema, by it or without.

        Args:
            request: It has a schema.
            ask: Asks the adapter.

        Raises:
            AdapterError: No usable reply; or no reply by a schema that is required.
        """
        plain = replace(request, schema=None)
        if self.refused is not None and not request.schema_required:
            return await ask(plain)
        if not self._taken:
            return await ask(_unless_required(request, plain))
        try:
            return await ask(request)
        except AdapterError as error:
            # A key that is wrong, a model that is none: no schema is to blame.
            if error.kind != "bad_request" or error.fatal:
                raise
            if request.schema_required:
                raise AdapterError(f"{error}{_INSISTS}", kind=error.kind) from error
            refused = error
        reply = await ask(plain)
        # Not before: what is refused in plain words too was not refused for its schema.
        self.refused = refused
        return reply


def _unless_required(request: Request, plain: Request) -> Request:
    if request.schema_required:
        raise AdapterError(
            f"adapter {request.adapter!r} cannot ask by a JSON schema, which structured = true "
            'requires; take structured = "auto"',
            kind="no_schema",
        )
    return plain
