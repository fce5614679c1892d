"""A reply beside its sources -> probability, reason, verdicts by claim."""

import math
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any, Final

from msgspec import Struct

from llmeval.scorers.facts import answers, document, misconceptions
from llmeval.scorers.facts import plain as plain_rules
from llmeval.scorers.facts.claims import Claim, claims
from llmeval.scorers.facts.evidence import Evidence, evidence
from llmeval.scorers.facts.suspicion import suspicion
from llmeval.scorers.facts.trees import trees
from llmeval.scorers.facts.verdicts import (
    DENIED,
    JOINED_OTHERWISE,
    JOINED_SO,
    SHOWN_CHARS,
    Finding,
    Verdict,
    findings,
    worst,
)
from llmeval.scorers.facts.verdicts import features as verdict_features
from llmeval.scorers.linear import arrays, linear, probability
from llmeval.text import cut, normalise, quote

DOCUMENT: Final = "factuality_document"
ANSWERS: Final = "factuality_answers"
MISCONCEPTIONS: Final = "factuality_misconceptions"
WORDING: Final = "factuality_wording"

QUOTED_CHARS: Final = 100
RIGHT: Final = 0.97
"""Of an answer that is plainly right."""
WRONG: Final = 0.03


class Judged(Struct, frozen=True):
    """What is said of a reply."""

    probability: float
    reason: str
    """What tells most against it."""
    details: dict[str, Any]


# --- against a text ------------------------------------------------------------------------------

_remembered = lru_cache(maxsize=8)(evidence)
"""The trials of a case share their text."""


def by_text(reply: str, text: str) -> Judged | None:
    """Return what is said of a reply that must keep to a text; None where it claims nothing."""
    found = _remembered(text)
    seen = claims(reply, found)
    if not _says_something(reply, seen):
        return None
    if _is_quoted(seen, found):
        return Judged(1.0, "", {})
    verdicts = findings(reply, found)
    features = [*document.features(seen, found), *verdict_features(verdicts)]
    margin = trees(DOCUMENT).margin([*features, suspicion(seen)])
    return Judged(
        calibrated(margin, features, _calibration()),
        complaint(worst(verdicts)),
        {"claims": [shown(one) for one in verdicts]},
    )


def features(reply: str, seen: Sequence[Claim], found: Evidence) -> list[float]:
    """Return all features of a reply beside a text, but for the suspicion."""
    return [*document.features(seen, found), *verdict_features(findings(reply, found))]


def _says_something(reply: str, seen: Sequence[Claim]) -> bool:
    words = [word for one in seen for word in one.words]
    if all(word.stop or word.text == "no" for word in words):
        return False
    if any(one.polarity.agrees is not None for one in seen):
        return True  # "not possible" of what the text calls possible
    return not (
        len(words) <= answers.DECLINING_WORDS
        and answers.declines(answers.plain_quotes(reply.lower()))
    )


def _is_quoted(seen: Sequence[Claim], found: Evidence) -> bool:
    """Return whether every sentence of the reply is a sentence of the text."""
    ours = [[word.text for word in one.words] for one in seen]
    lengths = set(map(len, ours))
    theirs = [[word.text for word in some] for some in found.words if len(some) in lengths]
    return all(one in theirs for one in ours)


def calibrated(margin: float, features: Sequence[float], scale: tuple[float, float]) -> float:
    """Return the probability of a document model's log-odds.

    A reply whose words are mostly not in the text is not supported, whatever the trees say: their
    examples keep to the text. Of one sentence more must be kept than of a long text, which a
    summary rewords.
    """
    known, sentences = features[document.KNOWN], features[document.SENTENCES]
    needed = NEEDED + NEEDED_OF_ONE / math.sqrt(max(1.0, sentences))
    odds = -_log_odds_sum(margin, STEEPNESS * (known - needed)) + joined(features)
    slope, intercept = scale
    likely = probability(slope * odds + intercept)
    denied = features[len(document.NAMES) + DENIED]
    return min(likely, MOST_OF_DENIED) if denied else likely


def joined(features: Sequence[float]) -> float:
    """Return the log-odds for how the claims join what they speak of: amounts, roles."""
    base = len(document.NAMES)
    otherwise, so = features[base + JOINED_OTHERWISE], features[base + JOINED_SO]
    odds = OTHERWISE if otherwise else SO if so else 0.0
    return odds * min(1.0, SHORT / max(1.0, features[document.SENTENCES]))


OTHERWISE: Final = -2.5
SO: Final = 1.0
SHORT: Final = 6.0
"""Sentences of a text in which what is found is what is meant; in a long one it may be another."""
MOST_OF_DENIED: Final = 0.15
"""Of a reply that says the opposite of what the text says of the same thing."""
NEEDED: Final = 0.45
NEEDED_OF_ONE: Final = 0.3
STEEPNESS: Final = 10.0


