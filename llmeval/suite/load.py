"""Suite file -> Suite: everything that can be wrong is found here, all at once."""

import datetime
import gc
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from llmeval.config import Settings
from llmeval.errors import Problem, SuiteError, UnknownNameError
from llmeval.records import GateSpec
from llmeval.registry import Registry
from llmeval.suite import gate, words
from llmeval.suite import rounds as rounds_of
from llmeval.suite.attacked import parts_of
from llmeval.suite.cases import CaseReader
from llmeval.suite.gate import GateDraft, Names
from llmeval.suite.keys import DEFAULTS, SUITE, SUITE_WORDS
from llmeval.suite.kinds import read_keys
from llmeval.suite.merging import Given
from llmeval.suite.node import Items, Node, Scalar, Table, from_value
from llmeval.suite.own_adapters import Adapters
from llmeval.suite.problems import Problems, Stop
from llmeval.suite.read import read_text
from llmeval.suite.reader import Files, Reader, read_document
from llmeval.suite.rows import RowReader
from llmeval.suite.suite import Suite

ENDINGS = (".eval.yaml", ".eval.yml")


def load(path: Path, settings: Settings, registry: Registry, *, today: datetime.date) -> Suite:
    """Return a suite with all its cases checked; reads the file and the data files it names.

    Args:
        path: The suite file.
        settings: What a run is told from outside; its options win, its `defaults` lose.
        registry: The known checks and adapter types.
        today: Decides which expected failures have expired.

    Raises:
        SuiteError: Something is wrong; carries every fault of the file and its data files.
        UnknownNameError: `settings.adapter` names an adapter that does not exist.
    """
    with _without_collector():
        return _Load(Path(path).absolute(), settings, registry, today).suite()


