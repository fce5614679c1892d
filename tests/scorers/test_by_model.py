"""Checks with `method: model`: real ONNX models, made here, read from their folder."""

import json
import sys
import types
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from llmeval import cli, score
from llmeval.errors import ParameterError
from llmeval.scorers import classifier

WORDS = ("[UNK]", "idiot", "paris", "rome", "sorry", "ignore", ".")

Make = Callable[..., str]


@pytest.fixture(autouse=True)
def forgotten() -> None:
    classifier.layout.cache_clear()
    classifier.load.cache_clear()


def export(folder: Path, rows: Mapping[tuple[str, int], Sequence[float]], labels: int) -> None:
    """Write an ONNX model whose logits are sums over tokens: one row by word and text of a pair."""
    onnx = pytest.importorskip("onnx")
    helper, kinds = onnx.helper, onnx.TensorProto
    table = np.zeros((2 * len(WORDS), labels), np.float32)
    for (word, which), values in rows.items():
        table[WORDS.index(word) + which * len(WORDS)] = values
    size = np.array(len(WORDS), np.int64)
    nodes = [
        helper.make_node("Mul", ["token_type_ids", "size"], ["shift"]),
        helper.make_node("Add", ["input_ids", "shift"], ["places"]),
        helper.make_node("Gather", ["table", "places"], ["found"]),
        helper.make_node("ReduceSum", ["found", "axes"], ["logits"], keepdims=0),
    ]
    inputs = [
        helper.make_tensor_value_info(name, kinds.INT64, [1, "n"])
        for name in ("input_ids", "token_type_ids")
    ]
    output = helper.make_tensor_value_info("logits", kinds.FLOAT, [1, labels])
    constants = {"table": table, "size": size, "axes": np.array([1], np.int64)}
    given = [onnx.numpy_helper.from_array(value, name) for name, value in constants.items()]
    graph = helper.make_graph(nodes, "sums", inputs, [output], given)
    version = [helper.make_opsetid("", 17)]
    model = helper.make_model(graph, opset_imports=version, ir_version=8)
    onnx.save(model, str(folder / "model.onnx"))


@pytest.fixture
def made(tmp_path: Path) -> Make:
    """Make a model: labels, what words say, and whether several labels may hold at once."""
    pytest.importorskip("onnxruntime")
    tokenizers = pytest.importorskip("tokenizers")

    def make(
        labels: Sequence[str],
        rows: Mapping[tuple[str, int], Sequence[float]],
        *,
        several: bool = False,
    ) -> str:
        vocabulary = {word: place for place, word in enumerate(WORDS)}
        words = tokenizers.models.WordLevel(vocabulary, unk_token="[UNK]")
        tokenizer = tokenizers.Tokenizer(words)
        tokenizer.normalizer = tokenizers.normalizers.Lowercase()
        tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
        tokenizer.save(str(tmp_path / "tokenizer.json"))
        config = {"id2label": dict(enumerate(labels))}
        kind = {"problem_type": "multi_label_classification"} if several else {}
        (tmp_path / "config.json").write_text(json.dumps(config | kind), encoding="utf-8")
        export(tmp_path, rows, len(labels))
        return str(tmp_path)

    return make


TOXIC = {("idiot", 0): (-3, 3), ("[UNK]", 0): (0.5, -0.5)}


def test_toxicity_is_the_probability_of_the_labels_that_count(made: Make) -> None:
    model = made(["neutral", "toxic"], TOXIC)

    bad = score("toxicity", "idiot", method="model", model=model)
    good = score("toxicity", "hello there", method="model", model=model)

    assert bad.score == pytest.approx(1 / (1 + np.exp(-6)), abs=1e-6)
    assert bad.reason == "0.998 is above the maximum of 0.5: 'idiot'"
    assert good.passed
    assert good.score == pytest.approx(1 / (1 + np.exp(2)), abs=1e-6)


def test_the_worst_piece_of_a_long_reply_counts(made: Make) -> None:
    model = made(["neutral", "toxic"], TOXIC)
    polite = "This is a friendly sentence with nothing in it. " * 60

    found = score("toxicity", f"{polite} Idiot. {polite}", method="model", model=model, max=1.0)
    alone = score("toxicity", polite, method="model", model=model, max=1.0)

    assert found.score is not None
    assert alone.score is not None
    assert found.score >= alone.score


