"""What checks need is loaded before the first request, so that no reply waits for it."""

# ruff: noqa: ARG002  # methods take what the Scorer protocol gives them

import datetime
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import pytest

from llmeval.config import Settings
from llmeval.records import Case, Reply, Score
from llmeval.registry import Registry
from llmeval.run.loading import load
from llmeval.run.results import Job
from llmeval.scorers.scorer import PASSED, Defaults
from llmeval.suite.load import load as load_suite

SERVER = """
import http.server, json

class Answer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        body = json.dumps({"text": "Paris is the capital of France, and the Seine runs through."})
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *args):
        pass

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
print(server.server_port, flush=True)
server.serve_forever()
"""

# Notes what our scorers bring in from the first request on in the thread of the event loop, and
# whether numpy is there at all.
CONFTEST = """
import pathlib, sys, threading

HERE, asked, late = pathlib.Path(__file__).parent, [], []

def hook(event, args):
    if event == "socket.connect":
        asked.append(args[1])
    elif not asked or threading.current_thread() is threading.main_thread():
        return
    elif event == "import" and args[0].startswith(("llmeval.scorers", "numpy")):
        late.append(args[0])
    elif event == "open" and str(args[0]).endswith(".npz"):
        late.append(str(args[0]))

sys.addaudithook(hook)

def pytest_unconfigure():
    told = [f"asked {bool(asked)}", f"numpy {'numpy' in sys.modules}", *late]
    (HERE / "late.txt").write_text("\\n".join(told), "utf-8")
"""

CASE = """
  - id: {name}
    prompt: What is the capital of France?
    context: Paris is the capital of France.
    reference: Paris
    goal: name a city
    expect: [{{any_of: [{{{check}}}, {{contains: Paris}}]}}]
"""

LEARNED = {
    "attack_success": "1.0",
    "context_recall": "0.0",
    "context_relevance": "0.0",
    "factuality": "0.0",
    "is_injection": "1.0",
    "language": "en",
    "no_pii": "[email, api_key]",
    "refusal": "0.0",
    "relevance": "0.0",
    "toxicity": "1.0",
}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A server in a process of its own."""
    command = [sys.executable, "-c", SERVER]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield f"http://127.0.0.1:{int(server.stdout.readline())}/"
        server.terminate()


def pytest_in(folder: Path, *args: str) -> "subprocess.CompletedProcess[str]":
    outside = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    plain = ["-q", "-p", "no:xdist", "-p", "no:randomly"]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *plain, *args, "."],
        cwd=folder,
        env=outside,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def loaded_late(folder: Path, url: str, checks: dict[str, str]) -> list[str]:
    """Run one case for each check in a process of its own; return what the conftest.py noted."""
    cases = [CASE.format(name=name, check=f"{name}: {value}") for name, value in checks.items()]
    (folder / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    (folder / "a.eval.yaml").write_text(f"adapter: app\ncases:{''.join(cases)}", encoding="utf-8")
    (folder / "llmeval.toml").write_text(
        f'[adapters.app]\ntype = "http"\nurl = "{url}"\n'
        'body = {q = "{{ prompt }}"}\nreply = {text = "$.text"}\n',
        encoding="utf-8",
    )
    done = pytest_in(folder)
    assert done.returncode == 0, done.stdout
    return (folder / "late.txt").read_text("utf-8").splitlines()


def test_nothing_is_loaded_for_checks_once_the_first_request_is_sent(
    tmp_path: Path, url: str
) -> None:
    found = loaded_late(tmp_path, url, LEARNED)

    assert found == ["asked True", "numpy True"]


def test_checks_that_need_nothing_load_nothing(tmp_path: Path, url: str) -> None:
    found = loaded_late(tmp_path, url, {"regex": "Par.s", "length": "{max: 100}"})

    assert found == ["asked True", "numpy False"]


# --- which checks are prepared -------------------------------------------------------------------

PREPARED: list[str] = []


@dataclass(frozen=True, kw_only=True)
class Own(Defaults):
    """A scorer that notes that it was prepared."""

    negatable: ClassVar[bool] = True

    value: str = ""
    model: str = ""

    def prepare(self) -> None:
        PREPARED.append(self.value)
        if self.value == "exit":
            raise SystemExit(3)

    def score(self, case: Case, reply: Reply, answers: tuple[Reply, ...]) -> Score:
        return PASSED


def prepared(tmp_path: Path, cases: str, **files: str) -> list[str]:
    """Load what a suite's checks need; return the values of those that were prepared."""
    for name, text in files.items():
        (tmp_path / f"{name}.jsonl").write_text(text, encoding="utf-8")
    path = tmp_path / "a.eval.yaml"
    path.write_text(f"adapter: echo\ncases:\n{cases}", encoding="utf-8")
    registry = Registry()
    registry.add_scorer("own", Own)
    settings = Settings(
        root=tmp_path,
        baselines=tmp_path / "baselines",
        reports=tmp_path / "reports",
        cache_dir=tmp_path / "cache",
    )
    suite = load_suite(path, settings, registry, today=datetime.date(2026, 1, 1))
    PREPARED.clear()
    load([Job(spec.id, suite, spec) for spec in suite.cases], registry)
    return list(PREPARED)


