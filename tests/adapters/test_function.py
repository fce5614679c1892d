import asyncio
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from llmeval.adapters import callables
from llmeval.errors import AdapterError, ParameterError
from llmeval.records import Message, Reply, Usage
from llmeval.registry import Registry

Ask = Callable[..., Reply]
Module = Callable[[str], str]


@pytest.fixture
def ask_app(module: Module, ask: Ask) -> Callable[..., Reply]:
    """Ask the callable `answer` of a module with that source."""

    def run(source: str, prompt: Any = "Hi", **fields: Any) -> Reply:
        return ask("python", {"call": f"{module(source)}:answer"}, prompt, **fields)

    return run


SHAPES = {
    "sync": "def answer(messages):\n    return messages[-1]['content'].upper()",
    "async": "async def answer(messages):\n    return messages[-1]['content'].upper()",
    "lambda": "answer = lambda messages: messages[-1]['content'].upper()",
    "generator": "def answer(messages):\n    yield from messages[-1]['content'].upper()",
    "async-generator": (
        "async def answer(messages):\n"
        "    for letter in messages[-1]['content'].upper():\n        yield letter"
    ),
    "object": (
        "class App:\n    def __call__(self, messages):\n"
        "        return messages[-1]['content'].upper()\nanswer = App()"
    ),
    "async-object": (
        "class App:\n    async def __call__(self, messages):\n"
        "        return messages[-1]['content'].upper()\nanswer = App()"
    ),
    "partial": (
        "from functools import partial\nasync def real(suffix, messages):\n"
        "    return messages[-1]['content'].upper() + suffix\nanswer = partial(real, '')"
    ),
    "hidden-coroutine": (
        "async def real(messages):\n    return messages[-1]['content'].upper()\n"
        "def answer(*args):\n    return real(*args)"
    ),
    "hidden-async-generator": (
        "async def real(messages):\n    yield messages[-1]['content'].upper()\n"
        "async def answer(messages):\n    return real(messages)"
    ),
    "variadic": "def answer(*args, **more):\n    return args[0][-1]['content'].upper()",
    "builtin": "answer = lambda m, n=str.upper: n(m[-1]['content'])",
}


@pytest.mark.parametrize("source", [pytest.param(text, id=name) for name, text in SHAPES.items()])
def test_every_kind_of_callable_is_asked(ask_app: Any, source: str) -> None:
    reply = ask_app(source, "grüß gott")

    assert reply.text == "GRÜSS GOTT"
    assert reply.timing.total_s >= 0


@pytest.mark.parametrize("name", ["generator", "async-generator"])
def test_what_is_yielded_is_a_stream(ask_app: Any, name: str) -> None:
    reply = ask_app(SHAPES[name])

    assert 0 <= reply.timing.first_token_s <= reply.timing.total_s


@pytest.mark.parametrize(
    ("signature", "value", "expected"),
    [
        pytest.param("messages", "messages[0]['role']", "system", id="messages-with-system"),
        pytest.param("m", "m[-1]['content']", "Two", id="any-name"),
        pytest.param("m, request", "request.session", "s-1", id="request-too"),
        pytest.param("request", "request.case", "c", id="request-alone"),
        pytest.param("it: Request", "it.case", "c", id="request-by-type"),
        pytest.param("it: 'Request'", "it.case", "c", id="request-by-name-of-type"),
        pytest.param("prompt", "prompt", "Two", id="prompt"),
        pytest.param("text: str", "text", "Two", id="prompt-by-type"),
        pytest.param("prompt, *, system, session", "system + session", "S.s-1", id="several"),
        pytest.param("*, prompt, params", "prompt + str(params)", "Two{'t': 1}", id="keywords"),
        pytest.param("m, top_k=5", "str(top_k)", "5", id="default"),
        pytest.param("m, tools=None", "str(len(tools))", "1", id="tools"),
    ],
)
def test_parameters_are_filled_by_name(
    ask_app: Any, signature: str, value: str, expected: str
) -> None:
    source = f"from llmeval.records import Request\ndef answer({signature}):\n    return {value}"
    messages = (
        Message(role="user", content="One"),
        Message(role="assistant", content="Yes?"),
        Message(role="user", content="Two"),
    )

    reply = ask_app(
        source, None, messages=messages, system="S.", params={"t": 1}, tools=({"name": "x"},)
    )

    assert reply.text == expected


