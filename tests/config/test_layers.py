"""Which layer wins, and what each may say."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from llmeval.config import Settings, load
from llmeval.errors import ConfigError
from llmeval.options import OPTIONS

Load = Callable[..., Settings]

LAYERS = """
concurrency = 2
profile = "nightly"
[profiles.nightly]
concurrency = 3
[profiles.quick]
concurrency = 4
"""


def test_without_anything_the_defaults_hold(tmp_path: Path) -> None:
    settings = load(tmp_path, {}, {})

    assert settings.root == tmp_path
    assert settings.baselines == tmp_path / "baselines"
    assert settings.reports == tmp_path / "reports"
    assert settings.cache_dir == tmp_path / ".llmeval-cache"
    assert (settings.concurrency, settings.max_retries, settings.cache) == (16, 3, "off")
    assert sorted(settings.adapters) == ["demo", "echo"]


@pytest.mark.parametrize(
    ("given", "environ", "expected"),
    [
        pytest.param({}, {}, 3, id="profile_over_file"),
        pytest.param({"profile": "quick"}, {}, 4, id="profile_of_the_command_line"),
        pytest.param({}, {"LLMEVAL_PROFILE": "quick"}, 4, id="profile_of_the_environment"),
        pytest.param({}, {"LLMEVAL_CONCURRENCY": "5"}, 5, id="environment_over_profile"),
        pytest.param({"concurrency": "6"}, {"LLMEVAL_CONCURRENCY": "5"}, 6, id="command_line"),
        pytest.param({"concurrency": None}, {"LLMEVAL_CONCURRENCY": " "}, 3, id="not_given"),
    ],
)
def test_the_stronger_layer_wins(
    load_toml: Load, given: dict[str, str], environ: dict[str, str], expected: int
) -> None:
    assert load_toml(LAYERS, given, environ).concurrency == expected


def test_options_that_suites_know_are_defaults_at_the_top_of_the_file(load_toml: Load) -> None:
    settings = load_toml(
        'repeat = 3\ntimeout = 9\ngate = "ratchet"\nadapter = "echo"\n[defaults]\nrepeat = 4\n'
    )

    assert settings.defaults == {
        "repeat": 4,
        "timeout": 9.0,
        "gate": {"mode": "ratchet"},
        "adapter": "echo",
    }
    assert (settings.repeat, settings.timeout_s, settings.gate) == (None, None, None)
    assert settings.adapter == ()


def test_options_that_suites_know_win_over_suites_in_a_profile(load_toml: Load) -> None:
    settings = load_toml("[profiles.p]\nrepeat = 3\ntimeout = 9", {"profile": "p"})

    assert (settings.repeat, settings.timeout_s) == (3, 9.0)


def test_the_gate_of_the_defaults_is_kept_beside_the_mode(load_toml: Load) -> None:
    settings = load_toml('gate = "strict"\n[defaults]\ngate = {alpha = 0.1}')

    assert settings.defaults == {"gate": {"mode": "strict", "alpha": 0.1}}


def test_every_option_is_read_from_the_environment(load_toml: Load, tmp_path: Path) -> None:
    values = {
        "adapter": "echo, demo=echo",
        "profile": "p",
        "repeat": "2",
        "limit": "5",
        "concurrency": "7",
        "max-retries": "0",
        "timeout": "1.5",
        "deadline": "60",
        "max-cost": "2",
        "cache": "use",
        "record": "out.jsonl",
        "replay": "in.jsonl",
        "resume": "yes",
        "baselines": "b",
        "update-baseline": "TRUE",
        "accept-failures": "Yes",
        "against": "candidate",
        "gate": "off",
        "reports": "r",
        "history": "off",
        "dry-run": "1",
    }
    without_record = {name: value for name, value in values.items() if name != "record"}
    variables = {option.name: option.variable for option in OPTIONS}

    settings = load_toml(
        "[profiles.p]", {}, {variables[name]: text for name, text in without_record.items()}
    )

    assert set(values) == set(variables)
    assert settings.adapter == ((None, "echo"), ("demo", "echo"))
    assert (settings.profile, settings.repeat, settings.limit) == ("p", 2, 5)
    assert (settings.concurrency, settings.max_retries) == (7, 0)
    assert (settings.timeout_s, settings.deadline_s, settings.max_cost_usd) == (1.5, 60.0, 2.0)
    assert (settings.cache, settings.replay) == ("use", tmp_path / "in.jsonl")
    assert (settings.resume, settings.against, settings.gate) == ("latest", "candidate", "off")
    assert (settings.baselines, settings.reports) == (tmp_path / "b", tmp_path / "r")
    assert settings.history == "off"
    assert settings.update_baseline
    assert settings.accept_failures
    assert settings.dry_run


def test_paths_of_the_command_line_are_relative_to_where_it_was_typed(tmp_path: Path) -> None:
    (tmp_path / "llmeval.toml").write_text('reports = "out"', encoding="utf-8")
    (tmp_path / "sub").mkdir()

    settings = load(tmp_path / "sub", {"record": "rec.jsonl"}, {})

    assert settings.record == tmp_path / "sub" / "rec.jsonl"
    assert settings.reports == tmp_path / "out"


@pytest.mark.parametrize("word", ["1", "true", "YES", "On"])
def test_a_flag_is_switched_on_by(load_toml: Load, word: str) -> None:
    assert load_toml("", {}, {"LLMEVAL_DRY_RUN": word}).dry_run


@pytest.mark.parametrize("word", ["0", "False", "NO", "off", ""])
def test_a_flag_is_left_off_by(load_toml: Load, word: str) -> None:
    assert not load_toml("dry_run = false", {"dry-run": False}, {"LLMEVAL_DRY_RUN": word}).dry_run


def test_pyproject_names_its_table_in_messages(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.llmeval]\nrepeat = 0\n", encoding="utf-8")

    with pytest.raises(ConfigError) as caught:
        load(tmp_path, {}, {})

    assert str(caught.value) == (
        "pyproject.toml: tool.llmeval.repeat: expected a whole number of 1 or more, found 0"
    )


@pytest.mark.parametrize("name", ["LLMEVAL_REPEATS", "LLMEVAL_REPAET"])
def test_variables_of_ours_that_are_near_misses_are_refused(load_toml: Load, name: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_toml("", {}, {name: "3"})

    assert str(caught.value) == (
        f"{name}: unknown environment variable; did you mean 'LLMEVAL_REPEAT'?"
    )


def test_variables_that_only_begin_like_ours_are_left_alone(load_toml: Load) -> None:
    load_toml("", {}, {"LLMEVAL_STAGING_TOKEN": "x"})


@pytest.mark.parametrize(
    ("given", "environ", "message"),
    [
        pytest.param(
            {"repeat": "0"},
            {},
            "--llmeval-repeat: expected a whole number of 1 or more, found 0",
            id="repeat_0",
        ),
        pytest.param(
            {"repeat": "2.5"},
            {},
            "--llmeval-repeat: expected a whole number of 1 or more, found 2.5",
            id="repeat_half",
        ),
        pytest.param(
            {"concurrency": "0"},
            {},
            "--llmeval-concurrency: expected a whole number of 1 or more, found 0",
            id="concurrency_0",
        ),
        pytest.param(
            {"max-retries": "-1"},
            {},
            "--llmeval-max-retries: expected a whole number of 0 or more, found -1",
            id="retries_negative",
        ),
        pytest.param(
            {"timeout": "0"},
            {},
            "--llmeval-timeout: expected a number above 0, found 0",
            id="timeout_0",
        ),
        pytest.param(
            {"timeout": "30s"},
            {},
            "--llmeval-timeout: expected a number above 0, found '30s'",
            id="timeout_unit",
        ),
        pytest.param(
            {"deadline": "inf"},
            {},
            "--llmeval-deadline: expected a number above 0, found inf",
            id="deadline_inf",
        ),
        pytest.param(
            {"max-cost": "-1"},
            {},
            "--llmeval-max-cost: expected a number above 0, found -1",
            id="budget_negative",
        ),
        pytest.param(
            {"gate": "statistic"},
            {},
            "--llmeval-gate: expected strict, ratchet, statistical or off, found 'statistic'; "
            "did you mean 'statistical'?",
            id="gate_word",
        ),
        pytest.param(
            {"adapter": "=x"},
            {},
            "--llmeval-adapter: expected NAME or OLD=NEW, found '=x'",
            id="rename_half",
        ),
        pytest.param(
            {"adapter": ["ecko"]},
            {},
            "--llmeval-adapter: unknown adapter 'ecko'; did you mean 'echo'?",
            id="rename_unknown",
        ),
        pytest.param(
            {"adapter": ["old=echo"]},
            {},
            "--llmeval-adapter: unknown adapter 'old'; known: demo, echo",
            id="rename_unknown_old",
        ),
        pytest.param(
            {"profile": "night"},
            {},
            "llmeval.toml: profiles: unknown profile 'night'; none is defined",
            id="profile_unknown",
        ),
        pytest.param(
            {"record": "a", "replay": "b"},
            {},
            "--llmeval-record, --llmeval-replay: use one of the two",
            id="record_and_replay",
        ),
        pytest.param(
            {"repeats": "3"},
            {},
            "--llmeval-repeats: unknown option; did you mean 'repeat'?",
            id="option_unknown",
        ),
        pytest.param(
            {},
            {"LLMEVAL_DRY_RUN": "maybe"},
            "LLMEVAL_DRY_RUN: expected true or false, found 'maybe'",
            id="flag_word",
        ),
        pytest.param(
            {},
            {"LLMEVAL_REPEAT": "many"},
            "LLMEVAL_REPEAT: expected a whole number of 1 or more, found 'many'",
            id="environment_text",
        ),
    ],
)
def test_a_wrong_option_is_one_line(
    load_toml: Load, given: dict[str, object], environ: dict[str, str], message: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        load_toml("", given, environ)

    assert str(caught.value) == message


def test_reading_the_table_of_options_imports_nothing_else_of_ours() -> None:
    script = (
        "import sys; import llmeval.options; "
        "print(sorted(m for m in sys.modules if m.startswith('llmeval')))"
    )

    shown = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout

    assert shown.strip() == "['llmeval', 'llmeval.options']"