@pytest.mark.parametrize(
    ("cases", "expected"),
    [
        ("  - {id: a, prompt: x, expect: [own: one, {own: {value: one, metric: m}}]}", ["one"]),
        ("  - {id: a, prompt: x, expect: [own: one, own: two]}", ["one", "two"]),
        ("  - {id: a, prompt: x, expect: [own: {value: one, model: m}, own: two]}", ["one", "two"]),
        ("  - {id: a, prompt: x, expect: [any_of: [contains: x, not_own: deep]]}", ["deep"]),
        ("  - {id: a, turns: [{user: x, expect: [own: turn]}]}", ["turn"]),
        ("  - {id: a, prompt: x, expect: [own: left], skip: later}", []),
        ("  - {id: a, prompt: x, expect: [own: exit, equals: x]}", ["exit"]),
        ("  - {id: a, prompt: x, expect: [contains: x]}", []),
    ],
    ids=[
        "once",
        "each-value",
        "each-model",
        "in-a-group",
        "of-a-turn",
        "not-skipped",
        "exits",
        "nothing",
    ],
)
def test_a_check_is_prepared_once_before_the_run(
    tmp_path: Path, cases: str, expected: list[str]
) -> None:
    assert prepared(tmp_path, cases) == expected


def test_of_a_dataset_the_first_row_stands_for_all(tmp_path: Path) -> None:
    case = '  - {id: a, dataset: rows.jsonl, prompt: x, expect: [{own: "{{ wanted }}"}]}'

    found = prepared(tmp_path, case, rows='{"wanted": "first"}\n{"wanted": "second"}\n')

    assert found == ["first"]


def test_ctrl_c_while_loading_ends_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(self: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Own, "prepare", interrupted)

    with pytest.raises(KeyboardInterrupt):
        prepared(tmp_path, "  - {id: a, prompt: x, expect: [own: one]}")


# --- judges --------------------------------------------------------------------------------------


def test_a_judge_has_its_http_library_before_the_application_is_asked(tmp_path: Path) -> None:
    (tmp_path / "a.eval.yaml").write_text(
        "adapter: app\ncases:\n  - {id: a, prompt: x, expect: [contains: s]}\n"
        "  - {id: b, prompt: x, expect: [rubric: is kind]}\n",
        encoding="utf-8",
    )
    (tmp_path / "llmeval.toml").write_text(
        '[adapters.app]\ntype = "python"\ncall = "app:answer"\n'
        '[adapters.grader]\ntype = "openai"\nmodel = "m"\nbase_url = "http://127.0.0.1:9/v1"\n'
        '[judges.default]\nadapters = ["grader"]\n',
        encoding="utf-8",
    )
    (tmp_path / "app.py").write_text(
        "import pathlib, sys\n"
        "def answer(prompt):\n"
        "    there = 'aiohttp' in sys.modules\n"
        "    with pathlib.Path(__file__).with_name('there.txt').open('a') as file:\n"
        "        print(there, file=file)\n"
        "    return 'yes'\n",
        encoding="utf-8",
    )

    pytest_in(tmp_path, "--llmeval-max-retries", "0", "--llmeval-concurrency", "1")

    assert (tmp_path / "there.txt").read_text("utf-8").split() == ["True", "True"]


def test_parameters_of_any_kind_keep_no_run_from_starting(tmp_path: Path) -> None:
    (tmp_path / "llmeval.toml").write_text('[checks]\nown = "own:Own"\n', encoding="utf-8")
    (tmp_path / "own.py").write_text(
        "from collections.abc import Mapping\nfrom dataclasses import dataclass, field\n"
        "from llmeval.scorers.scorer import PASSED, Defaults\n"
        "@dataclass(frozen=True, kw_only=True)\nclass Own(Defaults):\n"
        "    model: Mapping[str, str] = field(default_factory=dict)\n"
        "    def score(self, case, reply, answers):\n        return PASSED\n",
        encoding="utf-8",
    )
    (tmp_path / "a.eval.yaml").write_text(
        "adapter: echo\ncases:\n  - {id: a, prompt: x, expect: [{own: {model: {a: b}}}]}\n",
        encoding="utf-8",
    )

    assert pytest_in(tmp_path).returncode == 0
