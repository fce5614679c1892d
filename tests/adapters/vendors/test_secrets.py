"""Services, programs and functions that say a key aloud: it is in nothing that is written."""

import json
import os
import subprocess
import sys
from base64 import b64encode
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

SECRET = "Sesame+open/4711-of-the-vendor"
SAID = f"Your key is {SECRET}."
WIRES = ("anthropic", "gemini", "ollama", "openai", "openai-responses")
OTHERS = ("http", "command", "python")

APP = f"""
SAID = {SAID!r}


def answer(prompt: str):
    if prompt == "bad":
        raise RuntimeError(SAID)
    return {{
        "text": SAID,
        "reasoning": SAID,
        "tool_calls": [{{"name": "find", "arguments": {{"said": SAID}}}}],
        "retrieved": [{{"id": SAID, "text": SAID}}],
        "steps": [{{"name": SAID, "kind": "tool", "input": {{"x": [SAID]}}, "error": SAID}}],
        "files": {{"a.txt": SAID, SAID: "x"}},
        "model": SAID,
        "request_id": SAID,
    }}
"""
PROGRAM = """
import os, sys
bad = sys.stdin.read() == "bad"
print("Your key is " + os.environ["VENDOR_KEY"], file=sys.stderr if bad else sys.stdout)
sys.exit(bad)
"""


OWN = """
[adapters.http]
type = "http"
url = "URL/?key={{ env.VENDOR_KEY }}"
headers = {Authorization = "Bearer {{ env.VENDOR_KEY }}"}
reply = {text = "$.text", error = "$.error", steps = "$.steps"}
[adapters.command]
type = "command"
env = ["VENDOR_KEY"]
argv = ARGV
[adapters.python]
type = "python"
call = "app:answer"
"""


def _configuration(url: str, dialects: Any) -> str:
    given = json.dumps([sys.executable, "-c", PROGRAM])
    tables = [OWN.replace("URL", url).replace("ARGV", given)]
    for name in WIRES:
        keys = {"type": dialects[name].type, "base_url": url, **dialects[name].parameters}
        lines = [f"{key} = {json.dumps(value)}" for key, value in keys.items()]
        tables.append("\n".join([f"[adapters.{name}]", *lines]))
    return "\n".join(tables)


def _suite(prompt: str) -> str:
    cases = [f"  - {{id: {n}, adapter: {n}, prompt: {prompt}}}" for n in (*WIRES, *OTHERS)]
    return "\n".join(["expect: [{equals: nothing}, {regex: nothing}]", "cases:", *cases, ""])


@pytest.fixture
def project(tmp_path: Path, server: Any, dialects: Any) -> Path:
    for name, text in {
        "llmeval.toml": _configuration(server.url, dialects),
        "app.py": APP,
        "suites/good.eval.yaml": _suite("good"),
        "suites/wrong.eval.yaml": _suite("bad"),
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_a_key_that_is_said_aloud_is_in_nothing_that_is_written(
    project: Path, server: Any, answer_type: Any, dialects: Any
) -> None:
    given = set(project.rglob("*"))
    steps = [{"name": "find", "kind": "tool", "output": SAID}]
    good = [dialects[n].whole(SAID, dialects[n].reasons["stop"], []) for n in WIRES]
    bad = [dialects[n].fault(400, SAID) for n in WIRES]
    server.says(
        *[answer_type(body=body) for body in (*good, {"text": SAID, "steps": steps})],
        *[answer_type(body=body, status=400) for body in (*bad, {"error": SAID})],
    )
    options = (
        *("--llmeval-concurrency", "1", "--llmeval-record", "rec.jsonl", "--llmeval-cache", "use"),
        *("--llmeval-update-baseline", "--llmeval-accept-failures", "--junitxml", "junit.xml"),
    )

    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-v", "-p", "no:randomly", *options, "suites"],
        cwd=project,
        env={k: v for k, v in os.environ.items() if not k.startswith("PYTEST_XDIST")}
        | {"VENDOR_KEY": SECRET},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    written = [path for path in project.rglob("*") if path.is_file() and path not in given]
    forms = (SECRET, b64encode(SECRET.encode()).decode().rstrip("=")[:-1], quote(SECRET, safe=""))
    leaks = [str(p) for p in written for form in forms if form.encode() in p.read_bytes()]
    assert leaks == []
    assert not any(form in done.stdout + done.stderr for form in forms)
    results = (project / "reports" / "latest" / "results.jsonl").read_text(encoding="ascii")
    trials = [line for line in results.splitlines() if '"kind":"trial"' in line]
    assert len(trials) == 2 * len((*WIRES, *OTHERS)), done.stdout
    # What was sent in a header is masked by the adapter itself.
    silent = [line for line in trials if "[redacted]" not in line and "***" not in line]
    assert silent == []
