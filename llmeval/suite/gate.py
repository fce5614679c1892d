"""The section `gate`: how a run of the suite is judged."""

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct

from llmeval.errors import did_you_mean
from llmeval.records import ATTACK_PARTS, NOTHING, GateSpec, Limit
from llmeval.suite.check_keys import SEVERITY
from llmeval.suite.kinds import Choice, Flag, Kind, ListOf, Number, Record, Schema, Word
from llmeval.suite.labels import Labels
from llmeval.suite.node import Items, Node, Scalar, Table, line_of
from llmeval.suite.reader import BAD, Reader

SUITE_METRICS = ("pass_rate", "case_pass_rate", "pass_at_k", "pass_all_k", "error_rate")
RUN_TIME = ("latency", "first_token", "tokens", "cost")
RUN_TIME_FIGURES = ("mean", "p50", "p95", "total")
FIGURES = ("pass_rate", "mean", "min", "p50", "p95")
LABEL_FIGURES = ("accuracy", "macro_f1")
ATTACK_METRICS = ("attack_success_rate", "utility_under_attack", "utility_clean", "over_refusal")
WHERE = ("tag", "case", "adapter", "variant", *ATTACK_PARTS)

METRIC_NAME = Word("the name of a metric", r"^\S+$")


class Where(Struct, frozen=True):
    """Which cases a limit looks at."""

    def read(self, node: Node, key: str, reader: Reader) -> Any:
        """Return a dict of plain values."""
        if not isinstance(node, Table):
            return reader.expected(node, key, "a mapping such as {tag: returns}")
        values = {}
        for name, child in node.entries.items():
            if not isinstance(child, Scalar) or child.value is None:
                return reader.expected(child, f"{key}: {name}", "one value")
            values[name] = child.value
        return values

    def schema(self) -> Schema:
        """Return the JSON Schema."""
        value = {"type": ["string", "number", "boolean"]}
        return {"type": "object", "additionalProperties": value}


_LIMIT_KEYS: Mapping[str, Kind] = {
    "metric": METRIC_NAME,
    "where": Where(),
    "min": Number(),
    "max": Number(),
    "severity": SEVERITY,
    "beyond_doubt": Flag(),
}
_LIMIT = Record(
    _LIMIT_KEYS,
    "a limit",
    ("metric",),
    {"threshold": "write `min` or `max`", "name": "write `metric`"},
)


class LimitDraft:
    """A limit with the places of its names, which are checked once all cases are known."""

    __slots__ = ("limit", "metric_at", "where_at")

    def __init__(self, limit: Limit, metric_at: int, where_at: Mapping[str, int]) -> None:
        self.limit = limit
        self.metric_at = metric_at
        self.where_at = where_at


class Limits(Struct, frozen=True):
    """A list of limits."""

    def read(self, node: Node, key: str, reader: Reader) -> Any:
        """Return a tuple of LimitDraft."""
        if not isinstance(node, Items):
            return reader.expected(
                node, key, "a list of limits such as `- {metric: pass_rate, min: 0.9}`"
            )
        limits = tuple(self._limit(item, reader) for item in node.items)
        return BAD if BAD in limits else limits

    def _limit(self, node: Node, reader: Reader) -> Any:
        values = _LIMIT.read(node, "limits", reader)
        if values is BAD:
            return BAD
        assert isinstance(node, Table)
        low, high = values.get("min"), values.get("max")
        if low is None and high is None:
            return reader.wrong(node.at, "limits: one of min and max is missing")
        if low is not None and high is not None and low > high:
            return reader.wrong(node.at, f"limits: min {low} is above max {high}")
        if not _possible(values["metric"], low, high):
            return reader.wrong(
                node.at,
                f"limits: {values['metric']} lies in 0…1, found "
                f"{low if low is not None else high}; write 0.8 for 80 %",
            )
        where = node.entries.get("where")
        places = {name: at for name, _, at in where.rows()} if isinstance(where, Table) else {}
        limit = Limit(**values, line=line_of(node.at))
        return LimitDraft(limit, node.entries["metric"].at, places)

    def schema(self) -> Schema:
        """Return the JSON Schema."""
        one = {"anyOf": [{"required": ["min"]}, {"required": ["max"]}]}
        return {"type": "array", "items": _LIMIT.schema() | one}


def _possible(metric: str, low: float | None, high: float | None) -> bool:
    if not metric.endswith(("_rate", "accuracy", "macro_f1", "pass_at_k", "pass_all_k")):
        return True
    return (low is None or 0 <= low <= 1) and (high is None or 0 <= high <= 1)


_GATE_KEYS: Mapping[str, Kind] = {
    "mode": Choice(("strict", "ratchet", "statistical", "off")),
    "against": Word(),
    "alpha": Number(above=0, high=0.5),
    "unit": Choice(("auto", "trial", "run")),
    "min_effect": Number(low=0, high=1),
    "max_undetected": Number(low=0, high=1),
    "max_error_rate": Number(low=0, high=1),
    "max_baseline_age_days": Number(above=0),
    "on_mixed": Choice(("fail", "warn")),
    "under_test": ListOf(
        Choice(("system", "adapter", "params", "prompt")),
        "a list of system, adapter, params and prompt",
    ),
    "require": ListOf(Choice(("evidence", "baseline")), "a list of evidence and baseline"),
    "metrics": ListOf(METRIC_NAME, "a list of metrics", non_empty=True),
    "limits": Limits(),
    "labels": Labels(),
}
_WORDS = {
    "threshold": "write `limits: [{metric: pass_rate, min: 0.9}]`",
    "min_pass_rate": "write `limits: [{metric: pass_rate, min: 0.9}]`",
    "pass_rate": "write `limits: [{metric: pass_rate, min: 0.9}]`",
    "baseline": "write `against`",
}