def test_labels_that_may_hold_at_once_have_probabilities_of_their_own(made: Make) -> None:
    model = made(["toxic", "threat"], {("idiot", 0): (2, -9)}, several=True)

    assert score("toxicity", "idiot", method="model", model=model).score == pytest.approx(
        1 / (1 + np.exp(-2)), abs=1e-6
    )


def test_a_refusal_and_its_twin_read_the_named_label(made: Make) -> None:
    model = made(["LABEL_0", "LABEL_1"], {("sorry", 0): (0, 5)})
    given: dict[str, Any] = {"method": "model", "model": model, "labels": ["LABEL_1"]}

    assert score("refusal", "sorry", **given).passed
    twin = score("not_refusal", "sorry", **given)
    assert twin.reason == "the reply refuses: 'sorry'"


def test_is_injection_reads_a_classifier_of_one_label(made: Make) -> None:
    model = made(["LABEL_0"], {("ignore", 0): (4,), ("[UNK]", 0): (-4,)})

    assert score("is_injection", "ignore", method="model", model=model).passed is False
    assert score("is_injection", "hello", method="model", model=model).passed


def test_relevance_reads_question_and_reply_as_a_pair(made: Make) -> None:
    model = made(["LABEL_0"], {("paris", 1): (3,), ("rome", 1): (-3,)})
    given: dict[str, Any] = {"prompt": "Which town?", "method": "model", "model": model}

    assert score("relevance", "paris", **given).passed
    wrong = score("relevance", "rome", **given)
    assert wrong.reason == (
        "0.0474 is below the minimum of 0.5: the reply to 'Which town?' seems to answer something "
        "else"
    )
    asked = score("relevance", "paris", method="model", model=model)
    assert asked.reason == "nothing_to_check: the prompt has no words"


ENTAILED = {("paris", 0): (1, 0), ("paris", 1): (3, 0), ("rome", 1): (-6, 6)}


def test_factuality_is_decided_by_the_worst_sentence(made: Make) -> None:
    model = made(["entailment", "contradiction"], ENTAILED)
    given: dict[str, Any] = {"context": "It was Paris.", "method": "model", "model": model}

    right = score("factuality", "Paris.", **given)
    wrong = score("factuality", "Paris. Rome.", **given)

    assert right.passed
    assert not wrong.passed
    assert "not stated: 'Rome.'; closest is 'It was Paris.'" in wrong.reason
    assert [claim["verdict"] for claim in wrong.details["claims"]] == ["supported", "not stated"]


def test_factuality_against_references_takes_the_best_and_heeds_wrong_ones(made: Make) -> None:
    model = made(["entailment", "contradiction"], ENTAILED)
    given: dict[str, Any] = {"method": "model", "model": model, "references": ["rome", "paris"]}

    assert score("factuality", "paris", **given).passed
    assert not score("factuality", "paris", wrong_references=["paris"], **given).passed


def test_the_model_is_named_beside_its_score(made: Make) -> None:
    model = made(["neutral", "toxic"], TOXIC)

    found = score("toxicity", "hello", method="model", model=model)

    assert found.details["judge"]["name"] == Path(model).name
    assert found.details["judge"]["votes"] == [{"adapter": Path(model).name, "score": found.score}]


def test_text_that_is_not_there_or_too_long_is_not_read(made: Make) -> None:
    model = made(["neutral", "toxic"], TOXIC)

    empty = score("toxicity", " ", method="model", model=model)
    long = score("toxicity", "a " * 20_000, method="model", model=model)

    assert empty.reason == "there is no text"
    assert long.reason == "text_too_long: 40,000 characters are more than the limit of 20,000"


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({}, "model: is missing"),
        ({"model": "no/such"}, "model: no/such: expected a folder with config.json and model.onnx"),
        ({"labels": ["spam"]}, "labels: the model has no label 'spam'; it has LABEL_0, LABEL_1"),
        ({"labels": []}, "labels: say which labels count; the model has LABEL_0, LABEL_1"),
        ({"allow": ["x"]}, "allow: unknown parameter"),
    ],
    ids=["no path", "no folder", "unknown label", "no usual label", "builtin parameter"],
)
def test_what_is_missing_is_said_before_anything_is_asked(
    made: Make, parameters: dict[str, Any], message: str
) -> None:
    model = made(["LABEL_0", "LABEL_1"], {})
    given = {"model": model, **parameters} if parameters else {}

    with pytest.raises(ParameterError) as refused:
        score("toxicity", "a", method="model", **given)

    assert message in str(refused.value)


