"""Features and labels -> a weighted sum whose weights have given signs."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

Matrix = NDArray[np.float64]

BOUNDS = {1: (0, None), -1: (None, 0), 0: (0, 0)}
"""What a weight of each sign may be: from, to."""


def signed_sum(
    features: Matrix,
    labels: NDArray[np.int64],
    weights: Matrix,
    signs: Sequence[int],
    *,
    strength: float,
) -> tuple[Matrix, float]:
    """Return weights and intercept of a logistic regression, to 6 digits.

    Args:
        features: A row an example.
        labels: 0 or 1.
        weights: How much each example counts.
        signs: By feature: 1 and -1 are the only signs that its weight may have; 0 leaves it out.
        strength: Of the penalty on squared weights of standardised features, per example.
    """
    mean = np.average(features, axis=0, weights=weights)
    spread = np.sqrt(np.average((features - mean) ** 2, axis=0, weights=weights)) + 1e-9
    scaled, share = (features - mean) / spread, weights / weights.sum()
    side = np.where(labels == 1, 1.0, -1.0)

    def loss(found: Matrix) -> tuple[float, Matrix]:
        agreed = side * (scaled @ found[:-1] + found[-1])
        pull = -side * share / (1 + np.exp(agreed))
        value = share @ np.logaddexp(0, -agreed) + strength / 2 * found[:-1] @ found[:-1]
        return value, np.append(scaled.T @ pull + strength * found[:-1], pull.sum())

    bounds = [BOUNDS[sign] for sign in signs]
    start = np.zeros(len(signs) + 1)
    found = minimize(loss, start, jac=True, bounds=[*bounds, (None, None)], method="L-BFGS-B").x
    sums = found[:-1] / spread
    return np.round(sums, 6), round(float(found[-1] - sums @ mean), 6)
