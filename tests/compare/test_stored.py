"""The file of a baseline: its form, and every way in which it can be wrong."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmeval.compare import stored, stored_reader
from llmeval.compare.stored import StoredCase, StoredHeader, StoredRun, StoredTrial
from llmeval.errors import StoredFileError

GOLDEN = Path(__file__).parent / "golden" / "baseline.jsonl"
CONFLICT = (
    "merge-conflict marker; take one side (`git checkout --ours` or `--theirs`), or "
    "delete the file and accept a run again"
)
NEWER = (
    "format 'llmeval-baseline/2' is newer than 'llmeval-baseline/1', the newest known here: "
    "upgrade llmeval"
)
OLDER = (
    "format 'llmeval-baseline/0' is older than 'llmeval-baseline/1': "
    "delete the file and accept a run again"
)
RESTORE = "restore the file from version control, or delete it and accept a run again"

HEADER = StoredHeader(
    suite="bot",
    path="suites/bot.eval.yaml",
    cases=2,
    runs=(
        StoredRun(
            number=1,
            run="20261120-080000-ab12",
            started="2026-11-20T08:00:00+00:00",
            accepted="2026-11-20T09:00:00+00:00",
            git={"sha": "abc123", "branch": "main", "dirty": False},
            environment="0f0f0f0f",
            trials=4,
            errors=1,
            times={"latency": {"refund[de]": (0.5123, None)}},
        ),
    ),
    adapters={"app": {"type": "http", "model": "small"}},
    models=("small-2026-01",),
    scorers={"contains": "1", "label": "2"},
    environment={"python": "3.11.7"},
)
CASES = (
    StoredCase(
        case="refund[de]",
        adapter="app",
        variant="candidate",
        fingerprint={"input": "11", "checks": "22"},
        severity="critical",
        tags=("returns", "smoke"),
        need=(2, 3),
        trials=(
            StoredTrial(
                run=1,
                trial=1,
                outcome="passed",
                scores={"grounded": 0.8125, "contains": 1.0},
                figures={"tokens": 21, "cost": 2.5e-06},
                reply="30 Tage — „ja“ \u2028 \ud800 <b>",
            ),
            StoredTrial(
                run=1,
                trial=2,
                outcome="failed",
                scores={"grounded": 0.41, "contains": 0.0},
                failed=("contains", "grounded"),
                warned=("grounded",),
                labels={"label": ("spam", None)},
                reply="",
            ),
        ),
    ),
    StoredCase(
        case="faq",
        adapter="app",
        xfail=True,
        trials=(StoredTrial(run=1, trial=1, outcome="failed", failed=("contains",)),),
    ),
)


def lines(path: Path) -> list[Any]:
    return list(stored_reader.read(path))


def test_the_file_is_as_documented(tmp_path: Path) -> None:
    path = tmp_path / "bot.jsonl"

    stored.write(path, HEADER, CASES)

    assert path.read_bytes().decode() == GOLDEN.read_bytes().decode()


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "bot.jsonl"

    stored.write(path, HEADER, CASES)

    assert lines(path) == [HEADER, *sorted(CASES, key=lambda case: case.case)]


TEXT = st.text(max_size=20)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
TRIALS = st.builds(
    StoredTrial,
    run=st.just(1),
    trial=st.integers(1, 99),
    outcome=st.sampled_from(["passed", "failed"]),
    scores=st.dictionaries(TEXT, NUMBERS, max_size=3),
    labels=st.dictionaries(TEXT, st.tuples(TEXT, st.none() | TEXT), max_size=2),
    figures=st.dictionaries(st.sampled_from(["tokens", "cost"]), NUMBERS),
    reply=st.none() | st.text(alphabet=st.characters()),
)
STORED = st.builds(
    StoredCase,
    case=st.text(min_size=1, max_size=20),
    adapter=TEXT,
    variant=st.none() | st.text(min_size=1, max_size=5),
    fingerprint=st.dictionaries(TEXT, st.text(min_size=1, max_size=16), max_size=4),
    severity=st.sampled_from(["critical", "normal", "warn"]),
    tags=st.lists(TEXT, max_size=2).map(tuple),
    xfail=st.booleans(),
    need=st.floats(0, 1) | st.tuples(st.integers(0, 9), st.integers(1, 9)),
    trials=st.lists(TRIALS, max_size=3).map(tuple),
)


@settings(deadline=None, max_examples=60)
@given(st.lists(STORED, max_size=4, unique_by=lambda case: case.case))
def test_writing_and_reading_is_the_identity_for_any_text(
    tmp_path_factory: Any, cases: list[StoredCase]
) -> None:
    path = tmp_path_factory.mktemp("stored") / "bot.jsonl"
    header = StoredHeader(suite="bot", cases=len(cases), runs=(StoredRun(number=1, run="r"),))

    stored.write(path, header, cases)

    assert lines(path) == [header, *sorted(cases, key=lambda case: case.case)]


def test_case_lines_hold_no_times_and_no_host_data(tmp_path: Path) -> None:
    stored.write(tmp_path / "bot.jsonl", HEADER, CASES)

    body = (tmp_path / "bot.jsonl").read_text("utf-8").splitlines()[1:]

    assert not any("2026-" in line or "3.11.7" in line for line in body)


def test_a_failed_write_leaves_the_old_file_and_no_litter(tmp_path: Path) -> None:
    path = tmp_path / "bot.jsonl"
    path.mkdir()

    with pytest.raises(StoredFileError) as caught:
        stored.write(path, HEADER, CASES)

    assert str(caught.value).startswith(f"{path}: cannot be written: ")
    assert [entry.name for entry in tmp_path.iterdir()] == ["bot.jsonl"]


def test_a_file_in_the_folders_place_is_one_message(tmp_path: Path) -> None:
    (tmp_path / "baselines").write_text("not a folder", encoding="utf-8")

    with pytest.raises(StoredFileError) as caught:
        stored.write(tmp_path / "baselines" / "bot.jsonl", HEADER, CASES)

    assert "bot.jsonl: cannot be written: " in str(caught.value)


def test_a_mark_at_the_start_and_windows_line_ends_are_tolerated(tmp_path: Path) -> None:
    path = tmp_path / "bot.jsonl"
    text = GOLDEN.read_text("utf-8").replace("\n", "\r\n")
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())

    assert lines(path) == lines(GOLDEN)


RUNS = '[{"number": 1, "run": "r"}]'
FIRST = f'{{"format": "llmeval-baseline/1", "suite": "bot", "cases": 1, "runs": {RUNS}}}'
CASE = '{"case": "a", "trials": [{"run": 1, "trial": 1, "outcome": "passed"}]}'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", f": is empty; {RESTORE}"),
        ("\n \n", f": is empty; {RESTORE}"),
        ("{", f":1: is not valid JSON; {RESTORE}"),
        ("[1]", f":1: expected an object, found list; {RESTORE}"),
        (
            '{"format": "llmeval-baseline/2"}',
            f":1: {NEWER}",
        ),
        (
            '{"format": "llmeval-baseline/0"}',
            f":1: {OLDER}",
        ),
        (
            '{"format": "llmeval-run/1"}',
            ":1: is not a baseline: format is 'llmeval-run/1', expected 'llmeval-baseline/1'",
        ),
        ("{}", ":1: is not a baseline: format is None, expected 'llmeval-baseline/1'"),
        (FIRST.replace('"bot"', '"shop"'), ":1: is the baseline of suite 'shop', expected 'bot'"),
        (FIRST.replace('"suite": "bot", ', ""), f":1: suite is missing; {RESTORE}"),
        (
            FIRST.replace('"cases": 1', '"cases": "1"'),
            f":1: cases: expected a whole number, found '1'; {RESTORE}",
        ),
        (
            FIRST.replace('"run": "r"', '"run": "r", "latency_s": {"a": "fast"}'),
            f":1: times of 'a': expected numbers, found 'fast'; {RESTORE}",
        ),
        (
            FIRST.replace(RUNS, "[7]"),
            f":1: runs: expected objects, found 7; {RESTORE}",
        ),
        (
            FIRST,
            ": the first line says cases: 1, found 0: cut off or edited by hand; " + RESTORE,
        ),
        (
            f"<<<<<<< HEAD\n{FIRST}\n=======\n{FIRST}\n>>>>>>> theirs\n",
            f":1: {CONFLICT}",
        ),
        (
            f"{FIRST}\n{CASE}\n=======\n",
            f":3: {CONFLICT}",
        ),
        (f"{FIRST}\n{CASE[:-20]}", f":2: is not valid JSON; {RESTORE}"),
        (f"{FIRST}\n{CASE}\n{CASE}", f":3: case 'a' stands in line 2 already; {RESTORE}"),
        (
            f"{FIRST}\n{CASE.replace('passed', 'pass')}",
            ":2: case 'a': outcome: expected one of passed, failed, found 'pass'; " + RESTORE,
        ),
        (
            f"{FIRST}\n" + CASE.replace('"run": 1', '"run": 2'),
            f":2: case 'a': run 2 is not among the runs of the first line; {RESTORE}",
        ),
        (f'{FIRST}\n{{"case": "a"}}', f":2: case 'a': trials is missing; {RESTORE}"),
        (
            f'{FIRST}\n{{"case": "a", "trials": ["p"]}}',
            f":2: case 'a': trials: expected objects, found 'p'; {RESTORE}",
        ),
        (
            f"{FIRST}\n" + CASE.replace('"trial": 1', '"trial": 1, "scores": {"contains": "1"}'),
            f":2: case 'a': contains: expected a number, found '1'; {RESTORE}",
        ),
        (
            f"{FIRST}\n" + CASE.replace('"trial": 1', '"trial": 1, "labels": {"label": "x"}'),
            f":2: case 'a': labels: expected two texts, found 'x'; {RESTORE}",
        ),
        (
            f"{FIRST}\n" + CASE.replace('"case": "a"', '"case": "a", "min_trial_pass_rate": "2/3"'),
            f":2: case 'a': min_trial_pass_rate: expected a share, found '2/3'; {RESTORE}",
        ),
        (
            f"{FIRST}\n" + CASE.replace('"case": "a"', '"case": "a", "weight": 0'),
            f":2: case 'a': weight: expected a number above 0, found 0; {RESTORE}",
        ),
        (
            f"{FIRST}\n" + CASE.replace('"trial": 1', '"trial": -1'),
            f":2: case 'a': Expected `int` >= 0 - at `$.trial`; {RESTORE}",
        ),
        (
            f"{FIRST}\n" + CASE.replace('"trial": 1', '"trial": 1, "reply": 7'),
            f":2: case 'a': Expected `str | null`, got `int` - at `$.reply`; {RESTORE}",
        ),
        (
            f"{FIRST}\n" + CASE.replace('"case": "a"', '"case": "a", "fingerprint": {"input": 1}'),
            f":2: case 'a': Expected `str`, got `int` - at `$.fingerprint[...]`; {RESTORE}",
        ),
        (
            f"{FIRST}\n" + CASE.replace('"trial": 1', '"trial": 1, "scores": {"contains": NaN}'),
            f":2: is not valid JSON; {RESTORE}",
        ),
        (f'{FIRST}\n{{"case": 7, "trials": []}}', f":2: case: expected a text, found 7; {RESTORE}"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "bot.jsonl"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(StoredFileError) as caught:
        list(stored_reader.read(path, "bot"))

    assert str(caught.value) == f"{path}{message}"


def test_a_file_that_is_not_text_says_so(tmp_path: Path) -> None:
    path = tmp_path / "bot.jsonl"
    path.write_bytes(b"\xff\xfe{\x00")

    with pytest.raises(StoredFileError) as caught:
        lines(path)

    assert str(caught.value) == f"{path}: is not UTF-8 text; {RESTORE}"


def test_a_file_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    with pytest.raises(StoredFileError) as caught:
        lines(tmp_path)

    assert str(caught.value) == f"{tmp_path}: cannot be read: Is a directory"
