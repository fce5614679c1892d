"""Coding assistants: stand-in programs that are called and write as documented."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from llmeval.adapters.workspace import folder_hash
from llmeval.errors import AdapterError, ParameterError
from llmeval.records import Reply
from llmeval.registry import Registry

Install = Callable[[str, str], None]
Ask = Callable[..., Reply]

CLAUDE = {
    "type": "result",
    "subtype": "success",
    "is_error": False,
    "duration_ms": 1200,
    "num_turns": 2,
    "result": "Done: ü.",
    "session_id": "s-1",
    "total_cost_usd": 0.0123,
    "usage": {
        "input_tokens": 4,
        "cache_creation_input_tokens": 6,
        "cache_read_input_tokens": 10,
        "output_tokens": 7,
    },
}
CODEX = [
    {"type": "thread.started", "thread_id": "t-1"},
    {"type": "turn.started"},
    {"type": "item.started", "item": {"id": "1", "type": "command_execution"}},
    {
        "type": "item.completed",
        "item": {"type": "command_execution", "command": "make", "exit_code": 2},
    },
    {"type": "item.completed", "item": {"type": "agent_message", "text": "I will look."}},
    {"type": "item.completed", "item": {"type": "agent_message", "text": "Done: ü."}},
    {
        "type": "turn.completed",
        "usage": {"input_tokens": 20, "cached_input_tokens": 10, "output_tokens": 7},
    },
]
GEMINI = {
    "response": "Done: ü.",
    "stats": {
        "models": {
            "gemini-x": {
                "tokens": {"prompt": 20, "candidates": 4, "cached": 10, "thoughts": 3, "tool": 0}
            }
        }
    },
}
CURSOR = {"type": "result", "is_error": False, "result": "Done: ü.", "session_id": "s-1"}


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Put a Python program of that name first on the PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder), prepend=":")

    def write(name: str, code: str) -> None:
        program = folder / name
        head = f"#!{sys.executable}\nimport json, os, sys, time\nPROMPT = sys.stdin.read()\n"
        program.write_text(head + code, encoding="utf-8")
        program.chmod(0o755)

    return write


def _writes(*objects: Any) -> str:
    return "".join(f"print({json.dumps(json.dumps(each))})\n" for each in objects)


SAYS = {
    "claude": _writes(CLAUDE),
    "codex": _writes(*CODEX),
    "copilot": "print('Done: ü.')\n",
    "cursor-agent": _writes(CURSOR),
    "gemini": _writes(GEMINI),
}


@pytest.mark.parametrize("preset", sorted(SAYS))
def test_an_assistant_is_called_and_understood_as_documented(
    install: Install, ask: Ask, tmp_path: Path, preset: str
) -> None:
    log = tmp_path / "log.json"
    install(
        preset, f"open({str(log)!r}, 'w').write(json.dumps([sys.argv, PROMPT]))\n{SAYS[preset]}"
    )

    reply = ask("command", {"preset": preset}, "Fix the bug in ü.py")

    argv, prompt = json.loads(log.read_text("utf-8"))
    assert reply.text == "Done: ü."
    assert "Fix the bug in ü.py" in (prompt, argv[-1])
    assert reply.timing.total_s is not None


def test_what_an_assistant_counts_is_kept(install: Install, ask: Ask) -> None:
    for name, code in SAYS.items():
        install(name, code)

    replies = {name: ask("command", {"preset": name}) for name in ("claude", "codex", "gemini")}

    for reply in replies.values():
        usage = reply.usage
        counts = (usage.input_tokens, usage.output_tokens, usage.cached_tokens)
        assert counts == (20, 7, 10)
    assert replies["claude"].cost_usd == 0.0123
    assert replies["claude"].request_id == "s-1"
    assert replies["gemini"].model == "gemini-x"
    (step,) = replies["codex"].steps
    assert (step["name"], step["input"], step["error"]) == (
        "command_execution",
        "make",
        "exit status 2",
    )


def test_the_last_object_of_a_stream_of_events_counts(install: Install, ask: Ask) -> None:
    install("claude", _writes({"type": "system", "subtype": "init"}, CLAUDE))

    assert ask("command", {"preset": "claude"}).text == "Done: ü."


def test_flags_of_ones_own_stand_in_argv(install: Install, ask: Ask) -> None:
    shows = "out = {'type': 'result', 'result': ' '.join(sys.argv[1:])}\nprint(json.dumps(out))\n"
    install("claude", shows)
    argv = ["claude", "-p", "--output-format", "json", "--permission-mode", "acceptEdits"]

    reply = ask("command", {"preset": "claude", "argv": argv})

    assert reply.text == "-p --output-format json --permission-mode acceptEdits"


@pytest.mark.parametrize(
    ("preset", "code", "kind", "said"),
    [
        pytest.param(
            "claude",
            _writes(CLAUDE | {"is_error": True, "result": "Invalid API key · Please run /login"}),
            "auth",
            "Invalid API key",
            id="login",
        ),
        pytest.param(
            "claude",
            "print('API Error: 429 rate limit', file=sys.stderr); sys.exit(1)\n",
            "rate_limited",
            "rate limit",
            id="rate limit",
        ),
        pytest.param(
            "codex",
            _writes(CODEX[0], {"type": "turn.failed", "error": {"message": "stream broke"}}),
            "server_error",
            "stream broke",
            id="failed turn",
        ),
        pytest.param(
            "gemini",
            _writes({"error": {"type": "ApiError", "message": "no quota here"}}),
            "server_error",
            "no quota here",
            id="error object",
        ),
        pytest.param(
            "claude",
            "print('half of it'); sys.exit(3)\n",
            "exit_status",
            "ended with status 3",
            id="crash",
        ),
        pytest.param(
            "claude", "print('no JSON')\n", "bad_reply", "wrote no JSON; found no JSON", id="text"
        ),
        pytest.param(
            "codex", _writes(CODEX[0]), "bad_reply", "wrote no message of the agent", id="silent"
        ),
        pytest.param("copilot", "pass\n", "bad_reply", "wrote nothing", id="empty"),
    ],
)
def test_what_goes_wrong_is_one_error(
    install: Install, ask: Ask, preset: str, code: str, kind: str, said: str
) -> None:
    install(preset, code)

    with pytest.raises(AdapterError, match=said) as caught:
        ask("command", {"preset": preset})

    assert caught.value.kind == kind
    assert caught.value.fatal == (kind == "auth")
    assert caught.value.transient == (kind == "rate_limited")


def test_a_preset_says_how_output_is_read() -> None:
    with pytest.raises(ParameterError, match="leave out output and reply"):
        Registry().adapter("command", {"preset": "claude", "output": "json"})


# --- workspaces ------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder to work on."""
    made = tmp_path / "project"
    (made / "src").mkdir(parents=True)
    (made / "src/app.py").write_text("old\n", encoding="utf-8")
    (made / "same.txt").write_text("same\n", encoding="utf-8")
    (made / "gone.txt").write_text("gone\n", encoding="utf-8")
    return made


