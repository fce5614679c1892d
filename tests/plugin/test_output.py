"""What an application prints and logs: with its case, never among the dots."""

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.plugin.conftest import Project

APP = """
import asyncio, logging, subprocess, sys, threading, warnings

print("imported")
logging.getLogger("app").setLevel("DEBUG")

def answer(messages):
    question = messages[-1]["content"]
    print("asked", question)
    print("trouble with", question, file=sys.stderr)
    logging.getLogger("app").warning("slow answer to %s", question)
    logging.getLogger("app").info("more about %s", question)
    return question

async def later(messages):
    question = messages[-1]["content"]
    for number in range(3):
        print(f"step {number} of {question}")
        await asyncio.sleep(0.01)
    return question
"""
SUITE = """
suite: bot
adapter: app
cases:
  - {id: good, prompt: first?, expect: [{contains: first}]}
  - {id: bad, prompt: second?, expect: [{contains: other}]}
  - {id: worse, prompt: third?, expect: [{contains: other}]}
"""


@pytest.fixture
def chatty(project: "Project") -> "Project":
    """Return a project whose application prints and logs; two of three cases fail."""
    project.write("app.py", APP)
    project.suite(SUITE)
    return project


def of_case(out: str, case: str) -> str:
    """Return what is shown of a failing case."""
    start = re.search(rf"^_+ (\S+:: ?)?{case} _+$", out, re.MULTILINE)
    assert start is not None, out
    return re.split(r"^_{3,} |^={3,} ", out[start.end() :], flags=re.MULTILINE)[0]


def test_failing_cases_show_what_was_printed_for_them(chatty: "Project") -> None:
    result = chatty.pytest("suites")

    for case, question, other in (("bad", "second?", "third?"), ("worse", "third?", "second?")):
        shown = of_case(result.out, case)
        assert "- Captured stdout call -" in shown
        assert f"asked {question}\n" in shown
        assert "- Captured stderr call -" in shown
        assert f"trouble with {question}\n" in shown
        assert "- Captured log call -" in shown
        assert re.search(rf"WARNING +app:app.py:\d+ slow answer to {re.escape(question)}", shown)
        assert other not in shown


def test_nothing_of_passing_cases_is_shown_and_nothing_stands_among_the_dots(
    chatty: "Project",
) -> None:
    result = chatty.pytest("suites")

    assert "first?" not in result.out + result.err
    assert re.search(r"^suites/bot\.eval\.yaml \.FFF? +\[", result.out, re.MULTILINE)


def test_passing_cases_show_it_where_that_is_asked_for(chatty: "Project") -> None:
    result = chatty.pytest("suites", "-rP", "-k", "good")

    assert "- Captured stdout call -" in of_case(result.out, "good")
    assert "asked first?\n" in of_case(result.out, "good")


@pytest.mark.parametrize("option", ["-s", "--capture=no", "-pno:capture"])
def test_without_capture_all_is_shown_at_once(chatty: "Project", option: str) -> None:
    result = chatty.pytest("suites", option, "--llmeval-concurrency", "1")

    assert {f"asked {q}?" for q in ("first", "second", "third")} <= set(result.out.splitlines())
    assert "trouble with first?" in result.err
    assert "Captured stdout" not in result.out


def test_a_teed_capture_shows_it_at_once_and_with_the_case(chatty: "Project") -> None:
    result = chatty.pytest("suites", "--capture=tee-sys", "-k", "bad")

    assert result.out.count("asked second?\n") == 2


@pytest.mark.parametrize("shown", [("stdout", "log"), ("log", "stdout"), ("no", "stdout")])
def test_what_is_shown_can_be_chosen(chatty: "Project", shown: tuple[str, str]) -> None:
    result = chatty.pytest("suites", f"--show-capture={shown[0]}")

    assert f"Captured {shown[1]}" not in result.out


