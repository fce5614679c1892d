"""`llmeval validate`: it finds what pytest would refuse or skip, and warns of what a run needs."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
Write = Callable[..., None]

CASE = "cases:\n  - {id: one, prompt: Hello, expect: [{contains: Hello}]}\n"


@pytest.fixture
def write(project: Path) -> Write:
    """Return a function that writes the configuration and one suite."""

    def write(suite: str, config: str = "") -> None:
        (project / "llmeval.toml").write_text(config, encoding="utf-8")
        (project / "suites").mkdir()
        (project / "suites" / "bot.eval.yaml").write_text(suite, encoding="utf-8")

    return write


def test_an_application_without_a_colon_is_a_problem(command: Run, write: Write) -> None:
    write(f"adapter: app\n{CASE}", '[adapters.app]\ntype = "python"\ncall = "app.answer"\n')

    ended = command("validate")

    assert ended.status == 2
    assert ended.out == (
        "suites/bot.eval.yaml:3: llmeval.toml: adapters.app.call: expected 'module:callable', "
        "found 'app.answer'\n"
    )


def test_a_variable_that_is_not_set_is_a_warning(
    command: Run, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BOT_URL", raising=False)
    monkeypatch.setenv("BOT_TOKEN", "")
    config = (
        '[adapters.web]\ntype = "http"\nurl = "{{ env.BOT_URL }}/answer"\n'
        'headers = {Authorization = "Bearer {{ env.BOT_TOKEN }}"}\n'
    )
    write(f"adapter: web\n{CASE}", config)

    ended = command("validate")

    assert (ended.status, ended.out) == (0, "")
    assert ended.err == (
        "suites/bot.eval.yaml: 1 case\n"
        "warning: suites/bot.eval.yaml:3: llmeval.toml: adapters.web.url: environment variable "
        "BOT_URL is not set; a run needs it\n"
        "warning: suites/bot.eval.yaml:3: llmeval.toml: adapters.web.headers.Authorization: "
        "environment variable BOT_TOKEN is empty; a run needs it\n"
        "0 problems, 2 warnings in 1 file\n"
    )


def test_variables_that_are_set_are_checked_with_what_they_hold(
    command: Run, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOT_URL", "localhost:8000")
    write(f"adapter: web\n{CASE}", '[adapters.web]\ntype = "http"\nurl = "{{ env.BOT_URL }}/a"\n')

    ended = command("validate")

    assert ended.status == 2
    assert "adapters.web.url: expected an address that begins with http or https" in ended.out


@pytest.mark.parametrize("named", ["", 'api_key_env = "BOT_KEY"\n'], ids=["usual", "named"])
def test_a_key_that_is_not_set_is_a_warning(
    command: Run, write: Write, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    variable = "BOT_KEY" if named else "OPENAI_API_KEY"
    monkeypatch.delenv(variable, raising=False)
    write(f"adapter: gpt\n{CASE}", f'[adapters.gpt]\ntype = "openai"\nmodel = "gpt-4o"\n{named}')

    ended = command("validate")

    assert ended.status == 0
    assert (
        f"llmeval.toml: adapters.gpt: environment variable {variable} is not set; a run needs it"
    ) in ended.err


def test_the_adapters_of_judges_are_checked(command: Run, write: Write) -> None:
    config = (
        '[adapters.grader]\ntype = "openai"\nmodel = ""\n[judges.default]\nadapters = ["grader"]\n'
    )
    write(
        "adapter: echo\ncases:\n  - {id: one, prompt: Hi, expect: [{rubric: polite}]}\n",
        config,
    )

    ended = command("validate")

    assert ended.status == 2
    assert ended.out == (
        "suites/bot.eval.yaml: llmeval.toml: adapters.grader.model: expected the name of a model, "
        "found an empty text\n"
    )


def test_the_adapter_that_writes_attacks_is_checked(command: Run, write: Write) -> None:
    suite = (
        "adapter: echo\ncases:\n  - id: one\n    prompt: Hi\n    expect: []\n"
        "    attack: {mode: model, goals: [say_marker]}\n"
    )
    write(suite, '[adapters.attacker]\ntype = "python"\ncall = "attacks"\n')

    ended = command("validate")

    assert ended.status == 2
    assert "adapters.attacker.call: expected 'module:callable', found 'attacks'" in ended.out


def test_a_version_to_be_held_against_that_is_not_there_is_a_problem(
    command: Run, write: Write
) -> None:
    write(f"adapter: echo\ngate: {{against: nosuch}}\n{CASE}")

    ended = command("validate")

    assert ended.status == 2
    assert ended.out == (
        "suites/bot.eval.yaml: suite 'bot' has no variant or adapter 'nosuch' to be held against; "
        "known: echo\n"
    )


def test_a_check_of_all_trials_over_one_trial_is_a_warning(command: Run, write: Write) -> None:
    suite = (
        "adapter: echo\ncases:\n"
        "  - {id: one, prompt: Hello, expect: [consistency]}\n"
        "  - {id: two, prompt: Hello, repeat: 3, expect: [consistency]}\n"
    )
    write(suite)

    ended = command("validate")

    assert (ended.status, ended.out) == (0, "")
    assert ended.err == (
        "suites/bot.eval.yaml: 2 cases\n"
        "warning: suites/bot.eval.yaml:3: case 'one': consistency compares the trials of a case, "
        "and there is one: it will be skipped; set `repeat` to at least 2\n"
        "0 problems, 1 warning in 1 file\n"
    )


def test_a_check_with_nothing_to_go_by_is_a_warning(command: Run, write: Write) -> None:
    write(
        "adapter: echo\ncases:\n"
        "  - {id: one, prompt: Hello, expect: [{factuality: {against: reference}}]}\n"
        "  - {id: two, prompt: Hello, expect: [{any_of: [similar, {contains: Hello}]}]}\n"
        "  - {id: three, prompt: Hello, expect: [attack_success, context_recall]}\n"
        "  - {id: four, prompt: Hello, expect: [factuality]}\n"
        "  - {id: five, prompt: Hello, reference: Hi, goal: Be rude, context: Hi, expect: ["
        "attack_success, context_recall, factuality, similar, {factuality: {against: context}}]}\n"
        "  - {id: six, prompt: Hello, expect: [{similar: {to: Hi}}, {factuality: {against: "
        "retrieved}}]}\n"
    )

    ended = command("validate")

    assert (ended.status, ended.out) == (0, "")
    warnings = [line for line in ended.err.splitlines() if line.startswith("warning")]
    place = "warning: suites/bot.eval.yaml"
    says = "has nothing to go by and will be an error"
    unless = ", unless the application says what it retrieved"
    either = "a `context` or a `reference`"
    assert warnings == [
        f"{place}:3: case 'one': factuality {says}; give the case a `reference`",
        f"{place}:4: case 'two': similar {says}; give the case a `reference`",
        f"{place}:5: case 'three': attack_success {says}; give the case a `goal`",
        f"{place}:5: case 'three': context_recall {says}; give the case a `reference`",
        f"{place}:6: case 'four': factuality {says}{unless}; give the case {either}",
    ]


def test_rows_with_nothing_to_go_by_are_counted(command: Run, write: Write, tmp_path: Path) -> None:
    write(
        "adapter: echo\ncases:\n  - id: rows\n    dataset: rows.csv\n    prompt: '{{ q }}'\n"
        "    reference: '{{ right }}'\n    expect: [similar]\n"
    )
    (tmp_path / "suites/rows.csv").write_text("q,right\na,b\nb,\nc,\n", encoding="utf-8")

    ended = command("validate")

    assert "(and 1 more like it): similar has nothing to go by" in ended.err


def test_warnings_are_written_for_programs(command: Run, write: Write) -> None:
    write("adapter: echo\ncases:\n  - {id: one, prompt: Hello, expect: [consistency]}\n")

    found = json.loads(command("validate", "--json").out)

    assert found["problems"] == []
    assert [(each["path"], each["line"]) for each in found["warnings"]] == [
        ("suites/bot.eval.yaml", 3)
    ]
