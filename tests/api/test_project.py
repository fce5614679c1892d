"""The project around a folder, as every command finds it."""

from pathlib import Path

from llmeval.api.project import find_project


def test_a_suite_is_loaded_once_by_a_project(tmp_path: Path) -> None:
    (tmp_path / "llmeval.toml").write_text("", encoding="utf-8")
    file = tmp_path / "a.eval.yaml"
    file.write_text("adapter: echo\nexpect: []\ncases: [{prompt: a}]\n", encoding="utf-8")
    project = find_project(tmp_path)

    first = project.suite(file)

    assert project.suite(file) is first
    assert find_project(tmp_path).suite(file) is not first
