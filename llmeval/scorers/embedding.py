"""Texts -> vectors by a local model: a sentence-transformers folder or an ONNX export.

Nothing is downloaded; the packages come with the extra `embedding`.
"""

import math
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from llmeval.errors import ParameterError

Vector = Sequence[float]
Embed = Callable[[str], Vector]

EXTRA: Final = "pip install 'llmeval-gate[embedding]'"
MAX_TOKENS: Final = 512
"""Of a text for an ONNX model; what follows is not looked at, as such models were trained."""


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
    if path.suffix == ".onnx" and path.is_file():
        return lru_cache(maxsize=1024)(_onnx(path))
    exported = [path / "model.onnx", path / "onnx" / "model.onnx"]
    onnx = next((file for file in exported if file.is_file()), None)
    if onnx is not None:
        return lru_cache(maxsize=1024)(_onnx(onnx))
    if not (path / "config.json").is_file():
        expected = "expected a folder with model.onnx or with a sentence-transformers model"
        raise ParameterError("model", f"{model}: {expected}")
    return lru_cache(maxsize=1024)(_sentence_transformers(path))


def _sentence_transformers(path: Path) -> Embed:
    package = _imported("sentence_transformers")
    model = package.SentenceTransformer(str(path), device="cpu", local_files_only=True)
    return lambda text: [float(value) for value in model.encode(text)]


def _onnx(path: Path) -> Embed:
    tokenizer = _tokenizer(path)
    session = _imported("onnxruntime").InferenceSession(str(path))
    wanted = [given.name for given in session.get_inputs()]

    def embed(text: str) -> Vector:
        found = tokenizer.encode(text)
        inputs = {
            "input_ids": found.ids,
            "attention_mask": found.attention_mask,
            "token_type_ids": found.type_ids,
        }
        arrays = {name: _row(inputs[name]) for name in wanted}
        return _mean(session.run(None, arrays)[0], found.attention_mask)

    return embed


def _tokenizer(path: Path) -> Any:
    beside = [path.parent / "tokenizer.json", path.parent.parent / "tokenizer.json"]
    file = next((file for file in beside if file.is_file()), None)
    if file is None:
        raise ParameterError("model", f"{path}: expected tokenizer.json beside it")
    tokenizer = _imported("tokenizers").Tokenizer.from_file(str(file))
    tokenizer.enable_truncation(MAX_TOKENS)
    return tokenizer


def _row(numbers: Sequence[int]) -> Any:
    import numpy as np

    return np.array([numbers], np.int64)


def _mean(states: Any, mask: Sequence[int]) -> Vector:
    """Return the mean of the tokens' vectors; a model may have pooled them itself."""
    if states.ndim == 2:
        return [float(value) for value in states[0]]
    kept = [row for row, counts in zip(states[0].tolist(), mask, strict=True) if counts]
    return [math.fsum(column) / len(kept) for column in zip(*kept, strict=True)]


def _imported(package: str) -> Any:
    try:
        return import_module(package)
    except ImportError as error:
        missing = f"embedding needs the package {package}: {EXTRA}"
        raise ParameterError("method", missing) from error
