"""What a case's figures depend on, as short hashes by part: equal hashes, comparable figures.

Parts: `input` (what is asked), `context`, `references`, `checks` (names, parameters, versions),
`judge`, `attack` are the instrument; `system`, `adapter`, `params` are what a change may be tested
in. Parts that are empty are left out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from llmeval import codec
from llmeval.adapters.workspace import folder_hash
from llmeval.config import AdapterConfig
from llmeval.errors import ConfigError
from llmeval.records import ATTACK_PARTS, Case, Check, Judge
from llmeval.registry import Registry

_SCALARS = frozenset({str, int, float, bool, type(None)})

_BYTES = 8
"""16 hexadecimal digits: among a million cases two share one by chance once in 37 million runs."""


def short_hash(text: str) -> str:
    """Return a short hash of a text, hexadecimal."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_BYTES).hexdigest()


def hash_of(value: Any) -> str:
    """Return a short hash of a JSON value."""
    return short_hash(codec.dump_sorted(value))


def of(
    case: Case, adapter: str, checks: str, judge: str = "", attacker: str = ""
) -> dict[str, str]:
    """Return the hashes of a case by part.

    Args:
        case: Every variable filled in.
        adapter: Hash of the adapter's fingerprint.
        checks: Hash of all its checks, see `llmeval.run.scoring`.
        judge: Hash of the judges that its checks ask; "" for none.
        attacker: Hash of the model that writes its attack; "" for none.
    """
    found = {"input": _input(case), "checks": checks, "adapter": adapter}
    if case.references or case.wrong_references or case.goal:
        found["references"] = hash_of([case.references, case.wrong_references, case.goal])
    if case.context is not None:
        found["context"] = short_hash(case.context)
    if case.system is not None:
        found["system"] = short_hash(case.system)
    if case.params:
        found["params"] = hash_of(case.params)
    if judge:
        found["judge"] = judge
    if case.attack is not None:
        parts = [getattr(case.attack, name) for name in ATTACK_PARTS]
        pursuit = case.attack.pursuit
        written = [] if pursuit is None else [attacker, pursuit.turns]
        found["attack"] = hash_of([case.attack.version, *parts, *written])
    return found


def _is_more_than_text(case: Case) -> bool:
    return bool(case.messages or case.tools or case.tool_results or case.workspace)


def _input(case: Case) -> str:
    if len(case.turns) == 1 and not _is_more_than_text(case):
        # The usual case without the detour over JSON: its text cannot be that of a list.
        return short_hash("user " + (case.turns[0].user or ""))
    asked = [turn.user for turn in case.turns]
    history = [codec.message_json(message) for message in case.messages]
    given: dict[str, Any] = {"tool_results": case.tool_results} if case.tool_results else {}
    if case.workspace is not None:
        given["workspace"] = folder_hash(case.workspace)
    return hash_of({"turns": asked, "messages": history, "tools": case.tools, **given})


def check_hash(check: Check, versions: Mapping[str, str]) -> str:
    """Return the hash of one check: what decides its score, not where it stands.

    Args:
        check: Variables filled in.
        versions: Scorer version by check name, those of a group's checks among them.
    """
    given = check.parameters
    for value in given.values():
        if type(value) not in _SCALARS:
            return hash_of(_check(check, versions))
    # The usual check at a third of the price: large suites have one of their own in each case.
    parts = _written(check.check, check.metric, check.negated, check.on, check.part)
    return short_hash(f"{parts} {sorted(given.items())} {versions[check.check]}")


@lru_cache(maxsize=256)
def _written(*parts: Any) -> str:
    return str(parts)


def _check(check: Check, versions: Mapping[str, str]) -> dict[str, Any]:
    return {
        "check": check.check,
        "metric": check.metric,
        "parameters": _json(check.parameters, versions),
        "negated": check.negated,
        "on": check.on,
        "part": check.part,
        "version": versions.get(check.check, "1"),
    }


def _json(value: Any, versions: Mapping[str, str]) -> Any:
    if isinstance(value, Check):
        return _check(value, versions)
    if isinstance(value, Mapping):
        return {str(key): _json(item, versions) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_json(item, versions) for item in value]
    return value


# --- judges and adapters ---------------------------------------------------------------------


def of_judge(judge: Judge, members: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Return what identifies a judge: an instrument, so that a change of it forbids comparing.

    Args:
        judge: Its table.
        members: The fingerprints of its adapters, in order. Where a model is named the server
            that serves it does not count.
    """
    found: dict[str, Any] = {
        "adapters": [
            {name: v for name, v in each.items() if name != "base_url" or "model" not in each}
            for each in members
        ],
        "samples": judge.samples,
        "combine": judge.combine,
    }
    if judge.uncertain_band is not None:
        found["band"] = judge.uncertain_band
    if judge.structured is False:
        found["structured"] = False
    return found


def judges(
    found: Iterable[Judge],
    configs: Mapping[str, AdapterConfig],
    registry: Registry,
    environ: Mapping[str, str],
) -> dict[str, Mapping[str, Any]]:
    """Return the fingerprint of each judge by name, for the header of a run."""
    return {
        judge.name: of_judge(
            judge,
            [
                of_adapter(configs[name], built(configs[name], registry, environ))
                for name in judge.adapters
            ],
        )
        for judge in found
    }


def of_adapter(config: AdapterConfig, adapter: Any = None) -> Mapping[str, Any]:
    """Return what identifies an adapter: type, model, parameters; no secrets.

    Args:
        config: Its table.
        adapter: The object; None when it cannot be built (a variable is not set): then the
            table's own words are used.
    """
    if adapter is not None and hasattr(adapter, "fingerprint"):
        own = adapter.fingerprint
        found = dict(own() if callable(own) else own)
    elif adapter is not None and is_dataclass(adapter):
        values = {f.name: getattr(adapter, f.name) for f in fields(adapter) if f.init}
        found = {"type": config.type, **_public(values)}
    else:
        found = {"type": config.type, **_public(config.parameters)}
    if config.params:
        found["params"] = dict(config.params)
    return found


def _public(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _named(name, value) for name, value in values.items() if _tells(name, value)}


def _tells(name: str, value: Any) -> bool:
    return not (name.startswith("_") or "key" in name or value in (None, "", (), {}))


def _named(name: str, value: Any) -> Any:
    # Headers by name only: their values are credentials.
    return sorted(value) if name == "headers" and isinstance(value, Mapping) else value


def adapters(
    configs: Mapping[str, AdapterConfig], registry: Registry, environ: Mapping[str, str]
) -> dict[str, Mapping[str, Any]]:
    """Return the fingerprint of each adapter by name, for the header of a run."""
    return {name: of_adapter(c, built(c, registry, environ)) for name, c in configs.items()}


def built(config: AdapterConfig, registry: Registry, environ: Mapping[str, str]) -> Any:
    """Return the adapter of a table, None when it cannot be built here."""
    from llmeval.config import build_adapter

    try:
        return build_adapter(config, registry, environ)
    except ConfigError:
        return None
