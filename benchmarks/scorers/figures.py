"""How right scores are, with 95 % intervals."""

import math

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm, rankdata
from sklearn.metrics import f1_score

from llmeval.scorers.accuracy import Interval

Z = float(norm.ppf(0.975))

Labels = NDArray[np.int64]
Scores = NDArray[np.float64]


def auc(labels: Labels, scores: Scores) -> tuple[float, Interval]:
    """Return the area under the ROC curve and its interval (DeLong et al. 1988)."""
    high, low = scores[labels == 1], scores[labels == 0]
    ranks = rankdata(np.concatenate([high, low]))
    above = (ranks[: len(high)] - rankdata(high)) / len(low)
    below = 1 - (ranks[len(high) :] - rankdata(low)) / len(high)
    area = float(above.mean())
    error = math.sqrt(above.var(ddof=1) / len(high) + below.var(ddof=1) / len(low))
    return area, Interval(max(0.0, area - Z * error), min(1.0, area + Z * error))


def share(hits: int, total: int) -> tuple[float, Interval]:
    """Return a share and its interval (Wilson 1927)."""
    rate, spread = hits / total, Z * Z / total
    centre = (rate + spread / 2) / (1 + spread)
    half = Z / (1 + spread) * math.sqrt(rate * (1 - rate) / total + spread / (4 * total))
    return rate, Interval(centre - half, centre + half)


def macro_f1(labels: Labels, said: Labels) -> float:
    """Return the mean of the F1 of both labels."""
    return float(f1_score(labels, said, average="macro"))
