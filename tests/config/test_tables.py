"""Adapters, judges, checks and defaults of a configuration file, and every message about them."""

from collections.abc import Callable

import pytest

from llmeval.config import Price, Settings
from llmeval.errors import ConfigError
from llmeval.records import Judge

Load = Callable[..., Settings]


def test_common_keys_of_an_adapter_are_told_from_those_of_its_type(load_toml: Load) -> None:
    settings = load_toml(
        """
        [adapters.gpt]
        type = "openai"
        model = "gpt-4o"
        params = {temperature = 0}
        price = {input_per_mtok = 2.5, output_per_mtok = 10}
        concurrency = 4
        requests_per_minute = 60
        start = ["serve", "--port", "1"]
        ready = "http://127.0.0.1:1"
        warm_up = 1
        """
    )

    gpt = settings.adapters["gpt"]

    assert gpt.parameters == {"model": "gpt-4o"}
    assert gpt.params == {"temperature": 0}
    assert gpt.price == Price(input_per_mtok=2.5, output_per_mtok=10)
    assert (gpt.concurrency, gpt.requests_per_minute, gpt.tokens_per_minute) == (4, 60.0, None)
    assert (gpt.start, gpt.ready, gpt.warm_up) == (
        ("serve", "--port", "1"),
        "http://127.0.0.1:1",
        1,
    )
    assert gpt.where == "llmeval.toml: adapters.gpt"


def test_judges_and_checks_are_read(load_toml: Load) -> None:
    settings = load_toml(
        '[judges.jury]\nadapters = ["echo", "demo"]\ncombine = "median"\nstructured = true\n'
        '[checks]\norder_no = "myapp.checks:order_no"'
    )

    assert settings.judges == {
        "jury": Judge(name="jury", adapters=("echo", "demo"), combine="median", structured=True)
    }
    assert settings.checks == {"order_no": "myapp.checks:order_no"}


