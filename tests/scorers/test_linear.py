"""Linear models: exact sums, files of plain arrays."""

import math
import zipfile
from pathlib import Path

import numpy as np
import pytest

from llmeval.scorers import linear as module
from llmeval.scorers.linear import FOLDER, Linear, arrays, linear, packed, probability, unpacked
from llmeval.scorers.ngrams import Ngrams

NAMES = sorted(path.stem for path in FOLDER.glob("*.npz"))


@pytest.fixture
def model() -> Linear:
    """Two heads over single words: one counts "bad", the other is its negative."""
    ngrams = Ngrams(bits=8, chars=(), words=(1,))
    weights = np.zeros((2, 256), np.int8)
    (bad,) = ngrams.slots("bad")
    weights[0, bad], weights[1, bad] = 127, -127
    return Linear(ngrams=ngrams, weights=weights, scale=(0.5, 1.0), bias=(-1.0, 0.25))


def test_a_margin_is_bias_and_weights_over_the_root_of_the_length(model: Linear) -> None:
    assert model.margins("bad good fine well") == (-1 + 0.5 * 127 / 2, 0.25 - 127 / 2)
    assert model.margins("") == (-1.0, 0.25)


def test_texts_taken_together_have_the_same_margins_as_one_by_one(model: Linear) -> None:
    texts = ["bad good", "", "good", "bad bad bad"]

    assert model.margins_many(texts) == [model.margins(text) for text in texts]


@pytest.mark.parametrize("text", ["bad good fine well", "", " bad\t good ", "bad"])
def test_the_shares_of_words_add_up_to_the_margin(model: Linear, text: str) -> None:
    shares = model.shares(text)

    assert shares.shape == (2, len(text.split()))
    assert shares.sum(axis=1) + model.bias == pytest.approx(model.margins(text))


def test_a_word_has_the_share_that_its_own_weight_gives(model: Linear) -> None:
    first, _ = model.shares("good bad fine well").tolist()

    assert first == pytest.approx([0, 0.5 * 127 / 2, 0, 0])


def test_sums_do_not_overflow_the_small_weights(model: Linear) -> None:
    first, _ = model.margins("bad " * 10_000)

    assert first == -1 + 0.5 * 127 * 100


def test_a_model_survives_being_stored(model: Linear) -> None:
    again = unpacked(packed(model))

    assert (again.ngrams, again.scale, again.bias) == (model.ngrams, model.scale, model.bias)
    assert np.array_equal(again.weights, model.weights)


@pytest.mark.parametrize(
    ("margin", "expected"), [(0.0, 0.5), (1e9, 1.0), (-1e9, 0.0), (math.log(3), 0.75)]
)
def test_log_odds_become_a_probability(margin: float, expected: float) -> None:
    assert probability(margin) == expected


def test_a_file_with_objects_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FOLDER", tmp_path)
    np.savez(tmp_path / "hostile.npz", weights=np.array([object], dtype=object))

    with pytest.raises(ValueError, match="allow_pickle=False"):
        arrays("hostile")


@pytest.mark.parametrize("name", NAMES)
def test_shipped_weights_are_small_plain_numbers(name: str) -> None:
    for array in arrays(name).values():
        assert array.dtype.kind in "iufb"


def test_shipped_weights_stay_small_together() -> None:
    assert NAMES
    assert sum((FOLDER / f"{name}.npz").stat().st_size for name in NAMES) < 3_000_000


def test_the_toxicity_model_is_there() -> None:
    assert linear("toxicity").weights.dtype == np.int8


def test_shipped_weights_carry_no_date() -> None:
    for name in NAMES:
        with zipfile.ZipFile(FOLDER / f"{name}.npz") as file:
            assert {member.date_time[0] for member in file.infolist()} == {1980}
