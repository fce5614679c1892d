"""What all records have in common, and the words that they are written in."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta, Struct

Outcome = Literal["passed", "failed", "error", "skipped"]
Severity = Literal["critical", "normal", "warn"]
Role = Literal["system", "user", "assistant", "tool"]
Better = Literal["higher", "lower"]
On = Literal["last", "each", "all"]
Mode = Literal["strict", "ratchet", "statistical", "off"]

Place = Annotated[int, Meta(ge=0, lt=2**31)]
"""A place in an order; stored ones are read only in this range."""

NOTHING: Mapping[str, Any] = {}
ATTACK_PARTS = ("role", "goal", "technique", "encoding", "carrier", "position")
"""What identifies an attack: fields of `Attack`, stored with each trial."""


class _DataclassFields:
    """Gives records what `dataclasses.replace`, `fields` and `asdict` look for, once asked."""

    def __get__(self, record: object, cls: type[Struct]) -> "dict[str, Any]":
        from dataclasses import fields, make_dataclass

        # Only its field objects are wanted; the defaults do not matter to those functions.
        twin = make_dataclass(cls.__name__, cls.__struct_fields__)
        return {found.name: found for found in fields(twin)}


class Record(Struct, frozen=True, kw_only=True):
    """What all records have in common.

    Structs, not dataclasses: a class is made in a twenty-fifth of the time, of which a short run
    notices a tenth of a second, and an object in a tenth. To plug-ins they look like dataclasses.
    """

    __dataclass_fields__: ClassVar[Any] = _DataclassFields()
