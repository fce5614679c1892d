"""What a technique is: a way to dress up an order, in one or a few short texts."""

from collections.abc import Callable

from msgspec import Struct

INJECTED, JAILBREAK, OBFUSCATED = "AML.T0051", "AML.T0054", "AML.T0068"
"""MITRE ATLAS: LLM prompt injection, LLM jailbreak, LLM prompt obfuscation."""


class Technique(Struct, frozen=True, kw_only=True):
    """One way to make a model follow an order."""

    name: str
    group: str
    texts: tuple[str, ...] = ()
    """Wordings; with `make` there are none."""
    make: Callable[[str, int], str] | None = None
    """Order and a number to vary by -> text."""
    before: tuple[str, ...] = ()
    """What the user says in turns before: only the user can use it, no document."""
    document_only: bool = False
    """Makes sense only where the text is not the user's own."""
    atlas: str = INJECTED
    """Id in MITRE ATLAS, see `llmeval.attacks.lists`."""

    def text(self, order: str, choice: int) -> str:
        """Return the order dressed up, in one of the wordings."""
        if self.make is not None:
            return self.make(order, choice)
        return self.texts[choice % len(self.texts)].replace("{order}", order)


def of(group: str, *items: Technique) -> tuple[Technique, ...]:
    """Return the techniques of one group."""
    assert all(item.group == group for item in items)
    return items


def plain(name: str, group: str, *texts: str, **more: object) -> Technique:
    """Return a technique that consists of texts."""
    return Technique(name=name, group=group, texts=texts, **more)  # type: ignore[arg-type]
