"""Measures of shared words: ROUGE-L, BLEU, TF-IDF cosine. Own code, formulas cited."""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final

from rapidfuzz.distance import LCSseq

BLEU_ORDER: Final = 4
Grams = Counter[tuple[str, ...]]


def rouge_l(words: Sequence[str], reference: Sequence[str]) -> float:
    """Return ROUGE-L, 0…1: the F1 of the longest common subsequence of words.

    Lin (2004), "ROUGE: A Package for Automatic Evaluation of Summaries", section 3.1, equations
    2-4 with beta = 1. Symmetric.
    """
    if not words or not reference:
        return 0.0
    # 2PR/(P+R) with P = lcs/len(words), R = lcs/len(reference), shortened: exactly 1 when equal.
    return 2 * LCSseq.similarity(words, reference) / (len(words) + len(reference))


def bleu(words: Sequence[str], reference: Sequence[str]) -> float:
    """Return sentence BLEU-4, 0…1, against one reference. Not symmetric.

    Papineni et al. (2002), "BLEU: a Method for Automatic Evaluation of Machine Translation",
    section 2.3, with one added to numerator and denominator for the orders above 1 (Lin and Och
    2004, "ORANGE", section 4): without that every reply shorter than four words would score 0.
    """
    return bleu_of(words)(reference)


def bleu_of(words: Sequence[str]) -> Callable[[Sequence[str]], float]:
    """Return what tells the BLEU of a text against a reference; its n-grams are counted once."""
    counted = [_ngrams(words, order) for order in range(1, BLEU_ORDER + 1)]
    totals = [ours.total() for ours in counted]

    def against(reference: Sequence[str]) -> float:
        if not words or not reference:
            return 0.0
        logs = 0.0
        for order, (ours, total) in enumerate(zip(counted, totals, strict=True), start=1):
            clipped = _clipped(ours, _ngrams(reference, order))
            if order == 1 and clipped == 0:
                return 0.0
            smoothing = int(order > 1)
            logs += math.log((clipped + smoothing) / (total + smoothing)) / BLEU_ORDER
        brevity = min(0.0, 1 - len(reference) / len(words))
        return math.exp(brevity + logs)

    return against


def _clipped(ours: Grams, theirs: Grams) -> int:
    """Return how many n-grams both have, by a walk over the fewer of them."""
    few, many = sorted((ours, theirs), key=len)
    return sum(min(count, many[gram]) for gram, count in few.items() if gram in many)


def _ngrams(words: Sequence[str], order: int) -> Grams:
    return Counter(zip(*(words[start:] for start in range(order)), strict=False))


def tfidf(words: Sequence[str], reference: Sequence[str]) -> float:
    """Return the cosine of the two texts' TF-IDF vectors, 0…1. Symmetric.

    The two texts are the collection: idf = ln((1 + n) / (1 + df)) + 1 with n = 2, as
    scikit-learn's TfidfVectorizer has it by default (Pedregosa et al. 2011; a test compares),
    at a hundred-thousandth of the time its import takes.
    """
    ours, theirs = Counter(words), Counter(reference)
    shared = ours.keys() & theirs.keys()
    dot = sum(ours[word] * theirs[word] for word in shared)  # df = 2: idf = 1
    norms = _norm(ours, shared) * _norm(theirs, shared)
    return min(1.0, dot / norms) if norms else 0.0


_IDF_OF_ONE: Final = math.log(3 / 2) + 1


def _norm(counts: Counter[str], shared: "set[str]") -> float:
    return math.sqrt(
        sum((n if word in shared else n * _IDF_OF_ONE) ** 2 for word, n in counts.items())
    )
