"""What a case of the file is made from: its values and its suite's, merged, variables still open.

A case without a dataset is filled in when it is loaded; of a dataset, the one recipe is filled in
with each row when that row is asked.
"""

from collections.abc import Iterator, Mapping
from copy import copy
from operator import attrgetter
from typing import Any, Literal

from msgspec import Struct

from llmeval.records import NOTHING, Check, Message, Severity, Turn, Xfail
from llmeval.suite.check_pattern import CheckPattern
from llmeval.suite.conversation import MessageDraft, TurnDraft, messages_of
from llmeval.suite.folder import FolderDraft
from llmeval.suite.structures import DatasetDraft
from llmeval.suite.template import Pattern, fill, patterns

_OPEN_FIELDS = (
    "turns",
    "messages",
    "checks",
    "system",
    "context",
    "references",
    "wrong_references",
    "goal",
    "params",
    "tool_results",
    "workspace",
)

_open_fields = attrgetter(*_OPEN_FIELDS)

AnyCheck = Check | CheckPattern
AnyTexts = tuple[str | Pattern, ...] | Pattern


class Recipe(Struct, eq=False):
    """One case of the file, for one variant and one adapter.

    The fields of the second group may hold variables while `is_open`.
    """

    name: str = ""
    """The id, without what stands in brackets."""
    suffix: str = ""
    """What of the brackets comes from variant and adapter; "" when neither is part of ids."""
    variant: str | None = None
    line: int = 0
    description: str | None = None
    adapter: str = ""
    vars: Mapping[str, Any] = NOTHING
    tags: tuple[str, ...] = ()
    severity: Severity = "normal"
    repeat: int = 1
    min_repeat: int | None = None
    """None: exactly `repeat` trials."""
    min_trial_pass_rate: tuple[int, int] | float = 1.0
    weight: float = 1.0
    timeout_s: float = 60.0
    tools: tuple[Mapping[str, Any], ...] = ()
    allow_empty: bool = False
    allow_truncated: bool = False
    on_error: Literal["error", "fail"] = "error"
    renamed_from: str | None = None
    xfail: Xfail | None = None
    skip: str | None = None
    dataset: DatasetDraft | None = None
    is_open: bool = False
    attack: Any = None
    """None, or what is written under `attack`."""
    ground: Any = None
    """What attacks must know of it; set when they are chosen."""

    turns: tuple[TurnDraft | Turn, ...] = ()
    messages: tuple[MessageDraft | Message, ...] | Pattern = ()
    checks: tuple[AnyCheck, ...] = ()
    system: str | Pattern | None = None
    context: str | Pattern | None = None
    references: AnyTexts = ()
    wrong_references: AnyTexts = ()
    goal: str | Pattern | None = None
    params: Mapping[str, Any] = NOTHING
    tool_results: Mapping[str, Any] = NOTHING
    workspace: str | FolderDraft | None = None

    def for_adapter(self, adapter: str, suffix: str) -> "Recipe":
        """Return the same for another adapter."""
        other = copy(self)
        other.adapter = adapter
        other.suffix = suffix
        return other


def text_patterns(recipe: Recipe) -> Iterator[Pattern]:
    """Yield the patterns that must become text."""
    folder = recipe.workspace.pattern if type(recipe.workspace) is FolderDraft else None
    said = [turn.user for turn in recipe.turns]
    for value in (recipe.system, recipe.context, recipe.goal, folder, _document(recipe), *said):
        if type(value) is Pattern:
            yield value
    for texts in (recipe.references, recipe.wrong_references):
        if type(texts) is tuple:
            yield from (text for text in texts if type(text) is Pattern)
    if type(recipe.messages) is tuple:
        for message in recipe.messages:
            if type(message.content) is Pattern:
                yield message.content


def _document(recipe: Recipe) -> str | Pattern | None:
    found: str | Pattern | None = None if recipe.attack is None else recipe.attack.document
    return found


def document_of(recipe: Recipe, variables: Mapping[str, Any]) -> str | None:
    """Return what carries the attacks, its variables filled in; None where none is given."""
    return _text(_document(recipe), variables)


def check_patterns(recipe: Recipe) -> Iterator[CheckPattern]:
    """Yield the checks, of the case and of its turns, that hold variables."""
    for check in recipe.checks:
        if type(check) is CheckPattern:
            yield check
    for turn in recipe.turns:
        for check in turn.checks:
            if type(check) is CheckPattern:
                yield check


def value_patterns(recipe: Recipe) -> Iterator[Pattern]:
    """Yield the patterns that may become any value."""
    for value in (recipe.references, recipe.wrong_references, recipe.messages):
        if type(value) is Pattern:
            yield value
    for values in (recipe.params, recipe.tool_results):
        if values:
            yield from patterns(values)


