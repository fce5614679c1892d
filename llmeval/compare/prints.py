"""The fingerprints of a suite's cases, one text each: half the memory of a mapping per case."""

from collections.abc import Collection, Mapping

_SEPARATOR = "\x1f"


class Prints:
    """Short hashes by part, for cases numbered from 0."""

    __slots__ = ("parts", "texts")

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.parts: list[str] = []

    def add(self, fingerprint: Mapping[str, str]) -> None:
        """Take in the next case's."""
        for part in sorted(fingerprint):  # as baselines have it: mostly compared as texts
            if part not in self.parts:
                self.parts.append(part)
        self.texts.append(_SEPARATOR.join(fingerprint.get(part, "") for part in self.parts))

    def of(self, number: int) -> dict[str, str]:
        """Return a case's hashes by part."""
        values = self.texts[number].split(_SEPARATOR)
        pairs = zip(self.parts, values, strict=False)  # parts met later are absent
        return {part: value for part, value in pairs if value}

    def without(self, parts: Collection[str]) -> list[str]:
        """Return the cases' hashes but of those parts, one text each, the same in any order."""
        kept = sorted((part, at) for at, part in enumerate(self.parts) if part not in parts)
        missing = [""] * len(self.parts)  # parts met later are absent
        rows = (text.split(_SEPARATOR) + missing for text in self.texts)
        return [_SEPARATOR.join([row[at] for _, at in kept]) for row in rows]

    def differing(self, number: int, other: "Prints", other_number: int) -> list[str]:
        """Return the parts in which a case differs from one of another run, sorted."""
        if self.texts[number] == other.texts[other_number] and self.parts == other.parts:
            return []  # nearly always so: not worth two mappings
        left, right = self.of(number), other.of(other_number)
        return sorted(p for p in left.keys() | right.keys() if left.get(p) != right.get(p))
