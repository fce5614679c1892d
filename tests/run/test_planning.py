"""Money, plans, fingerprints, surroundings, services, imports."""

import asyncio
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from llmeval.config import AdapterConfig, Price, Settings
from llmeval.errors import UsageError
from llmeval.records import Case, Check, Message, Reply, Request, Turn, Usage
from llmeval.registry import Registry
from llmeval.run import environment, fingerprint
from llmeval.run.budget import cost_of
from llmeval.run.plan import dry_run
from llmeval.run.prices import pricing
from llmeval.run.scoring import Scoring

Bench = Any
Has = Callable[[str], Check]
PRICE = Price(input_per_mtok=10.0, output_per_mtok=20.0)

# --- budget ----------------------------------------------------------------------------------


THOUSAND = Usage(input_tokens=1000, output_tokens=0)


def priced(usage: Usage = THOUSAND) -> Callable[[Request], Reply]:
    return lambda _: Reply(text="x", usage=usage)


def test_a_replys_cost_follows_from_its_tokens(bench: Bench) -> None:
    bench.adapter(priced(Usage(input_tokens=1000, output_tokens=500)), price=PRICE)
    bench.case("a")

    (result,) = bench.run()

    assert result.trials[0].cost_usd == pytest.approx(0.02)
    assert bench.engine.totals()["cost_usd"] == pytest.approx(0.02)


def test_without_a_count_the_cost_is_unknown_not_zero(bench: Bench) -> None:
    bench.adapter(lambda _: "x", price=PRICE)
    bench.case("a")

    (result,) = bench.run()

    assert result.trials[0].cost_usd is None


def test_what_the_application_says_it_cost_counts(bench: Bench) -> None:
    bench.adapter(lambda _: Reply(text="x", cost_usd=0.5), price=PRICE)
    bench.case("a")

    (result,) = bench.run()

    assert result.trials[0].cost_usd == 0.5


@pytest.mark.parametrize(
    ("usage", "cost"),
    [
        (Usage(input_tokens=100, output_tokens=10), 0.0012),
        (Usage(input_tokens=100, output_tokens=10, cached_tokens=50), 0.00075),
        (Usage(input_tokens=100), None),
        (Usage(output_tokens=100), None),
    ],
)
def test_cached_tokens_have_their_own_price(usage: Usage, cost: float | None) -> None:
    found = cost_of(usage, replace(PRICE, cached_input_per_mtok=1.0))

    assert found == (None if cost is None else pytest.approx(cost))


def test_the_budget_stops_in_time_and_the_rest_says_why(bench: Bench) -> None:
    own = bench.adapter(priced(), price=PRICE)
    for number in range(30):
        bench.case(str(number))

    results = bench.run(max_cost_usd=0.1, concurrency=1)

    assert len(own.asked) == 10
    assert [result.outcome for result in results] == ["passed"] * 10 + ["error"] * 20
    assert {result.trials[0].error for result in results[10:]} == {"budget"}
    assert "of 0.1 USD (--llmeval-max-cost)" in results[-1].problems[0]
    assert len(bench.trials()) == 30


def test_what_is_in_flight_counts_at_its_estimate(bench: Bench) -> None:
    gate = asyncio.Event()
    flying, most = 0, [0]

    async def answer(request: Request) -> Reply:
        nonlocal flying
        flying += 1
        most.append(flying)
        if len(most) == 3:  # two are expected to cost all that there is: no third one is sent
            asyncio.get_running_loop().call_later(0.05, gate.set)
        await gate.wait()
        flying -= 1
        return Reply(text="x", usage=Usage(input_tokens=0, output_tokens=200))

    bench.adapter(answer, price=PRICE)
    for number in range(12):
        bench.case(str(number))

    results = bench.run(max_cost_usd=0.0091, concurrency=12)

    assert max(most) == 2
    outcomes = [result.outcome for result in results]
    assert (outcomes.count("passed"), outcomes.count("error")) == (2, 10)