def test_the_level_of_what_is_logged_can_be_chosen(chatty: "Project") -> None:
    result = chatty.pytest("suites", "--log-level=INFO", "--log-format=%(message)s")

    shown = of_case(result.out, "bad")
    assert "\nslow answer to second?\nmore about second?\n" in shown


def test_without_the_logging_plugin_warnings_stand_on_stderr(chatty: "Project") -> None:
    result = chatty.pytest("suites", "-pno:logging")

    shown = of_case(result.out, "bad")
    assert "slow answer to second?" in shown.split("- Captured stderr call -")[1]
    assert "Captured log" not in result.out


def test_asynchronous_applications_are_told_apart_too(chatty: "Project") -> None:
    config = chatty.path / "llmeval.toml"
    config.write_text(config.read_text("utf-8").replace("answer", "later"), "utf-8")

    result = chatty.pytest("suites")

    steps = [f"step {number} of second?" for number in range(3)]
    shown = of_case(result.out, "bad").splitlines()
    assert [line for line in shown if line.startswith("step")] == steps


def test_workers_hand_it_over(chatty: "Project") -> None:
    result = chatty.pytest("suites", "-n", "2")

    assert "asked second?\n" in of_case(result.out, "bad")
    assert "asked first?" not in result.out + result.err


def test_junit_has_it_where_that_is_asked_for(chatty: "Project") -> None:
    chatty.pytest("suites", "--junitxml=junit.xml", "-o", "junit_logging=system-out")

    written = (chatty.path / "junit.xml").read_text("utf-8")
    assert {f"asked {q}?" for q in ("first", "second", "third")} <= set(written.splitlines())


def test_what_a_case_that_cannot_be_measured_printed_is_shown(chatty: "Project") -> None:
    text = (chatty.path / "app.py").read_text("utf-8")
    chatty.write("app.py", text.replace("    return question", "    raise ValueError", 1))

    result = chatty.pytest("suites", "-k", "good")

    assert "asked first?\n" in result.out.split("- Captured stdout call -")[1]


def test_a_python_test_has_what_is_printed_for_it(chatty: "Project") -> None:
    chatty.write(
        "suites/test_bot.py",
        "def test_a(llmeval, capsys):\n"
        '    print("mine", llmeval.ask("fourth?", adapter="app").text)\n'
        "    assert 'mine fourth?' in capsys.readouterr().out\n"
        "    print('before the end')\n"
        "    assert False\n",
    )

    result = chatty.pytest("suites")

    assert "before the end\n" in of_case(result.out, "test_a")
    assert "asked third?\n" in of_case(result.out, "worse")


def test_what_threads_of_the_application_print_is_put_into_a_file(chatty: "Project") -> None:
    text = (chatty.path / "app.py").read_text("utf-8")
    thread = "    started = threading.Thread(target=print, args=('aside',))\n    started.start()\n"
    chatty.write("app.py", text.replace("    print(", f"{thread}    started.join()\n    print(", 1))

    result = chatty.pytest("suites", "--llmeval-concurrency", "1")

    said = "3 lines that the application printed outside of any case: "
    (line,) = [line for line in result.out.splitlines() if line.startswith(said)]
    assert line.endswith("output.txt")
    assert "aside" not in result.out
    assert (chatty.path / "reports/latest/output.txt").read_text("utf-8") == "aside\n" * 3


CHILDREN = """
import os, subprocess, sys

def answer(messages):
    question = messages[-1]["content"]
    said = f"print('child of {question}', flush=True); print('oops', file=sys.stderr)"
    subprocess.run([sys.executable, "-c", "import sys; " + said], check=True)
    os.write(2, b"native\\n")
    print("asked", question)
    return question
"""


