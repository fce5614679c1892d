"""The list `cases`: each item becomes recipes (one per adapter) and light specs (one per row)."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from llmeval.errors import did_you_mean
from llmeval.records import CaseSpec, Check, Turn
from llmeval.suite import recipe as recipes
from llmeval.suite import words
from llmeval.suite.check_pattern import CheckPattern
from llmeval.suite.conversation import TurnDraft
from llmeval.suite.dataset import short_hash
from llmeval.suite.ids import Ids
from llmeval.suite.keys import CASE
from llmeval.suite.kinds import read_keys
from llmeval.suite.node import Node, Scalar, Table, line_of, plain
from llmeval.suite.reader import Reader
from llmeval.suite.recipe import Recipe
from llmeval.suite.rows import RowReader, Unit

_ASKED = ("prompt", "turns", "messages")
_HASHED = ("prompt", "turns", "messages", "dataset", "context", "vars", "goal")
DEFAULT_TIMEOUT_S = 60.0


class Given(Struct, frozen=True):
    """What holds for every case of a suite."""

    values: Mapping[str, Any]
    """Keys of the suite, merged with the configuration's defaults."""
    adapters: tuple[tuple[str | None, str], ...]
    """Pairs (old name or None for all, new name) of the command line."""
    repeat: int | None
    timeout_s: float | None
    wrong_adapter: bool
    """The suite names an adapter that does not exist; it is said once, not for each case."""
    limit: int | None
    """At most so many cases; a row is a case."""
    today: datetime.date