def test_a_model_without_labels_is_no_classifier(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}", encoding="utf-8")

    with pytest.raises(ParameterError, match=r"names no labels \(id2label\): no classifier"):
        score("refusal", "a", method="model", model=str(tmp_path))


def test_a_damaged_configuration_is_named(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{", encoding="utf-8")

    with pytest.raises(ParameterError, match=r"config\.json cannot be read"):
        score("refusal", "a", method="model", model=str(tmp_path))


@pytest.mark.parametrize(
    ("package", "files", "extra"),
    [("onnxruntime", ["model.onnx"], "onnx"), ("torch", [], "transformers")],
)
def test_a_missing_package_is_named_with_its_extra(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    package: str,
    files: Sequence[str],
    extra: str,
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    (tmp_path / "config.json").write_text('{"id2label": {"0": "toxic"}}', encoding="utf-8")
    for name in files:
        (tmp_path / name).write_bytes(b"")

    with pytest.raises(ParameterError) as refused:
        score("toxicity", "a", method="model", model=str(tmp_path))

    assert str(refused.value) == (
        f"method: model needs the package {package}: pip install 'llmeval-gate[{extra}]'"
    )


def test_weights_for_transformers_are_read_from_the_folder_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The package is too large to install for a test: what it is asked for is looked at here."""
    (tmp_path / "config.json").write_text('{"id2label": {"0": "no", "1": "toxic"}}', "utf-8")
    asked: list[Any] = []

    class Auto:
        @staticmethod
        def from_pretrained(path: str, *, local_files_only: bool) -> "Auto":
            asked.append((path, local_files_only))
            return Auto()

        def eval(self) -> "Auto":
            return self

        def __call__(self, *texts: str, **how: Any) -> Any:
            if texts:
                assert how == {"truncation": True, "max_length": 512, "return_tensors": "pt"}
                return {"text": texts[0]}
            return types.SimpleNamespace(logits=np.array([[0.0, 2.0]]))

    class Torch(types.ModuleType):
        inference_mode = staticmethod(lambda: __import__("contextlib").nullcontext())

    package = types.ModuleType("transformers")
    package.AutoTokenizer = package.AutoModelForSequenceClassification = Auto  # type: ignore[attr-defined]
    torch = Torch("torch")
    for name, module in (("transformers", package), ("torch", torch)):
        module.__spec__ = __import__("importlib.machinery").machinery.ModuleSpec(name, None)
        monkeypatch.setitem(sys.modules, name, module)

    found = score("toxicity", "a", method="model", model=str(tmp_path))

    assert found.score == pytest.approx(1 / (1 + np.exp(-2)), abs=1e-6)
    assert asked == [(str(tmp_path), True)] * 2


def test_the_model_is_measured_on_labels_of_the_users(
    made: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    model = made(["neutral", "toxic"], TOXIC)
    (tmp_path / "llmeval.toml").write_text("", encoding="utf-8")
    rows = ["idiot,failed", "hello,passed", "paris,passed", "rome .,failed"] * 3
    (tmp_path / "labels.csv").write_text("\n".join(["reply,verdict", *rows]), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    asked = ["--check", "toxicity", "--set", "method=model", "--set", f"model={model}"]

    status = cli.main(["judge-check", "labels.csv", *asked])

    said = capsys.readouterr().out
    assert status == 0
    assert f"toxicity: toxicity by judge {Path(model).name}" in said
    assert "agrees with people on 75.0 %" in said
    assert (tmp_path / "baselines" / "judges" / "toxicity.json").exists()