def test_who_turns_out_cheaper_makes_room_for_others(bench: Bench) -> None:
    cheap = Usage(input_tokens=0, output_tokens=20)
    bench.adapter(lambda _: Reply(text="x", usage=cheap), price=PRICE)
    for number in range(12):
        bench.case(str(number))

    results = bench.run(max_cost_usd=0.0091, concurrency=12)

    assert {result.outcome for result in results} == {"passed"}


def test_an_unknown_price_cannot_be_limited(bench: Bench) -> None:
    own = bench.adapter(lambda _: "x")
    bench.case("a")

    with pytest.raises(UsageError, match="the price of adapter 'own' is unknown"):
        bench.run(max_cost_usd=1.0)

    assert own.asked == []


def test_what_is_free_needs_no_price(bench: Bench) -> None:
    bench.configs["echo"] = AdapterConfig(name="echo", type="echo")
    bench.case("a", adapter="echo")

    (result,) = bench.run(max_cost_usd=1.0)

    assert result.outcome == "passed"


# --- plan ------------------------------------------------------------------------------------


def test_a_dry_run_counts_calls_tokens_and_dollars(bench: Bench, tmp_path: Path) -> None:
    bench.adapter(lambda _: "x", price=PRICE, params={"max_tokens": 100})
    bench.case("a", "x" * 400, repeat=3)
    bench.case("b", turns=(Turn(user="y" * 400), Turn(user="z" * 400)))
    bench.case("c", skip="no")
    settings = Settings(
        root=tmp_path,
        baselines=tmp_path,
        reports=tmp_path,
        cache_dir=tmp_path,
        adapters=bench.configs,
    )

    plan = dry_run(bench.jobs, settings, lambda _, spec: bench.cases[spec.id])
    (suite,) = plan.suites

    assert (suite.cases, plan.calls) == (2, 5)
    assert suite.input_tokens == 3 * 100 + (100 + 200 + 100)
    assert suite.output_tokens == 500
    assert plan.tokens == 1200
    assert plan.cost_usd == pytest.approx(700 * 10e-6 + 500 * 20e-6)


def test_a_dry_run_without_price_knows_no_cost(bench: Bench, tmp_path: Path) -> None:
    bench.adapter(lambda _: "x")
    bench.case("a")
    settings = Settings(
        root=tmp_path,
        baselines=tmp_path,
        reports=tmp_path,
        cache_dir=tmp_path,
        adapters=bench.configs,
    )

    plan = dry_run(bench.jobs, settings, lambda _, spec: bench.cases[spec.id])

    assert plan.cost_usd is None
    assert plan.unpriced == (bench.cases["a"].adapter,)


# --- fingerprints ----------------------------------------------------------------------------

BASE = Case(
    id="a",
    suite="s",
    index=0,
    line=1,
    adapter="x",
    turns=(Turn(user="hi"),),
    checks=(Check(check="contains", metric="contains", parameters={"value": "a"}),),
    context="c",
    references=("r",),
    system="s",
    params={"t": 0},
)


def hashes(case: Case, adapter: str = "1") -> dict[str, str]:
    bounds = Scoring(Registry()).bounds(case)
    return fingerprint.of(case, adapter, bounds.hash)


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"turns": (Turn(user="ho"),)}, "input"),
        ({"messages": (Message(role="user", content="x"),)}, "input"),
        ({"tools": ({"name": "t"},)}, "input"),
        ({"context": "d"}, "context"),
        ({"references": ("q",)}, "references"),
        ({"wrong_references": ("q",)}, "references"),
        ({"system": "t"}, "system"),
        ({"params": {"t": 1}}, "params"),
        ({"allow_empty": True}, "checks"),
        ({"checks": (replace(BASE.checks[0], parameters={"value": "b"}),)}, "checks"),
        ({"checks": (replace(BASE.checks[0], negated=True),)}, "checks"),
        ({"checks": (replace(BASE.checks[0], part="code"),)}, "checks"),
    ],
)
def test_a_change_shows_in_its_part_alone(changes: dict[str, Any], part: str) -> None:
    before, after = hashes(BASE), hashes(replace(BASE, **changes))

    assert {name for name in before if before[name] != after[name]} == {part}


