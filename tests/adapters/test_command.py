import asyncio
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from llmeval.errors import AdapterError, ParameterError
from llmeval.records import Message, Reply, Usage
from llmeval.registry import Registry

Ask = Callable[..., Reply]
PYTHON = sys.executable

ECHO = "import sys; sys.stdout.buffer.write(sys.stdin.buffer.read())"
ARGUMENTS = "import sys; print('|'.join(sys.argv[1:]))"


@pytest.fixture
def run(ask: Ask) -> Callable[..., Reply]:
    """Run a Python program with the command adapter."""

    def start(code: str, prompt: Any = "Hi", *, arguments: Any = (), **parameters: Any) -> Reply:
        fields = parameters.pop("fields", {})
        argv = [PYTHON, "-c", code, *arguments]
        return ask("command", {"argv": argv} | parameters, prompt, **fields)

    return start


def test_the_prompt_is_on_standard_input(run: Any) -> None:
    reply = run(ECHO, 'Grüß Gott\nund \'guten "Tag" $HOME `ls`\n')

    assert reply.text == 'Grüß Gott\nund \'guten "Tag" $HOME `ls`'
    assert reply.timing.total_s > 0


def test_the_prompt_may_be_an_argument(run: Any) -> None:
    reply = run(
        f"{ARGUMENTS}; print(sys.stdin.read() == '')",
        "a b; rm -rf *",
        arguments=["-p", "{{ prompt }}", "{{ system }}", "--s={{ session }}"],
    )

    assert reply.text == "-p|a b; rm -rf *||--s=s-1\nTrue"


def test_standard_input_may_be_a_template(run: Any) -> None:
    messages = (Message(role="user", content="One"), Message(role="user", content="Two"))
    fields = {"messages": messages, "system": "S"}

    reply = run(ECHO, None, stdin="{{ system }}: {{ messages }}", fields=fields)

    assert reply.text is not None
    assert reply.text.startswith("S: [")
    assert [each["content"] for each in json.loads(reply.text[3:])] == ["S", "One", "Two"]


def test_a_program_need_not_read_its_input(run: Any) -> None:
    assert run("print('done')", "x" * 1_000_000).text == "done"


@pytest.mark.parametrize(
    ("written", "text"),
    [
        pytest.param(r"b'a\nb\n\n'", "a\nb\n", id="line-break-at-the-end"),
        pytest.param(r"b'a\r\nb\r\n'", "a\nb", id="crlf"),
        pytest.param(r"b'a\xffb'", "a�b", id="not-utf-8"),
        pytest.param(r"b''", "", id="nothing"),
        pytest.param(r"b'x' * 10_000_000", "x" * 10_000_000, id="ten-megabytes"),
    ],
)
def test_plain_output_is_the_text(run: Any, written: str, text: str) -> None:
    assert run(f"import sys; sys.stdout.buffer.write({written})").text == text


def test_json_output_is_a_stored_reply_or_read_by_paths(run: Any) -> None:
    plain = run(
        """print('{"text": "x", "usage": {"output_tokens": 2}, "other": 1}')""", output="json"
    )
    by_paths = run(
        """print('{"result": {"say": "x"}, "n": 2}')""",
        output="json",
        reply={"text": "$.result.say", "output_tokens": "$.n"},
    )
    by_path = run("""print('{"result": "x"}')""", output="json", reply="$.result")

    assert (plain.text, plain.usage) == ("x", Usage(output_tokens=2))
    assert (by_paths.text, by_paths.usage) == ("x", Usage(output_tokens=2))
    assert by_path.text == "x"
    assert plain.timing.total_s is not None


@pytest.mark.parametrize(
    ("written", "message"),
    [
        pytest.param("not json", "is not JSON", id="text"),
        pytest.param("[1]", "no reply: no 'text' in it; found nothing; set `reply`", id="list"),
        pytest.param('{"result": 1}', "no 'text' in it; found 'result'", id="other-keys"),
    ],
)
def test_json_output_that_is_no_reply_is_named(run: Any, written: str, message: str) -> None:
    with pytest.raises(AdapterError, match=message) as caught:
        run(f"print({written!r})", output="json")

    assert caught.value.kind == "bad_reply"


def test_a_failing_program_is_an_error_with_its_last_line(run: Any) -> None:
    code = (
        "import sys; sys.stderr.write('warning\\nmodel not found\\n\\n'); print('x'); sys.exit(3)"
    )

    with pytest.raises(AdapterError, match=r"ended with status 3: model not found$") as caught:
        run(code)

    assert (caught.value.kind, caught.value.transient) == ("exit_status", False)


