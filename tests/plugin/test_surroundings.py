"""Beside other parts of pytest: fixtures, hooks, JUnit, GitHub, hostile text."""

import json
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest

if TYPE_CHECKING:
    from tests.plugin.conftest import Project

HOSTILE = (
    "".join(map(chr, range(32)))
    + "\x7f\x9b31m\u2028\u202e\ud800</script><img onerror=x>@all|`\U0001f600"
)


def test_session_fixtures_run_before_the_first_request(two_cases: "Project") -> None:
    two_cases.write(
        "conftest.py",
        "import pathlib, pytest\n"
        "LOG = pathlib.Path(__file__).parent / 'asked.log'\n"
        "@pytest.fixture(scope='session', autouse=True)\n"
        "def service():\n"
        "    LOG.write_text('\"up\"\\n')\n"
        "    yield\n"
        "    LOG.open('a').write('\"down\"\\n')\n",
    )

    result = two_cases.pytest("suites")

    assert result.status == 0, result.out
    asked = two_cases.asked()
    assert asked[0] == "up"
    assert asked[-1] == "down"
    assert len(asked) == 4


def test_a_failing_session_fixture_asks_nothing_and_is_red(two_cases: "Project") -> None:
    two_cases.write(
        "conftest.py",
        "import pytest\n"
        "@pytest.fixture(scope='session', autouse=True)\n"
        "def service():\n"
        "    raise RuntimeError('no docker here')\n",
    )

    result = two_cases.pytest("suites")

    assert result.status == 1, result.out
    assert "no docker here" in result.out
    assert "INTERNALERROR" not in result.out
    assert two_cases.asked() == []


def test_hooks_add_checks_and_adapters_and_see_the_verdict(project: "Project") -> None:
    project.write(
        "conftest.py",
        "from dataclasses import dataclass\n"
        "from llmeval.records import Reply\n"
        "@dataclass(frozen=True)\n"
        "class Shout:\n"
        "    mark: str = '!'\n"
        "    async def respond(self, request):\n"
        "        return Reply(text=request.messages[-1].content.upper() + self.mark)\n"
        "def loud(reply, case): return reply.text.isupper()\n"
        "def pytest_llmeval_adapters(registry): registry.add_adapter('shout', Shout)\n"
        "def pytest_llmeval_scorers(registry): registry.add_scorer('loud', loud)\n"
        "def pytest_llmeval_run_finished(run, verdict): print('HOOK', verdict.status)\n",
    )
    project.write("llmeval.toml", '[adapters.loud]\ntype = "shout"\nmark = "?"\n')
    project.suite(
        "suite: s\nadapter: loud\ncases: [{id: a, prompt: hey, expect: [loud, {equals: HEY?}]}]\n"
    )

    result = project.pytest("suites", "-s")

    assert result.status == 0, result.out
    assert "HOOK passed" in result.out


def test_junit_parses_and_carries_scores_and_the_gate(two_cases: "Project") -> None:
    two_cases.answers({"one?": "1", "two?": HOSTILE})

    two_cases.pytest("suites", "--junitxml", "junit.xml")

    root = ElementTree.parse(two_cases.path / "junit.xml").getroot()
    cases = {case.get("name"): case for case in root.iter("testcase")}
    assert set(cases) == {"one", "two", "gate"}
    assert cases["two"].find("failure") is not None
    properties = {p.get("name"): p.get("value") for p in cases["one"].iter("property")}
    assert properties["contains"] == "1.0"


@pytest.mark.parametrize("workers", ["0", "2"])
def test_the_summary_has_one_line_a_case_where_ci_is_set(
    two_cases: "Project", workers: str
) -> None:
    two_cases.answers({"one?": {"raise": "no database"}, "two?": "No idea."})

    result = two_cases.pytest("suites", "-n", workers, "-rA", CI="true")

    failures, _, summary = result.out.partition("short test summary info")
    path = "suites/bot.eval.yaml"
    assert f"ERROR {path}::one - raised: 'app:answer' raised RuntimeError: no database" in summary
    assert f"FAILED {path}::two - contains: does not contain '2'\n" in summary
    assert f"FAILED {path}::gate - " in summary
    assert "reply: No idea." in failures
    assert "reply: No idea." not in summary


@pytest.mark.parametrize("workers", ["0", "2"])
def test_junit_has_the_whole_text_of_a_failure(two_cases: "Project", workers: str) -> None:
    two_cases.answers({"one?": "1", "two?": "No idea."})

    two_cases.pytest("suites", "-n", workers, "--junitxml", "junit.xml")

    root = ElementTree.parse(two_cases.path / "junit.xml").getroot()
    (case,) = [case for case in root.iter("testcase") if case.get("name") == "two"]
    failure = case.find("failure")
    assert failure is not None
    assert failure.get("message") == "contains: does not contain '2'"
    assert failure.text == "contains: does not contain '2'\nreply: No idea."


def test_a_line_a_case_says_where_it_stands(two_cases: "Project") -> None:
    two_cases.answers({"one?": "1", "two?": "No idea."})

    result = two_cases.pytest("suites", "--tb=line")

    assert "suites/bot.eval.yaml:9: contains: does not contain '2'" in result.out


def test_an_error_is_an_error_in_junit(two_cases: "Project") -> None:
    two_cases.answers({"one?": "1", "two?": {"raise": "no database"}})

    two_cases.pytest("suites", "--junitxml", "junit.xml")

    root = ElementTree.parse(two_cases.path / "junit.xml").getroot()
    errors = [case.get("name") for case in root.iter("testcase") if case.find("error") is not None]
    assert errors == ["two"]