@pytest.mark.parametrize(
    ("value", "reply"),
    [
        pytest.param("''", Reply(text=""), id="empty"),
        pytest.param("'a\\ud800b'", Reply(text="a�b"), id="surrogate"),
        pytest.param("'\\ud83d\\ude00'", Reply(text="😀"), id="pair"),
        pytest.param("'\\x00\\x1b[31m\\u202e'", Reply(text="\x00\x1b[31m\u202e"), id="controls"),
        pytest.param("type('S', (str,), {})('x')", Reply(text="x"), id="subclass"),
        pytest.param(
            "{'text': 'x', 'usage': {'input_tokens': 3}, 'cost_usd': 1, 'finish_reason': 'eos'}",
            Reply(text="x", usage=Usage(input_tokens=3), cost_usd=1.0, finish_reason="stop"),
            id="mapping",
        ),
        pytest.param("Reply(text='x', model='m')", Reply(text="x", model="m"), id="reply"),
        pytest.param("Reply(text='\\udc00')", Reply(text="�"), id="reply-surrogate"),
        pytest.param("{'text': 'x', 'cost_usd': float('nan')}", Reply(text="x"), id="mapping-nan"),
    ],
)
def test_what_is_returned_becomes_a_reply(ask_app: Any, value: str, reply: Reply) -> None:
    got = ask_app(f"from llmeval.records import Reply\ndef answer(m):\n    return {value}")

    assert replace(got, timing=reply.timing) == reply


def test_ten_megabytes_are_a_reply(ask_app: Any) -> None:
    assert len(ask_app("def answer(m):\n    return 'x' * 10_000_000").text) == 10_000_000


@pytest.mark.parametrize(
    ("value", "message"),
    [
        pytest.param("None", "returned None; expected a text, a mapping", id="none"),
        pytest.param("b'x'", r"returned bytes \(decode them first\)", id="bytes"),
        pytest.param("5", "returned the int 5", id="int"),
        pytest.param("True", "returned the bool True", id="bool"),
        pytest.param("float('nan')", "returned the float nan", id="nan"),
        pytest.param("object()", "returned an object of type object", id="object"),
        pytest.param("['x']", "returned an object of type list", id="list"),
        pytest.param(
            "{}", "returned a mapping: no 'text' in it; found nothing", id="empty-mapping"
        ),
        pytest.param("{'answer': 'x'}", "unknown key 'answer'", id="wrong-key"),
        pytest.param("{'text': 'x', 'modle': 'm'}", "did you mean 'model'", id="typo"),
        pytest.param("{'text': 5}", "'text' is int, expected text", id="mapping-type"),
        pytest.param("Reply(text=5)", "a Reply with the int 5 as text", id="reply-type"),
        pytest.param("'x' * (2**26 + 1)", "returned more than 64 MiB", id="too-long"),
        pytest.param("iter([5])", "yielded the int 5; expected texts", id="yielded"),
        pytest.param(
            "iter([{'text': 'a'}, {'text': 'b'}])", "yielded an object of type dict", id="two"
        ),
        pytest.param("iter([])", None, id="yields-nothing"),
    ],
)
def test_nonsense_is_named(ask_app: Any, value: str, message: str | None) -> None:
    source = f"from llmeval.records import Reply\ndef answer(m):\n    return {value}"
    if message is None:
        assert ask_app(source).text == ""
        return

    with pytest.raises(AdapterError, match=message) as caught:
        ask_app(source)

    assert (caught.value.kind, caught.value.transient) == ("bad_reply", False)


def test_a_generator_may_end_with_the_rest_of_the_reply(ask_app: Any) -> None:
    source = "def answer(m):\n    yield 'a'\n    yield 'b'\n    yield {'model': 'm'}"

    reply = ask_app(source)

    assert (reply.text, reply.model) == ("ab", "m")


def test_a_generator_may_end_with_a_reply_without_text(ask_app: Any) -> None:
    source = (
        "from llmeval.records import Reply\n"
        "def answer(m):\n    yield 'a'\n    yield Reply(model='m')"
    )

    reply = ask_app(source)

    assert (reply.text, reply.model) == ("a", "m")


RAISED = [
    pytest.param("ValueError('no index')", "raised ValueError: no index", False, id="exception"),
    pytest.param("SystemExit(3)", "raised SystemExit: 3", False, id="system-exit"),
    pytest.param("KeyboardInterrupt()", "raised KeyboardInterrupt", False, id="interrupt"),
    pytest.param("TimeoutError('slow')", "raised TimeoutError: slow", True, id="timeout"),
    pytest.param("ConnectionResetError()", "raised ConnectionResetError", True, id="connection"),
    pytest.param(
        "ValueError('a\\nb' + 'x' * 1000)", "raised ValueError: a bx+…$", False, id="long"
    ),
    pytest.param("Mute()", "raised Mute$", False, id="str-raises"),
    pytest.param("asyncio.CancelledError()", "raised CancelledError", False, id="cancelled"),
]


