"""Trains `toxicity` and measures it on data it has not learned from.

    python benchmarks/scorers/train_toxicity.py

Writes weights/toxicity.npz and cards/toxicity.json; takes about two minutes on one core.
"""

from cards import card
from cards import write as write_cards
from fitting import fitted, matrix, whole, write
from rows import rows

from llmeval.scorers.linear import Linear, packed, probability
from llmeval.scorers.ngrams import Ngrams
from llmeval.scorers.toxicity import Toxicity, folded

LEARNED = (
    "davidson",
    "wiki_eval",
    "wiki_context",
    "toxic_spans",
    "hatemoji_build",
    "convabuse",
    "identity_templates",
)
MEASURED = ("surge", "hatemoji_check")
NGRAMS = Ngrams(bits=18)


def train() -> Linear:
    """Return the model."""
    found = [row for name in LEARNED for row in rows(f"toxicity_{name}")]
    features = matrix([NGRAMS.slots(folded(row["text"])) for row in found], NGRAMS.bits)
    head = fitted(features, [row["label"] for row in found], strength=0.1)
    return whole(NGRAMS, [head])


def measure(model: Linear) -> None:
    """Write the cards."""
    found = []
    for name in MEASURED:
        some = rows(f"toxicity_{name}")
        scores = [probability(model.margins(folded(row["text"]))[0]) for row in some]
        found.append(
            card(
                "toxicity",
                Toxicity.version,
                name,
                [row["label"] for row in some],
                scores,
                task="people call the text toxic, hateful or abusive",
                threshold=0.5,
                trained_on=", ".join(LEARNED),
            )
        )
    write_cards("toxicity", found)


if __name__ == "__main__":
    trained = train()
    write("toxicity", packed(trained))
    measure(trained)
