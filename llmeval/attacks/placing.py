"""Where an attack goes in a case: its last message, turns around it, its system prompt."""

from msgspec.structs import replace

from llmeval.attacks.compose import Composed, planted_note
from llmeval.records import Case, Check, Message, Turn


def appended(case: Case, text: str) -> Case:
    """Return a case whose last user message has the text at its end, or is nothing else."""
    last = case.turns[-1]
    if last.user is not None:
        said = replace(last, user=f"{last.user}\n\n{text}" if text else last.user)
        return replace(case, turns=(*case.turns[:-1], said))
    message = case.messages[-1]
    content = f"{message.content}\n\n{text}" if text else message.content
    told: tuple[Message, ...] = (*case.messages[:-1], replace(message, content=content))
    return replace(case, messages=told)


def turns_of(
    base: Case, composed: Composed, own: tuple[Check, ...]
) -> tuple[tuple[Turn, ...], tuple[Check, ...]]:
    """Return all turns, and the checks after them: with turns added, own checks keep their turn."""
    before = tuple(Turn(user=text) for text in composed.before)
    if not composed.after:
        return (*before, *base.turns), own
    last = replace(base.turns[-1], checks=(*base.turns[-1].checks, *own))
    after = tuple(Turn(user=text) for text in composed.after)
    return (*before, *base.turns[:-1], last, *after), ()


def planted(system: str | None, composed: Composed) -> str | None:
    """Return the system prompt with the planted code, where that is its place."""
    attack = composed.attack
    if attack.canary is None or attack.plant != "system":
        return system
    note = planted_note(attack.canary)
    return f"{system}\n\n{note}" if system else note
