from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from llmeval.records import Reply, Timing
from llmeval.report.drawings import steps
from llmeval.report.section import Section

Text = Callable[[Section | None], str]

ASKED = {"kind": "llm", "name": "small-1", "start_s": 0.0, "duration_s": 0.2}
SEARCHED = {"kind": "retrieval", "name": "search", "start_s": 0.2, "duration_s": 0.1}


def stepped(some: SimpleNamespace, case: str, *found: dict[str, Any], **other: Any) -> Any:
    reply = Reply(text="yes", steps=found, timing=Timing(total_s=0.4))
    return some.trial(case, reply=reply, **other)


def test_steps_are_listed_by_the_time_they_took(some: SimpleNamespace, text: Text) -> None:
    tokens = {"input_tokens": 90, "output_tokens": 10}
    trials = [
        stepped(some, "a", SEARCHED, {**ASKED, **tokens}),
        stepped(some, "b", SEARCHED, {**ASKED, **tokens}),
    ]

    said = text(steps.section(some.view(trials)))

    assert "small-1 llm 1 200 ms 200 ms 50.0 % 100 0 search retrieval 1 100 ms" in said
    assert "2 replies told their steps. Most frequent ways: retrieval → llm (2)." in said


def test_slow_and_failed_replies_are_drawn_with_a_link(some: SimpleNamespace) -> None:
    trials = [stepped(some, f"c{n}", ASKED) for n in range(5)]
    trials.append(stepped(some, "broken", ASKED, outcome="failed"))

    section = steps.section(some.view(trials))

    assert section is not None
    assert section.body.count("<svg") == 4
    assert 'href="#support::broken"' in section.body


def test_a_reply_that_is_slow_and_failed_is_drawn_once(some: SimpleNamespace) -> None:
    section = steps.section(some.view([stepped(some, "a", ASKED, outcome="failed")]))

    assert section is not None
    assert section.body.count("<svg") == 1


def test_replies_without_steps_make_no_section(some: SimpleNamespace) -> None:
    assert steps.section(some.view([some.trial()])) is None


def test_long_lists_say_what_is_missing(some: SimpleNamespace, text: Text) -> None:
    named = ({**ASKED, "name": f"call-{n}"} for n in range(300))

    said = text(steps.section(some.view([stepped(some, "a", *named)])))

    assert "The 40 of 300 that took most are listed." in said
    assert "100 more steps in results.jsonl." in said


def test_hostile_steps_stay_texts(some: SimpleNamespace, hostile: tuple[str, ...]) -> None:
    found = ({**ASKED, "name": text, "kind": text, "error": text} for text in hostile)

    section = steps.section(some.view([stepped(some, hostile[0], *found)]))

    assert section is not None
    for opened in ("<script", "<img", "<iframe", "<a href='", "<style", "<!--"):
        assert opened not in section.body