def filled(recipe: Recipe, variables: Mapping[str, Any]) -> dict[str, Any]:
    """Return the open fields with their variables filled in, named as in Case."""
    return {
        "turns": tuple(_turn(turn, variables) for turn in recipe.turns),
        "messages": _messages(recipe.messages, variables),
        "checks": _checks(recipe.checks, variables),
        "system": _text(recipe.system, variables),
        "context": _text(recipe.context, variables),
        "references": _texts(recipe.references, variables),
        "wrong_references": _texts(recipe.wrong_references, variables),
        "goal": _text(recipe.goal, variables),
        "params": fill(recipe.params, variables),
        "tool_results": fill(recipe.tool_results, variables),
        "workspace": _folder(recipe.workspace, variables),
    }


def closed(recipe: Recipe) -> dict[str, Any]:
    """Return the same of a recipe that holds no variables any more."""
    return dict(zip(_OPEN_FIELDS, _open_fields(recipe), strict=True))


def close(recipe: Recipe) -> None:
    """Fill a recipe without dataset in for good."""
    if not recipe.is_open:
        # Most cases of a large suite: nothing to fill in but the shape of what is asked.
        recipe.turns = tuple(_turn(turn, NOTHING) for turn in recipe.turns)
        if recipe.messages:
            recipe.messages = _messages(recipe.messages, NOTHING)
        return
    for name, value in filled(recipe, recipe.vars).items():
        setattr(recipe, name, value)
    recipe.is_open = False


def _text(value: str | Pattern | None, variables: Mapping[str, Any]) -> str | None:
    return value.text(variables) if type(value) is Pattern else value  # type: ignore[return-value]


def _folder(value: str | FolderDraft | None, variables: Mapping[str, Any]) -> str | None:
    return value.fill(variables) if isinstance(value, FolderDraft) else value


def _texts(value: AnyTexts, variables: Mapping[str, Any]) -> tuple[str, ...]:
    if type(value) is Pattern:
        held = value.value(variables)
        return (held,) if isinstance(held, str) else tuple(held)
    assert isinstance(value, tuple)
    if not value:
        return ()
    return tuple(text.text(variables) if isinstance(text, Pattern) else text for text in value)


def _checks(checks: tuple[AnyCheck, ...], variables: Mapping[str, Any]) -> tuple[Check, ...]:
    if CheckPattern not in map(type, checks):
        return checks  # type: ignore[return-value]  # the same tuple for all cases that share it
    return tuple(
        check.fill(variables) if isinstance(check, CheckPattern) else check for check in checks
    )


def _turn(turn: TurnDraft | Turn, variables: Mapping[str, Any]) -> Turn:
    if isinstance(turn, Turn):
        return turn
    return Turn(user=_text(turn.user, variables), checks=_checks(turn.checks, variables))


def _messages(
    messages: tuple[MessageDraft | Message, ...] | Pattern, variables: Mapping[str, Any]
) -> tuple[Message, ...]:
    if isinstance(messages, Pattern):
        held = messages_of(messages.value(variables))
        assert not isinstance(held, str)
        return held
    return tuple(
        message.fill(variables) if isinstance(message, MessageDraft) else message
        for message in messages
    )


def has_choosy_texts(recipe: Recipe) -> bool:
    """Tell whether a variable is part of a reference or a path: not every value fits there."""
    texts = recipe.references
    if type(texts) is Pattern or type(recipe.workspace) is FolderDraft:
        return True
    return Pattern in map(type, texts)  # type: ignore[arg-type]


def value_faults(recipe: Recipe, variables: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
    """Yield place and message of each variable that does not fit where it is used."""
    if isinstance(recipe.messages, Pattern):
        held = messages_of(recipe.messages.value(variables))
        if isinstance(held, str):
            yield recipe.messages.at, f"messages: {held}"
    if isinstance(recipe.workspace, FolderDraft):
        fault = recipe.workspace.fault(variables)
        if fault:
            yield recipe.workspace.pattern.at, f"workspace: {fault}"
    for key in ("references", "wrong_references"):
        texts = getattr(recipe, key)
        if isinstance(texts, Pattern) and not _are_texts(texts.value(variables)):
            yield texts.at, f"{key}: expected text or a list of texts"
    if isinstance(recipe.references, tuple):
        for text in recipe.references:
            if isinstance(text, Pattern) and isinstance(text.value(variables), list | dict):
                yield text.at, "reference: expected text, found a list; write `references`"


def _are_texts(value: Any) -> bool:
    return isinstance(value, str) or (
        isinstance(value, list) and all(isinstance(item, str) for item in value)
    )