class GateDraft:
    """The section as it stands, its names not yet checked."""

    __slots__ = ("labels_at", "metric_places", "values")

    def __init__(
        self, values: Mapping[str, Any], metric_places: Mapping[str, int], labels_at: int = 0
    ) -> None:
        self.values = values
        self.metric_places = metric_places
        self.labels_at = labels_at


class Gate(Struct, frozen=True):
    """The section itself."""

    def read(self, node: Node, key: str, reader: Reader) -> Any:
        """Return a GateDraft."""
        values = Record(_GATE_KEYS, "gate", (), _WORDS).read(node, key, reader)
        if values is BAD:
            return BAD
        assert isinstance(node, Table)
        metrics = node.entries.get("metrics")
        places = (
            {name: item.at for name, item in zip(values["metrics"], metrics.items, strict=True)}
            if isinstance(metrics, Items)
            else {}
        )
        labels = node.entries.get("labels")
        return GateDraft(values, places, 0 if labels is None else labels.at)

    def schema(self) -> Schema:
        """Return the JSON Schema."""
        return Record(_GATE_KEYS, "gate").schema()


class Names(Struct, frozen=True):
    """What the limits of a suite may name."""

    metrics: Mapping[str, str]
    """Metric -> check."""
    variables: frozenset[str]
    tags: frozenset[str]
    cases: frozenset[str]
    adapters: frozenset[str]
    variants: frozenset[str]
    attacks: Mapping[str, frozenset[str]] = NOTHING
    """The values of each part of the attacks; empty where nothing is attacked."""

    def all_metrics(self) -> tuple[str, ...]:
        """Return every metric that can be asked for, sorted."""
        known = {*SUITE_METRICS, *(ATTACK_METRICS if self.attacks else ())}
        known.update(f"{name}.{figure}" for name in RUN_TIME for figure in RUN_TIME_FIGURES)
        for name, check in self.metrics.items():
            known.update(f"{name}.{figure}" for figure in FIGURES)
            if check == "label":
                known.update(f"{name}.{figure}" for figure in LABEL_FIGURES)
        return tuple(sorted(known))


def spec(draft: GateDraft, names: Names, reader: Reader, *, complete: bool) -> GateSpec:
    """Return the gate with all names checked.

    Args:
        draft: The section.
        names: What it may name.
        reader: Collects problems.
        complete: Whether all cases could be read; if not, a name may only seem unknown.
    """
    limits = draft.values.get("limits", ())
    if complete:
        _check_names(draft, limits, names, reader)
        _check_labels(draft, names, reader)
    values = {**draft.values, "limits": tuple(limit.limit for limit in limits)}
    return GateSpec(**values)


def _check_names(
    draft: GateDraft, limits: Iterable[LimitDraft], names: Names, reader: Reader
) -> None:
    known = names.all_metrics()
    for name, at in draft.metric_places.items():
        _check_metric(name, at, "metrics", known, reader)
    for limit in limits:
        _check_metric(limit.limit.metric, limit.metric_at, "limits", known, reader)
        for key, at in limit.where_at.items():
            _check_where(key, limit.limit.where[key], at, names, reader)


def _check_labels(draft: GateDraft, names: Names, reader: Reader) -> None:
    for label in draft.values.get("labels", ()):
        if label.metric is not None and label.metric not in names.metrics and not label.suite:
            hint = did_you_mean(label.metric, names.metrics)
            reader.wrong(
                draft.labels_at,
                f"labels: {label.file}:{label.line}: unknown metric {label.metric!r}{hint}",
            )


def _check_metric(name: str, at: int, key: str, known: tuple[str, ...], reader: Reader) -> None:
    if name in known:
        return
    if name in ATTACK_METRICS:
        reader.wrong(at, f"{key}: metric {name!r} needs a case with `attack`; this suite has none")
        return
    short = [metric for metric in known if metric.startswith(f"{name}.")]
    hint = f"; write one of {', '.join(short)}" if short else did_you_mean(name, known)
    reader.wrong(at, f"{key}: unknown metric {name!r}{hint}")


def _check_where(key: str, value: Any, at: int, names: Names, reader: Reader) -> None:
    known: Mapping[str, Iterable[str]] = {
        "tag": names.tags,
        "case": names.cases,
        "adapter": names.adapters,
        "variant": names.variants,
        **names.attacks,
    }
    if key in known and key not in names.variables:
        if value not in known[key]:
            hint = did_you_mean(str(value), known[key])
            reader.wrong(at, f"where: no {key} {value!r} in this suite{hint}")
    elif key not in WHERE and key not in names.variables:
        hint = did_you_mean(key, [*WHERE, *names.variables])
        reader.wrong(at, f"where: unknown {key!r}{hint}")