def test_a_killed_program_is_an_error(run: Any) -> None:
    with pytest.raises(AdapterError, match="was killed by SIGTERM") as caught:
        run("import os, signal; os.kill(os.getpid(), signal.SIGTERM)")

    assert caught.value.kind == "exit_status"


def test_the_folder_and_the_environment_are_as_configured(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "hidden")
    monkeypatch.setenv("GIVEN_TOKEN", "shown")
    code = (
        "import os; get = os.environ.get\n"
        "print(os.getcwd(), get('SECRET_TOKEN'), get('GIVEN_TOKEN'), 'PATH' in os.environ)"
    )

    reply = run(code, cwd=str(tmp_path), env=["GIVEN_TOKEN"])

    assert reply.text == f"{tmp_path.resolve()} None shown True"


@pytest.mark.parametrize(
    ("parameters", "message", "kind", "fatal"),
    [
        pytest.param(
            {"argv": ["no-such-program-x"]},
            "'no-such-program-x' does not exist",
            "not_found",
            True,
            id="missing",
        ),
        pytest.param({"argv": ["/"]}, "not executable", "not_found", True, id="folder"),
        pytest.param(
            {"argv": [PYTHON], "cwd": "/no/such"},
            "'/no/such' does not exist",
            "not_found",
            True,
            id="cwd",
        ),
        pytest.param(
            {"argv": [PYTHON, "{{ prompt }}"]},
            "without a placeholder",
            "bad_request",
            False,
            id="nul",
        ),
    ],
)
def test_a_program_that_cannot_be_started_is_named(
    ask: Ask, *, parameters: dict[str, Any], message: str, kind: str, fatal: bool
) -> None:
    with pytest.raises(AdapterError, match=message) as caught:
        ask("command", parameters, "a\0b")

    assert (caught.value.kind, caught.value.fatal) == (kind, fatal)


def test_a_prompt_too_long_for_an_argument_is_named(ask: Ask) -> None:
    with pytest.raises(AdapterError, match="goes to standard input") as caught:
        ask("command", {"argv": [PYTHON, "-c", "", "{{ prompt }}"]}, "x" * 5_000_000)

    assert caught.value.kind == "bad_request"


def test_output_without_end_is_refused(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("llmeval.adapters.process.LIMIT_BYTES", 2**20)

    with pytest.raises(AdapterError, match="wrote more than 1 MiB"):
        run("while True: print('x' * 1000)")


def test_of_standard_error_the_end_is_kept(run: Any) -> None:
    code = "import sys; sys.stderr.write('x' * 3_000_000 + '\\nthe end'); sys.exit(1)"

    with pytest.raises(AdapterError, match=r"status 1: the end$"):
        run(code)


def _is_alive(pid: int) -> bool:
    # A killed process may wait for its parent as a zombie.
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


PARENT = (
    "import subprocess, sys, time\n"
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
    "print(child.pid, flush=True)\n"
    "open(sys.argv[1], 'w').write(str(child.pid))\n"
)


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="process groups are a thing of POSIX")
def test_a_cancelled_request_kills_the_whole_group(request_for: Any, tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    code = PARENT + "time.sleep(60)"
    adapter: Any = Registry().adapter("command", {"argv": [PYTHON, "-c", code, str(mark)]})

    async def cancel() -> None:
        task = asyncio.create_task(adapter.respond(request_for()))
        while not mark.exists() or not mark.read_text(encoding="utf-8"):
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        while _is_alive(int(mark.read_text(encoding="utf-8"))):
            await asyncio.sleep(0)

    asyncio.run(asyncio.wait_for(cancel(), 20))


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="process groups are a thing of POSIX")
def test_what_a_program_leaves_running_is_killed_and_does_not_hold_the_reply_up(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("llmeval.adapters.process._GRACE_S", 0.05)

    reply = run(PARENT, arguments=[str(tmp_path / "pid")])

    child = int(reply.text)

    async def gone() -> None:
        while _is_alive(child):
            await asyncio.sleep(0)

    asyncio.run(asyncio.wait_for(gone(), 20))


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        pytest.param({"argv": []}, "argv: expected a program", id="empty"),
        pytest.param({"argv": "claude -p"}, "argv: expected a list of text", id="text"),
        pytest.param({"argv": ["{{ prompt }}"]}, "must not hold a placeholder", id="program"),
        pytest.param({"argv": ["a", "{{ promt }}"]}, "did you mean 'prompt'", id="placeholder"),
        pytest.param({"argv": ["a"], "stdin": "{{ x }}"}, "stdin: unknown placeholder", id="stdin"),
        pytest.param({"argv": ["a"], "reply": "$.x"}, "paths need output = 'json'", id="paths"),
    ],
)
def test_the_configuration_is_checked(parameters: dict[str, Any], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        Registry().adapter("command", parameters)
