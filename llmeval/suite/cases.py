"""The list `cases`: each item becomes recipes (one per adapter) and light specs (one per row)."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from llmeval.errors import did_you_mean
from llmeval.records import CaseSpec, Check
from llmeval.suite import recipe as recipes
from llmeval.suite import words
from llmeval.suite.attacked import attacked_units
from llmeval.suite.check_pattern import CheckPattern
from llmeval.suite.dataset import short_hash
from llmeval.suite.ids import Ids
from llmeval.suite.keys import CASE
from llmeval.suite.kinds import read_keys
from llmeval.suite.merging import ASKING, Given, asking, merged
from llmeval.suite.node import Node, Scalar, Table, line_of, plain
from llmeval.suite.reader import Reader
from llmeval.suite.recipe import Recipe
from llmeval.suite.rows import RowReader, Unit

_ASKED = ("prompt", "turns", "messages")
_HASHED = ("prompt", "turns", "messages", "dataset", "context", "vars", "goal")


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
        self._variants: Mapping[str | None, Mapping[str, Any]]
        self._variants = given.values.get("variants") or {None: {}}
        self._ids = Ids()
        self._units = 0
        self._suite_has_patterns = reader.patterns > 0
        self._misses_adapter = False
        self._shared: dict[str | None, Recipe] = {}
        """By variant, what a case without keys of its own would be."""
        self._named: dict[str | None, list[str]] = {}
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
        several = [self._merged(variant, values) for variant in self._variants.items()]
        for recipe in several:
            recipe.name, recipe.line, recipe.checks = name, line_of(node.at), checks
            recipe.is_open = reader.patterns > patterns or self._suite_has_patterns
            recipe.is_open |= recipe.attack is not None
        self._finish(several, before)

    # --- checking ------------------------------------------------------------------------------

    def _check_shape(self, node: Table, name: str, before: int) -> None:
        reader, entries = self._reader, node.entries
        asked = [key for key in _ASKED if key in entries]
        if len(asked) > 1:
            reader.wrong(node.place(asked[1]), f"{asked[0]} and {asked[1]} exclude each other")
        elif not asked and len(reader.problems) == before and "variants" not in self.given.wrong:
            self._check_variants_ask(node, name)
        if name == "gate" and "id" in entries:
            reader.wrong(entries["id"].at, "id: 'gate' is the name of the suite's own item")
        if "adapter" not in entries and not self._all_have_adapters:
            known = ", ".join(sorted(reader.adapters.known))
            message = f"case {name!r} has no adapter; name one with `adapter` (known: {known})"
            if not self._misses_adapter:
                reader.wrong(node.at, message)
            self._misses_adapter = True

    def _check_variants_ask(self, node: Table, name: str) -> None:
        silent = [v for v, values in self._variants.items() if "prompt" not in values]
        if silent:
            whose = "" if silent == [None] else f", and variant {silent[0]!r} has no prompt"
            message = f"case {name!r}: one of prompt, turns, messages is missing{whose}"
            self._reader.wrong(node.at, message)

    def _check_unique(self, node: Table, name: str) -> None:
        first = self._ids.take(name, line_of(node.at))
        if first is not None:
            at = node.entries["id"].at if "id" in node.entries else node.at
            self._reader.wrong(at, f"id: {name!r} stands twice; the first is in line {first}")

    def _checks(self, node: Table, values: Mapping[str, Any], name: str) -> tuple[Any, ...]:
        shared = self.given.values.get("expect", ())
        if "omit" in values and "expect" not in self.given.wrong:
            shared = self._omitted(node, shared, values["omit"])
        own = values.get("expect", ())
        # The same tuple for all cases that add nothing: the engine binds scorers once for it.
        checks = (*shared, *own) if own else shared
        given = "expect" in self.given.values or "expect" in self.given.wrong
        if not checks and not given and not _says_expect(node):
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

    def _merged(
        self, variant: tuple[str | None, Mapping[str, Any]], values: Mapping[str, Any]
    ) -> Recipe:
        """Return a case's recipe; one that only asks its own is a copy of what all share."""
        if not values.keys() <= ASKING:
            return merged(self.given, variant, values)
        shared = self._shared.get(variant[0])
        if shared is None:
            shared = self._shared[variant[0]] = merged(self.given, variant, {})
        return asking(shared, self.given, variant, values)

    def _adapters(self, own: str | None) -> list[str]:
        """Return the adapters that a case is asked with."""
        known = self._named.get(own)
        if known is None:
            known = self._named[own] = self._find_adapters(own)
        return known

    def _find_adapters(self, own: str | None) -> list[str]:
        name = own or self.given.values.get("adapter")
        named = [new for old, new in self.given.adapters if old is None]
        if named:
            return named
        swapped = [new for old, new in self.given.adapters if old == name]
        return swapped or ([name] if name else [])

    @cached_property
    def _all_have_adapters(self) -> bool:
        if not self.given.wrong.isdisjoint(("adapter", "variants")):
            return True
        return all(self._adapters(values.get("adapter")) for values in self._variants.values())

    # --- finishing -----------------------------------------------------------------------------

    def _finish(self, several: list[Recipe], before: int) -> None:
        """Add the specs of a case, its variants side by side."""
        for recipe in several:
            self._note_names(recipe)
        first = several[0]
        if first.dataset is not None:
            for recipe in several:
                recipe.is_open = True
            for recipe in several[1:]:
                for _ in self._rows.read(recipe, self._reader):
                    pass  # only its own needs: all variants are asked the same rows
            rows = self._rows.read(first, self._reader)
            self._add(several, attacked_units(rows, several, self._reader))
            self.variables.update(self._rows.columns)
            return
        if [recipe for recipe in several if recipe.is_open and not self._has_its_variables(recipe)]:
            return
        if len(self._reader.problems) == before:
            if first.attack is None:
                for recipe in several:
                    recipes.close(recipe)
            unit = Unit(None, None, first.tags, first.severity)
            self._add(several, attacked_units([unit], several, self._reader))

    def _note_names(self, recipe: Recipe) -> None:
        if recipe.attack is not None:
            self.metrics.setdefault("resists", "resists")
            self.metrics.setdefault("over_refusal", "refusal")
        if recipe.vars:
            self.variables.update(recipe.vars)
        for check in recipe.checks:
            self._measures(check)
        for turn in recipe.turns:
            for check in turn.checks:
                self._measures(check)

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

    def _add(self, several: list[Recipe], units: Iterable[Unit]) -> None:
        """Add the specs of each unit, those of one unit side by side."""
        base = len(self.recipes)
        for recipe in several:
            names = self._adapters(recipe.adapter)
            if len(names) == 1:
                recipe.adapter = names[0]
                self.recipes.append(recipe)
            else:
                self.recipes += [
                    recipe.for_adapter(name, f"{recipe.suffix}-{name}") for name in names
                ]
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
            unit=self._units,
            row=unit.row,
            tags=unit.tags,
            severity=unit.severity,
            renamed_from=renamed + tail if renamed and brackets else renamed,
            xfail=recipe.xfail,
            skip=recipe.skip,
            attack=unit.attack,
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
