"""Sections of the page that are drawn in Python: pictures and tables beside the cases.

A drawing is a function of the view that returns safe markup, or None where it has
nothing to show. It is named once below; the page puts it where it belongs. The page's policy
forbids `style` attributes and scripts in markup: a drawing uses classes and SVG's own attributes,
their looks stand in a style sheet of `html.STYLES`.
"""

from collections.abc import Callable

from llmeval.report.drawings import conditions, distributions, injection, steps, trend, versions
from llmeval.report.section import Section
from llmeval.report.view import View

DRAWINGS: tuple[Callable[[View], Section | None], ...] = (
    versions.section,
    injection.section,
    distributions.section,
    steps.section,
    trend.section,
    conditions.section,
)
"""Of the whole run, in the page's order; they stand between the cases and the figures."""


def sections(view: View) -> tuple[Section, ...]:
    """Return the drawn sections of a view."""
    drawn = (draw(view) for draw in DRAWINGS)
    return tuple(section for section in drawn if section is not None)