@pytest.mark.parametrize("workers", ["0", "2"])
def test_hostile_replies_reach_no_output_alive(two_cases: "Project", workers: str) -> None:
    two_cases.answers({"one?": "1", "two?": HOSTILE})

    result = two_cases.pytest("suites", "-n", workers)

    assert result.status == 1
    assert "INTERNALERROR" not in result.out
    assert not set(result.out) & (set(map(chr, range(32))) - {"\n", "\r", "\t"})
    page = (two_cases.path / "reports/latest/report.html").read_text("utf-8")
    assert "<img onerror" not in page
    stored = (two_cases.path / "reports/latest/results.jsonl").read_bytes()
    assert stored.isascii()


@pytest.mark.parametrize("key", ["skip", "xfail"])
def test_a_hostile_reason_of_a_suite_is_one_harmless_line(two_cases: "Project", key: str) -> None:
    reason = json.dumps("later\x1b[2J\r\n::error file=a::broke\x9b31m \u202edrow")
    suite = two_cases.path / "suites/bot.eval.yaml"
    text = suite.read_text("utf-8").replace("- id: two", f"- id: two\n    {key}: {reason}")
    suite.write_text(text, encoding="utf-8")
    two_cases.answers({"one?": "1", "two?": "No idea."})

    result = two_cases.pytest("suites", "-rsx")

    assert "later ::error file=a::broke drow" in result.out
    assert not set(result.out) & {*map(chr, range(10)), *map(chr, range(11, 32)), "\x9b", "\u202e"}
    assert "\n::error" not in result.out


def test_secrets_of_the_environment_reach_no_file(two_cases: "Project") -> None:
    secret = "sesame-open-4711"
    two_cases.answers({"one?": f"1 {secret}", "two?": {"raise": f"denied for {secret}"}})

    result = two_cases.pytest(
        "suites", "--junitxml", "junit.xml", "--llmeval-record", "rec.jsonl", SHOP_API_KEY=secret
    )

    assert secret not in result.out + result.err
    written = [p for p in two_cases.path.rglob("*") if p.is_file() and p.name != "answers.json"]
    leaks = [p for p in written if secret.encode() in p.read_bytes()]
    assert leaks == []


def test_github_gets_annotations_and_a_summary(two_cases: "Project") -> None:
    two_cases.answers({"one?": "1", "two?": "No idea."})
    summary = two_cases.path / "step.md"

    result = two_cases.pytest("suites", GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=str(summary))

    assert "::error file=suites/bot.eval.yaml,line=9" in result.out
    assert "two" in summary.read_text("utf-8")


def test_recordings_are_written_where_pytest_was_started_and_replay_the_run(
    two_cases: "Project",
) -> None:
    two_cases.pytest("suites", "--llmeval-record", "rec.jsonl")
    first = [t["reply"]["text"] for t in two_cases.trials()]
    (two_cases.path / "asked.log").unlink()

    result = two_cases.pytest("suites", "--llmeval-replay", "rec.jsonl")

    assert result.status == 0, result.out
    assert two_cases.asked() == []
    assert [t["reply"]["text"] for t in two_cases.trials()] == first
    assert len((two_cases.path / "rec.jsonl").read_text("utf-8").splitlines()) == 2


def test_the_run_is_stored_as_the_interface_says(two_cases: "Project") -> None:
    two_cases.pytest("suites")

    text = (two_cases.path / "reports/latest/results.jsonl").read_text("utf-8")
    header, *trials, end = [json.loads(line) for line in text.splitlines()]
    assert header["kind"] == "run"
    assert header["format"] == "llmeval-run/1"
    assert end["kind"] == "end"
    assert {"index", "nodeid", "suite", "case", "adapter", "trial", "outcome"} <= set(trials[0])
    assert trials[0]["nodeid"] == "suites/bot.eval.yaml::one"
    assert trials[0]["reply"]["timing"]["attempts"] == 1
    assert trials[0]["checks"][0]["check"] == "contains"


def _many(project: "Project", *names: str, cases: int) -> None:
    for name in names:
        rows = "".join(
            f"  - {{id: c{number}, prompt: hi, expect: [{{contains: hi}}]}}\n"
            for number in range(cases)
        )
        text = f"suite: {name}\nadapter: echo\ncases:\n{rows}"
        project.suite(text, f"suites/{name}.eval.yaml")


def test_each_file_stands_once_before_its_dots(project: "Project") -> None:
    _many(project, "first", "second", cases=3)

    out = project.pytest("suites").out

    assert "suites/first.eval.yaml ..." in out
    assert "suites/second.eval.yaml ..." in out
    assert out.count("suites/first.eval.yaml ...") == 1


def test_lines_of_dots_end_with_the_progress_before_the_edge(project: "Project") -> None:
    _many(project, "many", cases=200)

    out = project.pytest("suites", "-q").out

    dots = [line for line in out.splitlines() if line.startswith("....")]
    assert len(dots) >= 3
    assert max(map(len, dots)) <= 80
    assert all(line.endswith("%]") for line in dots)
    assert sum(line.count(".") for line in dots) == 201  # with the suite's gate


def test_a_plugin_hears_that_every_case_starts_and_ends(project: "Project") -> None:
    _many(project, "few", cases=2)
    project.write(
        "conftest.py",
        "HEARD = []\n"
        "def pytest_runtest_logstart(nodeid): HEARD.append(('starts', nodeid))\n"
        "def pytest_runtest_logfinish(nodeid): HEARD.append(('ends', nodeid))\n"
        "def pytest_unconfigure(): print('HEARD', *[word for word, id in HEARD if '::c' in id])\n",
    )

    out = project.pytest("suites", "-s").out

    assert "HEARD starts ends starts ends" in out
