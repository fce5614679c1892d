"""Texts -> vectors by a local model: a sentence-transformers folder or an ONNX export.

Nothing is downloaded; the packages come with the extra `embedding`.
"""

import math
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

from llmeval.errors import ParameterError
from llmeval.scorers.local_model import OnnxModel, imported, onnx_file

Vector = Sequence[float]
Embed = Callable[[str], Vector]

EXTRA: Final = "embedding"


def similarity(model: str, text: str, other: str) -> float:
    """Return the cosine of two texts' vectors, 0…1; negative ones count as 0.

    Args:
        model: Path of the model's folder, or of its `.onnx` file.
        text: One text.
        other: The other.

    Raises:
        ParameterError: There is no such model, or a package is missing.
    """
    embed = embedder(model)
    ours, theirs = embed(text), embed(other)
    dot = math.fsum(a * b for a, b in zip(ours, theirs, strict=True))
    norms = math.hypot(*ours) * math.hypot(*theirs)
    return round(min(1.0, max(0.0, dot / norms)), 6) if norms else 0.0


@cache
def embedder(model: str) -> Embed:
    """Return what turns a text into a vector; a model is loaded once per process.

    Raises:
        ParameterError: There is no such model, or a package is missing.
    """
    path = Path(model)
    onnx = onnx_file(model)
    if onnx is not None:
        return lru_cache(maxsize=1024)(_onnx(onnx))
    if not (path / "config.json").is_file():
        expected = "expected a folder with model.onnx or with a sentence-transformers model"
        raise ParameterError("model", f"{model}: {expected}")
    return lru_cache(maxsize=1024)(_sentence_transformers(path))


def _sentence_transformers(path: Path) -> Embed:
    package = imported("sentence_transformers", "embedding", EXTRA)
    model = package.SentenceTransformer(str(path), device="cpu", local_files_only=True)
    return lambda text: [float(value) for value in model.encode(text)]


def _onnx(path: Path) -> Embed:
    model = OnnxModel(path, "embedding", EXTRA)
    return lambda text: _mean(*model.run(text))


def _mean(states: Any, mask: Sequence[int]) -> Vector:
    """Return the mean of the tokens' vectors; a model may have pooled them itself."""
    if states.ndim == 2:
        return [float(value) for value in states[0]]
    kept = [row for row, counts in zip(states[0].tolist(), mask, strict=True) if counts]
    return [math.fsum(column) / len(kept) for column in zip(*kept, strict=True)]
