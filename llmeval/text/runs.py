"""What two texts have word for word in common, spacing, case and punctuation aside."""

from collections.abc import Iterator

from llmeval.text.fold import skeleton


def shared_runs(text: str, source: str, least: int) -> Iterator[str]:
    """Yield the runs of at least `least` letters and digits that both texts have.

    Runs are yielded as they stand in the skeletons, in the order of `text`, none overlapping.
    Linear: of a run that long, one of every `least // 2` positions starts a piece of half its
    length, and pieces are looked up.
    """
    here, there = skeleton(text), skeleton(source)
    size = max(1, least // 2)
    pieces: dict[str, int] = {}
    for at in range(len(there) - size + 1):
        pieces.setdefault(there[at : at + size], at)
    at = 0
    while at + size <= len(here):
        found = pieces.get(here[at : at + size])
        if found is None:
            at += size
            continue
        start, end = _extended(here, at, there, found, size)
        if end - start >= least:
            yield here[start:end]
        at = max(end, at + size)


def _extended(here: str, at: int, there: str, found: int, size: int) -> tuple[int, int]:
    start, end = at, at + size
    back = found
    while start and back and here[start - 1] == there[back - 1]:
        start, back = start - 1, back - 1
    on = found + size
    while end < len(here) and on < len(there) and here[end] == there[on]:
        end, on = end + 1, on + 1
    return start, end


def repeated(text: str, source: str, least: int, known: str = "") -> str:
    """Return the longest run that a text repeats of another one; "" where it does not.

    One run of `least` letters and digits is enough, and so are several of 60 % of that.

    Args:
        text: A reply.
        source: What it may have been taken from.
        least: Letters and digits.
        known: What may be repeated, because whoever reads the reply has it already.
    """
    allowed = skeleton(known)
    some = least * 3 // 5
    runs = [run for run in shared_runs(text, source, some) if run not in allowed]
    longest = max(runs, key=len, default="")
    return longest if len(longest) >= least or sum(map(len, runs)) >= 2 * some + 1 else ""
