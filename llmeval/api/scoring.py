"""One check on one reply, without a suite."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from llmeval.api.project import Project, find_project
from llmeval.errors import ParameterError, UnknownNameError
from llmeval.parameters import fit, parameters_of
from llmeval.protocols import Scorer
from llmeval.records import Case, Check, CheckResult, Reply, Score, Turn
from llmeval.registry import Registry

if TYPE_CHECKING:
    from llmeval.scorers.binding import Bound


def score(
    check: str,
    reply: str | Mapping[str, Any] | Reply | None,
    *,
    prompt: str | None = None,
    context: str | None = None,
    reference: str | None = None,
    references: Sequence[str] = (),
    wrong_references: Sequence[str] = (),
    goal: str | None = None,
    **parameters: Any,
) -> Score:
    """Return what a check says of a reply.

    Args:
        check: Its name in suites, `not_` twins included.
        reply: The text, or a reply in the form of the run's log; None is no reply.
        prompt: What was asked.
        context: What the reply must be faithful to.
        reference: A right answer.
        references: Further right answers.
        wrong_references: Wrong answers.
        goal: What an injected instruction wanted.
        **parameters: Of the check, by their names in suites; `**{"in": "$.path"}` for `in`.

    A check that asks a judge asks it, as the project around the working directory configures it.

    Raises:
        UnknownNameError: No such check.
        ParameterError: A parameter is unknown, missing or wrong, or the reply is no reply.
        AdapterError: A judge that was to be asked could not be, for the costs were used up.
    """
    asked = Question(
        prompt=prompt,
        context=context,
        references=((reference,) if reference is not None else ()) + tuple(references),
        wrong_references=tuple(wrong_references),
        goal=goal,
    )
    return SingleCheck(check, parameters).score(reply, asked)


class Question(Struct, frozen=True, kw_only=True):
    """What a reply answered, as far as checks look at it."""

    prompt: str | None = None
    context: str | None = None
    references: tuple[str, ...] = ()
    wrong_references: tuple[str, ...] = ()
    goal: str | None = None


class SingleCheck:
    """One check, ready for any number of replies.

    Args:
        name: Its name in suites, `not_` twins included.
        parameters: By their names in suites.
        project: Knows the checks and judges; None: the one we run in, where it is needed.

    Raises:
        UnknownNameError: No such check.
        ParameterError: A parameter is unknown, missing or wrong.
    """

    def __init__(
        self, name: str, parameters: Mapping[str, Any], project: Project | None = None
    ) -> None:
        base, method = name.removeprefix("not_"), parameters.get("method")
        self._project = project or _project_for(base, method)
        known = self._project.registry if self._project else Registry()
        scorer = known.scorer_type(base, method)
        if name != base and not getattr(scorer, "negatable", False):
            raise UnknownNameError("check", name, known.checks)
        own = {key: value for key, value in parameters.items() if key != "in"}
        check = Check(
            check=base,
            metric=name,
            parameters=own,
            negated=name != base,
            part=parameters.get("in"),
        )
        self._check = check
        self._bound = _bound(check, known)
        self.asks = hasattr(scorer, "seated")
        """Whether it asks a judge: then many replies are better scored together."""
        self.gathers = hasattr(scorer, "score_together")
        """Whether it compares replies: those to the same prompt are the trials of a case."""

    def score(self, reply: str | Mapping[str, Any] | Reply | None, asked: Question) -> Score:
        """Return what the check says of one reply.

        Raises:
            ParameterError: The reply is neither a text nor in the form of a stored reply.
        """
        return self.score_all([(reply, asked)])[0]

    def score_all(
        self, rows: "Sequence[tuple[str | Mapping[str, Any] | Reply | None, Question]]"
    ) -> list[Score]:
        """Return what the check says of each reply, in order.

        Raises:
            ParameterError: A reply is neither a text nor in the form of a stored reply.
            AdapterError: A judge could not be asked, for the costs were used up.
        """
        from llmeval.scorers.batch import check_all

        told = [(case_of(asked), reply_of(reply)) for reply, asked in rows]
        if self.gathers:
            return [_score(result) for result in _gathered(self._bound, told)]
        asking = {n: row for n, row in enumerate(told) if self.asks and row[1].text}
        found: dict[int, CheckResult] = {}
        if asking:
            from llmeval.api.asking import judged_results

            assert self._project is not None
            judged = judged_results([(*row, self._check) for row in asking.values()], self._project)
            found = dict(zip(asking, judged, strict=True))
        rest = {n: row for n, row in enumerate(told) if n not in found}
        found.update(zip(rest, check_all(self._bound, [*rest.values()]), strict=True))
        return [_score(found[n]) for n in range(len(told))]


def _gathered(bound: "Bound", told: Sequence[tuple[Case, Reply]]) -> list[CheckResult]:
    from llmeval.scorers.together import results

    places: dict[str | None, list[int]] = {}
    for place, (case, _) in enumerate(told):
        places.setdefault(case.turns[0].user, []).append(place)
    found: dict[int, CheckResult] = {}
    for alike in places.values():
        replies = [told[place][1] for place in alike]
        found.update(zip(alike, results(told[alike[0]][0], bound, replies), strict=True))
    return [found[place] for place in range(len(told))]


def _score(result: CheckResult) -> Score:
    return Score(
        status=result.status,
        score=result.score,
        passed=result.passed,
        reason=result.reason,
        details=result.details,
    )


def _project_for(check: str, method: Any) -> Project | None:
    registry = Registry()
    # Built-in checks need no look at the project's files, unless they ask its judges.
    if check in registry.checks and not hasattr(registry.scorer_type(check, method), "seated"):
        return None
    return find_project(Path.cwd())


def _bound(check: Check, registry: Registry) -> "Bound":
    from llmeval.scorers.binding import bind

    (bound,) = bind((check,), registry)
    return bound


def case_of(asked: Question) -> Case:
    """Return the case that a check looks at beside the reply."""
    return Case(
        id="reply",
        suite="",
        index=0,
        line=0,
        adapter="",
        turns=(Turn(user=asked.prompt),),
        context=asked.context,
        references=asked.references,
        wrong_references=asked.wrong_references,
        goal=asked.goal,
    )


def question_of(line: Mapping[str, Any]) -> Question:
    """Return the question of a line that was read from a file.

    Raises:
        ParameterError: It holds something else where text is expected.
    """
    reference = _texts(line, "reference")
    return Question(
        prompt=_text(line, "prompt"),
        context=_text(line, "context"),
        references=reference + _texts(line, "references"),
        wrong_references=_texts(line, "wrong_references"),
        goal=_text(line, "goal"),
    )


def _text(line: Mapping[str, Any], key: str) -> str | None:
    value = line.get(key)
    if value is not None and not isinstance(value, str):
        raise ParameterError(key, f"expected text, found {json.dumps(value)[:60]}")
    return value


def _texts(line: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = line.get(key)
    items = [value] if isinstance(value, str) else [] if value is None else value
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        raise ParameterError(
            key, f"expected text or a list of text, found {json.dumps(value)[:60]}"
        )
    return tuple(items)


def reply_of(value: str | Mapping[str, Any] | Reply | None) -> Reply:
    """Return the Reply that a text or a stored reply is.

    Raises:
        ParameterError: Neither of the two.
    """
    if value is None or isinstance(value, str):
        return Reply(text=value)
    if isinstance(value, Reply):
        return value
    from llmeval.adapters.reply import from_json

    if not isinstance(value, Mapping):
        raise ParameterError("reply", f"expected text or a reply object, found {value!r}")
    try:
        return from_json(value, strict=False)
    except ValueError as error:
        raise ParameterError("reply", str(error)) from error


def read_parameters(check: str, given: Mapping[str, str], registry: Registry) -> dict[str, Any]:
    """Return a check's parameters from the texts a command line gives: JSON where text fits not.

    Raises:
        UnknownNameError: No such check.
        ParameterError: The check has no such parameter, or it cannot have this value.
    """
    cls = registry.scorer_type(check.removeprefix("not_"), given.get("method"))
    return {name: _parameter(cls, name, text) for name, text in given.items()}


def _parameter(cls: type[Scorer], name: str, text: str) -> Any:
    known = parameters_of(cls)
    if name not in known:
        return text  # "in", or unknown: whoever builds the check says so
    values = [value for value in (_json(text), text) if value is not None]
    if not text.startswith(("[", "{")):
        values.reverse()
    for value in values:
        try:
            fit(value, known[name])
        except ParameterError:
            continue
        return value
    return values[-1]


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None
