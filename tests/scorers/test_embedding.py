"""similar with method: embedding: local models, what is missing, what is compared."""

import sys
import types
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from llmeval import score
from llmeval.errors import ParameterError
from llmeval.scorers import embedding
from llmeval.scorers.local_model import MAX_TOKENS

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def counted(text: str) -> list[float]:
    return [float(text.lower().count(letter)) for letter in LETTERS]


@pytest.fixture(autouse=True)
def forgotten() -> None:
    embedding.embedder.cache_clear()


@pytest.fixture
def sentences(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A folder that looks like a sentence-transformers model, and a package that reads it."""

    class SentenceTransformer:
        def __init__(self, path: str, *, device: str, local_files_only: bool) -> None:
            assert (path, device, local_files_only) == (str(tmp_path), "cpu", True)

        def encode(self, text: str) -> list[float]:
            return counted(text)

    package = types.ModuleType("sentence_transformers")
    package.SentenceTransformer = SentenceTransformer  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "sentence_transformers", package)
    (tmp_path / "config.json").write_text("{}", encoding="utf-8")
    return str(tmp_path)


@pytest.fixture
def onnx(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An ONNX export and packages that read it: each token is a letter."""

    class Encoding:
        def __init__(self, text: str) -> None:
            self.ids = [LETTERS.index(letter) for letter in text] + [0]
            self.attention_mask = [1] * len(text) + [0]
            self.type_ids = [0] * len(self.ids)

    class Tokenizer:
        @staticmethod
        def from_file(path: str) -> "Tokenizer":
            assert path == str(tmp_path / "tokenizer.json")
            return Tokenizer()

        def enable_truncation(self, length: int) -> None:
            assert length == MAX_TOKENS

        def encode(self, text: str) -> Encoding:
            return Encoding(text)

    class InferenceSession:
        def __init__(self, path: str) -> None:
            assert path == str(tmp_path / "onnx" / "model.onnx")

        def get_inputs(self) -> list[Any]:
            return [types.SimpleNamespace(name=name) for name in ("input_ids", "attention_mask")]

        def run(self, _: None, inputs: dict[str, Any]) -> list[Any]:
            return [np.eye(len(LETTERS))[inputs["input_ids"]]]

    for name, value in (("tokenizers", Tokenizer), ("onnxruntime", InferenceSession)):
        package = types.ModuleType(name)
        setattr(package, value.__name__, value)
        monkeypatch.setitem(sys.modules, name, package)
    (tmp_path / "onnx").mkdir()
    (tmp_path / "onnx" / "model.onnx").write_bytes(b"")
    (tmp_path / "tokenizer.json").write_text("{}", encoding="utf-8")
    return str(tmp_path)


def similar(text: str, to: str, model: str) -> float:
    found = score("similar", text, to=to, method="embedding", model=model)
    assert found.score is not None, found.reason
    return found.score


def test_a_sentence_transformers_model_is_read_from_its_folder(sentences: str) -> None:
    assert similar("abba", "baab", sentences) == 1.0
    assert similar("abba", "zzz", sentences) == 0.0
    assert similar("ab", "ac", sentences) == 0.5


def test_an_onnx_model_is_read_with_its_tokenizer(onnx: str) -> None:
    assert similar("abab", "ba", onnx) == 1.0
    assert similar("ab", "ac", onnx) == 0.5
    assert similar("ab", "yz", f"{onnx}/onnx/model.onnx") == 0.0


def test_the_closest_text_is_named(sentences: str) -> None:
    found = score("similar", "ab", to=["xyz", "ac"], method="embedding", model=sentences)

    assert found.reason == "0.5 is below the minimum of 0.8: closest is 'ac'"


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"method": "embedding"}, "is missing: method: embedding needs the path of a local model"),
        ({"model": "m"}, "goes with method: embedding alone"),
        (
            {"method": "embedding", "model": "no/such"},
            "no/such: expected a folder with model.onnx or with a sentence-transformers model",
        ),
    ],
    ids=["no model", "no method", "no folder"],
)
def test_a_model_goes_with_the_method(parameters: dict[str, Any], message: str) -> None:
    with pytest.raises(ParameterError, match=r"^model: ") as refused:
        score("similar", "a", to="b", **parameters)

    assert message in str(refused.value)


def test_a_missing_package_is_named_with_its_extra(
    sentences: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)

    with pytest.raises(ParameterError) as refused:
        score("similar", "a", to="b", method="embedding", model=sentences)

    assert str(refused.value) == (
        "method: embedding needs the package sentence_transformers: "
        "pip install 'llmeval-gate[embedding]'"
    )


def test_an_onnx_model_without_a_tokenizer_is_refused(onnx: str) -> None:
    (Path(onnx) / "tokenizer.json").unlink()

    with pytest.raises(ParameterError, match=r"expected tokenizer\.json beside it"):
        score("similar", "a", to="b", method="embedding", model=onnx)
