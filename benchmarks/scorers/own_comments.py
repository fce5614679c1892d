"""Comments of our own for `toxicity`, and labels of ours for comments of data sets.

Ours are in the register of social media, chat and reviews: hostile ones and such as share words
with them and are not: swearing at the weather, criticism of things, sad news, insults that are
quoted in order to condemn them. Slurs are learned from the data sets. `comment_labels` says which
comments of edos and of davidson are hostile: edos marks sexism alone, davidson whatever has a word
of a list. `calm_replies.txt` has harmless replies with words that trigger; those of
`calm_replies_kept_out.txt` are never learned from: where 0.5 lies is set on them.
"""

import csv
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent


def own_comments() -> list[tuple[str, int]]:
    """Return texts with label 1 for a hostile one."""
    lines = (HERE / "own_comments.tsv").read_text(encoding="utf-8").splitlines()
    return [(text, int(label)) for label, _, text in (line.partition("\t") for line in lines)]


class Label(NamedTuple):
    """How we have labelled a comment."""

    level: int
    """0: not hostile, 1: mildly, or in doubt, 2: clearly."""
    kinds: str
    """Letters of KINDS, those that it is."""


HARMLESS = Label(0, "")
"""That of a comment which is not listed."""
KINDS = {"insult": "I", "threat": "T", "identity_attack": "D", "sexual": "S", "profanity": "P"}
"""Category -> its letter in a label."""
READ = ("edos", "davidson", "toxic_spans", "wiki_context")
"""The data sets whose comments we have labelled: all of them, of wiki_context the suspicious."""


def comment_labels(name: str) -> dict[str, Label]:
    """Return row id -> label of the hostile comments of a data set of READ.

    How they were made is written beside them: `comment_labels/README.md`.
    """
    with (HERE / "comment_labels" / f"{name}.csv").open(encoding="utf-8") as file:
        return {row["id"]: Label(int(row["toxic"]), row["kinds"]) for row in csv.DictReader(file)}


def calm_replies(*, kept_out: bool = False) -> list[str]:
    """Return harmless replies with words that trigger: those to learn from, or the others."""
    name = "calm_replies_kept_out.txt" if kept_out else "calm_replies.txt"
    return (HERE / name).read_text(encoding="utf-8").splitlines()
