"""What differs on purpose between a run and its baseline, in words: "model: a → b"."""

from collections.abc import Iterator, Mapping
from typing import Any

from llmeval.compare.baseline import Baseline
from llmeval.compare.measured import SuiteTable
from llmeval.compare.pairing import Pairing, under_test_parts
from llmeval.compare.wording import count
from llmeval.records import GateSpec
from llmeval.text import cut, strip_controls

_VALUE_CHARS = 60
_OF_ADAPTERS = ("adapter", "model", "params")
"""Parts of a fingerprint that the description of the adapters explains."""
_CALLED = {"input": "prompt", "system": "system prompt"}


def words(
    table: SuiteTable, baseline: Baseline, gate: GateSpec, pairing: Pairing
) -> tuple[str, ...]:
    """Return the differences that the run is there to judge, one line each."""
    lines = differences(table, baseline, gate, pairing)
    return lines or tuple(_models(table, baseline.table))


def differences(
    table: SuiteTable, baseline: Baseline, gate: GateSpec, pairing: Pairing
) -> tuple[str, ...]:
    """Return what somebody changed on purpose, one line each.

    Other than `words` it says nothing of models that a service changed behind their name.
    """
    parts = _differing_parts(table, baseline, gate, pairing)
    replaced = _replaced(table, baseline.table, pairing)
    lines = list(_adapters(table.adapters, baseline.table.adapters, replaced))
    if not lines:
        lines += [_line(p, parts[p], len(pairing.pairs)) for p in _OF_ADAPTERS if p in parts]
    rest = sorted(parts.keys() - set(_OF_ADAPTERS))
    return tuple(lines + [_line(part, parts[part], len(pairing.pairs)) for part in rest])


def _differing_parts(
    table: SuiteTable, baseline: Baseline, gate: GateSpec, pairing: Pairing
) -> dict[str, int]:
    """Return in how many compared cases each part under test differs."""
    forgiven = under_test_parts(gate)
    found: dict[str, int] = {}
    for case, old in pairing.pairs.items():
        for part in table.differing(case, baseline.table, old):
            if part in forgiven:
                found[part] = found.get(part, 0) + 1
    return found


def _line(part: str, cases: int, of: int) -> str:
    share = "all" if cases == of else str(cases)
    return f"{_CALLED.get(part, part)}: differs in {share} of {count(of, 'compared case')}"


def _replaced(table: SuiteTable, before: SuiteTable, pairing: Pairing) -> dict[str, str]:
    """Return which adapter took the place of one that is asked no more, by the latter's name."""
    found: dict[str, set[str]] = {}
    if before.adapters.keys() <= table.adapters.keys():
        return {}
    if len(table.adapters) == len(before.adapters) == 1:
        return dict(zip(before.adapters, table.adapters, strict=True))
    for case, old in pairing.pairs.items():
        name = before.facts(old).adapter
        if name not in table.adapters:
            found.setdefault(name, set()).add(table.facts(case).adapter)
    return {old: names.pop() for old, names in found.items() if len(names) == 1}


def _adapters(
    now: Mapping[str, Any], before: Mapping[str, Any], replaced: Mapping[str, str]
) -> Iterator[str]:
    is_one = len(now) == 1 and len(before) == 1
    for name in sorted(now.keys() | before.keys()):
        new = replaced.get(name, name)
        prefix = "" if is_one else f"{_shown(new)}."
        if name in replaced:
            yield f"adapter: {_shown(name)} → {_shown(new)}"
        if name in before and new in now:
            yield from _differences(prefix, before[name], now[new])
        elif name not in now:
            yield f"adapter: {_shown(name)} is gone"
        elif name not in replaced.values():
            yield f"adapter: {_shown(name)} is new"


def _differences(prefix: str, before: Any, now: Any) -> Iterator[str]:
    left, right = _flat(before), _flat(now)
    for key in sorted(left.keys() | right.keys()):
        if left.get(key) != right.get(key):
            yield f"{prefix}{key}: {_shown(left.get(key))} → {_shown(right.get(key))}"


def _flat(found: Any, prefix: str = "") -> dict[str, Any]:
    """Return nested mappings as one: {"params.temperature": 0}."""
    if not isinstance(found, Mapping):
        return {prefix.removesuffix("."): found} if prefix else {}
    flat: dict[str, Any] = {}
    for key, value in found.items():
        flat |= _flat(value, f"{prefix}{key}.")
    return flat


def _models(now: SuiteTable, before: SuiteTable) -> Iterator[str]:
    # A service may change what stands behind a name that nobody changed.
    if now.models and before.models and now.models != before.models:
        names = (", ".join(sorted(side.models)) for side in (before, now))
        yield f"model that answered: {' → '.join(_shown(name) for name in names)}"


def _shown(value: Any) -> str:
    return "not set" if value is None else cut(strip_controls(str(value)), _VALUE_CHARS)
