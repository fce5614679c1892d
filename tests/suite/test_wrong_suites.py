"""What a user reads when a suite file is wrong: the exact messages, all of them at once."""
# ruff: noqa: E501  a message stands on one line, as the user reads it

from typing import TYPE_CHECKING

import jsonschema
import pytest

from llmeval.registry import Registry
from llmeval.suite.node import plain
from llmeval.suite.parse import parse
from llmeval.suite.problems import Problems, Stop
from llmeval.suite.schema import schema

if TYPE_CHECKING:
    from tests.suite.conftest import Project

VALIDATOR = jsonschema.Draft202012Validator(schema(Registry()))
HEAD = "adapter: echo\ncases:\n"


def case(body: str) -> str:
    """Return a suite whose one case has these keys, from line 4 on."""
    return HEAD + "  - id: a\n" + "".join(f"    {line}\n" for line in body.split("\n"))


def check(item: str) -> str:
    """Return a suite whose one case has this check, from line 6 on."""
    lines = "".join(f"  {line}\n" for line in item.split("\n"))
    return case("prompt: hi\nexpect:\n" + lines.rstrip())


def top(body: str) -> str:
    """Return a suite with these keys from line 2 on."""
    return "adapter: echo\n" + body + "\ncases:\n  - {id: a, prompt: hi, expect: []}\n"


UNREADABLE = {"bad.json": b"{", "bad.yaml": b"a: [", "latin.txt": b"caf\xe9"}

