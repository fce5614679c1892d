"""The page about suites: every example loads, every key is explained."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from llmeval.suite.check_keys import COMMON
from llmeval.suite.keys import CASE, SUITE

if TYPE_CHECKING:
    from tests.suite.conftest import Project

PAGE = Path(__file__).parents[2] / "docs" / "suites.md"
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)
FILES = {
    "prompts/system.txt": "You are kind.\n",
    "data/terms.txt": "Thirty days.\n",
    "data/schema.json": '{"type": "object"}',
    "data/faq.csv": "question,answer\nHow long?,30 days\n",
    "data/tickets.jsonl": '{"body": "a", "team": "billing", "lang": "en"}\n' * 3,
}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda text: text.split("\n")[0])
def test_every_example_loads(project: "Project", example: str) -> None:
    for name, content in FILES.items():
        project.write(name, content)

    cases = project.cases(example)

    assert cases
    for case in cases:
        for check in (*case.checks, *(check for turn in case.turns for check in turn.checks)):
            project.registry.scorer(check.check, check.parameters)


@pytest.mark.parametrize("key", sorted({*SUITE, *CASE, *COMMON}))
def test_every_key_is_explained(key: str) -> None:
    assert f"`{key}`" in PAGE.read_text("utf-8")
