"""People's verdicts on replies: files of labels, and the key `labels` of `gate`."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from llmeval.errors import SuiteError
from llmeval.records import Label
from llmeval.suite.dataset import rows
from llmeval.suite.kinds import Schema
from llmeval.suite.node import Items, Node, Scalar, Table
from llmeval.suite.problems import Problems, Stop
from llmeval.suite.reader import BAD, Bad, Reader
from llmeval.suite.structures import ENDINGS, DatasetDraft

_WORDS: Mapping[str, bool] = {
    **dict.fromkeys(("passed", "pass", "true", "yes", "right", "correct", "good", "ok", "1"), True),
    **dict.fromkeys(("failed", "fail", "false", "no", "wrong", "incorrect", "bad", "0"), False),
}
_EXPECTED = "expected passed or failed"


def read_labels(path: Path, shown: str) -> tuple[Label, ...]:
    """Return the labels of a CSV, JSON Lines, JSON or YAML file, in file order.

    A row has `verdict`, and `case` or `reply` or both; `suite`, `trial`, `metric`, `digest`, `note`
    and `by` may stand beside. Rows without a verdict are left out.

    Raises:
        SuiteError: The file cannot be read, or rows are no labels; names each line.
    """
    return tuple(label for label, _ in read_rows(path, shown))


def read_rows(path: Path, shown: str) -> list[tuple[Label, Mapping[str, Any]]]:
    """Return the labels of a file, each with the row it comes from; see `read_labels`.

    Raises:
        SuiteError: The file cannot be read, or rows are no labels; names each line.
    """
    problems = Problems(shown)
    if path.suffix.lower() not in ENDINGS:
        problems.add_line(0, 0, f"expected a file of labels, one of {', '.join(ENDINGS)}")
        raise SuiteError(problems.found)
    found: list[tuple[Label, Mapping[str, Any]]] = []
    try:
        draft = DatasetDraft(0, path, {"path": shown, "delimiter": _delimiter(path)})
        for row in rows(draft, problems):
            label = _label(row.values, row.line, problems, shown)
            if label is not None:
                found.append((label, row.values))
    except Stop:
        pass
    if len(problems):
        raise SuiteError(problems.found)
    return found


def _delimiter(path: Path) -> str | None:
    """Return what separates the columns, as spreadsheets of many countries write semicolons."""
    if path.suffix.lower() != ".csv":
        return None
    try:
        with path.open(encoding="utf-8", errors="replace") as lines:
            header = lines.readline()
    except OSError:
        return None
    return max(",;\t|", key=header.count)


def _label(values: Mapping[str, Any], line: int, problems: Problems, file: str) -> Label | None:
    known = len(problems)
    verdict = _verdict(values.get("verdict"), line, problems)
    if "verdict" not in values:
        problems.add_line(line, 0, "verdict is missing; a label says what people find")
    trial = _trial(values.get("trial"), line, problems)
    texts = {name: _text(values, name, line, problems) for name in ("case", "reply", "metric")}
    if values.get("case") in (None, "") and texts["reply"] is None:
        problems.add_line(line, 0, "case is missing; a label says which case it is about")
    if len(problems) > known or verdict is None:
        return None
    return Label(
        case=texts["case"] or "",
        passed=verdict,
        metric=texts["metric"] or None,
        trial=trial,
        reply=texts["reply"],
        digest=_text(values, "digest", line, problems) or None,
        suite=_text(values, "suite", line, problems) or None,
        file=file,
        line=line,
    )


def _verdict(value: Any, line: int, problems: Problems) -> bool | None:
    """Return what people found; None where they found nothing yet."""
    if isinstance(value, bool):
        return value
    word = str(value).strip().casefold() if value is not None else ""
    if word and word not in _WORDS:
        problems.add_line(line, 0, f"verdict: {_EXPECTED}, found {value!r}")
    return _WORDS.get(word)


def _trial(value: Any, line: int, problems: Problems) -> int | None:
    if value is None or value == "":
        return None
    if isinstance(value, str) and value.strip().isdecimal():
        value = int(value)
    if type(value) is not int or value < 1:
        problems.add_line(line, 0, f"trial: expected a whole number from 1 on, found {value!r}")
        return None
    return value


def _text(values: Mapping[str, Any], name: str, line: int, problems: Problems) -> str | None:
    value = values.get(name)
    if value is not None and not isinstance(value, str):
        problems.add_line(line, 0, f"{name}: expected text, found {value!r}")
        return None
    return value


# --- the key of `gate` -----------------------------------------------------------------------


BESIDE = "labels"
"""Name of the file of all suites of a folder; `SUITE.labels` is one's own."""


class Labels(Struct, frozen=True):
    """True: the file beside the suite; or a path, a list of paths, or metrics with a path each."""

    def read(self, node: Node, key: str, reader: Reader) -> Any:
        """Return a tuple of Label."""
        if isinstance(node, Scalar) and isinstance(node.value, bool):
            return _beside(node, key, reader) if node.value else ()
        found: list[Label] = []
        for metric, place in _paths(node):
            if not isinstance(place, Scalar):
                return reader.expected(
                    place, key, "true, or the path of a file of labels, such as labels.csv"
                )
            labels = _of_file(metric, place, key, reader)
            if isinstance(labels, Bad):
                return BAD
            found += labels
        return tuple(found)

    def schema(self) -> Schema:
        """Return the JSON Schema."""
        path = {"type": "string"}
        return {
            "anyOf": [
                path,
                {"type": "boolean"},
                {"type": "array", "items": path},
                {"type": "object", "additionalProperties": path},
            ]
        }


def _paths(node: Node) -> Iterator[tuple[str | None, Node]]:
    """Yield the places of paths, each with the metric of rows that name none."""
    if isinstance(node, Items):
        yield from ((None, item) for item in node.items)
    elif isinstance(node, Table):
        yield from node.entries.items()
    else:
        yield None, node


def _beside(node: Scalar, key: str, reader: Reader) -> Any:
    """Return the labels of the file that lies beside the suite by convention."""
    own = f"{reader.files.suite}.{BESIDE}"
    for name in (own, BESIDE):
        for ending in ENDINGS:
            if reader.files.exists(f"{name}{ending}"):
                found = _of_file(None, Scalar(f"{name}{ending}", node.at, None), key, reader)
                return BAD if isinstance(found, Bad) else tuple(found)
    return reader.wrong(
        node.at,
        f"{key}: expected {own}.jsonl or {BESIDE}.jsonl (or {', '.join(ENDINGS)}) beside the "
        "suite, found neither; the report's *Save labels* writes one, or write its path",
    )


def _of_file(metric: str | None, node: Node, key: str, reader: Reader) -> list[Label] | Bad:
    shown = reader.word(node, key, "the path of a file of labels")
    if isinstance(shown, Bad):
        return BAD
    path = reader.files.resolve(shown, node.at, key, reader.problems)
    if isinstance(path, Bad):
        return BAD
    try:
        labels = read_labels(path, shown)
    except SuiteError as error:
        for problem in error.problems:
            reader.wrong(node.at, f"{key}: {problem}")
        return BAD
    if not labels:
        text = "no row has a verdict; fill in `verdict`, or take the file out of `labels`"
        return reader.wrong(node.at, f"{key}: {shown}: {text}")
    return [label if label.metric or not metric else _about(label, metric) for label in labels]


def _about(label: Label, metric: str) -> Label:
    from msgspec.structs import replace

    return replace(label, metric=metric)
