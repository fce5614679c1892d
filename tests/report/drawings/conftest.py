from collections.abc import Callable
from html.parser import HTMLParser

import pytest

from llmeval.report.section import Section


class Texts(HTMLParser):
    """All texts of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_data(self, data: str) -> None:
        self.found.append(data)


@pytest.fixture
def text() -> Callable[[Section | None], str]:
    """Return what a section says, one space between its texts."""

    def said(section: Section | None) -> str:
        assert section is not None
        return " ".join(" ".join(Texts(section.body).found).split())

    return said