WORK = """
import pathlib
pathlib.Path("src/app.py").write_text("new\\n")
pathlib.Path("src/more.py").write_text("more = 'ü'\\n", encoding="utf-8")
pathlib.Path("data.bin").write_bytes(b"\\0\\1")
pathlib.Path("gone.txt").unlink()
pathlib.Path("__pycache__").mkdir()
pathlib.Path("__pycache__/x.pyc").write_text("noise")
print("Done.")
"""


def test_a_program_works_on_a_copy_and_its_changes_are_reported(ask: Ask, folder: Path) -> None:
    reply = ask("command", {"argv": [sys.executable, "-c", WORK], "workspace": str(folder)})

    assert reply.text == "Done."
    assert reply.files == {
        "data.bin": "(binary, 2 bytes)",
        "gone.txt": None,
        "src/app.py": "new\n",
        "src/more.py": "more = 'ü'\n",
    }
    assert (folder / "src/app.py").read_text() == "old\n"
    assert (folder / "gone.txt").exists()


def test_each_request_gets_a_fresh_copy_that_is_removed(ask: Ask, folder: Path) -> None:
    code = "import os; print(os.getcwd(), sorted(os.listdir())); open('left', 'w').close()"
    given = {"argv": [sys.executable, "-c", code], "workspace": str(folder)}

    first, second = (str(ask("command", given).text) for _ in range(2))

    assert first.partition(" ")[0] != second.partition(" ")[0]
    assert "left" not in second
    assert not Path(second.partition(" ")[0]).exists()


def test_a_workspace_of_a_program_that_is_killed_is_removed(ask: Ask, folder: Path) -> None:
    code = "import os, sys; print(os.getcwd(), file=sys.stderr); sys.exit(1)"

    with pytest.raises(AdapterError) as caught:
        ask("command", {"argv": [sys.executable, "-c", code], "workspace": str(folder)})

    assert not Path(str(caught.value).rpartition(": ")[2]).exists()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda f: (f / "out").symlink_to("/etc/hostname"), "is a link that leads out"),
        (lambda f: (f / "up").symlink_to(".."), "is a link that leads out"),
    ],
    ids=["file", "folder"],
)
def test_a_link_that_leads_out_is_refused(
    ask: Ask, folder: Path, make: Callable[[Path], None], message: str
) -> None:
    make(folder)

    with pytest.raises(AdapterError, match=message) as caught:
        ask("command", {"argv": [sys.executable, "-c", ""], "workspace": str(folder)})

    assert caught.value.fatal


def test_the_folder_of_a_case_wins(ask: Ask, folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    given = {"argv": [sys.executable, "-c", WORK], "workspace": str(other)}

    reply = ask("command", given, workspace=str(folder))

    assert reply.files is not None
    assert reply.files["src/app.py"] == "new\n"


def test_a_folder_of_one_case_that_is_refused_leaves_the_others_be(ask: Ask, folder: Path) -> None:
    (folder / "out").symlink_to("/etc/hostname")

    with pytest.raises(AdapterError, match="is a link that leads out") as caught:
        ask("command", {"argv": [sys.executable]}, workspace=str(folder))

    assert not caught.value.fatal


def test_the_hash_of_a_folder_changes_with_its_files_but_for_caches(folder: Path) -> None:
    before = folder_hash(str(folder))

    (folder / "__pycache__").mkdir()
    (folder / "__pycache__/x.pyc").write_text("noise", encoding="utf-8")
    same = folder_hash(str(folder))
    (folder / "src/app.py").write_text("newer\n", encoding="utf-8")
    changed = folder_hash(str(folder))

    assert before == same != changed
    assert folder_hash(str(folder / "nowhere")) == ""


def test_a_workspace_that_is_not_there_is_refused(ask: Ask, folder: Path) -> None:
    with pytest.raises(AdapterError, match="is no folder"):
        ask("command", {"argv": [sys.executable], "workspace": str(folder / "nowhere")})
