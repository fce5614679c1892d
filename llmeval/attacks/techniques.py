"""How an order is dressed up: fifty techniques in groups.

Those whose texts are put together by `framing` stand here.
"""

from collections.abc import Mapping

from llmeval.attacks import persuading, posing
from llmeval.attacks.framing import (
    context_flooding,
    few_shot_poisoning,
    many_shot,
    payload_split,
    payload_variables,
    perturbed,
    word_grid,
)
from llmeval.attacks.technique import JAILBREAK, OBFUSCATED, Technique, of

_SPLIT = of(
    "payload_split",
    Technique(name="split_halves", group="payload_split", make=payload_split, atlas=OBFUSCATED),
    Technique(
        name="split_variables", group="payload_split", make=payload_variables, atlas=OBFUSCATED
    ),
    Technique(name="numbered_words", group="payload_split", make=word_grid, atlas=OBFUSCATED),
)
_MANY = of(
    "many_shot",
    Technique(name="many_shot", group="many_shot", make=many_shot, atlas=JAILBREAK),
    Technique(name="few_shot_poisoning", group="many_shot", make=few_shot_poisoning),
)
_FLOODING = of(
    "context_flooding",
    Technique(name="context_flooding", group="context_flooding", make=context_flooding),
)
_PERTURBED = of(
    "perturbation",
    Technique(name="best_of_n", group="perturbation", make=perturbed, atlas=OBFUSCATED),
)

_ALL = (
    *(posing.OVERRIDE, posing.SEQUENCE, posing.FAKE_ROLES, posing.TOKENS, posing.DELIMITERS),
    *(posing.DIALOGUE, persuading.ROLE_PLAY, persuading.AUTHORITY, persuading.HYPOTHETICAL),
    *(persuading.TRANSLATION, _SPLIT, _MANY, _FLOODING, persuading.NEGATION, posing.POLICY),
    *(persuading.SUPPRESSION, persuading.PREFIX, persuading.MULTI_TURN, _PERTURBED),
)
"""Group by group; samples are drawn in this order."""
TECHNIQUES: Mapping[str, Technique] = {one.name: one for group in _ALL for one in group}
"""By name."""

GROUPS: Mapping[str, tuple[str, ...]] = {
    group: tuple(t.name for t in TECHNIQUES.values() if t.group == group)
    for group in dict.fromkeys(technique.group for technique in TECHNIQUES.values())
}
"""Group -> its techniques."""
