"""What several checks and thresholds say of the recorded replies, held against people."""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from measure import table
from project import importable
from recorded_data import Collection

_THRESHOLDS = (0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1.0)
_METHODS = {"trivia": ("partial", "token_set"), "instructions": ("ratio", "token_set", "rouge_l")}
_RANGES = {"trivia": _THRESHOLDS, "instructions": (0.2, 0.3, 0.4, 0.5, 0.6, 0.7)}


def compare_checks(collections: Sequence[Collection]) -> str:
    """Return a table for each collection: pass rates, or differences to people's, in points."""
    importable()
    parts = [_one(collection) for collection in collections]
    parts += [
        _halves(collection) for collection in collections if collection.human(collection.before)
    ]
    return "\n\n".join(parts)


def _one(collection: Collection) -> str:
    rows = []
    for name, rates in _rates(collection):
        cells = [f"{_against(collection, system, rate):.1f}" for system, rate in rates.items()]
        rows.append([name, *cells])
    what = "difference to people, points" if collection.human(collection.before) else "pass rate %"
    return f"{collection.name}: {what}\n" + table(["check", *collection.systems], rows)


def _halves(collection: Collection, splits: int = 20) -> str:
    """Choose the threshold on one half of the prompts, look at it on the other."""
    people = [collection.human(system) for system in collection.systems]
    scores = [_scores(collection, system, "partial") for system in collection.systems]
    verdicts = [[human[row["id"]] for row in collection.records] for human in people]
    drawn = random.Random(7)
    places = list(range(len(collection.records)))
    chosen: Counter[float] = Counter()
    worst = 0.0
    for _ in range(splits):
        drawn.shuffle(places)
        half, other = places[: len(places) // 2], places[len(places) // 2 :]
        low = min(_THRESHOLDS, key=lambda low: _off(scores, verdicts, half, low))
        chosen[low] += 1
        worst = max(worst, _off(scores, verdicts, other, low))
    return (
        f"{collection.name}: similar partial, threshold chosen on a random half of the prompts, "
        f"{splits} times: {dict(chosen)}; on the other half the worst system is at most "
        f"{worst:.1f} points off"
    )


def _off(
    scores: list[list[float]], verdicts: list[list[int]], places: list[int], low: float
) -> float:
    """Return the largest difference of a system's pass rate to people's, in points."""
    return max(
        abs(sum((found[at] >= low - 1e-9) - human[at] for at in places)) * 100 / len(places)
        for found, human in zip(scores, verdicts, strict=True)
    )


def _against(collection: Collection, system: str, rate: float) -> float:
    human = collection.human(system)
    return rate - 100 * sum(human.values()) / len(human) if human else rate


def _rates(collection: Collection) -> Iterator[tuple[str, dict[str, float]]]:
    """Yield what a check gives: its name, system -> pass rate in percent."""
    if collection.name == "trivia":
        for words in ({}, {"ignore_case": True}, {"normalize": True}):
            yield f"contains_any {words or ''}", _contains(collection, words)
    for method in _METHODS[collection.name]:
        scores = {system: _scores(collection, system, method) for system in collection.systems}
        for low in _RANGES[collection.name]:
            yield (
                f"similar {method} min {low:g}",
                {
                    system: 100 * sum(score >= low - 1e-9 for score in found) / len(found)
                    for system, found in scores.items()
                },
            )


def _contains(collection: Collection, words: dict[str, bool]) -> dict[str, float]:
    found = dict.fromkeys(collection.systems, 0)
    for row in collection.records:
        for system in found:
            reply = row["outputs"][system]
            found[system] += _score("contains_any", reply, value=row["references"], **words) > 0
    return {system: 100 * passed / len(collection.records) for system, passed in found.items()}


def _scores(collection: Collection, system: str, method: str) -> list[float]:
    return [
        _score("similar", row["outputs"][system], to=row["references"], method=method)
        for row in collection.records
    ]


def _score(check: str, text: str, **parameters: object) -> float:
    from llmeval.records import Case, Reply, Turn

    case = Case(id="q", suite="s", index=0, line=1, adapter="replay", turns=(Turn(user="q"),))
    score = _registry().scorer(check, parameters).score(case, Reply(text=text), ())
    return score.score or 0.0


@cache
def _registry() -> Any:
    from llmeval.registry import Registry

    return Registry()
