"""Replies made from texts: copied, mixed with other texts, altered in one place.

People's labels are on replies that mostly keep to their text. What does not keep to it at all, or
differs from it in one number or name, must be in the examples as well.
"""

# ruff: noqa: ARG001  # the edits of one place have one shape

import random
from collections.abc import Callable, Iterator, Mapping, Sequence

from llmeval.scorers.facts.analysis import sentences, words
from llmeval.scorers.facts.lexicon import STOP
from llmeval.scorers.facts.meanings import OPPOSITES, SYNONYMS

Made = tuple[str, str, int]
"""Text, reply, label."""

_SHORTEST, _LONGEST = 4, 45
"""Words of the sentences that replies are made of."""


def made(
    texts: Mapping[str, Sequence[str]], *, kinds: Mapping[str, str], seed: int = 5
) -> Iterator[Made]:
    """Yield replies with their labels.

    Args:
        texts: Each text with right replies to it, possibly none.
        kinds: The kind of each text; foreign sentences come from texts of the same kind.
        seed: Of the choices.
    """
    chosen = random.Random(seed)
    found = {text: list(_usable(text)) for text in texts}
    alike: dict[str, list[str]] = {}
    for text in texts:
        if found[text]:
            alike.setdefault(kinds[text], []).append(text)
    every = [word for text in texts for word in text.split()]
    for text, right in texts.items():
        for _ in range(6 if right else 1):
            if found[text]:
                other = chosen.choice(alike[kinds[text]])
                foreign = chosen.choice(found[other]) if other != text else ""
                yield from _of_one(text, found[text], right, foreign, every, chosen)
        for _ in range(4 if right else 1):
            if len(found[text]) > 1:
                yield from _of_neighbours(*chosen.sample(found[text], 2), chosen)


def _of_neighbours(text: str, neighbour: str, chosen: random.Random) -> Iterator[Made]:
    """Yield replies to one sentence alone; another of the same text is on its topic, no more."""
    yield text, _reworded(_shortened(text, chosen), chosen), 1
    some, others = text.split(), neighbour.split()
    yield text, neighbour, 0
    yield text, " ".join(others[: len(others) // 2] + some[len(some) // 2 :]), 0
    yield text, " ".join(some[: len(some) // 2] + others[len(others) // 2 :]), 0


def _usable(text: str) -> Iterator[str]:
    return (s for s in sentences(text) if _SHORTEST <= len(s.split()) <= _LONGEST)


def _of_one(
    text: str,
    own: Sequence[str],
    right: Sequence[str],
    foreign: str,
    every: Sequence[str],
    chosen: random.Random,
) -> Iterator[Made]:
    sentence = chosen.choice(own)
    yield text, _shortened(sentence, chosen), 1
    altered = [edit(sentence, own, chosen) for edit in EDITS]
    yield from ((text, reply, 0) for reply in altered if reply and reply != sentence)
    if foreign:
        base = chosen.choice(right) if right else sentence
        noisy = _noisy(sentence, every, chosen)
        mixed = (foreign, f"{sentence} {foreign}", f"{base} {foreign}", noisy)
        yield text, chosen.choice(mixed), 0


def _shortened(sentence: str, chosen: random.Random) -> str:
    some = sentence.split()
    if len(some) < 7:
        return sentence
    start = chosen.randrange(len(some))
    return " ".join(some[:start] + some[start + chosen.randrange(len(some) // 3 + 1) :])


def _reworded(sentence: str, chosen: random.Random) -> str:
    some = sentence.split()
    places = [at for at, word in enumerate(some) if word in SYNONYMS]
    for at in chosen.sample(places, min(2, len(places))):
        some[at] = chosen.choice(_LIKE[min(SYNONYMS[some[at]])])
    return " ".join(some)


_LIKE: dict[int, list[str]] = {}
for _word, _groups in SYNONYMS.items():
    for _group in _groups:
        _LIKE.setdefault(_group, []).append(_word)


def _noisy(sentence: str, every: Sequence[str], chosen: random.Random) -> str:
    some = sentence.split()
    count = max(2, int(len(some) * chosen.uniform(0.2, 0.6)))
    for place in chosen.sample(range(len(some)), min(count, len(some))):
        some[place] = chosen.choice(every)
    return " ".join(some)


# --- one place altered: None where the sentence has no such place ---------------------------------


def _other_number(sentence: str, own: Sequence[str], chosen: random.Random) -> str | None:
    some = sentence.split()
    places = [at for at, word in enumerate(some) if word.strip("$%.,()").isdigit()]
    if not places:
        return None
    at = chosen.choice(places)
    bare = some[at].strip("$%.,()")
    some[at] = some[at].replace(bare, str(max(0, int(bare) + chosen.choice((-3, -1, 1, 2, 10)))))
    return " ".join(some)


def _other_name(sentence: str, own: Sequence[str], chosen: random.Random) -> str | None:
    ours, others = _names(sentence), [name for text in own for name in _names(text)]
    others = [name for name in others if name not in ours]
    if not ours or not others:
        return None
    return sentence.replace(chosen.choice(ours), chosen.choice(others), 1)


def _swapped_names(sentence: str, own: Sequence[str], chosen: random.Random) -> str | None:
    names = list(dict.fromkeys(_names(sentence)))
    if len(names) < 2:
        return None
    one, other = chosen.sample(names, 2)
    return sentence.replace(one, "\0").replace(other, one).replace("\0", other)


def _names(sentence: str) -> list[str]:
    return [
        word.strip(".,;:()\"'")
        for word in sentence.split()[1:]
        if word[:1].isupper() and word.strip(".,;:()\"'").isalpha() and word.lower() not in STOP
    ]


_VERBS = ("is", "are", "was", "were", "will", "can", "has", "have", "had")


def _turned(sentence: str, own: Sequence[str], chosen: random.Random) -> str | None:
    some = sentence.split()
    if any(word.negation for word in words(sentence)):
        kept = [word for word in some if word.lower() not in ("not", "never", "no")]
        return " ".join(kept) if len(kept) < len(some) else None
    places = [at for at, word in enumerate(some) if word in _VERBS]
    if not places:
        return None
    at = chosen.choice(places)
    return " ".join([*some[: at + 1], chosen.choice(("not", "never")), *some[at + 1 :]])


def _opposite(sentence: str, own: Sequence[str], chosen: random.Random) -> str | None:
    some = sentence.split()
    places = [at for at, word in enumerate(some) if word in OPPOSITES]
    if not places:
        return None
    at = chosen.choice(places)
    some[at] = chosen.choice(sorted(OPPOSITES[some[at]]))
    return " ".join(some)


Edit = Callable[[str, Sequence[str], random.Random], str | None]
EDITS: Sequence[Edit] = (_other_number, _other_name, _swapped_names, _turned, _opposite)
