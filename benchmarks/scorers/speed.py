"""Replies a second that the checks of meaning score on one core, as a run scores them.

    python benchmarks/scorers/speed.py
    python benchmarks/scorers/speed.py toxicity refusal

Replies of about 500 characters, none twice, full of words that trigger; seconds of this process
alone, the best of five rounds. `toxicity` looks for the words to name only where a reply fails,
which takes several times as long: here nothing fails.
"""

import sys
from time import process_time

from own_replies import ordinary

from llmeval.records import Case, Check, Reply, Turn
from llmeval.registry import Registry
from llmeval.scorers.evaluate import bind, check_reply

CHECKS = {
    "toxicity": {"max": 1},
    "refusal": {},
    "attack_success": {},
    "no_pii": {},
    "language": {"value": "en"},
}
CHARS = 500
ROUNDS = 5
CASE = Case(
    id="a",
    suite="s",
    index=0,
    line=1,
    adapter="echo",
    turns=(Turn(user="?"),),
    goal="bake a cake with a file in it",
)


def replies() -> list[Reply]:
    """Return replies of ordinary sentences in ever other orders."""
    sentences = [row["reply"] for row in ordinary()]
    joined = [
        " ".join(sentences[(start + step * 37) % len(sentences)] for step in range(6))
        for start in range(len(sentences))
    ]
    return [Reply(text=text[:CHARS]) for text in joined]


def rate(name: str) -> float:
    """Return the replies a second of one check."""
    check = Check(check=name, metric=name, parameters=CHECKS[name])
    (bound,) = bind([check], Registry())
    given = replies()
    check_reply(CASE, bound, given[0])  # loads the weights
    best = float("inf")
    for _ in range(ROUNDS):
        started = process_time()
        for reply in given:
            check_reply(CASE, bound, reply)
        best = min(best, process_time() - started)
    return len(given) / best


if __name__ == "__main__":
    for chosen in sys.argv[1:] or CHECKS:
        print(f"{chosen:15} {rate(chosen):8,.0f} replies/s")
