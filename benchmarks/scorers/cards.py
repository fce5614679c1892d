"""Measured scores -> accuracy cards, written beside the scorers."""

from collections.abc import Sequence
from datetime import date

import numpy as np
from figures import auc, macro_f1, share

from llmeval.scorers.accuracy import FOLDER, Card, Interval, encoded


def card(
    check: str,
    version: str,
    dataset: str,
    labels: Sequence[int],
    scores: Sequence[float],
    *,
    task: str,
    threshold: float | None,
    trained_on: str,
    note: str = "",
    category: str = "",
) -> Card:
    """Return the card of scores (probability of label 1) against people's labels.

    Without a threshold only the ranking is measured.
    """
    truth, found = np.array(labels), np.array(scores)
    area, area_interval = auc(truth, found) if 0 < truth.sum() < len(truth) else (None, None)
    measured = Card(
        check=check,
        version=version,
        task=task,
        dataset=dataset,
        rows=len(truth),
        positives=int(truth.sum()),
        auc=_short(area),
        auc_interval=_shorter(area_interval),
        trained_on=trained_on,
        date=date.today().isoformat(),  # noqa: DTZ011  a day for people
        note=note,
        category=category,
    )
    return measured if threshold is None else _at(measured, truth, found, threshold)


def _at(measured: Card, truth: "np.ndarray", found: "np.ndarray", threshold: float) -> Card:
    import msgspec

    said = (found >= threshold).astype(int)
    right, right_interval = share(int((said == truth).sum()), len(truth))
    negative = truth == 0
    alarms = (
        share(int(said[negative].sum()), int(negative.sum())) if negative.any() else (None, None)
    )
    return msgspec.structs.replace(
        measured,
        accuracy=_short(right),
        accuracy_interval=_shorter(right_interval),
        f1=_short(macro_f1(truth, said)),
        threshold=threshold,
        false_alarms=_short(alarms[0]),
        false_alarms_interval=_shorter(alarms[1]),
    )


def _short(figure: float | None) -> float | None:
    return None if figure is None else round(figure, 4)


def _shorter(interval: Interval | None) -> Interval | None:
    return interval and Interval(round(interval.low, 4), round(interval.high, 4))


def write(check: str, found: Sequence[Card]) -> None:
    """Write the cards of a check; where only the day differs, the file stays as it is."""
    from msgspec.structs import replace

    from llmeval.scorers.accuracy import cards

    before = [replace(old, date="") for old in cards(check)]
    if before != [replace(new, date="") for new in found]:
        (FOLDER / f"{check}.json").write_bytes(encoded(found))
    for new in found:
        print(_line(new))


def _line(new: Card) -> str:
    parts = [f"{new.check} on {new.dataset} ({new.rows} rows):"]
    for name in ("auc", "accuracy", "f1", "false_alarms"):
        figure, interval = getattr(new, name), getattr(new, f"{name}_interval", None)
        if figure is not None:
            parts.append(f"{name} {figure:.3f}")
            parts += [f"[{interval.low:.3f}, {interval.high:.3f}]"] if interval else []
    return " ".join(parts)
