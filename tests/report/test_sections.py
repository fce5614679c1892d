import pytest

from llmeval.report import html, sections
from llmeval.report.charts.markup import Html
from llmeval.report.section import Section
from llmeval.report.view import View


def test_a_drawn_section_stands_between_the_cases_and_the_figures(
    regression: View, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = Section(name="speed", title="Speed <1>", body=Html("<svg><rect/></svg>"))
    monkeypatch.setattr(sections, "DRAWINGS", (lambda _: drawn, lambda _: None))

    page = html.render(regression)

    assert '<h2 id="speed">Speed &lt;1&gt;</h2>\n  <svg><rect/></svg>' in page
    assert page.index('id="cases"') < page.index('id="speed"') < page.index('id="limits"')
    assert len(sections.sections(regression)) == 1