@pytest.mark.parametrize("workers", ["0", "2"])
def test_what_child_processes_write_is_put_into_a_file(chatty: "Project", workers: str) -> None:
    chatty.write("app.py", CHILDREN)

    result = chatty.pytest("suites", "-n", workers)

    assert "child of" not in result.out + result.err
    assert "native" not in result.out + result.err
    assert "suites/bot.eval.yaml::bad" in result.out
    assert "9 lines that the application printed outside of any case: " in result.out
    (file,) = (chatty.path / "reports/latest").glob("output*.txt")
    told = sorted(file.read_text("utf-8").splitlines())
    assert told == sorted(
        [*(f"child of {nth}?" for nth in ("first", "second", "third")), *["native", "oops"] * 3]
    )


def test_python_tests_among_suites_have_what_their_own_children_write(chatty: "Project") -> None:
    chatty.write("app.py", CHILDREN)
    text = "import os\n\ndef test_it(capfd):\n    os.system('echo mine')\n"
    chatty.write("suites/test_a.py", f"{text}    assert capfd.readouterr().out == 'mine\\n'\n")
    chatty.write("suites/test_z.py", "import os\n\ndef test_z():\n    assert os.system('echo z')\n")

    result = chatty.pytest("suites", "-v")

    assert "test_a.py::test_it PASSED" in result.out
    assert "z\n" in of_case(result.out, "test_z")
    assert "child of" not in result.out.partition("= FAILURES =")[0]


def test_a_debugger_has_the_terminal(chatty: "Project") -> None:
    chatty.write("suites/test_z.py", "def test_z():\n    breakpoint()\n")

    result = chatty.pytest("suites")

    assert "(Pdb) " in result.out


@pytest.mark.parametrize("option", ["-s", "--capture=sys"])
def test_where_descriptors_are_not_captured_children_write_at_once(
    chatty: "Project", option: str
) -> None:
    chatty.write("app.py", CHILDREN)

    result = chatty.pytest("suites", option)

    assert "child of first?" in result.out
    assert result.err.count("native") == 3
    assert not list((chatty.path / "reports/latest").glob("output*.txt"))


def test_a_run_that_cannot_begin_gives_the_streams_back(chatty: "Project") -> None:
    chatty.write("app.py", "raise RuntimeError('no such thing')\n")

    result = chatty.pytest("suites", "-W", "error")

    assert "no such thing" in result.out + result.err
    assert "ResourceWarning" not in result.out + result.err


def test_secrets_and_control_characters_are_not_shown(chatty: "Project") -> None:
    chatty.write(
        "app.py",
        "import os\ndef answer(messages):\n"
        "    print('key', os.environ['BOT_API_KEY'], '\\x1b[31mred\\x1b[0m\\x1b]0;title\\x07')\n"
        "    return 'x'\n",
    )

    result = chatty.pytest("suites", "-k", "bad", BOT_API_KEY="sk-abcdefghijklmnop1234567890")

    shown = of_case(result.out, "bad")
    assert re.search(r"^key \S+ red$", shown, re.MULTILINE), shown
    assert "abcdefghijklmnop" not in result.out


def test_of_much_output_the_newest_is_shown(chatty: "Project") -> None:
    chatty.write(
        "app.py",
        "def answer(messages):\n"
        "    for number in range(20_000):\n        print(number)\n    return 'x'\n",
    )

    result = chatty.pytest("suites", "-k", "bad")

    shown = of_case(result.out, "bad")
    assert "(cut: the newest 50,000 characters)\n" in shown
    assert shown.rstrip().endswith("\n19999")
    assert len(shown) < 51_000


def test_a_stream_that_takes_bytes_is_kept_too(chatty: "Project") -> None:
    chatty.write(
        "app.py",
        "import sys\ndef answer(messages):\n"
        "    sys.stdout.buffer.write('größer\\n'.encode())\n    sys.stdout.buffer.flush()\n"
        "    sys.stdout.writelines(['a', 'b'])\n"
        "    print(sys.stdout.isatty(), sys.stdout.encoding.lower())\n    return 'x'\n",
    )

    result = chatty.pytest("suites", "-k", "bad", PYTHONIOENCODING="utf-8")

    assert "größer\nabFalse utf-8\n" in of_case(result.out, "bad")
