"""A light CaseSpec -> the Case that is asked."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from llmeval.records import Case, CaseSpec, Check
from llmeval.suite.dataset import variables_of
from llmeval.suite.recipe import Recipe, closed, document_of, filled
from llmeval.suite.suite import Suite


def case(suite: Suite, spec: CaseSpec, trial: int = 1, text: str | None = None) -> Case:
    """Return a case with every variable filled in.

    Cheap: about 5 us, 20 us with variables. What can be wrong was found when the suite was loaded.

    Args:
        suite: Where it stands.
        spec: Which case.
        trial: Counts from 1; a case under attack is another one in each trial.
        text: What an attacking model has written for it.
    """
    recipe: Recipe = suite.templates[spec.template]
    variables = recipe.vars
    if spec.row is not None and recipe.dataset is not None:
        variables = {**variables, **variables_of(spec.row, recipe.dataset)}
    if spec.attack is None:
        return _built(suite, spec, recipe, variables)

    def attacked(text: str) -> Case:
        return _built(suite, spec, recipe, {**variables, "attack": text})

    document = document_of(recipe, variables)
    ground = recipe.ground
    found: Case = recipe.attack.attacker.attacked(
        spec.attack, attacked, ground, (spec.id, trial), document, text
    )
    return found


def _built(suite: Suite, spec: CaseSpec, recipe: Recipe, variables: Mapping[str, Any]) -> Case:
    parts = filled(recipe, variables) if recipe.is_open else closed(recipe)
    return Case(
        id=spec.id,
        suite=suite.name,
        index=spec.index,
        line=spec.line,
        adapter=recipe.adapter,
        row=_row(spec, recipe),
        variant=recipe.variant,
        description=recipe.description,
        vars=variables,
        tags=spec.tags,
        severity=spec.severity,
        repeat=recipe.repeat,
        min_repeat=recipe.min_repeat,
        min_trial_pass_rate=recipe.min_trial_pass_rate,
        weight=recipe.weight,
        timeout_s=recipe.timeout_s,
        tools=recipe.tools,
        allow_empty=recipe.allow_empty,
        allow_truncated=recipe.allow_truncated,
        on_error=recipe.on_error,
        renamed_from=spec.renamed_from,
        xfail=spec.xfail,
        skip=spec.skip,
        **parts,
    )


def version(suite: Suite, spec: CaseSpec) -> tuple[str, str | None]:
    """Return the adapter that a case asks and its variant, without building it."""
    if spec.template >= len(suite.templates):
        return suite.adapter or "", None  # a test of Python, through the fixture
    recipe: Recipe = suite.templates[spec.template]
    return recipe.adapter, recipe.variant


def adapters_used(suite: Suite) -> Mapping[str, int]:
    """Return the adapters that cases ask or are attacked by, and the line of the first case."""
    # All cases of a template name the same adapters.
    firsts = {spec.template: spec.line for spec in reversed(suite.cases)}
    found: dict[str, int] = {}
    for place, line in reversed(firsts.items()):
        recipe: Recipe = suite.templates[place]
        writer = None if recipe.attack is None else recipe.attack.attacker.writer
        for name in filter(None, (recipe.adapter, writer)):
            found.setdefault(name, line)
    return found


def checks_used(suite: Suite, specs: Iterable[CaseSpec]) -> Iterator[Check]:
    """Yield the checks of some cases, of their turns as well; of a dataset's rows the first's."""
    # Those of Python tests, which the fixture asks, stand in no template.
    known = [spec for spec in specs if spec.template < len(suite.templates)]
    firsts = {spec.template: spec for spec in reversed(known)}
    seen: set[int] = set()
    for place, spec in firsts.items():
        recipe: Recipe = suite.templates[place]
        found: Any = case(suite, spec) if recipe.is_open else recipe
        for checks in (found.checks, *[turn.checks for turn in found.turns]):
            # Cases that have only their suite's checks share the tuple.
            if id(checks) not in seen:
                seen.add(id(checks))
                yield from checks


def _row(spec: CaseSpec, recipe: Recipe) -> str | None:
    """Return what stands for the row in the id."""
    if spec.row is None or recipe.dataset is None:
        return None
    end = 1 + len(recipe.suffix)
    if spec.attack is not None:
        end += 1 + len(spec.attack.id)
    return spec.id[len(recipe.name) + 1 : -end]


def kinds_of_cases(suite: Suite) -> frozenset[tuple[str, int]]:
    """Return adapter and number of trials of all cases, each pair once; builds none."""
    used = {spec.template for spec in suite.cases}
    recipes: list[Recipe] = [suite.templates[place] for place in used]
    return frozenset((recipe.adapter, recipe.repeat) for recipe in recipes)


def axes_of(suite: Suite, spec: CaseSpec) -> tuple[Any, int]:
    """Return what the attacks on a case may be combined of, and their seed."""
    recipe: Recipe = suite.templates[spec.template]
    attacker = recipe.attack.attacker
    return attacker.axes(recipe.ground), attacker.seed
