"""Spends a budget where attacks succeed: a bandit over the parts of which attacks are made.

Each part, a technique or an encoding say, has a success rate of its own that is learned while it is
tried; what is asked next has the parts that look best when the rates are drawn from what is known
of them (Thompson 1933). Half of each round varies, in one part, attacks that have succeeded.
"""

import random
from collections.abc import Iterator, Mapping

from llmeval.attacks.choice import Axes, Key, spread

_PARTS = ("goal", "technique", "encoding", "carrier", "position")
_CANDIDATES = 40
"""Combinations that are compared for each one that is asked."""


class Search:
    """One search.

    Args:
        axes: What may be combined.
        seed: The same seed and the same results give the same attacks.
    """

    def __init__(self, axes: Axes, seed: int = 0) -> None:
        self._axes = axes
        self._seed = seed
        self._draws = random.Random(seed)  # noqa: S311  no secret
        self._tried: dict[Key, float | None] = {}
        self._wins: dict[tuple[str, str], float] = {}
        self._losses: dict[tuple[str, str], float] = {}

    def propose(self, count: int) -> list[Key]:
        """Return the next attacks to ask, none of them asked before; a spread at first."""
        if not self._tried:
            found = spread(self._axes, count, self._seed)
        else:
            found = [*self._varied(count // 2)]
            found += self._likely(count - len(found), set(found))
        self._tried |= dict.fromkeys(found)
        return found

    def tell(self, results: Mapping[Key, float]) -> None:
        """Learn from the shares of trials that succeeded, 0…1."""
        for key, share in results.items():
            self._tried[key] = share
            for name in _PARTS:
                part = (name, getattr(key, name))
                self._wins[part] = self._wins.get(part, 0.0) + share
                self._losses[part] = self._losses.get(part, 0.0) + 1 - share

    def _varied(self, count: int) -> Iterator[Key]:
        """Yield successful attacks with one part changed, the best first."""
        worked = [key for key, share in self._tried.items() if share]
        worked.sort(key=lambda key: -(self._tried[key] or 0))
        seen: set[Key] = set()
        for _ in range(4 * count if worked else 0):
            base = worked[self._draws.randrange(min(len(worked), 5))]
            name = _PARTS[self._draws.randrange(len(_PARTS))]
            key = base._replace(**{name: self._draws.choice(self._options(name))})
            if self._is_new(key) and key not in seen:
                seen.add(key)
                yield key
            if len(seen) == count:
                return

    def _likely(self, count: int, taken: set[Key]) -> list[Key]:
        """Return the combinations whose parts look best by rates drawn from what is known."""
        pool = spread(self._axes, _CANDIDATES * max(1, count), self._draws.randrange(1 << 30))
        drawn: dict[tuple[str, str], float] = {}
        rated = []
        for key in pool:
            if self._is_new(key) and key not in taken:
                rated.append((sum(self._rate(part, key, drawn) for part in _PARTS), key))
        return [key for _, key in sorted(rated, reverse=True)[:count]]

    def _rate(self, name: str, key: Key, drawn: dict[tuple[str, str], float]) -> float:
        part = (name, getattr(key, name))
        if part not in drawn:
            wins, losses = self._wins.get(part, 0.0), self._losses.get(part, 0.0)
            drawn[part] = self._draws.betavariate(1 + wins, 1 + losses)
        return drawn[part]

    def _options(self, name: str) -> tuple[str, ...]:
        axes = self._axes
        return {
            "goal": axes.goals,
            "technique": axes.names,
            "encoding": axes.encodings,
            "carrier": axes.used_carriers,
            "position": axes.positions,
        }[name]

    def _is_new(self, key: Key) -> bool:
        return key not in self._tried and self._axes.is_possible(key)