def _log_odds_sum(one: float, other: float) -> float:
    """Return the negative log-odds of two independent events, from the log-odds of each."""
    # 1/p - 1 for p = sigmoid(a) * sigmoid(b) is exp(-a) + exp(-b) + exp(-a - b).
    one, other = max(-50.0, min(50.0, one)), max(-50.0, min(50.0, other))
    return math.log(math.exp(-one) + math.exp(-other) + math.exp(-one - other))


@cache
def _calibration() -> tuple[float, float]:
    slope, intercept = arrays(DOCUMENT)["calibration"].tolist()
    return slope, intercept


def complaint(finding: Finding) -> str:
    """Return what is said against a reply whose worst claim this is."""
    said = f"{finding.verdict}: {quote(finding.claim, QUOTED_CHARS)}"
    if finding.verdict == "supported":
        said = f"worded unlike the text: {quote(finding.claim, QUOTED_CHARS)}"
    beside = f"; closest is {quote(finding.evidence, QUOTED_CHARS)}" if finding.evidence else ""
    differs = cut(finding.differs, SHOWN_CHARS)
    return said + (f" ({differs})" if differs else "") + beside


def shown(finding: Finding) -> dict[str, str]:
    """Return a claim as the details of a score hold it."""
    return {
        "claim": finding.claim,
        "verdict": finding.verdict,
        "evidence": finding.evidence,
        "differs": cut(finding.differs, SHOWN_CHARS),
    }


# --- against references --------------------------------------------------------------------------


def by_references(
    reply: str, right: Sequence[str], wrong: Sequence[str], question: str
) -> Judged | None:
    """Return what is said of an answer beside right and wrong ones; None where it has no words."""
    plain = normalise(reply)
    if not plain:
        return None
    if plain in map(normalise, right):
        return Judged(1.0, "", {})
    if plain in map(normalise, wrong):
        return _answered(reply, 0.0, reply, "a wrong reference", "contradicted")
    if wrong:
        return _beside_both(reply, right, wrong, question)
    found = answers.answered(reply, right, question)
    if found is None:
        return None
    closest = found.best.reference.text
    agrees = _yes_or_no(found, right)
    if agrees is None:
        agrees = plain_rules.agrees(found)
    if agrees is not None:
        said: Verdict = "supported" if agrees else "contradicted"
        return _answered(reply, RIGHT if agrees else WRONG, closest, "", said)
    margin = trees(ANSWERS).margin(answers.features(found))
    return _answered(reply, probability(margin), closest, *_difference(found, margin))


def _yes_or_no(found: answers.Answer, right: Sequence[str]) -> bool | None:
    """Return whether a yes or no is the right one; None where that is not the question."""
    wanted = {answers.yes_or_no(answers.said(one).words) for one in right}
    plain = all(len(one.split()) == 1 for one in right)
    given = answers.yes_or_no(found.said.words)
    if not plain or not given or wanted not in ({1}, {-1}):
        return None
    return given in wanted


def _difference(found: answers.Answer, margin: float) -> tuple[str, Verdict]:
    if margin >= 0:
        return "", "supported"
    reference, ours = found.best.reference, found.said
    others = [one.text for one in ours.words if one.number is not None]
    missing = [one.text for one in reference.words if one.key in reference.numbers - ours.keys]
    if missing and others:
        return f"{others[0]} against {missing[0]}", "contradicted"
    lacking = [one.text for one in reference.content if one.key not in ours.keys]
    return (f"without {', '.join(lacking[:5])}" if lacking else ""), "not stated"


def _beside_both(
    reply: str, right: Sequence[str], wrong: Sequence[str], question: str
) -> Judged | None:
    found = misconceptions.sides(reply, right, wrong, question)
    slots = linear(WORDING).margins(misconceptions.wording(reply))
    margin = trees(MISCONCEPTIONS).margin([*misconceptions.features(found), slots[0]])
    closest = misconceptions.closest(found, right=margin >= 0)
    said: Verdict = "supported" if margin >= 0 else "contradicted"
    differs = "" if margin >= 0 else "a wrong reference"
    return _answered(reply, probability(margin), closest, differs, said)


def _answered(reply: str, likely: float, closest: str, differs: str, verdict: Verdict) -> Judged:
    finding = Finding(
        claim=cut(" ".join(reply.split()), SHOWN_CHARS),
        verdict=verdict,
        evidence=cut(closest, SHOWN_CHARS),
        differs=differs,
        support=likely,
    )
    return Judged(likely, complaint(finding), {"claims": [shown(finding)]})
