"""Name + parameters -> object. Built-ins are import strings, resolved at first use."""

import typing
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from llmeval.errors import ParameterError, UnknownNameError, did_you_mean
from llmeval.parameters import build
from llmeval.protocols import Adapter, Attacker, Scorer
from llmeval.records import Judge

ADAPTERS: Mapping[str, str] = {
    "anthropic": "llmeval.adapters.anthropic:Anthropic",
    "command": "llmeval.adapters.command:Command",
    "demo": "llmeval.adapters.demo:Demo",
    "echo": "llmeval.adapters.echo:Echo",
    "gemini": "llmeval.adapters.gemini:Gemini",
    "http": "llmeval.adapters.http:Http",
    "ollama": "llmeval.adapters.ollama:Ollama",
    "openai": "llmeval.adapters.openai:OpenAI",
    "openai_moderation": "llmeval.adapters.moderation:OpenAIModeration",
    "perspective": "llmeval.adapters.moderation:Perspective",
    "python": "llmeval.adapters.function:Function",
    "replay": "llmeval.adapters.replay:Replay",
}

SCORERS: Mapping[str, str] = {
    "all_of": "llmeval.scorers.groups:AllOf",
    "any_of": "llmeval.scorers.groups:AnyOf",
    "attack_success": "llmeval.scorers.attack_success:AttackSuccess",
    "calls_tool": "llmeval.scorers.tools:CallsTool",
    "choose": "llmeval.scorers.choose:Choose",
    "compare_to": "llmeval.scorers.compare_to:CompareTo",
    "consistency": "llmeval.scorers.consistency:Consistency",
    "contains": "llmeval.scorers.text:Contains",
    "context_recall": "llmeval.scorers.retrieval:ContextRecall",
    "context_relevance": "llmeval.scorers.retrieval:ContextRelevance",
    "contains_all": "llmeval.scorers.text:ContainsAll",
    "contains_any": "llmeval.scorers.text:ContainsAny",
    "cost": "llmeval.scorers.runtime:Cost",
    "ends_with": "llmeval.scorers.text:EndsWith",
    "equals": "llmeval.scorers.text:Equals",
    "factuality": "llmeval.scorers.factuality:Factuality",
    "failed_steps": "llmeval.scorers.steps:FailedSteps",
    "files_changed": "llmeval.scorers.files:FilesChanged",
    "finish_reason": "llmeval.scorers.runtime:FinishReason",
    "first_token": "llmeval.scorers.runtime:FirstToken",
    "icontains": "llmeval.scorers.text:IContains",
    "is_injection": "llmeval.scorers.injection:IsInjection",
    "json": "llmeval.scorers.json:Json",
    "json_equals": "llmeval.scorers.json:JsonEquals",
    "keeps_secret": "llmeval.scorers.resists:KeepsSecret",
    "label": "llmeval.scorers.label:Label",
    "language": "llmeval.scorers.language:Language",
    "latency": "llmeval.scorers.runtime:Latency",
    "length": "llmeval.scorers.text:Length",
    "levenshtein": "llmeval.scorers.similarity:Levenshtein",
    "no_pii": "llmeval.scorers.pii:NoPii",
    "number": "llmeval.scorers.number:Number",
    "one_of": "llmeval.scorers.text:OneOf",
    "refusal": "llmeval.scorers.refusal:Refusal",
    "regex": "llmeval.scorers.regex:Regex",
    "relevance": "llmeval.scorers.relevance:Relevance",
    "resists": "llmeval.scorers.resists:Resists",
    "retrieved": "llmeval.scorers.steps:Retrieved",
    "rubric": "llmeval.scorers.rubric:Rubric",
    "runs": "llmeval.scorers.program:Runs",
    "similar": "llmeval.scorers.similarity:Similar",
    "starts_with": "llmeval.scorers.text:StartsWith",
    "step": "llmeval.scorers.steps:Step",
    "step_count": "llmeval.scorers.steps:StepCount",
    "tokens": "llmeval.scorers.runtime:Tokens",
    "tool_sequence": "llmeval.scorers.tools:ToolSequence",
    "toxicity": "llmeval.scorers.toxicity:Toxicity",
    "valid_html": "llmeval.scorers.syntax:ValidHtml",
    "valid_python": "llmeval.scorers.syntax:ValidPython",
    "valid_sql": "llmeval.scorers.syntax:ValidSql",
    "valid_tool_calls": "llmeval.scorers.tools:ValidToolCalls",
    "valid_xml": "llmeval.scorers.syntax:ValidXml",
}

# By import strings, because those layers lie above this one.
_ATTACKER = "llmeval.attacks.attacker:Attacker"
# Plain functions become scorers there; by import string, because this layer lies below it.
_FUNCTION_SCORER = "llmeval.scorers.function:scorer_type"


