"""What importing the scorers costs: nothing heavy before a check needs it."""

import subprocess
import sys

import pytest

HEAVY = ("sklearn", "scipy", "numpy", "jsonschema", "sqlglot", "pytest")


@pytest.mark.parametrize(
    ("checks", "absent"),
    [
        (["contains", "equals", "length", "latency", "any_of"], ("regex", "rapidfuzz")),
        (["number", "label", "json", "json_equals"], ("regex", "rapidfuzz")),
        (["similar", "levenshtein"], ("regex",)),
        (["valid_xml", "valid_html", "valid_python", "valid_sql", "regex"], ("rapidfuzz",)),
        (["toxicity", "refusal", "attack_success", "no_pii", "language"], ("rapidfuzz",)),
    ],
    ids=["plain", "values", "likeness", "syntax", "learned"],
)
def test_a_check_imports_only_what_it_needs(checks: list[str], absent: tuple[str, ...]) -> None:
    program = (
        "import sys, llmeval.scorers.evaluate\n"
        "from llmeval.registry import Registry\n"
        f"for name in {checks!r}: Registry().scorer_type(name)\n"
        f"print([name for name in {(*HEAVY, *absent)!r} if name in sys.modules])"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )

    assert done.stdout.strip() == "[]"