class CaseReader:
    """Reads the cases of one suite, one after the other.

    Args:
        given: What holds for all of them.
        reader: Reads values and collects problems.
        template: Whether the suite leaves templating on.
        rows: Reads the rows of datasets.
    """

    def __init__(self, given: Given, reader: Reader, rows: RowReader, *, template: bool) -> None:
        self.given = given
        self.recipes: list[Recipe] = []
        self.specs: list[CaseSpec] = []
        self.metrics: dict[str, str] = {}
        """Metric -> check."""
        self.variables: set[str] = set()
        self._reader = reader
        self._rows = rows
        self._template = template
        self._ids = Ids()
        self._units = 0
        self._suite_has_patterns = reader.patterns > 0
        self._misses_adapter = False
        self._reported: set[tuple[int, str]] = set()

    def read(self, node: Node) -> None:
        """Read one case; what is wrong with it is added to the problems."""
        reader = self._reader
        if not isinstance(node, Table):
            reader.expected(node, "cases", "a case such as `- prompt: …`", _case_hint(node))
            return
        reader.templating = _templating(node, default=self._template)
        before, patterns = len(reader.problems), reader.patterns
        values = read_keys(node, CASE, "a case", words.CASE, reader)
        reader.templating = self._template
        name = self._name(node)
        self._check_shape(node, name, before)
        self._check_unique(node, name)
        checks = self._checks(node, values, name)
        if len(reader.problems) > before:
            return
        recipe = self._recipe(node, values, name, checks)
        recipe.is_open = reader.patterns > patterns or self._suite_has_patterns
        self._finish(recipe, before)

    # --- checking ------------------------------------------------------------------------------

    def _check_shape(self, node: Table, name: str, before: int) -> None:
        reader, entries = self._reader, node.entries
        asked = [key for key in _ASKED if key in entries]
        if len(asked) > 1:
            reader.wrong(node.place(asked[1]), f"{asked[0]} and {asked[1]} exclude each other")
        elif not asked and len(reader.problems) == before:
            reader.wrong(node.at, f"case {name!r}: one of prompt, turns, messages is missing")
        if name == "gate" and "id" in entries:
            reader.wrong(entries["id"].at, "id: 'gate' is the name of the suite's own item")
        if "adapter" not in entries and not self.given.wrong_adapter and not self._adapters(None):
            known = ", ".join(sorted(reader.adapters.known))
            message = f"case {name!r} has no adapter; name one with `adapter` (known: {known})"
            if not self._misses_adapter:
                reader.wrong(node.at, message)
            self._misses_adapter = True

    def _check_unique(self, node: Table, name: str) -> None:
        first = self._ids.take(name, line_of(node.at))
        if first is not None:
            at = node.entries["id"].at if "id" in node.entries else node.at
            self._reader.wrong(at, f"id: {name!r} stands twice; the first is in line {first}")

    def _checks(self, node: Table, values: Mapping[str, Any], name: str) -> tuple[Any, ...]:
        shared = self.given.values.get("expect", ())
        if "omit" in values:
            shared = self._omitted(node, shared, values["omit"])
        own = values.get("expect", ())
        # The same tuple for all cases that add nothing: the engine binds scorers once for it.
        checks = (*shared, *own) if own else shared
        if not checks and not _says_expect(node) and "expect" not in self.given.values:
            self._reader.wrong(
                node.at,
                f"case {name!r} has no check; write `expect`, or `expect: []` if a reply is all "
                "you want",
            )
        return checks

    def _omitted(self, node: Table, shared: Sequence[Any], omit: Sequence[str]) -> tuple[Any, ...]:
        metrics = {_check(check).metric for check in shared}
        for metric in omit:
            if metric not in metrics:
                hint = did_you_mean(metric, metrics)
                self._reader.wrong(
                    node.entries["omit"].at, f"omit: the suite has no check {metric!r}{hint}"
                )
        return tuple(check for check in shared if _check(check).metric not in omit)

    def _name(self, node: Table) -> str:
        if "id" in node.entries:
            return str(plain(node.entries["id"]))
        inputs = {key: _inputs(node.entries[key]) for key in _HASHED if key in node.entries}
        return self._ids.numbered(short_hash(inputs))

    # --- merging -------------------------------------------------------------------------------

    def _adapters(self, own: str | None) -> list[str]:
        """Return the adapters that a case is asked with."""
        name = own or self.given.values.get("adapter")
        named = [new for old, new in self.given.adapters if old is None]
        if named:
            return named
        swapped = [new for old, new in self.given.adapters if old == name]
        return swapped or ([name] if name else [])

    def _recipe(
        self, node: Table, values: Mapping[str, Any], name: str, checks: tuple[Any, ...]
    ) -> Recipe:
        merged = {**self.given.values, **values}
        recipe = Recipe()
        recipe.name, recipe.suffix = name, ""
        recipe.adapter = merged.get("adapter", "")
        recipe.line = line_of(node.at)
        recipe.description = values.get("description")
        recipe.vars = _merged(self.given.values.get("vars"), values.get("vars"))
        recipe.tags = _joined(self.given.values.get("tags", ()), values.get("tags", ()))
        recipe.severity = merged.get("severity", "normal")
        recipe.repeat = self.given.repeat or merged.get("repeat", 1)
        recipe.min_trial_pass_rate = merged.get("min_trial_pass_rate", 1.0)
        recipe.timeout_s = self.given.timeout_s or merged.get("timeout", DEFAULT_TIMEOUT_S)
        recipe.tools = merged.get("tools", ())
        recipe.tool_results = merged.get("tool_results", {})
        recipe.allow_empty = merged.get("allow_empty", False)
        recipe.allow_truncated = merged.get("allow_truncated", False)
        recipe.on_error = merged.get("on_error", "error")
        recipe.renamed_from = values.get("renamed_from")
        recipe.xfail = self._xfail(values)
        recipe.skip = values.get("skip")
        recipe.dataset = values.get("dataset")
        recipe.params = _merged(self.given.values.get("params"), values.get("params"))
        self._add_inputs(recipe, values, checks)
        return recipe

    def _add_inputs(
        self, recipe: Recipe, values: Mapping[str, Any], checks: tuple[Any, ...]
    ) -> None:
        recipe.checks = checks
        recipe.system = values.get("system", self.given.values.get("system"))
        recipe.context = values.get("context")
        recipe.goal = values.get("goal")
        recipe.references = _references(values)
        recipe.wrong_references = values.get("wrong_references", ())
        recipe.messages = values.get("messages", ())
        if "turns" in values:
            recipe.turns = values["turns"]
        elif "prompt" in values:
            recipe.turns = (TurnDraft(values["prompt"], ()),)
        else:
            recipe.turns = (Turn(user=None),)

    def _xfail(self, values: Mapping[str, Any]) -> Any:
        xfail = values.get("xfail")
        if xfail is None or xfail.until is None:
            return xfail
        return xfail if self.given.today.isoformat() <= xfail.until else None

    # --- finishing -----------------------------------------------------------------------------

    def _finish(self, recipe: Recipe, before: int) -> None:
        if recipe.vars:
            self.variables.update(recipe.vars)
        for check in recipe.checks:
            self._measures(check)
        for turn in recipe.turns:
            for check in turn.checks:
                self._measures(check)
        if recipe.dataset is not None:
            recipe.is_open = True
            self._add(recipe, self._rows.read(recipe, self._reader))
            self.variables.update(self._rows.columns)
            return
        if recipe.is_open and not self._has_its_variables(recipe):
            return
        if len(self._reader.problems) == before:
            recipes.close(recipe)
            self._add(recipe, [Unit(None, None, recipe.tags, recipe.severity)])

    def _measures(self, check: Check | CheckPattern) -> None:
        own = check.check if type(check) is CheckPattern else check
        self.metrics.setdefault(own.metric, own.check)  # type: ignore[union-attr,arg-type]  # a Check

    def _has_its_variables(self, recipe: Recipe) -> bool:
        missing = False
        used = (
            *recipes.text_patterns(recipe),
            *recipes.value_patterns(recipe),
        )
        for pattern in used:
            for name in pattern.names:
                missing |= self._is_missing(name, pattern.at, recipe)
        checks = list(recipes.check_patterns(recipe))
        for check in checks:
            for name in check.names:
                missing |= self._is_missing(name, check.at, recipe)
        if missing:
            return False
        for at, message in recipes.value_faults(recipe, recipe.vars):
            self._report(at, message)
        for check in checks:
            for at, message in check.faults(recipe.vars):
                self._report(at, message)
        return True

    def _is_missing(self, name: str, at: int, recipe: Recipe) -> bool:
        if name in recipe.vars:
            return False
        hint = did_you_mean(name, recipe.vars)
        self._report(at, f"case {recipe.name!r}: no variable {name!r}{hint}", name)
        return True

    def _report(self, at: int, message: str, once: str = "") -> None:
        """Add a problem; of the same place and variable only the first, a suite has many cases."""
        if once and (at, once) in self._reported:
            return
        self._reported.add((at, once))
        self._reader.wrong(at, message)

    def _add(self, recipe: Recipe, units: Iterable[Unit]) -> None:
        """Add the specs of each unit, those of one unit side by side."""
        names = self._adapters(recipe.adapter)
        base = len(self.recipes)
        if len(names) == 1:
            recipe.adapter = names[0]
            self.recipes.append(recipe)
        else:
            self.recipes += [recipe.copy(name, f"-{name}") for name in names]
        for unit in units:
            if self.given.limit is not None and self._units >= self.given.limit:
                continue
            self._units += 1
            for number in range(base, len(self.recipes)):
                self._add_spec(number, unit)

    def _add_spec(self, number: int, unit: Unit) -> None:
        recipe = self.recipes[number]
        brackets = (unit.key or "") + recipe.suffix
        tail = f"[{brackets.removeprefix('-') if unit.key is None else brackets}]"
        renamed = recipe.renamed_from
        spec = CaseSpec(
            id=recipe.name + tail if brackets else recipe.name,
            index=len(self.specs),
            line=recipe.line,
            template=number,
            row=unit.row,
            tags=unit.tags,
            severity=unit.severity,
            renamed_from=renamed + tail if renamed and brackets else renamed,
            xfail=recipe.xfail,
            skip=recipe.skip,
        )
        self.specs.append(spec)


