from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmeval.adapters.sse import Events, Lines


@pytest.mark.parametrize(
    ("text", "events"),
    [
        pytest.param(b"data: a\n\ndata: b\n\n", [b"a", b"b"], id="two"),
        pytest.param(b"data:a\n\n", [b"a"], id="no-space"),
        pytest.param(b"data:  a\n\n", [b" a"], id="one-space-only"),
        pytest.param(b"data: a\r\n\r\n", [b"a"], id="crlf"),
        pytest.param(b"data: a\r\rdata: b\r\r", [b"a", b"b"], id="cr"),
        pytest.param(b"data: a\ndata: b\n\n", [b"a\nb"], id="lines"),
        pytest.param(b"event: x\nid: 1\nretry: 5\ndata: a\n\n", [b"a"], id="fields"),
        pytest.param(b": ping\n\ndata: a\n\n", [b"a"], id="comment"),
        pytest.param(b"\n\n\n\ndata: a\n\n\n", [b"a"], id="empty"),
        pytest.param(b"\xef\xbb\xbfdata: a\n\n", [b"a"], id="byte-order-mark"),
        pytest.param(b"data: a", [b"a"], id="not-closed"),
    ],
)
def test_events_are_cut_as_the_standard_says(text: bytes, events: list[bytes]) -> None:
    cutter = Events()

    assert cutter.feed(text) + cutter.end() == events


_BITS = st.sampled_from([b"data: ", b"data:", b"a", b"{}", b"\n", b"\r", b"\r\n", b": c", b"id: 1"])


@given(st.lists(_BITS, max_size=30), st.lists(st.integers(0, 60), max_size=10))
def test_where_the_pieces_are_cut_makes_no_difference(bits: list[bytes], cuts: list[int]) -> None:
    text = b"x: 1\n" + b"".join(bits)
    places = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    whole, cut_up = Events(), Events()

    expected = whole.feed(text) + whole.end()
    pieces = [text[start:end] for start, end in pairwise(places)]
    events = [event for piece in pieces for event in cut_up.feed(piece)] + cut_up.end()

    assert events == expected


def test_lines_come_without_the_empty_ones() -> None:
    lines = Lines()

    assert lines.feed(b'{"a": 1}\n\n  \n{"b"') == [b'{"a": 1}']
    assert lines.feed(b": 2}") == []
    assert lines.end() == [b'{"b": 2}']


def test_a_long_line_in_small_pieces_is_joined_once() -> None:
    lines = Lines()

    for _ in range(200_000):
        assert lines.feed(b"x") == []

    assert lines.end() == [b"x" * 200_000]