@pytest.mark.parametrize(
    "changes", [{"line": 9}, {"index": 4}, {"tags": ("x",)}, {"repeat": 5}, {"description": "d"}]
)
def test_what_measures_the_same_has_the_same_hashes(changes: dict[str, Any]) -> None:
    assert hashes(BASE) == hashes(replace(BASE, **changes))


def test_the_parameters_of_checks_inside_a_group_count() -> None:
    def group(value: str) -> Case:
        inner = Check(check="contains", metric="contains", parameters={"value": value})
        outer = Check(check="any_of", metric="any_of", parameters={"value": (inner,)})
        return replace(BASE, checks=(outer,))

    assert hashes(group("a"))["checks"] != hashes(group("b"))["checks"]


@dataclass(frozen=True)
class Secretive:
    url: str
    api_key: str
    headers: Any = None
    _private: int = 3

    async def respond(self, request: Request) -> Reply:
        raise NotImplementedError(request)


def test_an_adapters_fingerprint_holds_no_secret() -> None:
    config = AdapterConfig(name="x", type="own", params={"temperature": 0})
    adapter = Secretive("http://x", "hush-hush", {"Authorization": "Bearer hush"})

    found = fingerprint.of_adapter(config, adapter)

    assert found == {
        "type": "own",
        "url": "http://x",
        "headers": ["Authorization"],
        "params": {"temperature": 0},
    }


def test_an_adapter_that_cannot_be_built_is_known_by_its_table() -> None:
    parameters = {"model": "m", "base_url": "{{ env.NOWHERE_SET }}"}
    configs = {"x": AdapterConfig(name="x", type="openai", parameters=parameters)}

    found = fingerprint.adapters(configs, Registry(), {})

    assert found == {"x": {"type": "openai", **parameters}}


# --- surroundings ----------------------------------------------------------------------------


def test_the_environment_names_interpreter_and_versions() -> None:
    found = environment.describe(["pytest", "no-such-package"])

    assert found["python"].startswith("3.")
    assert list(found["packages"]) == ["pytest"]


def test_git_state_outside_a_repository_is_empty(tmp_path: Path) -> None:
    assert environment.git_state(tmp_path) == {}
    assert environment.git_state(tmp_path / "missing") == {}


def test_git_state_knows_commit_branch_and_changes(tmp_path: Path) -> None:
    def git(*args: str) -> None:
        identity = ["-c", "user.name=a", "-c", "user.email=a@b"]
        subprocess.run(["git", *identity, *args], cwd=tmp_path, check=True, capture_output=True)

    git("init", "-q", "-b", "trunk")
    (tmp_path / "a").write_text("1")
    git("add", "a")
    git("commit", "-q", "-m", "one")
    clean = environment.git_state(tmp_path)
    (tmp_path / "a").write_text("2")
    changed = environment.git_state(tmp_path)

    assert clean["branch"] == "trunk"
    assert len(clean["sha"]) == 40
    assert (clean["dirty"], changed["dirty"]) == (False, True)


@pytest.mark.parametrize(
    ("environ", "url"),
    [
        ({}, None),
        (
            {"GITHUB_REPOSITORY": "a/b", "GITHUB_RUN_ID": "7"},
            "https://github.com/a/b/actions/runs/7",
        ),
        ({"CI_JOB_URL": "https://gitlab.example/1"}, "https://gitlab.example/1"),
        ({"BUILD_URL": "https://ci.example/1"}, "https://ci.example/1"),
        (
            {
                "SYSTEM_COLLECTIONURI": "https://dev.example/o/",
                "SYSTEM_TEAMPROJECT": "p",
                "BUILD_BUILDID": "3",
            },
            "https://dev.example/o/p/_build/results?buildId=3",
        ),
    ],
    ids=["none", "github", "gitlab", "jenkins", "azure"],
)
def test_the_ci_job_is_known(environ: dict[str, str], url: str | None) -> None:
    assert environment.ci_url(environ) == url