def _case_hint(node: Node) -> str:
    if isinstance(node, Scalar) and isinstance(node.value, str):
        return "; a case is a mapping"
    return ""


def _templating(node: Table, *, default: bool) -> bool:
    found = node.entries.get("template")
    value = found.value if isinstance(found, Scalar) else None
    return value if isinstance(value, bool) else default


def _says_expect(node: Table) -> bool:
    turns = node.entries.get("turns")
    return "expect" in node.entries or (turns is not None and "expect" in str(plain(turns)))


def _inputs(node: Node) -> Any:
    if isinstance(node, Table):
        return {key: _inputs(item) for key, item in node.entries.items() if key != "expect"}
    if isinstance(node, Scalar):
        return node.value
    return [_inputs(item) for item in node.items]


def _check(check: Any) -> Check:
    found = check.check if isinstance(check, CheckPattern) else check
    assert isinstance(found, Check)
    return found


def _merged(first: Any, second: Any) -> Mapping[str, Any]:
    return {**first, **second} if first and second else second or first or {}


def _joined(first: Sequence[str], second: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *second)))


def _references(values: Mapping[str, Any]) -> Any:
    many = values.get("references", ())
    if "reference" not in values:
        return many
    return (values["reference"], *many) if isinstance(many, tuple) else many
