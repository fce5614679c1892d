"""What is expected of the files that an application changed."""

from collections.abc import Callable
from typing import Any

import pytest

from llmeval.records import CheckResult, Reply

Run = Callable[..., CheckResult]
CHANGED = Reply(text="Done.", files={"src/app.py": "x", "src/deep/more.py": "y", "old.txt": None})


@pytest.mark.parametrize(
    ("parameters", "reason"),
    [
        pytest.param({"only": ("src/*", "*.txt")}, "", id="only"),
        pytest.param({"only": "*"}, "", id="anything"),
        pytest.param({"only": ("src/*",)}, "changed besides src/*: old.txt", id="a deleted one"),
        pytest.param({"include": ("src/app.py",)}, "", id="include"),
        pytest.param(
            {"only": "*", "include": ("tests/*",)},
            "nothing changed that fits tests/*; changed: src/app.py, src/deep/more.py, old.txt",
            id="missing",
        ),
    ],
)
def test_only_such_files_change(run: Run, parameters: dict[str, Any], reason: str) -> None:
    result = run("files_changed", CHANGED, **parameters)

    assert (result.passed, result.reason) == (not reason, reason)


def test_an_application_that_does_not_report_files_is_not_measured(run: Run) -> None:
    result = run("files_changed", "x", only="*")

    assert (result.status, result.reason) == (
        "skipped",
        "not_measured: the application does not say which files it changed",
    )


def test_a_deleted_file_has_no_part(run: Run) -> None:
    result = run("contains", CHANGED, value="x", part="file:old.txt")

    assert (result.passed, result.reason) == (False, "the file 'old.txt' was deleted")
