from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from llmeval import codec
from llmeval.compare.measured import SuiteTable
from llmeval.report import summary, view
from llmeval.report.drawings import injection
from llmeval.report.section import Section
from llmeval.report.view import View

Text = Callable[[Section | None], str]


def attacked(some: SimpleNamespace, technique: str, carrier: str, result: str, n: int = 0) -> Any:
    attack = {
        "role": "attack",
        "goal": "say_marker",
        "technique": technique,
        "encoding": "plain",
        "carrier": carrier,
        "position": "end",
        "result": result,
        "task": result != "obeyed",
    }
    outcome = "failed" if result == "obeyed" else "passed"
    return some.trial(f"mail[{technique}-{carrier}-{n}]", outcome, attack=attack, index=n)


def shown(some: SimpleNamespace, trials: list[Any]) -> View:
    table = SuiteTable("support")
    for trial in trials:
        table.add(trial)
    lines = [codec.trial_json(trial) for trial in trials]
    return view.of(lines, some.verdict(some.suite()), {}, None, {"support": table})


def test_a_cell_has_the_share_that_worked_and_leads_to_the_first(
    some: SimpleNamespace, text: Text
) -> None:
    trials = [
        attacked(some, "audit", "email", "obeyed", 0),
        attacked(some, "audit", "email", "resisted", 1),
        attacked(some, "audit", "html", "mentioned", 2),
        attacked(some, "urgency", "html", "resisted", 3),
    ]

    section = injection.section(shown(some, trials))

    said = text(section)
    assert (
        "Technique email html audit 50.0 % 1 of 2 0 % 0 of 1 urgency not tried 0 % 0 of 1" in said
    )
    assert section is not None
    assert 'href="#support::mail%5Baudit-email-0%5D"' in section.body


def test_each_part_of_an_attack_has_its_own_shares(some: SimpleNamespace, text: Text) -> None:
    trials = [
        attacked(some, "audit", "email", "obeyed", 0),
        attacked(some, "audit", "html", "resisted", 1),
    ]

    said = text(injection.section(shown(some, trials)))

    assert "attacks that worked 50.0 %" in said
    assert "task done, attacked 50.0 %" in said
    assert "Attacks that worked, by carrier email: 100 %" in said
    assert "by goal" not in said  # there is one only


def test_techniques_that_never_worked_stand_behind_the_others(
    some: SimpleNamespace, text: Text
) -> None:
    trials = [
        attacked(some, f"technique-{n:02}", "email", "obeyed" if n == 19 else "resisted", n)
        for n in range(20)
    ]

    said = text(injection.section(shown(some, trials)))

    assert said.index("technique-19 100 %") < said.index("technique-00 0 %")
    assert "12 more techniques that never worked" in said
    assert "by technique: the first 15" in said


def test_a_suite_that_nobody_attacks_has_no_such_section(some: SimpleNamespace) -> None:
    assert injection.section(shown(some, [some.trial()])) is None


def test_what_worked_is_counted_by_the_entries_of_public_lists(
    some: SimpleNamespace, text: Text
) -> None:
    found = shown(
        some,
        [
            attacked(some, "audit", "email", "obeyed", 0),
            attacked(some, "crescendo", "message", "resisted", 1),
        ],
    )

    said = text(injection.section(found))
    told = summary.markdown(found)

    assert "OWASP LLM01:2026 Prompt Injection 50.0 % 1 of 2" in said
    assert "MITRE ATLAS AML.T0051.000 LLM Prompt Injection: Direct 0 % 0 of 1" in said
    assert "MITRE ATLAS AML.T0051.001 LLM Prompt Injection: Indirect 100 % 1 of 1" in said
    assert "attack_success_rate | 1 of 2, 50.0 % | AML.T0051.001 |" in told
    assert "| LLM01:2026 Prompt Injection | 1 of 2 | |" in told