WRONG = [
    pytest.param(
        "adapter: echo\n?  # later",
        [
            "1:1: `cases` is missing; a suite is a list of cases",
            "2:2: unknown key '' in a suite; known: adapter, allow_empty, allow_truncated, cases, description, expect, gate, min_trial_pass_rate, on_error, params, repeat, severity, suite, system, tags, template, timeout, tool_results, tools, variants, vars, weight",
        ],
        id="a key that is only a comment, at the very end",
    ),
    pytest.param("", [" the file is empty; expected a suite with `cases`"], id="empty file"),
    pytest.param(
        "# nothing\n", [" the file is empty; expected a suite with `cases`"], id="only comments"
    ),
    pytest.param(
        top("repeat: 1") + "---\nsuite: b\n",
        ["5:1: a second document ('---'); expected one document a file"],
        id="two documents",
    ),
    pytest.param(
        "- a\n- b\n", ["1:1: the top level is a list; write `cases:` above it"], id="top level list"
    ),
    pytest.param(
        "hello\n",
        ["1:1: the file: expected a suite with `cases`, found text 'hello'"],
        id="top level text",
    ),
    pytest.param(top("").encode("utf-16"), [" the file is UTF-16; save it as UTF-8"], id="utf 16"),
    pytest.param(
        top("description: caf\xe9").encode("latin-1"),
        ["2: byte 0xe9 is not UTF-8 (Latin-1?); save the file as UTF-8"],
        id="latin 1",
    ),
    pytest.param(
        top("description: a\0b"),
        ["2:15: control character U+0000; write it as an escape in double quotes"],
        id="nul",
    ),
    pytest.param(
        "adapter: echo\ncases:\n\t- prompt: hi\n",
        ["3:1: a tab in the indentation; use spaces"],
        id="tab indent",
    ),
    pytest.param(
        "adapter: echo\n", ["1:1: `cases` is missing; a suite is a list of cases"], id="no cases"
    ),
    pytest.param(
        "adapter: echo\ncases: []\n",
        ["2:8: cases: expected a list of cases such as `- prompt: …`, found an empty list"],
        id="zero cases",
    ),
    pytest.param(
        "adapter: echo\ncases: {a: 1}\n",
        ["2:8: cases: expected a list of cases such as `- prompt: …`, found a mapping"],
        id="cases mapping",
    ),
    pytest.param(
        "adapter: echo\ncases:\n  - hello\n",
        [
            "3:5: cases: expected a case such as `- prompt: …`, found text 'hello'; a case is a mapping"
        ],
        id="case text",
    ),
    pytest.param(
        top("description: !!python/object/apply:os.system [ls]"),
        [
            "2:14: tag '!!python/object/apply:os.system': tags are not allowed in a suite; put quotes around it if it is text"
        ],
        id="unsafe tag",
    ),
    pytest.param(
        top("description: *x"),
        ["2:14: alias *x has no anchor before it; put quotes around it if it is text"],
        id="alias unknown",
    ),
    pytest.param(
        top("vars: &a {x: *a}"),
        ["2:14: alias *a has no anchor before it; put quotes around it if it is text"],
        id="alias in itself",
    ),
    pytest.param(
        "a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]\n",
        ["6:29: aliases stand for more than 1,000,000 nodes; write less of them"],
        id="alias bomb",
    ),
    pytest.param(
        top("vars: {a: " + "[" * 70 + "]" * 70 + "}"),
        ["2:73: nested deeper than 64 levels"],
        id="too deep",
    ),
    pytest.param(
        "adapter: echo\n<<<<<<< HEAD\nrepeat: 1\n=======\nrepeat: 2\n>>>>>>> x\ncases: []\n",
        ["2:1: merge conflict marker; resolve the conflict"],
        id="conflict markers",
    ),
    pytest.param(
        top('description: "never closed'),
        ["2:14: the file ends inside a quoted text; close the quote"],
        id="open quote",
    ),
    pytest.param(
        case("prompt: Answer: yes or no\nexpect: []"),
        ["4:19: ': ' inside a text without quotes; put quotes around the whole text"],
        id="colon in text",
    ),
    pytest.param(
        top("description: @me"),
        ["2:14: a text cannot start with '@'; put quotes around it"],
        id="at sign",
    ),
    pytest.param(
        top('description: "C:\\docs"'),
        ["2:17: wrong escape in a double-quoted text; write \\\\ for a backslash"],
        id="bad escape",
    ),
    pytest.param(
        top("tags: [a, b"),
        ["3:6: the list opened with '[' is not closed; expected ',' or ']'"],
        id="open list",
    ),
    pytest.param(
        top("repeat: 1\nrepeat: 2"),
        ["3:1: repeat: stands twice; the first is in line 2"],
        id="duplicate key",
    ),
    pytest.param(
        top("? {a: 1}\n: b"),
        ["2:3: a key must be text, found a list or a mapping"],
        id="mapping as key",
    ),
    pytest.param(
        top("<<: text"),
        ["2:1: <<: expected an alias of a mapping, or a list of them"],
        id="merge of text",
    ),
    pytest.param(
        top("") + "  - {id: a, prompt: ho, expect: []}\n",
        ["5:10: id: 'a' stands twice; the first is in line 4"],
        id="duplicate id",
    ),
    pytest.param(
        top("timout: 3"),
        ["2:1: unknown key 'timout' in a suite; did you mean 'timeout'?"],
        id="unknown suite key",
    ),
    pytest.param(
        top("prompt: hi"),
        ["2:1: unknown key 'prompt' in a suite; it belongs to a case: write it below `cases`"],
        id="case key in suite",
    ),
    pytest.param(
        case("prompt: hi\nexpect: []\ngate: {}"),
        ["6:5: unknown key 'gate' in a case; it belongs to the suite: write it at the top"],
        id="suite key in case",
    ),
    pytest.param(
        "adapter: echo\ntests:\n  - prompt: hi\n",
        ["2:1: unknown key 'tests' in a suite; write `cases`"],
        id="tests for cases",
    ),
    pytest.param(
        case("prompt: hi\nassert: []\nexpect: []"),
        ["5:5: unknown key 'assert' in a case; write `expect`"],
        id="assert for expect",
    ),
    pytest.param(
        top("providers: [gpt]"),
        ["2:1: unknown key 'providers' in a suite; write `adapter`"],
        id="providers",
    ),
    pytest.param(
        case("input: hi\nexpect: []"),
        ["4:5: unknown key 'input' in a case; write `prompt`"],
        id="input for prompt",
    ),
    pytest.param(
        top("defaultTest: {}"),
        [
            "2:1: unknown key 'defaultTest' in a suite; write `expect`, `vars` and the like at the top: they hold for every case"
        ],
        id="default test",
    ),
    pytest.param(
        check("- type: contains\n  value: x"),
        ["7:9: a check is written by its name: write `- contains: …` for `- type: contains`"],
        id="type item",
    ),
    pytest.param(
        check("- type: is-json"),
        [
            "6:9: a check is written by its name, not by `type`: `- is-json: …`; unknown check 'is-json'; write `json`"
        ],
        id="type other word",
    ),
    pytest.param(check("- is-json"), ["6:9: unknown check 'is-json'; write `json`"], id="is json"),
    pytest.param(
        check("- llm-rubric: nice"),
        ["6:9: unknown check 'llm-rubric'; write `rubric`"],
        id="llm rubric",
    ),
    pytest.param(
        check("- similar: {to: x, threshold: 0.8}"),
        ["6:26: similar: unknown parameter 'threshold'; write `min`"],
        id="threshold",
    ),
    pytest.param(
        check("- latency: {threshold: 2}"),
        ["6:19: latency: unknown parameter 'threshold'; write `max`"],
        id="threshold max",
    ),
    pytest.param(
        check("- not-contains: x"),
        ["6:9: unknown check 'not-contains'; write `not_contains`"],
        id="hyphens",
    ),
    pytest.param(
        check("- python: 1 == 1"),
        ["6:9: unknown check 'python'; register your own in [tool.llmeval.checks]"],
        id="python",
    ),
    pytest.param(
        check("- contians: x"),
        ["6:9: unknown check 'contians'; did you mean 'contains'?"],
        id="check typo",
    ),
    pytest.param(
        check("- zzzz"),
        [f"6:9: unknown check 'zzzz'; known: {', '.join(Registry().checks)}"],
        id="check unknown",
    ),
    pytest.param(
        check("- runs: {argv: [make]}"),
        [
            "6:9: check 'runs' runs a program; suites may do so only with allow_run = true in the configuration"
        ],
        id="check that is not allowed",
    ),
    pytest.param(
        check("- not_runs: [make]"),
        [
            "6:9: check 'not_runs' runs a program; suites may do so only with allow_run = true in the configuration"
        ],
        id="twin that is not allowed",
    ),
    pytest.param(
        check("- [contains, x]"),
        ["6:9: expect: expected a check such as `contains: text`, found a list"],
        id="check list",
    ),
    pytest.param(
        case("prompt: hi\nexpect: {contains: x}"),
        ["5:13: expect: expected a list of checks, found a mapping; start each check with '-'"],
        id="checks mapping",
    ),
    pytest.param(
        check("- contains: {value: x, ignorecase: true}"),
        ["6:30: contains: unknown parameter 'ignorecase'; did you mean 'ignore_case'?"],
        id="parameter typo",
    ),
    pytest.param(
        check("- latency"),
        ["6:9: latency: max is missing; write `- latency: …`"],
        id="parameter missing",
    ),
    pytest.param(
        check("- not_latency: 2"),
        ["6:9: check 'latency' has no 'not_' twin; turn its max round instead"],
        id="no twin",
    ),
    pytest.param(
        check("- not_no_pii"),
        ["6:9: check 'no_pii' has no 'not_' twin"],
        id="no twin and no bound",
    ),
    pytest.param(
        check("- toxicity: {min: 0.5}"),
        ["6:20: toxicity: unknown parameter 'min'; write `max`"],
        id="the other bound",
    ),
    pytest.param(
        check("- contains: x\n  severity: warn"),
        [
            "7:9: 'severity' stands beside the check; write `- contains: {value: …, severity: …}`, or indent it further"
        ],
        id="severity beside",
    ),
    pytest.param(
        check("- contains: x\n  regex: y"),
        ["7:9: two keys in one list item (contains, regex); start each check with '-'"],
        id="two checks",
    ),
    pytest.param(
        check("- contains: {value: x, severity: block}"),
        ["6:40: severity: expected one of critical, normal, warn, found text 'block'"],
        id="wrong severity",
    ),
    pytest.param(
        check("- contains: {value: x, in: body}"),
        [
            "6:34: in: expected $.path, code, file:path, reasoning or tool_arguments, found text 'body'"
        ],
        id="wrong part",
    ),
    pytest.param(
        check("- contains: {value: x, metric: a b}"),
        ["6:38: metric: expected a name of letters, digits, '_' and '-', found text 'a b'"],
        id="wrong metric",
    ),
    pytest.param(
        check("- any_of:\n    - contains: x\n    - contians: y"),
        ["8:13: unknown check 'contians'; did you mean 'contains'?"],
        id="in group",
    ),
    pytest.param(
        check("- regex: '('"),
        ["6:9: regex: value: not a regular expression: missing ) at position 1"],
        id="bad regex",
    ),
    pytest.param(
        check("- contains_any: []"),
        ["6:9: contains_any: value: expected at least one text, found an empty list"],
        id="empty list",
    ),
    pytest.param(
        check("- length: {min: 5, max: 2}"),
        ["6:9: length: min: 5 is more than max 2"],
        id="min above max",
    ),
    pytest.param(
        check("- contains: 1.10"),
        ['6:19: contains: value: expected text, found 1.10; put quotes around it: "1.10"'],
        id="number for text",
    ),
    pytest.param(
        check("- contains: yes"),
        [
            '6:19: contains: value: yes is no text to every reader of YAML; put quotes around it: "yes"'
        ],
        id="yes for text",
    ),
    pytest.param(
        check("- contains_any: [30, thirty]"),
        ['6:24: contains_any: value: expected text, found 30; put quotes around it: "30"'],
        id="numbers in list",
    ),
    pytest.param(
        check("- latency: '2'"),
        ["6:18: latency: max: expected a number, found text '2'; remove the quotes"],
        id="text for number",
    ),
    pytest.param(
        check("- similar: {to: x, min: 80}"),
        ["6:31: similar: min: expected a number from 0 to 1, found 80; write 0.8 for 80 %"],
        id="percent",
    ),
    pytest.param(
        check("- latency: -1"),
        ["6:18: latency: max: expected a number 0 or more, found -1"],
        id="negative threshold",
    ),
    pytest.param(
        check("- latency: .nan"),
        ["6:18: latency: max: expected a finite number, found .nan"],
        id="nan threshold",
    ),
    pytest.param(
        check("- contains: null"),
        ['6:19: contains: value: expected text, found nothing; put quotes around it: "null"'],
        id="null value",
    ),
    pytest.param(
        case("prompt: 12:30\nexpect: []"),
        ['4:13: prompt: 12:30 is no text to every reader of YAML; put quotes around it: "12:30"'],
        id="time for text",
    ),
    pytest.param(
        case("prompt: hi\nreference: 2027-03-01\nexpect: []"),
        [
            '5:16: reference: 2027-03-01 is no text to every reader of YAML; put quotes around it: "2027-03-01"'
        ],
        id="date for text",
    ),
    pytest.param(
        case("prompt: 42\nexpect: []"),
        ['4:13: prompt: expected text, found 42; put quotes around it: "42"'],
        id="number prompt",
    ),
    pytest.param(
        case("prompt:\nexpect: []"),
        ["4:12: prompt: expected text, found nothing"],
        id="null prompt",
    ),
    pytest.param(
        case("prompt: #hashtags\nexpect: []"),
        [
            "4:12: prompt: expected text, found nothing; ' #' starts a comment, put quotes around the text"
        ],
        id="comment prompt",
    ),
    pytest.param(
        case("prompt: Sum up issue #42 please\nexpect: []"),
        [
            "4:13: prompt: the text is cut at ' #', which starts a comment; put quotes around the text, or two blanks before the comment"
        ],
        id="cut by comment",
    ),
    pytest.param(
        case("prompt: hi\nexpect:\n  - contains_any: [a: b]"),
        [
            "6:24: contains_any: value: expected text, found a mapping; put quotes around the whole text if ': ' belongs to it"
        ],
        id="cut by colon",
    ),
    pytest.param(
        case("prompt: {Answer: yes}\nexpect: []"),
        [
            "4:13: prompt: expected text, found a mapping; put quotes around the whole text if ': ' belongs to it"
        ],
        id="mapping for text",
    ),
    pytest.param(
        case("prompt: {{ question }}\nexpect: []"),
        ['4:13: unquoted {{ question }}: put quotes around the whole text: "{{ question }}"'],
        id="unquoted template",
    ),
    pytest.param(
        case("prompt: {{ question }} please\nexpect: []"),
        ['4:13: unquoted {{ question }}: put quotes around the whole text: "{{ question }}"'],
        id="unquoted template and text",
    ),
    pytest.param(
        top("repeat: 0"),
        ["2:9: repeat: expected a whole number, 1 or more, found 0"],
        id="repeat zero",
    ),
    pytest.param(
        top("repeat: '3'"),
        ["2:9: repeat: expected a whole number, 1 or more, found text '3'; remove the quotes"],
        id="repeat text",
    ),
    pytest.param(
        top("gate: {unit: trial}\nrepeat: {min: 5, max: 3}"),
        ["3:9: repeat: min 5 is above max 3"],
        id="repeat order",
    ),
    pytest.param(top("repeat: {min: 5}"), ["2:9: repeat: max is missing"], id="repeat without max"),
    pytest.param(
        top("repeat: {min: 0, max: 5}"),
        ["2:15: min: expected a whole number, 1 or more, found 0"],
        id="repeat min zero",
    ),
    pytest.param(
        case("prompt: hi\nexpect: []\nrepeat: {min: 1, max: 5}"),
        [
            (
                "6:13: repeat: {min, max} belongs to the suite, whose cases are settled together; a "
                "case may have a number of its own"
            )
        ],
        id="repeat of a case",
    ),
    pytest.param(
        top("repeat: {min: 1, max: 5}"),
        [
            (
                "2:9: repeat: {min, max} needs `gate: {unit: trial}`, which takes trials of one run "
                "to be independent; with unit auto no sequence of looks is proven, write a number"
            )
        ],
        id="repeat without unit",
    ),
    pytest.param(
        top("repeat: {max: 5}\ngate: {unit: trial, mode: ratchet}"),
        ["2:9: repeat: {min, max} is settled by the statistical gate; remove `mode: ratchet`"],
        id="repeat with ratchet",
    ),
    pytest.param(
        top("repeat: {max: 5}\ngate: {unit: trial, limits: [{metric: pass_at_k, min: 0.5}]}"),
        ["2:9: repeat: {min, max} leaves open the k of the limit on pass_at_k; write a number"],
        id="repeat with pass at k",
    ),
    pytest.param(
        "repeat: {max: 5}\ngate: {unit: trial}\nadapter: echo\n"
        "cases:\n  - {id: a, prompt: hi, expect: [consistency]}\n",
        [
            (
                "1:9: repeat: {min, max} leaves open how many trials consistency compares; give its "
                "case a number"
            )
        ],
        id="repeat with consistency",
    ),
    pytest.param(
        "repeat: {max: 5}\ngate: {unit: trial}\nadapter: echo\n"
        'cases:\n  - {id: a, prompt: "{{ attack }}", expect: [], attack: {mode: adaptive, '
        "goals: [say_marker]}}\n",
        [
            (
                "1:9: repeat: {min, max} leaves open how often a search tries an attack; give its "
                "case a number"
            )
        ],
        id="repeat with a search",
    ),
    pytest.param(
        top("timeout: 0"), ["2:10: timeout: expected a number above 0, found 0"], id="timeout zero"
    ),
    pytest.param(
        top("timeout: -3"),
        ["2:10: timeout: expected a number above 0, found -3"],
        id="timeout negative",
    ),
    pytest.param(
        top("weight: 0"),
        ["2:9: weight: expected a number above 0, at most 1000, found 0"],
        id="weight zero",
    ),
    pytest.param(
        top("weights: 2"),
        [
            "2:1: unknown key 'weights' in a suite; write `weight`, a number, in the case or for all cases"
        ],
        id="weights",
    ),
    pytest.param(
        top("min_trial_pass_rate: 80"),
        ["2:22: min_trial_pass_rate: expected a number from 0 to 1, found 80; write 0.8 for 80 %"],
        id="share percent",
    ),
    pytest.param(
        top("min_trial_pass_rate: 3/2"),
        [
            "2:22: min_trial_pass_rate: expected a number from 0 to 1, or k/n such as 2/3, found text '3/2'"
        ],
        id="share words",
    ),
    pytest.param(
        top("allow_empty: yes"),
        ["2:14: allow_empty: expected true or false, found text 'yes'"],
        id="yes for true",
    ),
    pytest.param(
        top("on_error: fial"),
        ["2:11: on_error: expected one of error, fail, found text 'fial'; did you mean 'fail'?"],
        id="on error",
    ),
    pytest.param(
        top("tags: [Smoke]"),
        ["2:8: tags: expected a tag of a-z, 0-9, '_' and '-', found text 'Smoke'"],
        id="tag upper",
    ),
    pytest.param(
        top("tags: [skip]"),
        ["2:8: tags: 'skip' is a name of pytest's own; choose another"],
        id="tag of pytest",
    ),
    pytest.param(
        top("tags: smoke"),
        ["2:7: tags: expected a list of tags, found text 'smoke'"],
        id="tags text",
    ),
    pytest.param(
        top("suite: my suite"),
        ["2:8: suite: expected a name of A-Z, a-z, 0-9, '.', '_' and '-', found text 'my suite'"],
        id="suite name",
    ),
    pytest.param(
        case("prompt: hi\nexpect: []").replace("id: a", "id: 'a[1]'"),
        [
            "3:9: id: expected an id without '::', brackets, control characters and outer blanks, at most 500 characters, found text 'a[1]'"
        ],
        id="id brackets",
    ),
    pytest.param(
        case("prompt: hi\nexpect: []").replace("id: a", "id: a::b"),
        [
            "3:9: id: expected an id without '::', brackets, control characters and outer blanks, at most 500 characters, found text 'a::b'"
        ],
        id="id colons",
    ),
    pytest.param(
        case("prompt: hi\nexpect: []").replace("id: a", "id: gate"),
        ["3:9: id: 'gate' is the name of the suite's own item"],
        id="id gate",
    ),
    pytest.param(
        case("prompt: hi\nexpect: []").replace("id: a", "id: 12"),
        [
            "3:9: id: expected an id without '::', brackets, control characters and outer blanks, at most 500 characters, found 12; put quotes around it: \"12\""
        ],
        id="id number",
    ),
    pytest.param(
        case("prompt: hi\nturns: [{user: ho}]\nexpect: []"),
        ["5:5: prompt and turns exclude each other"],
        id="prompt and turns",
    ),
    pytest.param(
        case("expect: []"),
        ["3:5: case 'a': one of prompt, turns, messages is missing"],
        id="nothing asked",
    ),
    pytest.param(
        case("prompt: hi"),
        ["3:5: case 'a' has no check; write `expect`, or `expect: []` if a reply is all you want"],
        id="no check",
    ),
    pytest.param(
        "adapter: echo\nexpect: [{latency: 3}]\n"
        + case("prompt: hi\nexpect: []\nomit: [latenzy]").removeprefix("adapter: echo\n"),
        ["7:11: omit: the suite has no check 'latenzy'; did you mean 'latency'?"],
        id="omit unknown",
    ),
    pytest.param(
        case("turns: [hello]\nexpect: []"),
        ["4:13: turns: expected a turn, found text 'hello'; write `- user: …`"],
        id="turn text",
    ),
    pytest.param(
        case("turns: [{usr: hello}]\nexpect: []"),
        ["4:14: unknown key 'usr' in a turn; did you mean 'user'?"],
        id="turn typo",
    ),
    pytest.param(
        case("turns: []\nexpect: []"),
        ["4:12: turns: expected a list of turns such as `- user: …`, found an empty list"],
        id="no turns",
    ),
    pytest.param(
        case("messages: [{bot: hello}]\nexpect: []"),
        ["4:16: messages: expected user, assistant or tool, found 'bot'"],
        id="message role",
    ),
    pytest.param(
        case("messages: [{system: be nice}]\nexpect: []"),
        ["4:16: messages: the system prompt stands in `system`"],
        id="message system",
    ),
    pytest.param(
        case("messages: [{user: hi}, {assistant: ho}]\nexpect: []"),
        ["4:28: messages: the last message is what is answered; end with `- user: …`"],
        id="message last",
    ),
    pytest.param(
        case("prompt: hi\nexpect: []\nxfail: true"),
        ['6:12: xfail: expected the reason, as text, found true; put quotes around it: "true"'],
        id="xfail no reason",
    ),
    pytest.param(
        case("prompt: hi\nexpect: []\nxfail: {reason: x, until: soon}"),
        ["6:31: until: expected a date such as 2027-03-01, found text 'soon'"],
        id="xfail date",
    ),
    pytest.param(
        case("prompt: hi\nexpect: []\nskip: ''"),
        ["6:11: skip: expected the reason, as text, found an empty text"],
        id="skip empty",
    ),
    pytest.param(
        "adapter: bott\ncases:\n  - {id: a, prompt: hi, expect: []}\n",
        ["1:10: adapter: unknown adapter 'bott'; did you mean 'bot'?"],
        id="adapter unknown",
    ),
    pytest.param(
        "cases:\n  - {id: a, prompt: hi, expect: []}\n  - {id: b, prompt: hi, expect: []}\n",
        ["2:5: case 'a' has no adapter; name one with `adapter` (known: bot, demo, echo)"],
        id="adapter missing",
    ),
    pytest.param(
        top("").replace("adapter: echo", "adapter: {type: http, url: 'http://evil'}"),
        [
            "1:17: adapter: a suite brings only adapters of type demo, echo, replay, found 'http'; others stand in the configuration"
        ],
        id="adapter inline http",
    ),
    pytest.param(
        top("").replace("adapter: echo", "adapter: {type: echo, prefx: a}"),
        ["1:23: adapter: unknown parameter 'prefx'; did you mean 'prefix'?"],
        id="adapter inline typo",
    ),
    pytest.param(
        top("").replace("adapter: echo", "adapter: {from: bott}"),
        ["1:17: adapter: from: unknown adapter 'bott'; did you mean 'bot'?"],
        id="adapter from unknown",
    ),
    pytest.param(
        top("").replace("adapter: echo", "adapter: {from: bot, url: 'http://evil'}"),
        ["1:22: adapter: unknown key 'url' beside `from`; known: from, model, params"],
        id="adapter from key",
    ),
    pytest.param(
        "vars: {question: a}\n" + case("prompt: '{{ qestion }}'\nexpect: []"),
        ["5:13: case 'a': no variable 'qestion'; did you mean 'question'?"],
        id="variable missing",
    ),
    pytest.param(
        case("prompt: hi\nexpect: [{contains: '{{ answer }}'}]"),
        ["5:15: case 'a': no variable 'answer'"],
        id="variable in check",
    ),
    pytest.param(
        case("prompt: '{{ x | upper }}'\nexpect: []"),
        [
            "4:13: prompt: {{ x | upper }} is no name of a variable; there are no expressions (write {{{{ for a literal {{, or template: false)"
        ],
        id="expression",
    ),
    pytest.param(
        case("prompt: '{{ env.HOME }}'\nexpect: []"),
        ["4:13: prompt: {{ env.HOME }}: environment variables stand in the configuration"],
        id="env",
    ),
    pytest.param(
        case("prompt: 'a {{ b'\nexpect: []"),
        ["4:13: prompt: '{{ b' is no placeholder; write {{{{ for a literal {{, or template: false"],
        id="open braces",
    ),
    pytest.param(
        top("vars: {'a}b': 1}"),
        ["2:8: vars: 'a}b' cannot be the name of a variable"],
        id="variable name",
    ),
    pytest.param(
        "vars: {n: [1]}\n" + case("prompt: hi\nexpect: [{contains: '{{ n }}'}]"),
        ["6:25: contains: value: expected text, found a list"],
        id="variable type",
    ),
    pytest.param(
        case("prompt: hi\nexpect: [{no_pii: [email, emial]}]"),
        [
            "5:31: no_pii: kinds: expected one of email, phone, iban, card, national_id, api_key, ip, found text 'emial'; did you mean 'email'?"
        ],
        id="wrong item of a list",
    ),
    pytest.param(
        "suite: s\nadapter: bot\nexpect:\n  - choose: {prompt: x, choices: {yes: [1], no: 0}}\ncases: [{prompt: x}]\n",
        ["4:40: choose: choices: expected a number for 'yes', found a list"],
        id="wrong value of a mapping",
    ),
    pytest.param(
        case("prompt: hi\nexpect: [{no_pii: [email, 7]}]"),
        [
            "5:31: no_pii: kinds: expected one of email, phone, iban, card, national_id, api_key, ip, found 7"
        ],
        id="wrong item of another type",
    ),
    pytest.param(
        case("prompt: hi\nexpect: [{similar: {to: hi, method: ration}}]"),
        [
            "5:41: similar: method: expected one of ratio, partial, token_set, rouge_l, bleu, tfidf, embedding, found text 'ration'; did you mean 'ratio'?"
        ],
        id="wrong word",
    ),
    pytest.param(
        case("prompt: file:nowhere.txt\nexpect: []"),
        ["4:13: prompt: 'nowhere.txt': file not found"],
        id="file missing",
    ),
    pytest.param(
        case("prompt: file:../../etc/passwd\nexpect: []"),
        ["4:13: prompt: '../../etc/passwd' lies outside the project"],
        id="file outside",
    ),
    pytest.param(
        case("prompt: 'file:{{ x }}.txt'\nexpect: []"),
        ["4:13: prompt: a path after file: holds no variables, found '{{ x }}.txt'"],
        id="file with variable",
    ),
    pytest.param(
        case("prompt: hi\nexpect: []\ndataset: rows.parquet"),
        ["6:14: dataset: expected a csv, jsonl, json or yaml file, found 'rows.parquet'"],
        id="dataset ending",
    ),
    pytest.param(
        case("prompt: hi\nexpect: []\ndataset: nowhere.csv"),
        ["6:14: dataset: 'nowhere.csv': file not found"],
        id="dataset missing",
    ),
    pytest.param(
        case("prompt: hi\nexpect: []\ndataset: {path: a.csv, limit: 3}"),
        ["6:28: unknown key 'limit' in dataset; write `sample`"],
        id="dataset key",
    ),
    pytest.param(
        case("prompt: hi\nexpect: []\ndataset: {path: a.csv, sample: 0}"),
        ["6:36: sample: expected a whole number, 1 or more, found 0"],
        id="dataset sample",
    ),
    pytest.param(
        top("tool_results: [a]"),
        ["2:15: tool_results: expected a mapping, found a list"],
        id="tool results that are a list",
    ),
    pytest.param(
        top("variants: {}"),
        ["2:11: variants: expected names, each with what is different, found a mapping"],
        id="no variants",
    ),
    pytest.param(
        top("variants: {a: {}, 'b c': {}}"),
        [
            (
                "2:19: variants: 'b c' is no name of a variant; expected a name of A-Z, a-z, 0-9, "
                "'.', '_' and '-'"
            )
        ],
        id="variant with a blank",
    ),
    pytest.param(
        top("variants: {baseline: {}}"),
        ["2:12: variants: 'baseline' means the stored baseline; choose another name"],
        id="variant called baseline",
    ),
    pytest.param(
        top("variants: {a: {model: x, expect: []}}"),
        [
            "2:16: unknown key 'model' in a variant; write `adapter`",
            (
                "2:26: unknown key 'expect' in a variant; checks hold for all variants: write it in "
                "the suite or the case"
            ),
        ],
        id="keys of a variant",
    ),
    pytest.param(
        "adapter: echo\nvariants: {a: {prompt: x}, b: {}}\ncases:\n  - {id: c, expect: []}\n",
        ["4:5: case 'c': one of prompt, turns, messages is missing, and variant 'b' has no prompt"],
        id="variant without a prompt",
    ),
    pytest.param(
        "variants: {a: {adapter: echo}, b: {}}\ncases:\n  - {id: c, prompt: x, expect: []}\n",
        ["3:5: case 'c' has no adapter; name one with `adapter` (known: bot, demo, echo)"],
        id="variant without an adapter",
    ),
    pytest.param(
        "adapter: echo\nvariants: {a: {prompt: 1}}\ncases:\n  - {id: c, expect: []}\n",
        ['2:24: prompt: expected text, found 1; put quotes around it: "1"'],
        id="a wrong variant is said once",
    ),
    pytest.param(
        "adapter: echo\nexpect: [{contains: 1}]\ncases:\n  - {id: a, prompt: x}\n  - {id: b, prompt: y}\n",
        ['2:21: contains: value: expected text, found 1; put quotes around it: "1"'],
        id="a wrong check of the suite is said once",
    ),
    pytest.param(
        case("prompt: hi\nexpect: []\nattack: {goal: leak_secret}"),
        ["6:14: unknown key 'goal' in attack; write `goals`"],
        id="attack key",
    ),
    pytest.param(
        case("prompt: hi\nexpect: []\nworkspace: x"),
        ["6:16: workspace: expected a folder, 'x' does not exist"],
        id="workspace that is not there",
    ),
    pytest.param(
        case("prompt: hi\nexpect: []\nworkspace: x.eval.yaml"),
        ["6:16: workspace: expected a folder, 'x.eval.yaml' is a file"],
        id="workspace that is a file",
    ),
    pytest.param(
        case("prompt: hi\nexpect: []\nworkspace: ../.."),
        ["6:16: workspace: '../..' lies outside the project"],
        id="workspace outside",
    ),
    pytest.param(
        case("prompt: hi\nexpect: []\nworkspace: [a]"),
        ["6:16: workspace: expected the path of a folder, found a list"],
        id="workspace that is a list",
    ),
    pytest.param(
        case("prompt: hi\nexpect: []\nworkspace: '{{ x }}'\nvars: {x: nowhere}"),
        ["6:16: workspace: expected a folder, 'nowhere' does not exist"],
        id="workspace of a variable",
    ),
    pytest.param(
        top("tools: [search]"),
        [
            "2:8: tools: expected a list of tools in OpenAI function form, each {type: function, function: {name: …}}"
        ],
        id="tools",
    ),
    pytest.param(
        top("gate: {mode: statistcal}"),
        [
            "2:14: mode: expected one of strict, ratchet, statistical, off, found text 'statistcal'; did you mean 'statistical'?"
        ],
        id="gate mode",
    ),
    pytest.param(
        top("gate: {threshold: 0.9}"),
        ["2:8: unknown key 'threshold' in gate; write `limits: [{metric: pass_rate, min: 0.9}]`"],
        id="gate threshold",
    ),
    pytest.param(
        top("gate: {alpha: 5}"),
        ["2:15: alpha: expected a number above 0, at most 0.5, found 5"],
        id="gate alpha",
    ),
    pytest.param(
        top("gate: {limits: [{metric: pass_rat, min: 0.9}]}"),
        ["2:26: limits: unknown metric 'pass_rat'; did you mean 'pass_rate'?"],
        id="limit metric",
    ),
    pytest.param(
        top("gate: {limits: [{metric: latency, max: 3}]}"),
        [
            "2:26: limits: unknown metric 'latency'; write one of latency.mean, latency.p50, latency.p95, latency.total"
        ],
        id="limit short metric",
    ),
    pytest.param(
        top("gate: {limits: [{metric: pass_rate}]}"),
        ["2:17: limits: one of min and max is missing"],
        id="limit empty",
    ),
    pytest.param(
        top("gate: {limits: [{metric: pass_rate, min: 90}]}"),
        ["2:17: limits: pass_rate lies in 0…1, found 90; write 0.8 for 80 %"],
        id="limit percent",
    ),
    pytest.param(
        top("gate: {limits: [{metric: latency.mean, min: 3, max: 2}]}"),
        ["2:17: limits: min 3 is above max 2"],
        id="limit order",
    ),
    pytest.param(
        top("gate: {limits: [{metric: pass_rate, min: 0.9, where: {tga: x}}]}"),
        ["2:55: where: unknown 'tga'; did you mean 'tag'?"],
        id="limit where",
    ),
    pytest.param(
        top(
            "tags: [returns]\ngate: {limits: [{metric: pass_rate, min: 0.9, where: {tag: retruns}}]}"
        ),
        ["3:55: where: no tag 'retruns' in this suite; did you mean 'returns'?"],
        id="limit tag",
    ),
    pytest.param(
        top("gate: {limits: [{metric: attack_success_rate, max: 0}]}"),
        [
            (
                "2:26: limits: metric 'attack_success_rate' needs a case with `attack`; "
                "this suite has none"
            )
        ],
        id="limit on attacks",
    ),
    pytest.param(
        top("").replace("adapter: echo", "adapter: {prefix: a}"),
        ["1:10: adapter: expected a name, {type: demo, …} or {from: NAME, …}, found a mapping"],
        id="adapter inline nothing",
    ),
    pytest.param(
        top("").replace("adapter: echo", "adapter: {type: replay}"),
        ["1:10: adapter: path is missing"],
        id="adapter inline replay without path",
    ),
    pytest.param(
        top("").replace("adapter: echo", "adapter: {type: replay, path: ../../x.jsonl}"),
        ["1:31: adapter: path: '../../x.jsonl' lies outside the project"],
        id="adapter inline replay outside",
    ),
    pytest.param(
        top("").replace("adapter: echo", "adapter: {type: echo, prefix: [a]}"),
        ["1:31: adapter: prefix: expected text, found a list"],
        id="adapter inline wrong type",
    ),
    pytest.param(
        top("").replace("adapter: echo", "adapter: {from: bot, model: 4}"),
        ["1:29: adapter: model: expected text, found 4"],
        id="adapter from model",
    ),
    pytest.param(
        case("messages: hello\nexpect: []"),
        ["4:15: messages: expected a list of messages such as `- user: …`, found text 'hello'"],
        id="message text",
    ),
    pytest.param(
        case("messages: [hello]\nexpect: []"),
        ["4:16: messages: expected a message such as `- user: …`, found text 'hello'"],
        id="message item",
    ),
    pytest.param(
        case("messages: [{role: system, content: hi}]\nexpect: []"),
        ["4:16: messages: the system prompt stands in `system`"],
        id="message long system",
    ),
    pytest.param(
        case("messages: [{role: bot, content: hi}]\nexpect: []"),
        ["4:23: role: expected one of user, assistant, tool, found text 'bot'"],
        id="message long role",
    ),
    pytest.param(
        case("messages: [{role: user}]\nexpect: []"),
        ["4:16: a message: content is missing"],
        id="message long without content",
    ),
    pytest.param(
        "vars: {h: [1]}\n" + case("messages: '{{ h }}'\nexpect: []"),
        ["5:15: messages: wrong message 1"],
        id="messages of a variable",
    ),
    pytest.param(
        "vars: {h: x}\n" + case("messages: '{{ h }}'\nexpect: []"),
        ["5:15: messages: expected a list of messages"],
        id="no messages of a variable",
    ),
    pytest.param(
        "vars: {h: 1}\n" + case("prompt: hi\nreferences: '{{ h }}'\nexpect: []"),
        ["6:17: references: expected text or a list of texts"],
        id="references of a variable",
    ),
    pytest.param(
        case("prompt: hi\nreferences: {a: b}\nexpect: []"),
        ["5:17: references: expected a list of texts, found a mapping"],
        id="references mapping",
    ),
    pytest.param(
        "vars: {h: [a]}\n" + case("prompt: hi\nreference: '{{ h }}'\nexpect: []"),
        ["6:16: reference: expected text, found a list; write `references`"],
        id="reference list",
    ),
    pytest.param(
        check("- json: {schema: file:no.json}"),
        ["6:24: json: schema: 'no.json': file not found"],
        id="schema file missing",
    ),
    pytest.param(
        check("- json: {schema: file:bad.json}"),
        [
            "6:24: json: schema: 'file:bad.json' is not JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"
        ],
        id="schema file not json",
    ),
    pytest.param(
        check("- json: {schema: file:bad.yaml}"),
        [
            "6:24: json: schema: file:bad.yaml:2:1: not valid YAML: did not find expected node content"
        ],
        id="schema file not yaml",
    ),
    pytest.param(
        case("prompt: file:latin.txt\nexpect: []"),
        [
            "4:13: prompt: 'latin.txt': line 1: byte 0xe9 is not UTF-8 (Latin-1?); save the file as UTF-8"
        ],
        id="prompt file not utf 8",
    ),
    pytest.param(
        top("tools: search"),
        ["2:8: tools: expected a list of tools, or file:path, found text 'search'"],
        id="tools text",
    ),
    pytest.param(
        top("tools: file:no.json"), ["2:8: tools: 'no.json': file not found"], id="tools file"
    ),
    pytest.param(
        top("vars: {a: .inf}"),
        ["2:11: vars.a: expected a finite number, found .inf"],
        id="infinite variable",
    ),
    pytest.param(
        top("gate: {limits: [{metric: pass_rate, min: 0.9, where: [tag]}]}"),
        ["2:54: where: expected a mapping such as {tag: returns}, found a list"],
        id="where list",
    ),
    pytest.param(
        top("gate: {limits: [{metric: pass_rate, min: 0.9, where: {tag: [a]}}]}"),
        ["2:60: where: tag: expected one value, found a list"],
        id="where value",
    ),
    pytest.param(
        top("gate: {limits: {pass_rate: 0.9}}"),
        [
            "2:16: limits: expected a list of limits such as `- {metric: pass_rate, min: 0.9}`, found a mapping"
        ],
        id="limits mapping",
    ),
    pytest.param(
        case("prompt: hi\nexpect: []\nxfail: ' '"),
        ["6:12: xfail: expected the reason, as text, found text ' '"],
        id="xfail empty",
    ),
    pytest.param(top("vars: [a]"), ["2:7: vars: expected a mapping, found a list"], id="vars list"),
    pytest.param(
        top("params: [a]"), ["2:9: params: expected a mapping, found a list"], id="params list"
    ),
    pytest.param(
        top("&a repeat: 1"), ["2:1: an anchor on a key is not supported"], id="anchor on key"
    ),
    pytest.param(
        top("description: !secret x"),
        [
            "2:14: tag '!secret': tags are not allowed in a suite; put quotes around it if it is text"
        ],
        id="tag on text",
    ),
    pytest.param(
        check("- contains: {value: x, in: '$.a['}"),
        [
            "6:34: in: '$.a[' is not understood from character 4 on; known are .name, [\"name\"], [0], [-1] and [*]"
        ],
        id="byte in part",
    ),
    pytest.param(
        check("- type: [a]\n  value: x"),
        ["7:9: two keys in one list item (type, value); start each check with '-'"],
        id="check by type and list",
    ),
    pytest.param(
        check("- contains: {value: x, threshold: 0.5}"),
        [
            "6:30: contains: unknown parameter 'threshold'; known: ignore_case, in, metric, normalize, on, severity, value"
        ],
        id="threshold of a yes or no check",
    ),
    pytest.param(
        check("- contains: {value: x, type: y}"),
        ["6:30: contains: unknown parameter 'type'; a check is named by its key alone"],
        id="parameter type",
    ),
]


