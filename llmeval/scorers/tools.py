"""Checks on the tools that a reply calls: calls_tool, tool_sequence, valid_tool_calls."""

# ruff: noqa: ARG002  # methods take what the Scorer protocol gives them

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, ClassVar, Literal

from llmeval import codec
from llmeval.records import Case, On, Reply, Score
from llmeval.scorers.calls import Made, Match, calls_of, is_same, is_within, names, shown
from llmeval.scorers.scorer import PASSED, Defaults, require


@dataclass(frozen=True, kw_only=True)
class CallsTool(Defaults):
    """A tool is called, with these arguments, so many times."""

    main: ClassVar[str] = "tool"
    default_on: ClassVar[On] = "all"
    negatable: ClassVar[bool] = True

    tool: str
    arguments: Mapping[str, Any] | None = None
    match: Match = "subset"
    times: int | None = field(default=None, metadata={"ge": 0})

    def __post_init__(self) -> None:
        require(self.tool, "tool", "expected the name of a tool, found an empty text")

    def score(self, case: Case, reply: Reply, answers: tuple[Reply, ...]) -> Score:
        """Return 1 where the tool was called as expected."""
        calls = calls_of(reply)
        named = [call for call in calls if call.name == self.tool]
        fitting = [call for call in named if _fits(self.arguments, call, self.match)]
        if len(fitting) == self.times or (self.times is None and fitting):
            return PASSED
        return Score(score=0.0, passed=False, reason=self._fault(calls, named, len(fitting)))

    def _fault(self, calls: list[Made], named: list[Made], fitting: int) -> str:
        if not named:
            return f"{self.tool!r} is not called; called: {names(calls)}"
        if self.times is not None:
            return f"called {fitting} times {self._wanted()}, expected {self.times}"
        return f"called as {named[0]}, expected {self._wanted()}"

    def _wanted(self) -> str:
        given = "" if self.arguments is None else shown(self.arguments)
        more = ", …" if given and self.match == "subset" else ""
        return f"{self.tool}({given}{more})"

    def claim(self, text: str) -> str:
        """Return what is true where it holds."""
        return f"calls {self._wanted()}"


def _fits(arguments: Mapping[str, Any] | None, call: Made, match: Match) -> bool:
    if arguments is None:
        return True
    return (is_same if match == "exact" else is_within)(arguments, call.arguments)


@dataclass(frozen=True, kw_only=True)
class ToolSequence(Defaults):
    """These tools are called; the score is the F1 of expected and made calls."""

    default_on: ClassVar[On] = "all"
    negatable: ClassVar[bool] = True

    value: tuple[str | Mapping[str, Any], ...]
    """Names, or mappings of `tool` and `arguments`."""
    match: Literal["exact", "in_order", "any_order"] = "exact"

    def __post_init__(self) -> None:
        for item in self.value:
            known = isinstance(item, str) or isinstance(item.get("tool"), str)
            wrong = not isinstance(item, str) and item.keys() - {"tool", "arguments"}
            require(
                known and not wrong, "value", "expected names of tools, or {tool: …, arguments: …}"
            )

    def score(self, case: Case, reply: Reply, answers: tuple[Reply, ...]) -> Score:
        """Return F1; passed where every expected call was made, and for `exact` no other."""
        calls = calls_of(reply)
        fits = [[_is_expected(item, call) for call in calls] for item in self.value]
        matched = _assigned(fits) if self.match == "any_order" else _in_order(fits, len(calls))
        passed = matched == len(self.value)
        if self.match == "exact":
            passed = passed and len(calls) == len(self.value)
        most = len(calls) + len(self.value)
        f1 = 1.0 if most == 0 else 2 * matched / most
        if passed:
            return PASSED if f1 == 1.0 else Score(score=f1, passed=True)
        wanted = ", ".join(_name(item) for item in self.value) or "none"
        order = {"exact": "exactly", "in_order": "in this order", "any_order": "in any order"}
        made = ", ".join(call.name for call in calls) or "none"
        reason = f"called {made}; expected {order[self.match]} {wanted}"
        return Score(score=f1, passed=False, reason=reason)

    def claim(self, text: str) -> str:
        """Return what is true where it holds."""
        return f"calls {', '.join(_name(item) for item in self.value) or 'no tool'}"


def _name(item: str | Mapping[str, Any]) -> str:
    return item if isinstance(item, str) else str(item["tool"])


def _is_expected(item: str | Mapping[str, Any], call: Made) -> bool:
    if call.name != _name(item):
        return False
    return isinstance(item, str) or _fits(item.get("arguments"), call, "subset")


def _in_order(fits: Sequence[Sequence[bool]], calls: int) -> int:
    """Return how many expected calls are there in order: the longest common subsequence."""
    before = [0] * (calls + 1)
    for row in fits:
        now = [0]
        for place in range(calls):
            now.append(before[place] + 1 if row[place] else max(before[place + 1], now[place]))
        before = now
    return before[calls]


def _assigned(fits: Sequence[Sequence[bool]]) -> int:
    """Return how many expected calls can each be given a call of their own.

    A maximum bipartite matching (Kuhn 1955): taking the first that fits would waste a call that
    fits several on an expectation that another one meets too.
    """
    taken: dict[int, int] = {}
    return sum(_give(number, fits, taken, set()) for number in range(len(fits)))


def _give(
    number: int, fits: Sequence[Sequence[bool]], taken: dict[int, int], tried: set[int]
) -> bool:
    for place, fitting in enumerate(fits[number]):
        if fitting and place not in tried:
            tried.add(place)
            if place not in taken or _give(taken[place], fits, taken, tried):
                taken[place] = number
                return True
    return False


@dataclass(frozen=True, kw_only=True)
class ValidToolCalls(Defaults):
    """Every call is of a declared tool, with arguments that fit its JSON Schema."""

    version: ClassVar[str] = "2"
    default_on: ClassVar[On] = "all"
    negatable: ClassVar[bool] = True

    def score(self, case: Case, reply: Reply, answers: tuple[Reply, ...]) -> Score:
        """Return the share of valid calls; skipped without a declared tool or a call."""
        calls = calls_of(reply)
        if not case.tools or not calls:
            missing = "the case declares no tools" if calls else "the reply calls no tool"
            return Score(status="skipped", reason=f"nothing_to_check: {missing}")
        schemas = {tool["function"]["name"]: tool["function"] for tool in case.tools}
        faults = [fault for fault in (_fault(call, schemas) for call in calls) if fault]
        if not faults:
            return PASSED
        share = 1 - len(faults) / len(calls)
        return Score(score=share, passed=False, reason="; ".join(faults))

    def claim(self, text: str) -> str:
        """Return what is true where it holds."""
        return "all tool calls are valid"


def _fault(call: Made, schemas: Mapping[str, Mapping[str, Any]]) -> str:
    function = schemas.get(call.name)
    if function is None:
        return f"{call.name!r} is no declared tool; declared: {', '.join(schemas)}"
    if call.arguments is None:
        return ""  # a step that does not say what it was given
    if not isinstance(call.arguments, Mapping):
        return f"{call}: the arguments are no JSON object"
    schema = function.get("parameters")
    complaint = _validator(codec.dump_sorted(schema))(call.arguments) if schema else ""
    return f"{call.name}: {complaint}" if complaint else ""


@lru_cache(maxsize=256)
def _validator(schema: str) -> Callable[[Any], str]:
    """Return what tells why arguments do not fit a schema; making one takes milliseconds."""
    from llmeval.scorers.schema import validator_of

    return validator_of(json.loads(schema))
