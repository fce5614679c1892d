"""What a run knows of its judges: what identifies them and what speaks against them."""

from collections.abc import Mapping, Sequence
from typing import Any

from llmeval.records import CheckResult, Judge
from llmeval.run import fingerprint
from llmeval.run.channel import Channel
from llmeval.run.channels import Channels

_SHOWN = 5


class Judges:
    """The judges of a run.

    Args:
        channels: The way to their adapters.
    """

    def __init__(self, channels: Channels) -> None:
        self._channels = channels
        self._hashes: dict[tuple[Judge, ...], str] = {}
        self._own: dict[tuple[str, str], str] = {}
        """(judge, adapter under test) to the model that both are."""
        self._suspected: dict[str, None] = {}
        """Cases whose replies seem to speak to their judge."""

    def hash(self, judges: tuple[Judge, ...]) -> str:
        """Return what identifies these judges, "" for none.

        Raises:
            ConfigError: One of their adapters cannot be built.
        """
        if judges and judges not in self._hashes:
            found = [fingerprint.of_judge(judge, self._members(judge)) for judge in judges]
            self._hashes[judges] = fingerprint.hash_of(found)
        return self._hashes.get(judges, "")

    def _members(self, judge: Judge) -> list[Mapping[str, Any]]:
        return [self._channels.get(name).fingerprint for name in judge.adapters]

    def compare(self, judges: Sequence[Judge], target: Channel) -> None:
        """Note which of the judges is the model under test itself."""
        model = target.fingerprint.get("model")
        for judge in judges:
            for name in judge.adapters:
                own = self._channels.get(name)
                alike = own is target or (model and own.fingerprint.get("model") == model)
                if alike:
                    self._own[judge.name, target.config.name] = str(model or name)

    def look_at(self, case: str, results: Sequence[CheckResult]) -> None:
        """Note a case whose reply seems to speak to its judge."""
        for result in results:
            if result.details and "judge" in result.details:
                flags = result.details["judge"].get("flags")
                if flags:
                    self._suspected[case] = None

    def notes(self) -> list[str]:
        """Return what the reader of the run should know, one line each."""
        found = [
            f"judge {judge!r} is the model under test ({model}): models favour their own replies; "
            "take another one"
            for (judge, _), model in self._own.items()
        ]
        if self._suspected:
            names = [*self._suspected]
            more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
            shown = ", ".join(names[:_SHOWN]) + more
            found.append(f"judge_injection_suspected: replies that speak to their judge: {shown}")
        return found
