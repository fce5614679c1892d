"""Finding and reading the configuration file."""

from pathlib import Path

import pytest

from llmeval.config import find_root
from llmeval.config.files import find
from llmeval.errors import ConfigError


def test_the_nearest_folder_upward_with_a_configuration_is_the_root(tmp_path: Path) -> None:
    (tmp_path / "llmeval.toml").write_text("", encoding="utf-8")
    inner = tmp_path / "service"
    (inner / "suites" / "deep").mkdir(parents=True)
    (inner / "llmeval.toml").write_text("", encoding="utf-8")

    assert find_root(inner / "suites" / "deep") == inner
    assert find_root(tmp_path) == tmp_path


def test_a_file_as_start_means_its_folder(tmp_path: Path) -> None:
    (tmp_path / "llmeval.toml").write_text("", encoding="utf-8")
    suite = tmp_path / "a.eval.yaml"
    suite.write_text("", encoding="utf-8")

    assert find_root(suite) == tmp_path


def test_a_pyproject_without_our_table_is_no_configuration(tmp_path: Path) -> None:
    (tmp_path / "llmeval.toml").write_text("", encoding="utf-8")
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "pyproject.toml").write_text(
        '[project]\ndependencies = ["llmeval-gate"]\n', encoding="utf-8"
    )

    assert find_root(inner) == tmp_path


def test_without_a_configuration_the_project_folder_is_the_root(tmp_path: Path) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    (tmp_path / "suites").mkdir()

    found = find(tmp_path / "suites")

    assert (found.root, found.path) == (tmp_path, None)


def test_a_pyproject_that_does_not_mention_us_is_not_even_parsed(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("not [ toml", encoding="utf-8")

    assert find_root(tmp_path) == tmp_path


def test_a_byte_order_mark_and_windows_line_ends_are_fine(tmp_path: Path) -> None:
    (tmp_path / "llmeval.toml").write_bytes(b"\xef\xbb\xbfconcurrency = 3\r\nrepeat = 2\r\n")

    assert find(tmp_path).content == {"concurrency": 3, "repeat": 2}


@pytest.mark.parametrize(
    ("files", "message"),
    [
        pytest.param(
            {"llmeval.toml": b"", "pyproject.toml": b"[tool.llmeval]\n"},
            "both llmeval.toml and [tool.llmeval] in pyproject.toml; keep one of the two",
            id="two_configurations",
        ),
        pytest.param(
            {"llmeval.toml": b"repeat = \n"},
            "llmeval.toml: not valid TOML: Invalid value (at line 1, column 10)",
            id="not_toml",
        ),
        pytest.param(
            {"llmeval.toml": b"suites = ['caf\xe9']"},
            "llmeval.toml: not UTF-8 text (byte 14); save it as UTF-8",
            id="latin_1",
        ),
        pytest.param(
            {"pyproject.toml": b"[tool]\nllmeval = 3\n"},
            "pyproject.toml: tool.llmeval: expected a table, found 3",
            id="no_table",
        ),
    ],
)
def test_a_file_that_cannot_be_used_is_one_line(
    tmp_path: Path, files: dict[str, bytes], message: str
) -> None:
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)

    with pytest.raises(ConfigError) as caught:
        find(tmp_path)

    assert str(caught.value).endswith(message)
    assert "\n" not in str(caught.value)


def test_an_unreadable_file_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "llmeval.toml").write_text("", encoding="utf-8")

    def refuse(self: Path, **_: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_text", refuse)

    with pytest.raises(ConfigError, match=r"llmeval\.toml: cannot be read: Permission denied"):
        find(tmp_path)