def test_a_cut_text_is_told_also_where_the_same_text_stood_before(project: "Project") -> None:
    content = check("- contains: foo\n- contains: foo #1\n- contains: yes\n- contains: 'yes'")

    problems = project.problems(content)

    assert [problem[:16] for problem in problems] == ["x.eval.yaml:7:19", "x.eval.yaml:8:19"]


@pytest.mark.parametrize(("content", "messages"), WRONG)
def test_a_wrong_suite_is_told_exactly(
    project: "Project", content: str | bytes, messages: list[str]
) -> None:
    for name, data in UNREADABLE.items():
        project.write(name, data)

    found = project.problems(content)

    assert found == [f"x.eval.yaml:{message}" for message in messages]


BEYOND_THE_SCHEMA = frozenset(
    (
        "check that is not allowed",
        "twin that is not allowed",
        "workspace of a variable",
        "workspace outside",
        "workspace that is a file",
        "workspace that is not there",
        "adapter from unknown",
        "adapter inline typo",
        "variant without a prompt",
        "variant without an adapter",
        "adapter missing",
        "adapter unknown",
        "bad regex",
        "cut by comment",
        "dataset ending",
        "dataset missing",
        "date for text",
        "duplicate id",
        "empty list",
        "env",
        "expression",
        "file missing",
        "file outside",
        "file with variable",
        "id gate",
        "limit on attacks",
        "limit metric",
        "limit order",
        "limit percent",
        "limit short metric",
        "limit tag",
        "limit where",
        "message last",
        "min above max",
        "nan threshold",
        "no check",
        "omit unknown",
        "open braces",
        "repeat order",
        "repeat without unit",
        "repeat with consistency",
        "repeat with a search",
        "repeat with pass at k",
        "repeat with ratchet",
        "share words",
        "time for text",
        "variable in check",
        "variable missing",
        "variable name",
        "variable type",
        "yes for text",
        "adapter inline replay outside",
        "adapter inline replay without path",
        "adapter inline wrong type",
        "byte in part",
        "infinite variable",
        "messages of a variable",
        "no messages of a variable",
        "prompt file not utf 8",
        "reference list",
        "references of a variable",
        "schema file missing",
        "schema file not json",
        "schema file not yaml",
        "tools file",
    )
)
"""What only the checker can say: names, places, files, and what YAML did to a text."""


@pytest.mark.parametrize(
    ("content", "name"), [(p.values[0], p.id) for p in WRONG], ids=[str(p.id) for p in WRONG]
)
def test_the_published_schema_sees_the_same_faults(content: str | bytes, name: str) -> None:
    problems = Problems("")
    try:
        root = parse(content.decode() if isinstance(content, bytes) else content, problems).root
    except (Stop, UnicodeDecodeError):
        return
    if root is None or len(problems):
        return

    is_valid = VALIDATOR.is_valid(plain(root))

    assert is_valid == (name in BEYOND_THE_SCHEMA)
