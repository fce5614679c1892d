"""All adapters of a run: built, started and opened at first use, closed at the end."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llmeval.codec import describe
from llmeval.config import AdapterConfig
from llmeval.errors import AdapterError, ConfigError
from llmeval.protocols import Adapter, Closing, Opening
from llmeval.records import Message, Reply, Request
from llmeval.registry import Registry
from llmeval.run import fingerprint, provider
from llmeval.run.attempt import respond
from llmeval.run.channel import Channel
from llmeval.run.floor import Floor
from llmeval.run.limits import Turns

if TYPE_CHECKING:
    from llmeval.run.service import Service

CLOSED_WITHIN_S = 5.0
AT_ONCE = ("echo", "replay")
"""Types of adapters that wait for nobody."""


class Channels:
    """The way to each adapter by name.

    Args:
        configs: Tables by name.
        registry: Builds adapters.
        environ: Fills `{{ env.NAME }}`.
        floor: What all requests share.
        root: Working directory of services.
        replay: Answers instead of every adapter; None: they answer themselves.
    """

    def __init__(
        self,
        configs: Mapping[str, AdapterConfig],
        registry: Registry,
        environ: Mapping[str, str],
        floor: Floor,
        root: Path,
        replay: Adapter | None = None,
    ) -> None:
        self._configs = configs
        self._registry = registry
        self._environ = environ
        self._floor = floor
        self._root = root
        self._replay = replay
        self._built: dict[str, Channel] = {}
        self._open: dict[str, Channel] = {}
        self._locks: dict[str, asyncio.Lock] = {}
        self._services: list[Service] = []
        self._providers: dict[tuple[Any, ...], provider.Provider] = {}

    @property
    def turns(self) -> Turns:
        """Of working on replies."""
        return self._floor.turns

    def get(self, name: str) -> Channel:
        """Return the way to an adapter, building the adapter when it is needed first.

        Raises:
            ConfigError: It cannot be built.
        """
        channel = self._built.get(name)
        if channel is None:
            channel = self._built[name] = self._build(name)
            channel.load()
        return channel

    def _build(self, name: str) -> Channel:
        from llmeval.config import build_adapter, resolved

        config = self._configs.get(name)
        if config is None:
            raise ConfigError(f"adapter {name!r} is not configured")
        if self._replay is not None:
            own = fingerprint.built(config, self._registry, self._environ)
            bare = AdapterConfig(name=name, type="replay", params=config.params)
            return self._channel(bare, self._replay, fingerprint.of_adapter(config, own))
        adapter = build_adapter(config, self._registry, self._environ)
        filled = resolved(config, self._environ)
        return self._channel(filled, adapter, fingerprint.of_adapter(config, adapter))

    def _channel(self, config: AdapterConfig, adapter: Adapter, own: Mapping[str, Any]) -> Channel:
        key = provider.identity(config)
        if key not in self._providers:
            ceiling = min(config.concurrency or self._floor.slots.limit, self._floor.slots.limit)
            self._providers[key] = provider.Provider(ceiling)
        return Channel(config, adapter, own, self._floor, self._providers[key])

    def workspace_of(self, name: str) -> str | None:
        """Return the folder of which an adapter gives each request a copy; None: it has none."""
        config = self._configs.get(name)
        # Also where a recording answers in its place.
        if config is None:
            return None
        adapter = fingerprint.built(config, self._registry, self._environ)
        return getattr(adapter, "workspace", None)

    def opened(self, name: str) -> Channel | None:
        """Return the way to an adapter that is open already."""
        return self._open.get(name)

    async def open(self, name: str) -> Channel:
        """Return the way to an adapter, started and opened; one that fails is dead.

        Raises:
            ConfigError: It cannot be built.
        """
        channel = self.get(name)
        async with self._locks.setdefault(name, asyncio.Lock()):
            if name not in self._open:
                if channel.config.type not in AT_ONCE:
                    self._floor.hurry()
                await self._prepare(channel)
                self._open[name] = channel
        return channel

    async def _prepare(self, channel: Channel) -> None:
        try:
            await self._start(channel.config)
            if isinstance(channel.adapter, Opening):
                await channel.adapter.open()
            await self._warm_up(channel)
        except AdapterError as error:
            channel.dead = error
        except Exception as error:  # noqa: BLE001  # around an adapter: its faults are data
            message = f"the adapter cannot be opened: {describe(error)}"
            channel.dead = AdapterError(message, kind="raised", fatal=True)

    async def _start(self, config: AdapterConfig) -> None:
        if config.start or config.ready:
            # Brings in urllib and ssl: only who needs it pays for it.
            from llmeval.run.service import Service

            service = Service(config, self._root)
            self._services.append(service)
            await service.start()

    async def _warm_up(self, channel: Channel) -> None:
        for _ in range(channel.config.warm_up):
            request = Request(
                adapter=channel.config.name,
                messages=(Message(role="user", content="Hello"),),
                params=channel.config.params,
                session="warm-up",
                timeout_s=60,
            )
            try:
                await _any_reply(channel.adapter, request)
            except (AdapterError, TimeoutError):
                continue  # what matters will be asked again, and judged then

    def notes(self) -> list[str]:
        """Return a line for each adapter that failed, was asked more slowly or took no schema."""
        dead = [
            f"adapter {name}: {channel.dead}{_not_sent(channel.refused)}"
            for name, channel in self._built.items()
            if channel.dead is not None
        ]
        plain = [
            f"adapter {name}: asked without a JSON schema, which its service refuses "
            f"({channel.schemas.refused}); structured = false for its judges saves the attempt"
            for name, channel in self._built.items()
            if channel.schemas.refused is not None
        ]
        names: dict[int, list[str]] = {}
        for name, channel in self._built.items():
            names.setdefault(id(channel.provider), []).append(name)
        told = [(each, each.note()) for each in self._providers.values()]
        return (
            dead
            + plain
            + [f"adapter {', '.join(names[id(p)])}: {note}" for p, note in told if note]
        )

    async def close(self) -> None:
        """Close every adapter that was opened and stop every service."""
        adapters = {id(channel.adapter): channel.adapter for channel in self._open.values()}
        for adapter in adapters.values():
            if isinstance(adapter, Closing):
                await _close(adapter)
        for service in self._services:
            service.stop()
        self._open.clear()


async def _any_reply(adapter: Adapter, request: Request) -> Reply:
    return await respond(adapter, request)


async def _close(adapter: Closing) -> None:
    try:
        async with asyncio.timeout(CLOSED_WITHIN_S):
            await adapter.close()
    except Exception:  # noqa: BLE001  # around an adapter: the run is over, nothing is lost
        return


def _not_sent(count: int) -> str:
    return f"; further requests not sent: {count}" if count else ""
