"""Comments and replies of our own for `toxicity`.

The comments are in the register of social media, chat and reviews: hostile ones, and such as share
words with them and are not: swearing at the weather, criticism of things, sad news, insults that
are quoted in order to condemn them. Slurs are learned from the data sets. `calm_replies.txt` has
harmless replies with words that trigger, then rules and instructions; those of
`calm_replies_kept_out.txt` are never learned from: where 0.5 lies is set on them. Nor are those of
`rules_kept_out.txt`, rules and instructions alone: false alarms are counted on them.
"""

from pathlib import Path

HERE = Path(__file__).parent


def own_comments() -> list[tuple[str, int]]:
    """Return texts with label 1 for a hostile one."""
    lines = (HERE / "own_comments.tsv").read_text(encoding="utf-8").splitlines()
    return [(text, int(label)) for label, _, text in (line.partition("\t") for line in lines)]


def calm_replies(*, kept_out: bool = False) -> list[str]:
    """Return harmless replies that sound hostile: those to learn from, or the others."""
    return _lines("calm_replies_kept_out.txt" if kept_out else "calm_replies.txt")


def rules() -> list[str]:
    """Return rules, requirements and instructions to count false alarms on."""
    return _lines("rules_kept_out.txt")


def _lines(name: str) -> list[str]:
    return (HERE / name).read_text(encoding="utf-8").splitlines()
