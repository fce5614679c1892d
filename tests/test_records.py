"""Records are structs, and look like dataclasses to who asks."""

import dataclasses
import pickle

import pytest

from llmeval.records import Message, Reply, Timing


def test_a_plug_in_may_treat_a_record_as_a_dataclass() -> None:
    reply = Reply(text="yes", timing=Timing(total_s=1.5))

    changed = dataclasses.replace(reply, text="no")

    assert (changed.text, changed.timing.total_s) == ("no", 1.5)
    assert dataclasses.asdict(reply)["timing"]["total_s"] == 1.5
    assert "text" in {field.name for field in dataclasses.fields(Reply)}


def test_a_record_cannot_be_changed() -> None:
    message = Message(role="user", content="Hi")

    with pytest.raises(AttributeError):
        message.content = "Bye"  # type: ignore[misc]  # that is what is tested


def test_a_record_crosses_processes() -> None:
    reply = Reply(text="yes", timing=Timing(total_s=1.5))

    assert pickle.loads(pickle.dumps(reply)) == reply
