"""Votes -> one score: how the members of a jury are put together."""

import statistics
from collections import Counter
from collections.abc import Mapping, Sequence

from llmeval.errors import ParameterError
from llmeval.records import Judge
from llmeval.scorers.scorer import EPSILON, require


def combined(votes: Sequence[float], combine: str) -> float:
    """Return one score of the votes, 0…1.

    `majority` is the lower median: a score that at least half of the votes reach, so that a check
    passes when more than half of them do (half of an even number is none). With choices, the
    score of the choice named most often; of several, the lowest.
    """
    if combine == "mean":
        return statistics.fmean(votes)
    if combine == "median":
        return statistics.median(votes)
    return statistics.median_low(votes)


def most_named(words: Sequence[str], scores: Mapping[str, float]) -> float:
    """Return the score of the word that was named most often, the lowest of several."""
    counts = Counter(words)
    most = max(counts.values())
    return float(min(scores[word] for word, count in counts.items() if count == most))


def undecided(
    votes: Sequence[float], minimum: float, band: tuple[float, ...] | float | None
) -> str:
    """Return why the votes decide nothing, "" where they do.

    Args:
        votes: At least one, 0…1.
        minimum: From where on the check passes.
        band: A distance from the minimum, or the two ends of an interval, in which the mean of
            the votes decides nothing; None: it always decides.
    """
    if band is None:
        return ""
    low, high = (minimum - band, minimum + band) if isinstance(band, float | int) else band
    mean = statistics.fmean(votes)
    if not low - EPSILON <= mean <= high + EPSILON:
        return ""
    return f"the votes' mean {mean:.3g} lies in the uncertain band {max(low, 0):g}…{min(high, 1):g}"


def check_band(band: tuple[float, ...] | float | None) -> None:
    """Refuse what is no band.

    Raises:
        ParameterError: Not a number 0…1 and not two of them in order.
    """
    ends = band if isinstance(band, tuple) else (band or 0.0,)
    require(all(0 <= end <= 1 for end in ends), "uncertain_band", "expected numbers from 0 to 1")
    if isinstance(band, tuple) and (len(band) != 2 or band[0] > band[1]):
        raise ParameterError("uncertain_band", f"expected a number or [low, high], found {[*band]}")


def seats(judge: Judge, samples: int | None) -> tuple[str, ...]:
    """Return the adapters in the order of their votes, each as often as it is asked."""
    return tuple(adapter for adapter in judge.adapters for _ in range(samples or judge.samples))
