"""Accuracy cards of judges: how far they agree with people, kept beside the baselines."""

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from llmeval.config import Settings
from llmeval.errors import StoredFileError

FORMAT = "llmeval-judge-card/1"
FOLDER = "judges"

Interval = tuple[float, float]
"""Of 95 %."""


class Order(Struct, frozen=True, kw_only=True):
    """What a judge makes of two texts in both orders."""

    pairs: int
    alike: float
    """Share of them in which both orders say the same."""
    first: int
    """Of the others, how many prefer what stands first both times."""
    second: int


class Length(Struct, frozen=True, kw_only=True):
    """Whether a judge is more lenient with longer replies than people are."""

    correlation: float
    """Of (judge - people) with the logarithm of the reply's length; above 0: likes them long."""
    interval: Interval


class JudgeCard(Struct, frozen=True, kw_only=True):
    """What was measured of one judged check."""

    judge: str
    check: str
    metric: str
    version: str
    """Of the scorer."""
    instrument: str
    """Hash of who judges; another judge needs another card."""
    wording: str
    """Hash of what is asked and from where on it passes; "" where it differs by case."""
    task: str
    dataset: str
    """The file of labels."""
    rows: int
    """Replies that both people and judge decided."""
    positives: int
    """Of them, passed by people."""
    accuracy: float
    """Share on which judge and people agree."""
    accuracy_interval: Interval
    kappa: float | None = None
    """Cohen's; None where people or judge only ever say one thing."""
    kappa_interval: Interval | None = None
    f1: float | None = None
    """Macro-averaged over both verdicts."""
    lenient: int = 0
    """Passed by the judge alone."""
    strict: int = 0
    """Failed by the judge alone."""
    unmeasured: int = 0
    """Labelled replies that the judge did not decide: no part of the figures."""
    unreadable: int = 0
    """Of them, those where no verdict could be read from its answers."""
    failed: int = 0
    """Of them, those where it could not be asked."""
    threshold: float | None = None
    order: Order | None = None
    length: Length | None = None
    suite: str | None = None
    date: str = ""
    format: str = FORMAT


def path_of(settings: Settings, suite: str | None, metric: str) -> Path:
    """Return where the card of a suite's metric is kept."""
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", f"{suite}.{metric}" if suite else metric)
    return settings.baselines / FOLDER / f"{name}.json"


def write(path: Path, card: JudgeCard) -> None:
    """Write a card; readers see the old one or the new one.

    Raises:
        StoredFileError: It cannot be written.
    """
    text = msgspec.json.format(msgspec.json.encode(card), indent=2) + b"\n"
    partial = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(text)
        partial.replace(path)
    except OSError as error:
        raise StoredFileError(f"{path}: cannot be written: {error.strerror}") from error


def read_all(settings: Settings) -> tuple[JudgeCard, ...]:
    """Return every card that can be read; what is damaged counts as not measured."""
    folder = settings.baselines / FOLDER
    return tuple(_cards(sorted(folder.glob("*.json")))) if folder.is_dir() else ()


def _cards(paths: Iterable[Path]) -> Iterable[JudgeCard]:
    for path in paths:
        try:
            card = msgspec.json.decode(path.read_bytes(), type=JudgeCard)
        except (OSError, msgspec.MsgspecError):
            continue
        if card.format == FORMAT:
            yield card


def instrument(described: Mapping[str, Any]) -> str:
    """Return the hash of a judge as the header of a run describes it."""
    from llmeval.run.fingerprint import hash_of

    return hash_of(described)