class Registry:
    """Adapters and scorers by name.

    Plug-ins add theirs with `add_adapter` and `add_scorer`; a name is given once.
    """

    def __init__(self) -> None:
        self._adapters: dict[str, Any] = dict(ADAPTERS)
        self._scorers: dict[str, Any] = dict(SCORERS)
        self.judges: dict[str, Judge] = {}
        """Who grades replies, by name; filled from the configuration."""

    def copied(self) -> "Registry":
        """Return a registry of its own with the same names."""
        other = Registry()
        other._adapters, other._scorers = dict(self._adapters), dict(self._scorers)
        other.judges = dict(self.judges)
        return other

    def add_adapter(self, name: str, adapter: "str | type[Adapter]") -> None:
        """Make `type = NAME` known: a dataclass, or where to import it from (`module:name`).

        Raises:
            ParameterError: The name is taken.
        """
        self._add("adapter", self._adapters, name, adapter)

    def add_scorer(self, name: str, scorer: "str | type[Scorer] | Callable[..., Any]") -> None:
        """Make the check `NAME` known: a dataclass, a function, or where to import one from.

        Raises:
            ParameterError: The name is taken, or starts with `not_`.
        """
        if name.startswith("not_"):
            raise ParameterError("", f"check name {name!r}: 'not_' is kept for the twins of checks")
        self._add("check", self._scorers, name, scorer)

    def _add(self, what: str, table: dict[str, Any], name: str, value: Any) -> None:
        if table.get(name, value) != value:
            raise ParameterError("", f"{what} {name!r} exists already; choose another name")
        table[name] = value

    @property
    def adapter_types(self) -> tuple[str, ...]:
        """The known adapter types, sorted."""
        return tuple(sorted(self._adapters))

    @property
    def checks(self) -> tuple[str, ...]:
        """The known checks without their `not_` twins, sorted."""
        return tuple(sorted(self._scorers))

    def adapter_type(self, name: str) -> type[Adapter]:
        """Return the adapter class of that type name.

        Raises:
            UnknownNameError: No such type.
            ParameterError: It cannot be imported.
        """
        return typing.cast("type[Adapter]", self._resolve("adapter type", self._adapters, name))

    def scorer_type(self, name: str, method: Any = None) -> type[Scorer]:
        """Return the scorer class of that check name (without `not_`).

        Args:
            name: The check.
            method: Its parameter of that name: a class may name others for methods in `methods`.

        Raises:
            UnknownNameError: No such check.
            ParameterError: It cannot be imported.
        """
        found = self._resolve("check", self._scorers, name)
        if not isinstance(found, type):
            found = resolve(_FUNCTION_SCORER)(name, found)
            self._scorers[name] = found
        others = getattr(found, "methods", {})
        if isinstance(method, str) and method in others:
            found = resolve(others[method])
        return found  # type: ignore[no-any-return]

    def judge(self, name: str) -> Judge:
        """Return a judge.

        Raises:
            ParameterError: There is none of that name.
        """
        if name in self.judges:
            return self.judges[name]
        hint = did_you_mean(name, self.judges)
        if not self.judges:
            hint = f'; configure it: [tool.llmeval.judges.{name}] with adapters = ["…"]'
        raise ParameterError("judge", f"unknown judge {name!r}{hint}")

    def _resolve(self, what: str, table: dict[str, Any], name: str) -> Any:
        if name not in table:
            raise UnknownNameError(what, name, table)
        if isinstance(table[name], str):
            table[name] = resolve(table[name])
        return table[name]

    def adapter(self, type_name: str, parameters: Mapping[str, Any]) -> Adapter:
        """Build an adapter.

        Raises:
            UnknownNameError: No such type.
            ParameterError: A parameter is unknown, missing or wrong.
        """
        return typing.cast(Adapter, build(self.adapter_type(type_name), parameters))

    def scorer(self, name: str, parameters: Mapping[str, Any]) -> Scorer:
        """Build a scorer.

        Raises:
            UnknownNameError: No such check.
            ParameterError: A parameter is unknown, missing or wrong.
        """
        cls = self.scorer_type(name, parameters.get("method"))
        return build(cls, parameters)  # type: ignore[no-any-return]


def attacker(parameters: Mapping[str, Any]) -> Attacker:
    """Build what attacks a case.

    Raises:
        ParameterError: A parameter is unknown or wrong.
    """
    return typing.cast(Attacker, build(resolve(_ATTACKER), parameters))


def resolve(where: str) -> Any:
    """Import `module:name`.

    Raises:
        ParameterError: Not of that form, or it cannot be imported.
    """
    module, _, name = where.partition(":")
    if not module or not name:
        raise ParameterError("", f"{where!r} is not of the form 'module:name'")
    try:
        found: Any = import_module(module)
        for part in name.split("."):
            found = getattr(found, part)
    except (ImportError, AttributeError) as error:
        raise ParameterError("", f"cannot import {where!r}: {error}") from error
    return found