@contextmanager
def _without_collector() -> Iterator[None]:
    """Keep the cyclic collector off: it would walk the growing tree again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def shown_path(path: Path, root: Path) -> str:
    """Return a path as the user should see it: relative to the project where it lies inside."""
    try:
        return path.relative_to(root).as_posix()
    except ValueError:
        return path.as_posix()


def default_name(path: Path) -> str:
    """Return the name of a suite that gives itself none."""
    name = path.name
    for ending in ENDINGS:
        name = name.removesuffix(ending)
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name) or "suite"


class _Load:
    def __init__(
        self, path: Path, settings: Settings, registry: Registry, today: datetime.date
    ) -> None:
        self._path = path
        self._settings = settings
        self._today = today
        self._shown = shown_path(path, settings.root)
        self._problems = Problems(self._shown)
        self._files = Files(path.parent, settings.root, path.name.split(".eval.")[0])
        self._registry = registry
        self._adapters = Adapters(settings.adapters)
        self._rows = RowReader(settings.root)
        self._judges: set[str] = set()

    def suite(self) -> Suite:
        for _, name in self._settings.adapter:
            if not self._adapters.use(name):
                raise UnknownNameError("adapter", name, self._adapters.known)
        try:
            return self._read()
        except Stop:
            raise SuiteError(self._found(())) from None

    def _found(self, further: tuple[Problem, ...]) -> list[Problem]:
        data = [problem for file in self._rows.files for problem in file.found]
        return [*further, *self._problems.found, *dict.fromkeys(data)]

    def _read(self) -> Suite:
        document = read_document(read_text(self._path, self._problems), self._problems)
        reader = self._reader(self._problems, document.cuts)
        root = self._root(document.root, reader)
        defaults, wrong, patterns = self._defaults()
        reader.patterns = patterns
        reader.templating = _flag(root, default=_is_on(defaults.get("template")))
        own = read_keys(root, SUITE, "a suite", SUITE_WORDS, reader)
        values = _merged(defaults, own)
        cases = self._cases(root, values, reader)
        spec = self._gate(defaults.get("gate"), own.get("gate"), cases, reader)
        rounds = None if self._settings.repeat else _rounds(values)
        if rounds is not None and not self._found(wrong):
            at = root.entries["repeat"].at if "repeat" in root.entries else root.at
            for fault in rounds_of.faults(spec, cases.recipes, self._registry):
                reader.wrong(at, f"repeat: {fault}")
        found = self._found(wrong)
        if found:
            raise SuiteError(found)
        return self._suite(own, defaults, cases, spec, rounds)

    def _reader(self, problems: Problems, cuts: frozenset[int]) -> Reader:
        reader = Reader(problems, cuts, self._files, self._registry, self._adapters)
        reader.judges = self._judges
        reader.allow_run = self._settings.allow_run
        return reader

    def _root(self, node: Node | None, reader: Reader) -> Table:
        if isinstance(node, Table):
            return node
        if isinstance(node, Items):
            reader.wrong(node.at, "the top level is a list; write `cases:` above it")
        elif node is not None:
            reader.expected(node, "the file", "a suite with `cases`")
        raise Stop

    def _defaults(self) -> tuple[dict[str, Any], tuple[Problem, ...], int]:
        given = self._settings.defaults
        if not given:
            return {}, (), 0
        file = self._settings.file
        shown = shown_path(file, self._settings.root) if file else "configuration"
        problems = Problems(f"{shown} [defaults]")
        table = from_value(given)
        assert isinstance(table, Table)
        reader = self._reader(problems, frozenset())
        reader.templating = _flag(table, default=True)
        values = read_keys(table, DEFAULTS, "defaults", words.SUITE, reader)
        return values, problems.found, reader.patterns

    def _cases(self, root: Table, values: Mapping[str, Any], reader: Reader) -> CaseReader:
        settings = self._settings
        given = Given(
            values=values,
            adapters=settings.adapter,
            repeat=settings.repeat,
            timeout_s=settings.timeout_s,
            wrong=frozenset(root.entries.keys() - values.keys()),
            limit=settings.limit,
            today=self._today,
        )
        cases = CaseReader(given, reader, self._rows, template=reader.templating)
        node = root.entries.get("cases")
        if node is None:
            if not any(words.SUITE.get(key) == words.CASES for key in root.entries):
                reader.wrong(root.at, "`cases` is missing; a suite is a list of cases")
        elif not isinstance(node, Items) or not node.items:
            reader.expected(node, "cases", "a list of cases such as `- prompt: …`")
        else:
            # Each case's nodes go as soon as it is read: the tree is larger than the cases.
            left = node.items[::-1]
            node.items.clear()
            while left:
                cases.read(left.pop())
        return cases

    def _gate(
        self, below: GateDraft | None, own: GateDraft | None, cases: CaseReader, reader: Reader
    ) -> GateSpec:
        if below is None and own is None:
            return GateSpec()
        draft = GateDraft(
            {**(below.values if below else {}), **(own.values if own else {})},
            own.metric_places if own else {},
            own.labels_at if own else 0,
        )
        return gate.spec(draft, self._names(cases), reader, complete=not self._found(()))

    def _names(self, cases: CaseReader) -> Names:
        specs, recipes = cases.specs, cases.recipes
        return Names(
            metrics=cases.metrics,
            variables=frozenset(cases.variables),
            tags=frozenset(tag for spec in specs for tag in spec.tags),
            cases=frozenset((*(s.id for s in specs), *(recipe.name for recipe in recipes))),
            adapters=frozenset(recipe.adapter for recipe in recipes),
            variants=frozenset(recipe.variant for recipe in recipes if recipe.variant),
            attacks=parts_of(spec.attack for spec in specs if spec.attack is not None),
        )

    def _suite(
        self,
        own: Mapping[str, Any],
        defaults: Mapping[str, Any],
        cases: CaseReader,
        spec: GateSpec,
        rounds: tuple[int, int] | None,
    ) -> Suite:
        return Suite(
            name=own.get("suite") or default_name(self._path),
            path=self._path,
            shown=self._shown,
            description=own.get("description"),
            adapter=own.get("adapter", defaults.get("adapter")),
            gate=spec,
            rounds=rounds,
            tags=tuple(dict.fromkeys((*defaults.get("tags", ()), *own.get("tags", ())))),
            cases=tuple(cases.specs),
            metrics=tuple(sorted(cases.metrics)),
            adapters=dict(self._adapters.own),
            judges=tuple(sorted(self._judges)),
            templates=tuple(cases.recipes),
        )


def _flag(table: Table, *, default: bool) -> bool:
    node = table.entries.get("template")
    value = node.value if isinstance(node, Scalar) else None
    return value if isinstance(value, bool) else default


def _rounds(values: Mapping[str, Any]) -> tuple[int, int] | None:
    repeat = values.get("repeat")
    return repeat if isinstance(repeat, tuple) else None


def _is_on(value: Any) -> bool:
    return value is not False


def _merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Return suite keys over defaults: vars and params by key, tags and checks added up."""
    merged = {**below, **above}
    for key in ("vars", "params"):
        if key in below and key in above:
            merged[key] = {**below[key], **above[key]}
    for key in ("tags", "expect"):
        if key in below and key in above:
            merged[key] = (*below[key], *above[key])
    return merged


__all__ = ["Suite", "load"]
