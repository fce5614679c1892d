"""How an answer stands to short reference answers: features of the reference that fits best."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

from msgspec import Struct
from rapidfuzz import fuzz

from llmeval.scorers.facts import spellings
from llmeval.scorers.facts.analysis import Word, sentences, words
from llmeval.scorers.facts.lexicon import DECLINING, TITLES
from llmeval.text import normalise

MAX_CHARS: Final = 1_500
"""Of an answer: what it says first is what it says; comparing costs the product of lengths."""
MAX_REFERENCE_CHARS: Final = 400
MAX_REFERENCES: Final = 200


class Said(Struct):
    """A short text, taken apart."""

    text: str
    plain: str
    """Normalised."""
    words: list[Word]
    content: list[Word]
    """Its words but for function words and titles; all of them where there are no others."""
    keys: frozenset[str]
    line: str
    """The keys in their order, each between blanks."""
    glued: str
    """The words without blanks."""
    numbers: frozenset[str]

    def holds(self, other: "Said") -> bool:
        """Return whether the words of another text follow each other in this one."""
        if not other.words:
            return False
        glued = other.glued in self.glued and spellings.is_glued(other.words, self.words)
        return glued or other.line in self.line


def said(text: str) -> Said:
    """Return a text, taken apart."""
    some = words(text)
    keys = [one.key for one in some]
    return Said(
        text=text,
        plain=normalise(text),
        words=some,
        content=[one for one in some if not one.stop and one.text not in TITLES] or some,
        keys=frozenset(keys),
        line=f" {' '.join(keys)} ",
        glued="".join([one.text for one in some]),
        numbers=frozenset([one.key for one in some if one.number is not None]),
    )


_remembered = lru_cache(maxsize=4096)(said)


class Fit(Struct):
    """How a reference fits an answer."""

    reference: Said
    contained: bool
    recall: float
    """Share of the reference's words that the answer has."""
    partial: float
    """Likeness with the stretch of the answer that suits best."""
    inside: bool = False
    """Whether the answer has it only within longer words or numbers: "5" in "15"."""

    def texts(self, answer: Said) -> tuple[str, str]:
        """Return reference and answer as they are compared: letter by letter, or word by word."""
        if self.inside:
            return spellings.apart(self.reference.words), spellings.apart(answer.words)
        return self.reference.plain, answer.plain

    @property
    def rank(self) -> float:
        """Orders references; the longer of two that fit alike says more."""
        return self.contained + self.recall + self.partial + len(self.reference.plain) / 1e5


class Answer(Struct):
    """An answer beside its references."""

    said: Said
    first: Said
    """Its first sentence."""
    last: Said
    sentences: int
    question: frozenset[str]
    """Keys of the question's words."""
    asked: list[Word]
    """The question's words."""
    fits: list[Fit]
    best: Fit
    places: dict[str, int]
    """Key of a word -> where it stands first."""


def answered(text: str, references: Sequence[str], question: str) -> Answer | None:
    """Return an answer beside its references; None where no reference has words."""
    text = text[:MAX_CHARS]
    pieces = list(sentences(text)) or [""]
    whole = said(text)
    usable = [_remembered(one[:MAX_REFERENCE_CHARS]) for one in references[:MAX_REFERENCES]]
    fits = [_fit(whole, one) for one in usable if one.words]
    if not fits:
        return None
    asked = _remembered(question[:MAX_CHARS])
    return Answer(
        said=whole,
        first=said(pieces[0]),
        last=said(pieces[-1]),
        sentences=len(pieces),
        question=asked.keys,
        asked=asked.words,
        fits=fits,
        best=max(fits, key=lambda fit: fit.rank),
        places={one.key: place for place, one in reversed(list(enumerate(whole.words)))},
    )


def _fit(answer: Said, reference: Said) -> Fit:
    shared = sum(one.key in answer.keys for one in reference.content)
    fit = Fit(
        reference=reference,
        contained=answer.holds(reference),
        recall=shared / len(reference.content),
        partial=0.0,
    )
    fit.inside = (
        not fit.contained
        and spellings.is_inside(reference.plain, answer.plain)
        and not spellings.is_run_on(reference.text, answer.text)
    )
    fit.partial = _partial(*fit.texts(answer))
    return fit


def _partial(reference: str, answer: str) -> float:
    measure = fuzz.partial_ratio if len(reference) <= len(answer) else fuzz.ratio
    return measure(reference, answer) / 100


NAMES: Final = (
    # the reference that fits best
    "contained", "recall", "recall_unasked", "partial", "ratio", "token_set", "last_word",
    "first_word", "length", "acronym", "fuzzy_mean", "fuzzy_min", "unasked", "in_order", "exact",
    "numbers_agree", "numbers_differ", "numbers", "is_number",
    # where in the answer it is found
    "place", "negated", "first_sentence", "last_sentence", "head",
    # all references
    "any_contained", "best_partial", "best_token_set", "best_recall", "references", "mean_partial",
    "second_recall", "first_contained",
    # the answer
    "precision", "words", "sentences", "declines", "answer_numbers", "other_names",
    "other_numbers", "yes_no", "alternative", "negation",
)  # fmt: skip
"""What each feature is."""


def features(answer: Answer) -> list[float]:
    """Return the features of an answer, in the order of NAMES."""
    return [
        *_of_reference(answer),
        *_of_place(answer),
        *_of_all(answer),
        *_of_answer(answer),
    ]


