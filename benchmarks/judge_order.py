"""What asking in both orders is worth, and how often plain replies look like injections.

    python benchmarks/judge_order.py FOLDER

FOLDER holds `pairwise_pandalm.jsonl.gz` (999 pairs of replies with the majority of three people:
A better, B better, or a tie). The judge is a rule, so that everybody gets the same figures: it
prefers the reply that has more different words, and where the two have about the same number it
prefers what stands first. Printed, asked in one order (the file's, then the other) and in both: how
often A is better, how many pairs without a tie are decided, and how many of those as people do.
Then how many of all replies `judge_injection_suspected` would mark.
"""

import gzip
import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from llmeval.records import Case, Judge, Reply, Request, Turn
from llmeval.scorers.compare_to import CompareTo
from llmeval.scorers.judge_prompt import steering

NEAR = 0.25
"""Up to this share of difference the rule goes by the place."""


def main() -> None:
    """Print the figures."""
    rows = list(_rows(Path(sys.argv[1]) / "pairwise_pandalm.jsonl.gz"))
    clear = [row for row in rows if row["label"] != "tie"]
    scores = [_score(row) for row in rows]
    for name, place in (("one order, A first", 0), ("one order, B first", 1), ("both orders", 2)):
        right = wins = decided = 0
        for row, found in zip(rows, scores, strict=True):
            wins += found[place] > 0.5
            if row["label"] != "tie" and found[place] != 0.5:
                decided += 1
                right += (found[place] > 0.5) is (row["label"] == "a")
        print(
            f"{name:18}  A better {wins / len(rows):.3f}  decided {decided / len(clear):.3f}  "
            f"right where decided {right / decided:.3f}"
        )
    replies = [text for row in rows for text in (row["output_a"], row["output_b"])]
    marked = sum(bool(steering(text)) for text in replies)
    print(f"suspected of injection: {marked} of {len(replies)}")


def _rows(path: Path) -> Iterator[Mapping[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            texts = [row["output_a"], row["output_b"]]
            if all(isinstance(text, str) and text.strip() for text in texts) and (
                texts[0].split() != texts[1].split()
            ):
                yield row


def _score(row: Mapping[str, Any]) -> tuple[float, float, float]:
    """Return the score of A asked in one order, in the other, and in both."""
    check = CompareTo(value=row["output_b"]).seated(Judge(name="default", adapters=("rule",)))
    case = Case(
        id="", suite="", index=0, line=0, adapter="", turns=(Turn(user=row["instruction"]),)
    )
    reply = Reply(text=row["output_a"])
    answers = tuple(_judged(request) for request in check.asks(case, reply, ()))
    found = check.score(case, reply, answers)
    first, second = (vote["score"] for vote in found.details["judge"]["votes"])
    assert found.score is not None
    return first, second, found.score


def _judged(request: Request) -> Reply:
    """Return the rule's verdict on the two blocks of a request."""
    text = request.messages[0].content
    a, b = (re.search(rf"<{n} \w+>\n(.*?)\n</{n} ", text, re.DOTALL) for n in "AB")
    assert a is not None
    assert b is not None
    sizes = [len(set(block[1].split())) for block in (a, b)]
    near = abs(sizes[0] - sizes[1]) <= NEAR * max(sizes)
    return Reply(text=f"VERDICT: {'A' if near or sizes[0] > sizes[1] else 'B'}")


if __name__ == "__main__":
    main()
