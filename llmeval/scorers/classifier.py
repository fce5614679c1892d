"""Text classifiers and entailment models by local path -> a probability for each of their labels.

Hugging Face's layout: a folder with `config.json` (labels in `id2label`) and either an ONNX export
with `tokenizer.json`, read by onnxruntime, or weights, read by transformers.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from llmeval.errors import ParameterError
from llmeval.scorers.local_model import (
    MAX_TOKENS,
    OnnxModel,
    beside,
    imported,
    onnx_file,
    read_config,
    require_packages,
)

_ONNX: Final = ("onnxruntime", "tokenizers")
_TORCH: Final = ("torch", "transformers")
_MULTI: Final = "multi_label_classification"
DIGITS: Final = 6

Logits = Callable[..., Sequence[float]]


class Layout(Struct, frozen=True):
    """What a model's folder says, before any weight is read."""

    folder: Path
    onnx: Path | None
    labels: tuple[str, ...]
    independent: bool
    """Several labels may hold at once, each has a probability of its own."""


@cache
def layout(model: str) -> Layout:
    """Return what is where; a missing file or package is said before anything is asked.

    Raises:
        ParameterError: There is no such model, it names no labels, or a package is missing.
    """
    onnx = onnx_file(model)
    config = beside(onnx, "config.json") if onnx else Path(model) / "config.json"
    if config is None or not config.is_file():
        expected = "expected a folder with config.json and model.onnx or a transformers model"
        raise ParameterError("model", f"{model}: {expected}")
    found = read_config(config)
    labels = found.get("id2label")
    if not isinstance(labels, Mapping) or not labels:
        raise ParameterError("model", f"{config} names no labels (id2label): no classifier")
    names = tuple(str(labels[key]) for key in sorted(labels, key=int))
    require_packages(_ONNX if onnx else _TORCH, "model", "onnx" if onnx else "transformers")
    independent = found.get("problem_type") == _MULTI or len(names) == 1
    return Layout(config.parent, onnx, names, independent)


def counted(model: str, given: Sequence[str], usual: Sequence[str]) -> tuple[int, ...]:
    """Return the places of the labels that count.

    Args:
        model: Path of the model.
        given: Labels that the suite names; () for the usual ones.
        usual: Names that such labels mostly have; a model of one label needs none of them.

    Raises:
        ParameterError: The model does not know one, or none of the usual ones.
    """
    names = [_plain(label) for label in layout(model).labels]
    known = ", ".join(layout(model).labels)
    unknown = [label for label in given if _plain(label) not in names]
    if unknown:
        raise ParameterError("labels", f"the model has no label {unknown[0]!r}; it has {known}")
    wanted = [_plain(label) for label in given or usual]
    places = tuple(place for place, name in enumerate(names) if name in wanted)
    if not places and len(names) == 1:
        return (0,)
    if not places:
        raise ParameterError("labels", f"say which labels count; the model has {known}")
    return places


def _plain(label: str) -> str:
    return label.casefold().replace("-", "_").replace(" ", "_")


def probabilities(model: str, *texts: str) -> tuple[float, ...]:
    """Return the probability of each label for a text, or for a pair of texts.

    One at a time, because padding to the longest of several changes the last digits: a score must
    not depend on which replies came with it.

    Raises:
        ParameterError: The model cannot be opened.
    """
    return load(model)(*texts)


@cache
def load(model: str) -> Callable[..., tuple[float, ...]]:
    """Return what gives a text, or a pair, its probabilities; reads the weights, once a process.

    Raises:
        ParameterError: The model cannot be opened.
    """
    found = layout(model)
    logits = _onnx(found.onnx) if found.onnx else _transformers(found.folder)

    @lru_cache(maxsize=1024)
    def scored(*texts: str) -> tuple[float, ...]:
        values = logits(*texts)
        shares = map(_sigmoid, values) if found.independent else _softmax(values)
        return tuple(round(share, DIGITS) for share in shares)

    return scored


def _onnx(path: Path) -> Logits:
    model = OnnxModel(path, "model", "onnx")

    def logits(*texts: str) -> Sequence[float]:
        values: Sequence[float] = model.run(*texts)[0][0].tolist()
        return values

    return logits


def _transformers(folder: Path) -> Logits:
    package = imported("transformers", "model", "transformers")
    torch = imported("torch", "model", "transformers")
    where: dict[str, Any] = {"local_files_only": True}
    tokenizer = package.AutoTokenizer.from_pretrained(str(folder), **where)
    model = package.AutoModelForSequenceClassification.from_pretrained(str(folder), **where).eval()

    def logits(*texts: str) -> Sequence[float]:
        given = tokenizer(*texts, truncation=True, max_length=MAX_TOKENS, return_tensors="pt")
        with torch.inference_mode():
            values: Sequence[float] = model(**given).logits[0].tolist()
        return values

    return logits


def _sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-max(-700.0, value)))


def _softmax(values: Sequence[float]) -> list[float]:
    top = max(values)
    shares = [math.exp(value - top) for value in values]
    total = math.fsum(shares)
    return [share / total for share in shares]