def _of_reference(answer: Answer) -> list[float]:
    whole, best = answer.said, answer.best
    reference = best.reference
    content = reference.content
    unasked = [one for one in content if one.key not in answer.question]
    fuzzy = _fuzzy(content, whole)
    return [
        float(best.contained),
        best.recall,
        _share(unasked or content, whole.keys),
        best.partial,
        fuzz.ratio(*best.texts(whole)) / 100,
        fuzz.token_set_ratio(*best.texts(whole)) / 100,
        float(content[-1].key in whole.keys),
        float(content[0].key in whole.keys),
        float(len(content)),
        float(_acronym(reference, whole)),
        sum(fuzzy) / len(fuzzy),
        min(fuzzy),
        len(unasked) / len(content),
        _in_order(reference, whole),
        float(reference.plain == whole.plain),
        *_of_numbers(answer),
    ]


def _share(some: Sequence[Word], keys: frozenset[str]) -> float:
    return sum(one.key in keys for one in some) / len(some) if some else 0.0


def _fuzzy(content: Sequence[Word], whole: Said) -> list[float]:
    """Return for each word of a reference how like the most similar word of the answer is."""
    others = sorted({one.text for one in whole.words})
    return [spellings.likest(one, others, whole.keys) for one in content]


def _acronym(reference: Said, whole: Said) -> bool:
    initials = "".join(one.text[0] for one in reference.words if not one.stop)
    if len(initials) > 1 and any(one.text == initials for one in whole.words):
        return True
    named = "".join(one.text[0] for one in whole.content if one.capital)
    return len(named) > 1 and [one.text for one in reference.words] == [named]


def _in_order(reference: Said, whole: Said) -> float:
    """Return the longest run of the reference's words that the answer has in this order."""
    keys = [one.key for one in whole.words]
    pairs = set(pairwise(keys))
    ours = [one.key for one in reference.words]
    run = longest = 0
    for pair in pairwise(ours):
        run = run + 1 if pair in pairs else 0
        longest = max(longest, run)
    return (longest + 1) / len(ours) if any(key in whole.keys for key in ours) else 0.0


def _of_numbers(answer: Answer) -> list[float]:
    ours, theirs = answer.best.reference.numbers, answer.said.numbers
    missing = float(bool(ours - theirs))
    # A number that the answer replaces weighs more than one that it leaves out.
    differ = missing if theirs - answer.question else missing / 2
    few = len(answer.best.reference.content) <= 2
    return [
        float(bool(ours) and ours <= theirs),
        differ,
        float(len(ours)),
        float(bool(ours) and few),
    ]


_BEFORE: Final = 4
_HEAD: Final = 12


def _of_place(answer: Answer) -> list[float]:
    whole, content = answer.said, answer.best.reference.content
    found = [answer.places[one.key] for one in content if one.key in answer.places]
    place = min(found, default=len(whole.words))
    before = whole.words[max(0, place - _BEFORE) : place] if found else []
    head = frozenset([one.key for one in whole.words[:_HEAD]])
    return [
        place / max(1, len(whole.words)),
        float(any(one.negation for one in before)),
        _share(content, answer.first.keys),
        _share(content, answer.last.keys),
        _share(content, head),
    ]


_MANY: Final = 20
_COMPARED: Final = 30


def _of_all(answer: Answer) -> list[float]:
    fits, whole = answer.fits, answer.said
    recalls = sorted([fit.recall for fit in fits], reverse=True)
    return [
        float(any(fit.contained for fit in fits)),
        max(fit.partial for fit in fits),
        max(fuzz.token_set_ratio(*fit.texts(whole)) for fit in fits[:_COMPARED]) / 100,
        recalls[0],
        float(min(_MANY, len(fits))),
        sum(fit.partial for fit in fits) / len(fits),
        recalls[min(1, len(recalls) - 1)],
        float(any(answer.first.holds(fit.reference) for fit in fits)),
    ]


def _of_answer(answer: Answer) -> list[float]:
    whole = answer.said
    known = {one.key for fit in answer.fits for one in fit.reference.words}
    own = [one for one in whole.words if not one.stop and one.key not in answer.question]
    others = {one.key: one for one in own if one.key not in known}.values()
    lower = plain_quotes(whole.text.lower())
    return [
        sum(one.key in known for one in own) / max(1, len(own)),
        float(min(100, len(whole.words))),
        float(min(10, answer.sentences)),
        float(declines(lower)),
        float(min(10, len(whole.numbers - answer.question))),
        float(min(10, sum(one.capital for one in others))),
        float(min(10, sum(one.number is not None for one in others))),
        float(yes_or_no(whole.words)),
        float(" or " in lower),
        float(any(one.negation for one in whole.words)),
    ]


def plain_quotes(text: str) -> str:
    """Return a text with typewriter apostrophes, as the phrases of the lexicon have them."""
    return text.replace("’", "'")


DECLINING_WORDS: Final = 12
"""Of a reply that only says it does not know; a longer one says more."""


def declines(lower: str) -> bool:
    """Return whether a text in lower case says that it does not know or will not answer."""
    return any(phrase in lower for phrase in DECLINING)


_YES: Final = frozenset(["yes", "yeah", "yep", "true", "correct", "right"])
_NO: Final = frozenset(["no", "nope", "false", "incorrect", "wrong", "untrue"])


def yes_or_no(some: Sequence[Word]) -> int:
    """Return 1 for an answer that begins with yes, -1 for no, 0 for neither."""
    if not some:
        return 0
    return (some[0].text in _YES) - (some[0].text in _NO)