@pytest.mark.parametrize("head", ["def", "async def"])
@pytest.mark.parametrize(("error", "message", "transient"), RAISED)
def test_whatever_is_raised_is_contained(
    ask_app: Any, *, head: str, error: str, message: str, transient: bool
) -> None:
    source = (
        "import asyncio\nclass Mute(Exception):\n    def __str__(self):\n        raise OSError\n"
        f"{head} answer(m):\n    raise {error}"
    )

    with pytest.raises(AdapterError, match=message) as caught:
        ask_app(source)

    assert (caught.value.kind, caught.value.transient) == ("raised", transient)
    assert "\n" not in str(caught.value)


def test_an_error_in_the_middle_of_a_generator_is_contained(ask_app: Any) -> None:
    with pytest.raises(AdapterError, match="raised ValueError: x"):
        ask_app("def answer(m):\n    yield 'a'\n    raise ValueError('x')")


@pytest.mark.parametrize(
    "error",
    [
        pytest.param("Sdk(429)", id="status-code"),
        pytest.param("Wrapped(429)", id="response"),
    ],
)
def test_errors_of_sdks_count_like_their_status(ask_app: Any, error: str) -> None:
    source = (
        "class Response:\n    headers = {'Retry-After': '2'}\n"
        "    def __init__(self, status):\n        self.status_code = status\n"
        "class Wrapped(Exception):\n    def __init__(self, status):\n"
        "        self.response = Response(status)\n"
        "class Sdk(Wrapped):\n    def __init__(self, status):\n"
        "        super().__init__(status)\n        self.status_code = status\n"
        f"def answer(m):\n    raise {error}"
    )

    with pytest.raises(AdapterError, match="HTTP 429") as caught:
        ask_app(source)

    assert (caught.value.kind, caught.value.retry_after_s) == ("rate_limited", 2.0)


@pytest.mark.parametrize("head", ["def", "async def"])
def test_an_adapter_error_of_ones_own_is_kept(ask_app: Any, head: str) -> None:
    source = (
        "from llmeval.errors import AdapterError\n"
        f"{head} answer(m):\n    raise AdapterError('busy', kind='rate_limited', transient=True)"
    )

    with pytest.raises(AdapterError, match="busy") as caught:
        ask_app(source)

    assert (caught.value.kind, caught.value.transient) == ("rate_limited", True)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        pytest.param("import no_such_module_x", "No module named 'no_such_module_x'", id="import"),
        pytest.param("other = 1", "has no attribute 'answer'", id="attribute"),
        pytest.param("raise ValueError('broken')", "raised ValueError: broken", id="raises"),
        pytest.param("import sys\nsys.exit(2)", "raised SystemExit: 2", id="exits"),
        pytest.param("def answer(:", "SyntaxError", id="syntax"),
        pytest.param("answer = 5", "is of type int; name a function", id="no-callable"),
        pytest.param(
            "class answer: pass", "whose objects cannot be called; give it a `__call__`", id="class"
        ),
        pytest.param(
            "class answer:\n    def __init__(self, db): pass\n    def __call__(self, m): pass",
            "not made without arguments: missing a required argument: 'db'",
            id="class with arguments",
        ),
        pytest.param(
            "class answer:\n    def __call__(self): pass", "takes no parameter", id="class without"
        ),
        pytest.param("def answer(): pass", "takes no parameter", id="no-parameter"),
        pytest.param("def answer(m, db): pass", "needs a parameter 'db'; we give", id="unknown"),
    ],
)
def test_a_callable_that_cannot_be_used_ends_the_adapter(
    ask_app: Any, source: str, message: str
) -> None:
    with pytest.raises(AdapterError, match=message) as caught:
        ask_app(source)

    assert (caught.value.kind, caught.value.fatal) == ("raised", True)


@pytest.mark.parametrize("call", ["answer", "module:", ":answer", ""])
def test_the_configuration_is_checked(call: str) -> None:
    with pytest.raises(ParameterError, match="call: expected 'module:callable'"):
        Registry().adapter("python", {"call": call})


def test_blocking_callables_run_side_by_side_in_threads_that_are_used_again(
    module: Module, request_for: Any
) -> None:
    name = module(
        "import threading\nbarrier = threading.Barrier(4, timeout=10)\nthreads = set()\n"
        "def answer(m):\n    barrier.wait()\n    threads.add(threading.current_thread())\n"
        "    return 'ok'"
    )
    adapter: Any = Registry().adapter("python", {"call": f"{name}:answer"})

    async def rounds() -> None:
        for _ in range(5):
            await asyncio.gather(*(adapter.respond(request_for()) for _ in range(4)))

    asyncio.run(rounds())
    import sys

    threads: set[threading.Thread] = sys.modules[name].threads
    assert len(threads) == 4
    assert all(thread.daemon for thread in threads)

    asyncio.run(adapter.close())
    for thread in threads:
        thread.join(10)
    assert not any(thread.is_alive() for thread in threads)


