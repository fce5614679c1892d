"""Replies a second that the checks of meaning score on one core, as a run scores them.

    python benchmarks/scorers/speed.py
    python benchmarks/scorers/speed.py toxicity refusal

Replies of 500 characters, none twice, full of words that trigger; `factuality` holds them against
2,000 characters of context, another one for each reply. Seconds of this process alone, the best of
five rounds: one reply at a time, and as many together as a run scores where they are ready at the
same time, for the checks that take several. `toxicity` and `is_injection` look for the words to
name only where a reply fails: here nothing fails, but for `toxic`, which is `toxicity` on replies
made of hostile comments, where every one does.
"""

import sys
from collections.abc import Callable, Sequence
from time import process_time
from typing import Any

from msgspec.structs import replace
from own_comments import own_comments
from own_replies import ordinary

from llmeval.records import Case, Check, Reply, Turn
from llmeval.registry import Registry
from llmeval.scorers.batch import Pair, check_all, takes_many
from llmeval.scorers.binding import bind
from llmeval.scorers.evaluate import check_reply

CHECKS = {
    "toxicity": {"max": 1},
    "toxic": {"max": 0},
    "refusal": {},
    "attack_success": {},
    "no_pii": {},
    "language": {"value": "en"},
    "factuality": {},
    "relevance": {},
    "is_injection": {"max": 1},
}
CHARS, CONTEXT_CHARS, PROMPT_CHARS = 500, 2_000, 80
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


def text(sentences: Sequence[str], start: int, chars: int) -> str:
    """Return sentences joined up to a length, from one of them on."""
    found, place = "", start
    while len(found) < chars:
        found += f"{sentences[place % len(sentences)]} "
        place += 37
    return found[:chars]


def sentences_of(name: str) -> list[str]:
    """Return what the replies of a check are made of."""
    if name == "toxic":
        return [text for text, hostile in own_comments() if hostile]
    return [row["reply"] for row in ordinary()]


def pairs(sentences: Sequence[str]) -> list[Pair]:
    """Return replies of sentences in ever other orders, each with a case of its own."""
    return [
        (
            replace(
                CASE,
                context=text(sentences, start, CONTEXT_CHARS),
                turns=(Turn(user=text(sentences, start, PROMPT_CHARS)),),
            ),
            Reply(text=text(sentences, start + 3 * 37, CHARS)),
        )
        for start in range(len(sentences))
    ]


def rates(name: str) -> tuple[float, float | None]:
    """Return the replies a second of one check, one at a time and several together."""
    scorer = "toxicity" if name == "toxic" else name
    check = Check(check=scorer, metric=scorer, parameters=CHECKS[name])
    (bound,) = bind([check], Registry())
    given = pairs(sentences_of(name))
    alone = rate(len(given), lambda: [check_reply(case, bound, reply) for case, reply in given])
    together = rate(len(given), lambda: check_all(bound, given)) if takes_many(bound) else None
    return alone, together


def rate(count: int, score: Callable[[], Any]) -> float:
    """Return how many a second are scored in the best of some rounds."""
    score()  # loads the weights
    best = float("inf")
    for _ in range(ROUNDS):
        started = process_time()
        score()
        best = min(best, process_time() - started)
    return count / best


if __name__ == "__main__":
    print(f"{'replies/s':15} {'alone':>8} {'together':>8}")
    for chosen in sys.argv[1:] or CHECKS:
        alone, together = rates(chosen)
        print(f"{chosen:15} {alone:8,.0f} {together or alone:8,.0f}")
