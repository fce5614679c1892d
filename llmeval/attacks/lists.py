"""Where attacks stand in public lists of risks, for those who report by them.

OWASP Top 10 for LLM Applications, the edition of 2026 (4 August 2026), and MITRE ATLAS, release
5.6 (May 2026). Ids and names are facts of these lists; which one fits which part is our judgement.
"""

from collections.abc import Mapping

from llmeval.attacks.carriers import MESSAGE
from llmeval.attacks.encodings import PLAIN
from llmeval.attacks.goals import GOALS
from llmeval.attacks.pursuit import STYLES
from llmeval.attacks.techniques import TECHNIQUES

OWASP_EDITION, ATLAS_RELEASE = "2026", "5.6"
OWASP: Mapping[str, str] = {
    "LLM01": "Prompt Injection",
    "LLM02": "Sensitive Information Disclosure",
    "LLM03": "Excessive Agency",
    "LLM04": "Supply Chain",
    "LLM05": "Data and Model Poisoning",
    "LLM06": "Unbounded Consumption",
    "LLM07": "Misinformation",
    "LLM08": "Hidden Context Exposure",
    "LLM09": "Vector and Embedding Weaknesses",
    "LLM10": "Improper Output Handling",
}
"""The whole list, id -> name."""
ATLAS: Mapping[str, str] = {
    "AML.T0029": "Denial of AI Service",
    "AML.T0051": "LLM Prompt Injection",
    "AML.T0051.000": "LLM Prompt Injection: Direct",
    "AML.T0051.001": "LLM Prompt Injection: Indirect",
    "AML.T0053": "AI Agent Tool Invocation",
    "AML.T0054": "LLM Jailbreak",
    "AML.T0056": "Extract LLM System Prompt",
    "AML.T0057": "LLM Data Leakage",
    "AML.T0068": "LLM Prompt Obfuscation",
    "AML.T0077": "LLM Response Rendering",
    "AML.T0080.001": "AI Agent Context Poisoning: Thread",
}
"""The techniques that ours fall under, id -> name."""
INJECTION = "LLM01"
_WAYS = {**TECHNIQUES, **STYLES}
_DIRECT, _INDIRECT, _HIDDEN = "AML.T0051.000", "AML.T0051.001", "AML.T0068"


def owasp(attack: Mapping[str, str]) -> tuple[str, ...]:
    """Return the OWASP ids of an attack, given by its parts: how it comes, and what it wants."""
    goal = GOALS.get(attack.get("goal", ""))
    return tuple(dict.fromkeys((INJECTION, *([goal.owasp] if goal else []))))


def atlas(attack: Mapping[str, str]) -> tuple[str, ...]:
    """Return the ATLAS ids of an attack, given by its parts."""
    found = [_DIRECT if attack.get("carrier") == MESSAGE else _INDIRECT]
    technique = _WAYS.get(attack.get("technique", ""))
    goal = GOALS.get(attack.get("goal", ""))
    found += [technique.atlas] if technique else []
    found += [_HIDDEN] if attack.get("encoding", PLAIN) != PLAIN else []
    found += [goal.atlas] if goal else []
    # Where the place is named the whole adds nothing.
    return tuple(one for one in dict.fromkeys(found) if one != "AML.T0051")


def named(ident: str) -> str:
    """Return an id with edition and name, as "LLM01:2026 Prompt Injection"."""
    if ident in OWASP:
        return f"{ident}:{OWASP_EDITION} {OWASP[ident]}"
    return f"{ident} {ATLAS[ident]}"