def test_a_call_that_never_returns_can_be_left(module: Module, request_for: Any) -> None:
    name = module(
        "import threading\nbegun, go = threading.Event(), threading.Event()\n"
        "def answer(m):\n    begun.set()\n    go.wait(10)\n    return 'late'"
    )
    adapter: Any = Registry().adapter("python", {"call": f"{name}:answer"})

    async def leave() -> int:
        import sys

        task = asyncio.create_task(adapter.respond(request_for()))
        while name not in sys.modules or not sys.modules[name].begun.is_set():
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        abandoned = adapter._threads.abandoned
        sys.modules[name].go.set()
        while adapter._threads.abandoned:
            await asyncio.sleep(0)
        return int(abandoned)

    assert asyncio.run(leave()) == 1


def test_too_many_calls_that_never_return_end_the_adapter(module: Module, request_for: Any) -> None:
    adapter: Any = Registry().adapter(
        "python", {"call": f"{module('def answer(m): return 1')}:answer"}
    )
    adapter._threads.abandoned = 128

    with pytest.raises(AdapterError, match="128 calls have not come back") as caught:
        asyncio.run(adapter.respond(request_for()))

    assert caught.value.fatal


def test_a_call_that_outlives_the_loop_harms_nobody(module: Module, request_for: Any) -> None:
    import sys

    name = module(
        "import threading\ngo = threading.Event()\nthreads = []\n"
        "def answer(m):\n    threads.append(threading.current_thread())\n"
        "    go.wait(10)\n    return 'late'"
    )
    adapter: Any = Registry().adapter("python", {"call": f"{name}:answer"})

    async def leave() -> None:
        task = asyncio.create_task(adapter.respond(request_for()))
        while name not in sys.modules or not sys.modules[name].threads:
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])

    asyncio.run(leave())
    app = sys.modules[name]
    app.go.set()
    app.threads[0].join(10)

    assert not app.threads[0].is_alive()


def test_a_cancelled_async_call_is_cancelled(module: Module, request_for: Any) -> None:
    import sys

    name = module(
        "import asyncio\nseen = []\nasync def answer(m):\n    try:\n"
        "        await asyncio.Event().wait()\n    except asyncio.CancelledError:\n"
        "        seen.append(1)\n        raise"
    )
    adapter: Any = Registry().adapter("python", {"call": f"{name}:answer"})

    async def leave() -> None:
        task = asyncio.create_task(adapter.respond(request_for()))
        for _ in range(5):
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(leave())

    assert sys.modules[name].seen == [1]


# --- classes ---------------------------------------------------------------------------------


COUNTER = """
class Bot:
    def __init__(self):
        self.said = []

    {define} __call__(self, prompt: str, session):
        self.said.append(prompt)
        {give} f"{{session}}: {{' '.join(self.said)}}"
"""


@pytest.mark.parametrize(
    ("define", "give"), [("def", "return"), ("async def", "return"), ("def", "yield")]
)
def test_of_a_class_each_conversation_has_an_object_of_its_own(
    module: Any, request_for: Any, define: str, give: str
) -> None:
    name = module(COUNTER.format(define=define, give=give))
    adapter: Any = Registry().adapter("python", {"call": f"{name}:Bot"})
    said = [("a", "one"), ("b", "x"), ("a", "two")]

    async def talk() -> list[str]:
        return [(await adapter.respond(request_for(p, session=s))).text for s, p in said]

    assert asyncio.run(talk()) == ["a: one", "b: x", "a: one two"]


def test_a_class_that_cannot_be_made_is_an_error_of_that_trial(module: Any, ask: Any) -> None:
    source = (
        "class Bot:\n    def __init__(self):\n        raise OSError('no database')\n\n"
        "    def __call__(self, prompt):\n        return prompt\n"
    )

    with pytest.raises(AdapterError, match="OSError: no database") as caught:
        ask("python", {"call": f"{module(source)}:Bot"})

    assert not caught.value.fatal


def test_conversations_of_long_ago_are_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(callables, "MOST_SESSIONS", 2)
    instances = callables.Instances(object)

    first, _, again, _ = (instances.of(session) for session in ("a", "b", "a", "c"))

    assert first is again is instances.of("a")
    assert len(instances._made) == 2
