"""The recorded replies as datasets, recordings and suites.

The rows are other people's texts: they go into temporary folders and nowhere else.
"""

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_SUITE = """\
suite: {name}
adapter: {adapter}
cases:
  - id: q
    dataset: ../data/{collection}.jsonl
    prompt: "{{{{ prompt }}}}"
    references: "{{{{ references }}}}"
    expect:
      - {check}
"""


@dataclass(frozen=True, slots=True)
class Collection:
    """The same prompts, answered by several systems."""

    name: str
    systems: tuple[str, ...]
    before: str
    """The system that becomes the baseline."""
    after: str
    """The system that is held against it, and known to be worse."""
    check: str
    """The check on the references, as it stands in the suite."""
    records: Sequence[Mapping[str, Any]]
    """`id`, `prompt`, `references`, `outputs`, and `human` where people judged."""
    full_form: bool = False
    """Write recordings in the form of --llmeval-record instead of the simple one."""

    def rows(self) -> list[dict[str, Any]]:
        """Return the rows of the dataset."""
        return [{key: row[key] for key in ("id", "prompt", "references")} for row in self.records]

    def recordings(self, system: str) -> Iterator[dict[str, Any]]:
        """Yield the lines of a system's recording."""
        for row in self.records:
            reply = row["outputs"][system]
            if self.full_form:
                message = {"role": "user", "content": row["prompt"]}
                yield {"request": {"messages": [message]}, "reply": {"text": reply}}
            else:
                yield {"prompt": row["prompt"], "reply": reply}

    def suite(self, name: str, adapter: str) -> str:
        """Return the suite's text."""
        return _SUITE.format(name=name, adapter=adapter, collection=self.name, check=self.check)

    def human(self, system: str) -> dict[str, int]:
        """Return row -> 1 or 0 as people judged; empty where nobody did."""
        return {row["id"]: row["human"][system] for row in self.records if "human" in row}


def trivia(folder: Path) -> Collection:
    """Return the questions with short reference answers and people's verdicts.

    `factuality` with its own threshold, which knows none of these replies. `recorded.py --checks`
    shows what other checks and thresholds give.
    """
    records = [
        {**row, "prompt": row["question"], "references": _usable(row["references"])}
        for row in _read(folder / "qa_trivia_5_systems.jsonl.gz")
    ]
    return Collection(
        name="trivia",
        systems=tuple(records[0]["outputs"]),
        before="gpt4",
        after="gpt35",
        check="factuality: {against: reference}",
        records=records,
    )


def instructions(folder: Path) -> Collection:
    """Return the instructions with an expert's answer each; nobody judged the replies.

    `ratio` at 0.4 says how much a reply reads like the expert's. It orders the three versions by
    age, but it is no judge of quality: an equally good answer in other words fails.
    """
    records = [
        {
            **row,
            "prompt": "\n\n".join(filter(str.strip, (row["instruction"], row["input"]))),
            "references": [row["reference"]],
        }
        for row in _read(folder / "instructions_4_models.jsonl.gz")
    ]
    return Collection(
        name="instructions",
        systems=tuple(records[0]["outputs"]),
        before="text-davinci-003",
        after="text-davinci-002",
        check='similar: {to: "{{ references }}", method: ratio, min: 0.4}',
        records=records,
        full_form=True,
    )


def _usable(references: Sequence[str]) -> list[str]:
    # A few aliases are nothing but signs; normalised they are empty, and similar to anything.
    return [text for text in references if any(sign.isalnum() for sign in text)]


def _read(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]
