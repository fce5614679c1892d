"""`adapter`: a name from the configuration, or a harmless one written in the suite."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from llmeval.config import AdapterConfig
from llmeval.errors import ParameterError, UnknownNameError, did_you_mean
from llmeval.parameters import Parameter, fit, parameters_of
from llmeval.suite.kinds import Anything, MappingOf, Schema
from llmeval.suite.node import Node, Scalar, Table, plain
from llmeval.suite.reader import BAD, Bad, Reader

INLINE_TYPES = ("demo", "echo", "replay")
_FROM_KEYS = ("from", "model", "params")


class AdapterRef(Struct, frozen=True):
    """The value of `adapter`."""

    def read(self, node: Node, key: str, reader: Reader) -> Any:
        """Return the adapter's name."""
        if isinstance(node, Table):
            return _inline(node, key, reader)
        name = reader.word(node, key, "the name of an adapter")
        if isinstance(name, Bad) or reader.adapters.use(name):
            return name
        hint = did_you_mean(name, reader.adapters.known)
        return reader.wrong(node.at, f"{key}: unknown adapter {name!r}{hint}")

    def schema(self) -> Schema:
        """Return the JSON Schema."""
        return {
            "anyOf": [
                {"type": "string"},
                {
                    "type": "object",
                    "properties": {
                        "type": {"enum": list(INLINE_TYPES)},
                        "params": {"type": "object"},
                    },
                    "required": ["type"],
                },
                {
                    "type": "object",
                    "properties": {
                        "from": {"type": "string"},
                        "model": {"type": "string"},
                        "params": {"type": "object"},
                    },
                    "required": ["from"],
                    "additionalProperties": False,
                },
            ]
        }


def _inline(node: Table, key: str, reader: Reader) -> str | Bad:
    if "type" in node.entries:
        return _of_type(node, key, reader)
    if "from" in node.entries:
        return _from(node, key, reader)
    return reader.wrong(
        node.at, f"{key}: expected a name, {{type: demo, …}} or {{from: NAME, …}}, found a mapping"
    )


def _of_type(node: Table, key: str, reader: Reader) -> str | Bad:
    kind = plain(node.entries["type"])
    if kind not in INLINE_TYPES:
        return reader.wrong(
            node.entries["type"].at,
            f"{key}: a suite brings only adapters of type {', '.join(INLINE_TYPES)}, found "
            f"{kind!r}; others stand in the configuration",
        )
    try:
        known = parameters_of(reader.registry.adapter_type(kind))
    except (ParameterError, UnknownNameError) as error:
        return reader.wrong(node.at, f"{key}: {error}")
    before = len(reader.problems)
    params = _params(node, reader)
    parameters = {
        name: _parameter(child, name, known, at, key, reader)
        for name, child, at in node.rows()
        if name not in ("type", "params")
    }
    for name, parameter in known.items():
        if parameter.required and name not in node.entries:
            reader.wrong(node.at, f"{key}: {name} is missing")
    if len(reader.problems) > before:
        return BAD
    config = AdapterConfig(name=kind, type=kind, parameters=parameters, params=params)
    return reader.adapters.add(config, plain(node))


def _parameter(
    node: Node, name: str, known: Mapping[str, Parameter], at: int, key: str, reader: Reader
) -> Any:
    if name not in known:
        hint = did_you_mean(name, [*known, "type", "params"])
        return reader.wrong(at, f"{key}: unknown parameter {name!r}{hint}")
    value = plain(node)
    if name == "path" and isinstance(value, str):
        # A path in a suite is relative to the suite, one in the configuration to the project.
        path = reader.files.resolve(value, node.at, f"{key}: {name}", reader.problems)
        return path if isinstance(path, Bad) else str(path)
    try:
        fit(value, known[name])
    except ParameterError as error:
        return reader.wrong(node.at, f"{key}: {error}")
    return value


def _from(node: Table, key: str, reader: Reader) -> str | Bad:
    for name, _, at in node.rows():
        if name not in _FROM_KEYS:
            hint = did_you_mean(name, _FROM_KEYS)
            return reader.wrong(at, f"{key}: unknown key {name!r} beside `from`{hint}")
    origin = AdapterRef().read(node.entries["from"], f"{key}: from", reader)
    params = _params(node, reader)
    if isinstance(origin, Bad):
        return BAD
    config = reader.adapters.known[origin]
    parameters = dict(config.parameters)
    if "model" in node.entries:
        model = node.entries["model"]
        if not isinstance(model, Scalar) or not isinstance(model.value, str):
            return reader.expected(model, f"{key}: model", "text")
        parameters["model"] = model.value
    merged = replace(config, parameters=parameters, params={**config.params, **params})
    return reader.adapters.add(merged, plain(node))


def _params(node: Table, reader: Reader) -> Mapping[str, Any]:
    if "params" not in node.entries:
        return {}
    read = MappingOf(Anything()).read(node.entries["params"], "params", reader)
    return {} if read is BAD else read
