"""Texts and labels -> a linear model over hashed n-grams, in whole numbers."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from llmeval.scorers.linear import FOLDER, Linear, arrays
from llmeval.scorers.ngrams import Ngrams, Slots


def matrix(slots: Sequence[Slots], bits: int) -> sparse.csr_matrix:
    """Return counts / sqrt(n-grams of the text), as `Linear` weighs them; a row a text."""
    found = [np.unique(some, return_counts=True) for some in slots]
    sizes = [len(numbers) for numbers, _ in found]
    values = [
        counts / np.sqrt(max(len(some), 1)) for (_, counts), some in zip(found, slots, strict=True)
    ]
    columns = np.concatenate([numbers for numbers, _ in found]).astype(np.int32)
    ends = np.concatenate([[0], np.cumsum(sizes)])
    shape = (len(slots), 1 << bits)
    return sparse.csr_matrix((np.concatenate(values).astype(np.float32), columns, ends), shape)


def rarity(features: sparse.csr_matrix) -> NDArray[np.float64]:
    """Return the weight of each column by how few rows have it: log((1 + n) / (1 + df)) + 1."""
    having = np.asarray((features > 0).sum(axis=0)).ravel()
    return np.log((1 + features.shape[0]) / (1 + having)) + 1


def fitted(
    features: sparse.csr_matrix,
    labels: Sequence[int],
    *,
    strength: float,
    weights: Sequence[float] | None = None,
) -> tuple[NDArray[np.float64], float]:
    """Return the coefficients and the bias of a logistic regression.

    Columns are scaled by rarity while learning, so that rare n-grams may count more; the scale is
    then part of the coefficients.
    """
    rare = rarity(features)
    model = LogisticRegression(C=strength, solver="liblinear", random_state=0, max_iter=200)
    model.fit(features.multiply(rare).tocsr(), labels, sample_weight=weights)
    return model.coef_[0] * rare, float(model.intercept_[0])


def soft_fitted(
    features: sparse.csr_matrix,
    labels: NDArray[np.float64],
    weights: NDArray[np.float64],
    strength: float,
) -> tuple[NDArray[np.float64], float]:
    """Return coefficients and bias; a label between 0 and 1 counts as a share of each.

    As `fitted`, but down to where further steps change next to nothing.
    """
    rare = rarity(features)
    scaled = features.multiply(rare).tocsr().astype(np.float32)
    across = scaled.T.tocsr()
    each, decay = weights / weights.sum(), 1 / (strength * weights.sum())

    def loss(found: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margins = scaled @ found[:-1].astype(np.float32) + found[-1]
        wrong = each * (expit(margins) - labels)
        total = each @ (np.logaddexp(0, margins) - labels * margins)
        slope = across @ wrong.astype(np.float32) + decay * found[:-1]
        return total + decay / 2 * (found[:-1] @ found[:-1]), np.append(slope, wrong.sum())

    steps = {"maxiter": 300, "ftol": 1e-7, "gtol": 1e-5}
    start = np.zeros(features.shape[1] + 1)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options=steps).x
    return found[:-1] * rare, float(found[-1])


def whole(
    ngrams: Ngrams, heads: Sequence[tuple[NDArray[np.float64], float]], largest: float = 0.9999
) -> Linear:
    """Return the heads as one model with weights of -127…127.

    Args:
        ngrams: What the columns are.
        heads: Coefficients and bias of each.
        largest: The share of non-zero weights that keep their value; the few above become 127.
    """
    scales = [_scale(weights, largest) for weights, _ in heads]
    return Linear(
        ngrams=ngrams,
        weights=np.stack(
            [
                np.clip(np.rint(weights / scale), -127, 127).astype(np.int8)
                for (weights, _), scale in zip(heads, scales, strict=True)
            ]
        ),
        scale=tuple(scales),
        bias=tuple(bias for _, bias in heads),
    )


def _scale(weights: NDArray[np.float64], largest: float) -> float:
    present = np.abs(weights[weights != 0])
    return float(np.quantile(present, largest)) / 127


def write(name: str, found: Mapping[str, NDArray[Any]], folder: Path = FOLDER) -> Path:
    """Write arrays as `NAME.npz`, byte for byte the same for the same arrays; return the path."""
    path = folder / f"{name}.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as file:
        for key in sorted(found):
            raw = io.BytesIO()
            np.lib.format.write_array(raw, np.asanyarray(found[key]), allow_pickle=False)
            # The day a member was written would make every file a new one.
            member = zipfile.ZipInfo(f"{key}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            member.compress_type = zipfile.ZIP_DEFLATED
            file.writestr(member, raw.getvalue())
    return path


def finish(name: str, found: Mapping[str, NDArray[Any]], *, check: bool) -> None:
    """Write a model, or only see whether it is the one that is shipped.

    Raises:
        SystemExit: With `check`, where it is another.
    """
    if not check:
        write(name, found)
        return
    shipped = arrays(name)
    same = set(shipped) == set(found) and all(
        # Solvers stop at a tolerance: a weight may be rounded to the next whole number.
        shipped[key].shape == found[key].shape
        and np.allclose(
            shipped[key].astype(float),
            found[key].astype(float),
            rtol=0.01,
            atol=1 if found[key].dtype == np.int8 else 0.01,
        )
        for key in found
    )
    print(f"{name}: {'the same' if same else 'another'} model as the shipped one")
    if not same:
        raise SystemExit(1)
