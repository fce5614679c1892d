"""Every part of an attack stands in a public list."""

import pytest

from llmeval.attacks import lists
from llmeval.attacks.goals import GOALS
from llmeval.attacks.pursuit import STYLES
from llmeval.attacks.techniques import TECHNIQUES
from llmeval.cli import main


@pytest.mark.parametrize(
    "technique", [*TECHNIQUES.values(), *STYLES.values()], ids=lambda t: t.name
)
@pytest.mark.parametrize("carrier", ["message", "email"])
def test_every_technique_has_entries_of_both_lists(technique: object, carrier: str) -> None:
    name = technique.name  # type: ignore[attr-defined]
    attack = {"technique": name, "carrier": carrier, "encoding": "plain"}

    assert lists.owasp(attack) == ("LLM01",)
    assert lists.atlas(attack)
    assert set(lists.atlas(attack)) <= set(lists.ATLAS)


@pytest.mark.parametrize("name", GOALS)
def test_every_goal_has_entries_of_both_lists(name: str) -> None:
    assert GOALS[name].owasp in lists.OWASP
    assert GOALS[name].atlas in lists.ATLAS


def test_an_attack_stands_under_what_it_wants_and_how_it_comes() -> None:
    attack = {
        "goal": "leak_system",
        "technique": "persona",
        "encoding": "base64",
        "carrier": "email",
    }

    assert lists.owasp(attack) == ("LLM01", "LLM08")
    assert lists.atlas(attack)[0] == "AML.T0051.001"
    assert {"AML.T0056", "AML.T0068"} <= set(lists.atlas(attack))


def test_a_text_of_ones_own_is_an_injection() -> None:
    attack = {"goal": "own", "technique": "own-1", "encoding": "plain", "carrier": "message"}

    assert lists.owasp(attack) == ("LLM01",)
    assert lists.atlas(attack) == ("AML.T0051.000",)


def test_an_entry_is_told_with_its_edition_and_name() -> None:
    assert lists.named("LLM08") == "LLM08:2026 Hidden Context Exposure"
    assert lists.named("AML.T0057") == "AML.T0057 LLM Data Leakage"


def test_the_command_lists_every_part(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["attack", "--list"]) == 0

    shown = capsys.readouterr().out.splitlines()
    names = [line.split()[0] for line in shown[:-1]]
    assert names == [*TECHNIQUES, *STYLES, *GOALS]
    assert shown[-1] == "lists: OWASP Top 10 for LLM Applications 2026, MITRE ATLAS 5.6"
    assert "LLM01:2026 Prompt Injection, AML.T0054 LLM Jailbreak" in shown[names.index("crescendo")]
