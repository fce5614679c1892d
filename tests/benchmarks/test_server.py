"""The local server of the benchmarks: its wire format, its faults, its counts."""

import json
import socket
import subprocess
import sys
from collections.abc import Callable
from http.client import IncompleteRead
from pathlib import Path
from typing import Any

import pytest


def test_the_answer_is_the_last_user_message(local: Any) -> None:
    messages = [
        {"role": "user", "content": "first"},
        {"role": "assistant", "content": "yes"},
        {"role": "user", "content": [{"type": "text", "text": 'second "é" \u2028'}]},
        {"role": "assistant", "content": "…"},
    ]

    answer = local.ask(messages=messages)

    assert (answer.status, answer.text) == (200, 'second "é" \u2028')


def test_an_answer_has_the_fields_of_the_format(local: Any) -> None:
    answer = local.ask("one two three").json

    assert answer["object"] == "chat.completion"
    assert answer["model"] == "m-1"
    assert answer["choices"][0]["finish_reason"] == "stop"
    assert answer["choices"][0]["message"]["role"] == "assistant"
    assert answer["usage"] == {"prompt_tokens": 3, "completion_tokens": 3, "total_tokens": 6}


@pytest.mark.parametrize(
    ("query", "status", "header"),
    [
        ("?fault=429", 429, None),
        ("?fault=429&retry_after=7", 429, "7"),
        ("?fault=503&retry_after=2", 503, "2"),
        ("?fault=500&retry_after=7", 500, None),
    ],
    ids=["429", "429-retry-after", "503-retry-after", "500"],
)
def test_a_status_is_injected(local: Any, query: str, status: int, header: str | None) -> None:
    answer = local.ask(query=query)

    assert answer.status == status
    assert answer.headers.get("Retry-After") == header
    assert answer.json["error"]["type"] == "injected"


def test_a_header_says_how_to_behave(local: Any) -> None:
    connection = local.connect()

    body = json.dumps({"messages": [{"role": "user", "content": "x"}]})
    connection.request("POST", "/v1/chat/completions", body, {"X-Behave": "reply=No%20idea"})
    answer = json.loads(connection.getresponse().read())
    connection.close()

    assert answer["choices"][0]["message"]["content"] == "No idea"


def test_reset_breaks_the_connection(local: Any) -> None:
    with local.send("?fault=reset") as opened, pytest.raises(ConnectionResetError):
        opened.recv(1)


def test_cut_closes_in_the_middle_of_the_body(local: Any) -> None:
    with pytest.raises(IncompleteRead):
        local.ask(query="?fault=cut")


def test_truncated_is_a_complete_answer_with_half_the_json(local: Any) -> None:
    answer = local.ask(query="?fault=truncated")

    assert answer.status == 200
    with pytest.raises(json.JSONDecodeError):
        answer.json  # noqa: B018 - reading it is the test


def test_hang_says_nothing_and_counts_as_in_flight(local: Any) -> None:
    with local.send("?fault=hang") as opened:
        opened.settimeout(0.05)
        with pytest.raises(TimeoutError):
            opened.recv(1)

        stats = local.manage("GET", "/stats")

    assert (stats["in_flight"], stats["answered"]) == (1, 0)


def test_drip_sends_the_whole_answer_in_bites(local: Any) -> None:
    with local.send("?fault=drip&bite=0.0001") as opened:
        first = opened.recv(4)

        rest = _rest(opened)

    assert first == b"HTTP"
    assert rest.endswith(b"}}")


def test_a_stream_carries_the_text_in_pieces(local: Any) -> None:
    answer = local.ask("a longer text", "?pieces=3&delay=0.002&first=0.001", stream=True)

    deltas = [event["choices"][0]["delta"] for event in answer.events]
    assert len(deltas) == 4
    assert deltas[0]["role"] == "assistant"
    assert "".join(delta.get("content", "") for delta in deltas) == "a longer text"
    assert answer.events[-1]["choices"][0]["finish_reason"] == "stop"


def test_a_stream_ends_with_the_usage_when_asked_for(local: Any) -> None:
    answer = local.ask("a b", stream=True, stream_options={"include_usage": True})

    assert answer.events[-1]["choices"] == []
    assert answer.events[-1]["usage"]["total_tokens"] == 4


@pytest.mark.parametrize(
    ("fault", "error"),
    [("reset", ConnectionResetError), ("cut", None), ("truncated", None), ("hang", TimeoutError)],
    ids=["reset", "cut", "truncated", "hang"],
)
def test_a_stream_meets_its_fault_half_way(
    local: Any, fault: str, error: type[Exception] | None
) -> None:
    with local.send(f"?fault={fault}&pieces=4", "abcdefgh", stream=True) as opened:
        opened.settimeout(0.2 if fault == "hang" else 20)

        got, raised = _until_the_end(opened, done=b"0\r\n\r\n")

    assert b'"ab"' in got or fault == "reset"  # a reset may overtake what was sent before
    assert b'"gh"' not in got
    assert b"[DONE]" not in got
    assert raised is error