# --- services --------------------------------------------------------------------------------

PROGRAM = """
import http.server, sys
port = int(sys.argv[1])
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(404); self.end_headers()
    def log_message(self, *args): pass
http.server.HTTPServer(("127.0.0.1", port), Handler).serve_forever()
"""


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_service_is_up_before_the_first_request_and_down_after_the_last(bench: Bench) -> None:
    import socket

    program = bench.folder / "service.py"
    program.write_text(PROGRAM)
    port = free_port()

    def answer(request: Request) -> str:
        with socket.create_connection(("127.0.0.1", port), timeout=5):
            return "up"

    start = (sys.executable, str(program), str(port))
    bench.adapter(answer, start=start, ready=f"http://127.0.0.1:{port}/ready")
    bench.case("a")

    (result,) = bench.run()

    assert result.problems == ()
    with pytest.raises(OSError, match=r"refused|reset"):
        socket.create_connection(("127.0.0.1", port), timeout=5)


@pytest.mark.parametrize(
    ("start", "words"),
    [
        (("no-such-program-here",), "cannot be started: No such file or directory"),
        ((sys.executable, "-c", "raise SystemExit('no config')"), "ended with status 1"),
    ],
    ids=["missing", "ends"],
)
def test_a_service_that_does_not_come_up_says_why(
    bench: Bench, start: tuple[str, ...], words: str
) -> None:
    bench.adapter(lambda _: "x", start=start, ready=f"http://127.0.0.1:{free_port()}/")
    bench.case("a")

    (result,) = bench.run()

    assert result.trials[0].error == "service"
    assert words in result.problems[0]


# --- imports ---------------------------------------------------------------------------------


def test_the_engine_is_cheap_to_import() -> None:
    code = (
        "import sys, llmeval.run.engine, llmeval.run.folder, llmeval.run.environment\n"
        "heavy = 'aiohttp sklearn scipy numpy jinja2 jsonschema yaml pytest rapidfuzz regex'\n"
        "print([name for name in heavy.split() if name in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("type_name", "parameters"),
    [
        ("openai", {"model": "gpt-4o"}),
        ("anthropic", {"model": "claude-sonnet-4-5"}),
        ("gemini", {"model": "gemini-2.5-pro"}),
    ],
)
def test_a_known_model_has_its_list_price(type_name: str, parameters: dict[str, Any]) -> None:
    pytest.importorskip("genai_prices")
    cost = pricing(AdapterConfig(name="a", type=type_name, parameters=parameters))

    assert cost is not None
    dear = cost(Usage(input_tokens=1_000_000, output_tokens=1_000_000))
    cached = cost(Usage(input_tokens=1_000_000, cached_tokens=900_000, output_tokens=1_000_000))
    assert dear is not None
    assert cached is not None
    assert dear > cached > 0
    assert cost(Usage(input_tokens=1)) is None


@pytest.mark.parametrize(
    ("type_name", "parameters"),
    [
        ("openai", {"model": "no-such-model"}),
        ("openai", {"model": "gpt-4o", "base_url": "http://127.0.0.1:8000/v1"}),
        ("http", {"url": "http://x"}),
        ("python", {"call": "m:f"}),
    ],
)
def test_an_unknown_price_is_unknown_and_never_nothing(
    type_name: str, parameters: dict[str, Any]
) -> None:
    assert pricing(AdapterConfig(name="a", type=type_name, parameters=parameters)) is None


def test_the_configured_price_wins_over_the_list() -> None:
    price = Price(input_per_mtok=1.0, output_per_mtok=2.0)
    config = AdapterConfig(name="a", type="openai", parameters={"model": "gpt-4o"}, price=price)
    cost = pricing(config)

    assert cost is not None
    assert cost(Usage(input_tokens=1_000_000, output_tokens=1_000_000)) == 3.0
