"""Which attacks a case gets: a spread over the parts, drawn with a seed."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import blake2b
from itertools import product
from typing import NamedTuple

from msgspec import Struct

from llmeval.attacks.carriers import MESSAGE, POSITIONS
from llmeval.attacks.encodings import PLAIN
from llmeval.attacks.techniques import GROUPS, TECHNIQUES
from llmeval.errors import ParameterError, did_you_mean

MOST_ATTACKS = 100_000
ALL = "all"
CHANNELS = ("direct", "indirect", "encoded")
"""Words for techniques that say where, or how, an instruction comes."""


class Key(NamedTuple):
    """Which attack it is: its parts by name."""

    role: str
    goal: str
    technique: str
    encoding: str
    carrier: str
    position: str

    @property
    def budget(self) -> int:
        """How many attacks a search may ask."""
        return int(self.technique)

    @property
    def id(self) -> str:
        """What stands for it in ids of cases; the same in every run and every sample."""
        if self.role != "attack":
            return f"{self.role}-{self.carrier}-{short(*self)}"
        return f"{self.technique}-{self.goal}-{self.carrier}-{short(*self)}"


def short(*parts: object) -> str:
    """Return a short hash of some texts."""
    text = "\0".join(map(str, parts)).encode("utf-8", "replace")
    return blake2b(text, digest_size=4).hexdigest()


class Selector(Struct, frozen=True):
    """What one word under `techniques` allows."""

    techniques: frozenset[str]
    encoded: bool = False
    carriers: str = ""
    """`direct`, `indirect` or "" for both."""

    def allows(self, technique: str, encoding: str, carrier: str) -> bool:
        """Tell whether it covers a combination."""
        if technique not in self.techniques or (self.encoded and encoding == PLAIN):
            return False
        return not self.carriers or (self.carriers == "direct") == (carrier == MESSAGE)


def selectors(words: Sequence[str]) -> tuple[Selector, ...]:
    """Return what the words under `techniques` allow: names, groups, or where they come from.

    Raises:
        ParameterError: A word is neither.
    """
    return tuple(map(_selector, words))


def _selector(word: str) -> Selector:
    every = frozenset(TECHNIQUES)
    if word == "encoded":
        return Selector(every, encoded=True)
    if word in CHANNELS:
        return Selector(every, carriers=word)
    if word == ALL:
        return Selector(every)
    if word in GROUPS:
        return Selector(frozenset(GROUPS[word]))
    if word in TECHNIQUES:
        return Selector(frozenset((word,)))
    known = (*TECHNIQUES, *GROUPS, *CHANNELS, ALL)
    hint = did_you_mean(word, known) if "did you mean" in did_you_mean(word, known) else ""
    hint = hint or f"; groups: {', '.join((*GROUPS, *CHANNELS, ALL))}"
    raise ParameterError("techniques", f"unknown technique or group {word!r}{hint}")


class Axes(Struct, frozen=True, kw_only=True):
    """What may be combined."""

    goals: tuple[str, ...]
    techniques: tuple[Selector, ...]
    encodings: tuple[str, ...]
    carriers: tuple[str, ...]
    positions: tuple[str, ...] = POSITIONS

    @property
    def names(self) -> tuple[str, ...]:
        """The techniques, in the order of the catalogue."""
        allowed = frozenset[str]().union(*(one.techniques for one in self.techniques))
        return tuple(name for name in TECHNIQUES if name in allowed)

    def is_possible(self, key: Key) -> bool:
        """Tell whether a combination makes sense and is wanted."""
        technique = TECHNIQUES[key.technique]
        if key.carrier == MESSAGE:
            possible = not technique.document_only and key.position != "middle"
        else:
            possible = not technique.before
        wanted = (one.allows(key.technique, key.encoding, key.carrier) for one in self.techniques)
        return possible and any(wanted)

    def every(self) -> Iterator[Key]:
        """Yield every possible combination, in the order of the catalogues."""
        parts = (self.names, self.goals, self.encodings, self.carriers, self.positions)
        for technique, goal, encoding, carrier, position in product(*parts):
            key = Key("attack", goal, technique, encoding, carrier, position)
            if self.is_possible(key):
                yield key

    @property
    def used_carriers(self) -> tuple[str, ...]:
        """The carriers that some technique can come through; all where there is none."""
        found = tuple(name for name in self.carriers if any(self._through(name)))
        return found or self.carriers

    def _through(self, carrier: str) -> Iterator[bool]:
        for technique in self.names:
            for encoding in self.encodings:
                key = Key("attack", "", technique, encoding, carrier, "end")
                yield self.is_possible(key)

    @property
    def size(self) -> int:
        """How many combinations there are at most."""
        parts = (self.names, self.goals, self.encodings, self.carriers, self.positions)
        count = 1
        for part in parts:
            count *= len(part)
        return count


def spread(axes: Axes, sample: int, seed: int) -> list[Key]:
    """Return a sample in which every part of every axis comes up about equally often.

    Each axis is a deck of its own, shuffled anew when it runs out (stratified sampling); half of
    the attacks hide nothing. With fewer combinations than wanted all are returned.
    """
    if axes.size <= 4 * sample:
        every = sorted(axes.every(), key=lambda key: short(seed, *key))
        if len(every) <= sample:
            return every
    decks = _Decks(axes, seed)
    chosen: dict[Key, None] = {}
    misses = 0
    while len(chosen) < sample and misses < 20 * sample:
        key = decks.draw()
        if key is None or key in chosen:
            misses += 1
        else:
            chosen[key] = None
    return list(chosen)


class _Decks:
    """One deck of cards for each axis."""

    def __init__(self, axes: Axes, seed: int) -> None:
        hidden = tuple(name for name in axes.encodings if name != PLAIN)
        plain = (PLAIN,) * max(1, len(hidden)) if PLAIN in axes.encodings else ()
        self._axes = axes
        self._goals = _Deck("goal", axes.goals, seed)
        self._techniques = _Deck("technique", axes.names, seed)
        self._encodings = _Deck("encoding", (*hidden, *plain), seed)
        self._carriers = _Deck("carrier", axes.used_carriers, seed)
        self._positions = _Deck("position", axes.positions, seed)

    def draw(self) -> Key | None:
        """Return the next combination that is possible; None where the cards do not fit."""
        carrier, position = self._carriers.draw(), self._positions.draw()
        goal, encoding = self._goals.draw(), self._encodings.draw()
        if carrier == MESSAGE and position == "middle":
            position = next((p for p in self._axes.positions if p != "middle"), position)

        def fits(technique: str) -> bool:
            key = Key("attack", goal, technique, encoding, carrier, position)
            return self._axes.is_possible(key)

        technique = self._techniques.first(fits)
        if technique is None:
            return None
        return Key("attack", goal, technique, encoding, carrier, position)


class _Deck:
    """The names of one axis, in a new order each time they have all been drawn."""

    def __init__(self, axis: str, names: Iterable[str], seed: int) -> None:
        self._axis, self._names, self._seed = axis, tuple(names), seed
        self._round = 0
        self._left: deque[str] = deque()

    def draw(self) -> str:
        """Return the next name."""
        if not self._left:
            self._shuffle()
        return self._left.popleft()

    def first(self, fits: Callable[[str], bool]) -> str | None:
        """Return the next name that fits; those before it stay next."""
        found = next(filter(fits, self._left), None)
        if found is None and len(self._left) < len(self._names):
            self._shuffle()
            found = next(filter(fits, self._left), None)
        if found is not None:
            self._left.remove(found)
        return found

    def _shuffle(self) -> None:
        self._round += 1
        numbered = enumerate(self._names)
        marked = [
            (short(self._seed, self._axis, self._round, n, name), name) for n, name in numbered
        ]
        self._left.extend(name for _, name in sorted(marked))


def named(what: str, words: Sequence[str], known: Iterable[str]) -> tuple[str, ...]:
    """Return the names that are asked for, every known one for `all`.

    Raises:
        ParameterError: An unknown one; `what` is the parameter.
    """
    names = tuple(known)
    if ALL in words:
        return names
    for word in words:
        if word not in names:
            thing = what.removesuffix("s")
            raise ParameterError(what, f"unknown {thing} {word!r}{did_you_mean(word, names)}")
    return tuple(dict.fromkeys(words))