def test_a_share_of_the_attempts_meets_the_fault_and_always_the_same_ones(local: Any) -> None:
    query = "?fault=429:0.3,500:0.2"

    first = [local.ask(f"prompt {number}", query).status for number in range(60)]
    local.manage("POST", "/reset")
    second = [local.ask(f"prompt {number}", query).status for number in range(60)]

    assert first == second
    assert {first.count(429) in range(8, 30), first.count(500) in range(3, 24)} == {True}


def test_each_attempt_is_drawn_anew(local: Any) -> None:
    query = "?fault=429:0.5"

    statuses = [
        tuple(local.ask(f"prompt {number}", query).status for _ in range(2)) for number in range(80)
    ]

    # Independent halves: each of the four combinations about 20 times of 80.
    combinations = [(first, second) for first in (200, 429) for second in (200, 429)]
    assert min(statuses.count(both) for both in combinations) >= 8


def test_always_meets_the_same_prompts_on_every_attempt(local: Any) -> None:
    query = "?fault=500:0.5&always=1"

    statuses = [
        tuple(local.ask(f"prompt {number}", query).status for _ in range(3)) for number in range(20)
    ]

    assert set(statuses) == {(200, 200, 200), (500, 500, 500)}


def test_once_leaves_the_second_attempt_alone(local: Any) -> None:
    query = "?fault=429&once=1"

    statuses = [local.ask("the same", query).status for _ in range(3)]

    assert statuses == [429, 200, 200]


def test_stats_count_and_reset(local: Any) -> None:
    local.ask("one")
    local.ask("two", "?fault=500")

    stats = local.manage("GET", "/stats?times=1")
    after = local.manage("POST", "/reset")

    assert (stats["requests"], stats["answered"], stats["prompts"]) == (2, 1, 2)
    assert stats["faults"] == {"500": 1}
    assert stats["max_in_flight"] == 1
    assert [prompt for prompt, _ in stats["times"]] == ["one"]
    assert 0 < stats["times"][0][1] < 5
    assert (after["requests"], after["in_flight"]) == (0, 0)


def test_max_in_flight_counts_what_is_open_at_once(local: Any) -> None:
    opened = [local.send("?fault=hang", f"prompt {number}") for number in range(3)]
    for one in opened:
        one.settimeout(0.05)
        with pytest.raises(TimeoutError):
            one.recv(1)

    stats = local.manage("GET", "/stats")

    for one in opened:
        one.close()
    assert stats["max_in_flight"] == 3


def test_requests_sent_ahead_are_answered_in_order(local: Any) -> None:
    body = [json.dumps({"messages": [{"role": "user", "content": f"p{n}"}]}) for n in range(3)]
    requests = "".join(
        f"POST /v1/chat/completions HTTP/1.1\r\nContent-Length: {len(one)}\r\n\r\n{one}"
        for one in body
    )

    with socket.create_connection(("127.0.0.1", local.port), timeout=20) as opened:
        opened.sendall(requests.encode())
        got = _rest(opened, answers=3)

    places = [got.index(f'"content":"p{n}"'.encode()) for n in range(3)]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("query", "body"),
    [("?fault=nonsense", None), ("?speed=1", None), ("", {"messages": 7}), ("?delay=-1", None)],
    ids=["unknown-fault", "unknown-word", "bad-messages", "negative-delay"],
)
def test_nonsense_is_a_400_that_is_not_counted(local: Any, query: str, body: Any) -> None:
    answer = local.ask(query=query, **(body or {}))

    assert answer.status == 400
    assert answer.json["error"]["message"]
    assert local.manage("GET", "/stats")["requests"] == 0


def test_an_unknown_path_is_a_404(local: Any) -> None:
    answer = local.manage("GET", "/v1/models")

    assert answer == {"error": {"message": "nothing at GET /v1/models"}}


def test_stop_finishes_what_is_in_work(start: Callable[..., Any]) -> None:
    server = start("--behave", "delay=0.2")
    with server.send("", "last words") as opened:
        while not server.manage("GET", "/stats")["in_flight"]:
            pass

        server.manage("POST", "/stop")
        got = _rest(opened)

    assert b"last words" in got
    assert server.process.wait(20) == 0


def test_a_wrong_behaviour_is_one_line() -> None:
    program = Path(__file__).parents[2] / "benchmarks/server.py"

    done = subprocess.run(
        [sys.executable, program, "--behave", "fault=429:2"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert done.stderr == "--behave: fault='429:2': expected a share from 0 to 1\n"


def _rest(opened: socket.socket, answers: int = 1) -> bytes:
    """What is received until so many whole answers are there."""
    return _until_the_end(opened, done=b"}}", times=answers)[0]


def _until_the_end(
    opened: socket.socket, *, done: bytes, times: int = 1
) -> tuple[bytes, type[BaseException] | None]:
    got = b""
    try:
        while got.count(done) < times and (data := opened.recv(65536)):
            got += data
    except OSError as error:
        return got, type(error)
    return got, None
