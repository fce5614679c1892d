"""The names of the package, resolved at first use."""

import subprocess
import sys
from pathlib import Path

import pytest

import llmeval

ROOT = Path(__file__).parents[2]


def python(script: str) -> str:
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return ended.stdout.strip()


def test_importing_the_package_imports_nothing_else() -> None:
    script = (
        "import sys; before = set(sys.modules); import llmeval; "
        "print(sorted(set(sys.modules) - before))"
    )

    assert python(script) == "['llmeval']"


@pytest.mark.parametrize("name", llmeval.__all__)
def test_every_public_name_is_found(name: str) -> None:
    assert getattr(llmeval, name) is not None
    assert name in dir(llmeval)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'llmeval' has no attribute 'nothing'"):
        llmeval.nothing  # noqa: B018 - looking it up raises


@pytest.mark.parametrize("name", ["run", "compare"])
def test_a_subpackage_of_the_same_name_can_still_be_called(name: str) -> None:
    script = (
        f"import llmeval; import llmeval.{name} as package; "
        f"print(callable(llmeval.{name}), callable(package), package.__name__)"
    )

    assert python(script) == f"True True llmeval.{name}"


def test_a_subpackage_that_was_imported_before_calls_the_function() -> None:
    script = (
        "import llmeval.compare.verdict, llmeval\n"
        "try: llmeval.compare('no-such-run')\n"
        "except llmeval.LlmevalError as error: print(error)"
    )

    assert python(script).startswith("no run 'no-such-run' in ")


def test_type_checkers_see_the_types(tmp_path: Path) -> None:
    script = tmp_path / "uses.py"
    script.write_text(
        "import llmeval\n"
        "score: llmeval.Score = llmeval.score('contains', 'a', value='a')\n"
        "wrong: int = llmeval.score('contains', 'a', value='a')\n",
        encoding="utf-8",
    )

    ended = subprocess.run(
        [sys.executable, "-m", "mypy", "--no-incremental", "--follow-imports=silent", str(script)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )

    assert "uses.py:3: error: Incompatible types in assignment" in ended.stdout
    assert "Found 1 error" in ended.stdout
