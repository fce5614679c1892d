"""Comments of our own for `toxicity`, in the register of social media, chat and reviews.

Hostile ones and such as share words with them and are not: swearing at the weather, criticism of
things, sad news, insults that are quoted in order to condemn them. Slurs are learned from the data
sets. `edos_labels.csv` says which comments of edos that are not sexist are hostile all the same; we
have read them. `calm_replies.txt` has harmless replies with words that trigger; those of
`calm_replies_kept_out.txt` are never learned from: where 0.5 lies is set on them.
"""

import csv
from pathlib import Path

HERE = Path(__file__).parent


def own_comments() -> list[tuple[str, int]]:
    """Return texts with label 1 for a hostile one."""
    lines = (HERE / "own_comments.tsv").read_text(encoding="utf-8").splitlines()
    return [(text, int(label)) for label, _, text in (line.partition("\t") for line in lines)]


def edos_labels() -> dict[str, int]:
    """Return row id -> label 1 for a hostile comment."""
    with (HERE / "edos_labels.csv").open(encoding="utf-8") as file:
        return {row["id"]: int(row["toxic"]) for row in csv.DictReader(file)}


def calm_replies(*, kept_out: bool = False) -> list[str]:
    """Return harmless replies with words that trigger: those to learn from, or the others."""
    name = "calm_replies_kept_out.txt" if kept_out else "calm_replies.txt"
    return (HERE / name).read_text(encoding="utf-8").splitlines()