def test_variables_are_filled_in_outside_of_adapters_at_once(load_toml: Load) -> None:
    settings = load_toml(
        'reports = "out/{{ env.JOB }}"\n[defaults]\nvars = {shop = "{{env.SHOP}}"}',
        {},
        {"JOB": "7", "SHOP": "Acme"},
    )

    assert settings.reports.name == "7"
    assert settings.defaults == {"vars": {"shop": "Acme"}}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            "concurency = 3",
            "concurency: unknown key; did you mean 'concurrency'?",
            id="typo",
        ),
        pytest.param(
            "max-cost = 3",
            "max-cost: unknown key; did you mean 'max_cost'?",
            id="dash_for_underscore",
        ),
        pytest.param(
            'system = "x"',
            "system: unknown key; keys of suites stand under defaults",
            id="suite_key",
        ),
        pytest.param(
            'repeat = "3"',
            "repeat: expected a whole number of 1 or more, found '3'; write it without quotes",
            id="quoted_number",
        ),
        pytest.param(
            "concurrency = true",
            "concurrency: expected a whole number of 1 or more, found true",
            id="boolean_for_number",
        ),
        pytest.param(
            "repeat = [1]",
            "repeat: expected a whole number of 1 or more, found a list",
            id="list_for_number",
        ),
        pytest.param(
            "reports = {a = 1}", "reports: expected text, found a table", id="table_for_text"
        ),
        pytest.param(
            f"timeout = 1{'0' * 400}",
            f"timeout: expected a number above 0, found 1{'0' * 56}...",
            id="huge_number",
        ),
        pytest.param("timeout = nan", "timeout: expected a number above 0, found nan", id="nan"),
        pytest.param(
            'suites = "suites"', "suites: expected a list of text, found 'suites'", id="no_list"
        ),
        pytest.param("reports = 3", "reports: expected text, found 3", id="no_text"),
        pytest.param('reports = ""', "reports: expected text, found ''", id="empty_text"),
        pytest.param(
            "allow_run = 3", "allow_run: expected true or false, found 3", id="no_boolean"
        ),
        pytest.param(
            'baseline_replies = "some"',
            "baseline_replies: expected all, first or none, found 'some'",
            id="no_choice",
        ),
        pytest.param("adapters = 3", "adapters: expected a table, found 3", id="no_table"),
        pytest.param(
            '[adapters."a b"]\ntype = "echo"',
            "adapters: name 'a b': only letters, digits, '.', '_' and '-' are allowed",
            id="adapter_name",
        ),
        pytest.param(
            '[adapters.a]\nmodel = "x"',
            'adapters.a: type is missing; write type = "…"',
            id="no_type",
        ),
        pytest.param(
            '[adapters.a]\ntype = "htpp"',
            "adapters.a.type: unknown adapter type 'htpp'; did you mean 'http'?",
            id="type_unknown",
        ),
        pytest.param(
            '[adapters.a]\ntype = "echo"\nconcurrency = 0',
            "adapters.a.concurrency: expected a whole number of 1 or more, found 0",
            id="adapter_concurrency_0",
        ),
        pytest.param(
            '[adapters.a]\ntype = "echo"\nrequests_per_minute = 0',
            "adapters.a.requests_per_minute: expected a number above 0, found 0",
            id="rate_0",
        ),
        pytest.param(
            '[adapters.a]\ntype = "echo"\nstart = "serve"',
            "adapters.a.start: expected a list of text, found 'serve'",
            id="start_no_list",
        ),
        pytest.param(
            '[adapters.a]\ntype = "echo"\nprice = {input_per_mtok = 1}',
            "adapters.a.price: output_per_mtok is missing (USD per million tokens)",
            id="price_half",
        ),
        pytest.param(
            '[adapters.a]\ntype = "echo"\nprice = {input_per_mtok = -1, output_per_mtok = 1}',
            "adapters.a.price.input_per_mtok: expected a number of 0 or more, found -1",
            id="price_negative",
        ),
        pytest.param(
            '[adapters.a]\ntype = "echo"\nprice = {input = 1, output = 1}',
            "adapters.a.price.input: unknown key; known: cached_input_per_mtok, input_per_mtok, "
            "output_per_mtok",
            id="price_key",
        ),
        pytest.param(
            "[judges.j]\nadapters = []",
            "judges.j.adapters: expected at least one adapter's name",
            id="judge_empty",
        ),
        pytest.param(
            '[judges.j]\nadapters = ["gpt"]',
            "judges.j.adapters: unknown adapter 'gpt'; known: demo, echo",
            id="judge_adapter",
        ),
        pytest.param(
            '[judges.j]\nadapters = ["echo"]\nstructured = "yes"',
            "judges.j.structured: expected true, false or \"auto\", found 'yes'",
            id="structured",
        ),
        pytest.param(
            '[judges.j]\nadapters = ["echo"]\nsamples = 0',
            "judges.j.samples: expected a whole number of 1 or more, found 0",
            id="judge_samples",
        ),
        pytest.param(
            '[judges.j]\nadapter = "echo"',
            "judges.j.adapter: unknown key; did you mean 'adapters'?",
            id="judge_key",
        ),
        pytest.param(
            '[checks]\nmine = "myapp.checks"',
            "checks.mine: expected 'module:name', found 'myapp.checks'",
            id="check_form",
        ),
        pytest.param(
            "[defaults]\ncases = []",
            "defaults.cases: unknown key; known: adapter, allow_empty, allow_truncated, expect, "
            "gate, min_trial_pass_rate, on_error, params, repeat, severity, system, tags, "
            "template, timeout, tool_results, tools, vars, weight",
            id="defaults_key",
        ),
        pytest.param(
            "[defaults]\nrepeat = 0",
            "defaults.repeat: expected a whole number of 1 or more, found 0",
            id="defaults_repeat",
        ),
        pytest.param(
            "[defaults]\nweight = 0",
            "defaults.weight: expected a number above 0 and at most 1000, found 0",
            id="defaults_weight",
        ),
        pytest.param(
            "[defaults]\nmin_trial_pass_rate = 80",
            "defaults.min_trial_pass_rate: expected a number from 0 to 1, found 80; "
            "80 % is written 0.8",
            id="percentage",
        ),
        pytest.param(
            '[defaults]\nmin_trial_pass_rate = "3/2"',
            "defaults.min_trial_pass_rate: expected a number from 0 to 1 or k/n, found '3/2'",
            id="share",
        ),
        pytest.param(
            "[defaults]\ngate = {alpha = 5}",
            "defaults.gate.alpha: expected a number from 0 to 1, found 5; 5 % is written 0.05",
            id="gate_percentage",
        ),
        pytest.param(
            "[defaults]\ngate = {modus = 1}",
            "defaults.gate.modus: unknown key; did you mean 'mode'?",
            id="gate_key",
        ),
        pytest.param(
            '[defaults]\ngate = {on_mixed = "warm"}',
            "defaults.gate.on_mixed: expected fail or warn, found 'warm'; did you mean 'warn'?",
            id="gate_choice",
        ),
        pytest.param(
            "[profiles.p]\nprofile = 'q'",
            None,
            id="profile_in_profile_unused",
        ),
        pytest.param(
            'reports = "{{ env.NO_SUCH }}"',
            "reports: environment variable NO_SUCH is not set",
            id="variable",
        ),
    ],
)
def test_a_wrong_key_is_one_line(load_toml: Load, text: str, message: str | None) -> None:
    if message is None:
        load_toml(text)
        return

    with pytest.raises(ConfigError) as caught:
        load_toml(text)

    assert str(caught.value) == f"llmeval.toml: {message}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            "[profiles.p]\nrepeats = 3",
            "profiles.p.repeats: unknown key; did you mean 'repeat'?",
            id="key",
        ),
        pytest.param("[profiles]\np = 3", "profiles.p: expected a table, found 3", id="no_table"),
        pytest.param(
            "[profiles.p]\nlimit = 0",
            "profiles.p.limit: expected a whole number of 1 or more, found 0",
            id="value",
        ),
    ],
)
def test_a_wrong_profile_is_one_line(load_toml: Load, text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_toml(text, {"profile": "p"})

    assert str(caught.value) == f"llmeval.toml: {message}"
