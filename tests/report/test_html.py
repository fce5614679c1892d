import base64
import hashlib
import json
import random
import re
import zlib
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from llmeval import codec
from llmeval.records import Exchange, MetricVerdict, Reply, RunHeader
from llmeval.report import frame, html, view
from llmeval.report.view import View


class Parsed(HTMLParser):
    """Elements, their attributes and the texts of scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.raw: list[tuple[dict[str, str | None], str]] = []
        self.text = ""
        self._open: str | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._open = tag

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 - the base class's signature
        self._open = None

    def handle_data(self, data: str) -> None:
        if self._open in ("script", "style"):
            self.raw.append((self.elements[-1][1], data))
        else:
            self.text += data


def unpacked(parsed: Parsed) -> list[Any]:
    """Return the data of a page: the index, then each block of texts."""
    data = [text for found, text in parsed.raw if found.get("type") == "text/plain"]
    return [json.loads(zlib.decompress(base64.b64decode(text, validate=True))) for text in data]


def test_verdict_and_what_to_do_come_before_anything_else(regression: View) -> None:
    text = Parsed(html.render(regression).partition("<main>")[2]).text

    places = [
        text.index(part)
        for part in ("1 of 4 cases broke", "What to do next", "Suite", "What broke", "Figures")
    ]
    assert places == sorted(places)


def test_failures_stand_on_the_page_without_scripts(regression: View) -> None:
    page = html.render(regression)
    without = re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)

    for part in ("refund", "warranty", "old-code", "no reply within 30 s", "<ins>14</ins>"):
        assert part in without
    assert "voucher" not in without


def test_the_policy_allows_our_script_and_style_and_nothing_else(regression: View) -> None:
    parsed = Parsed(html.render(regression))

    policy = next(found["content"] for tag, found in parsed.elements if "http-equiv" in found)
    run = [text for found, text in parsed.raw if found.get("type") != "text/plain"]
    hashes = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in run]
    assert policy is not None
    assert policy.startswith("default-src 'none';")
    assert re.findall(r"sha256-([\w+/=]+)", policy) == hashes[::-1]
    assert "unsafe" not in policy


def test_nothing_is_fetched(regression: View) -> None:
    parsed = Parsed(html.render(regression))

    links = {found.get("src") or found.get("href") for _, found in parsed.elements}
    assert {link for link in links if link and not link.startswith("#")} == {"data:,"}
    assert not any("style" in found for _, found in parsed.elements)
    for part in (*(frame.asset(f"{name}.js") for name in html.SCRIPTS), frame.asset("report.css")):
        assert "://" not in part
        assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(", part)


def test_hostile_texts_add_no_element(hostile_view: View, regression: View) -> None:
    ours = {tag for tag, _ in Parsed(html.render(regression)).elements}
    page = html.render(hostile_view)

    parsed = Parsed(page)

    assert {tag for tag, _ in parsed.elements} <= ours | {"ul", "li", "details", "summary", "pre"}
    assert not any(name.startswith("on") for _, found in parsed.elements for name in found)
    assert sum(tag == "script" for tag, _ in parsed.elements) == 4  # index, two blocks, ours
    for found, text in parsed.raw:
        if found.get("type") == "text/plain":
            assert re.fullmatch(r"[\w+/]+=*", text)


def test_the_data_blocks_hold_what_was_measured(hostile_view: View) -> None:
    index, *blocks = unpacked(Parsed(html.render(hostile_view)))

    assert len(index["cases"]) == len(hostile_view.cases)
    assert sum(map(len, blocks)) == sum(
        len(case.places) + (case.before_place is not None) for case in hostile_view.cases
    )
    assert "</script><script>window.pwned=1</script>" in json.dumps(blocks)


def test_lone_surrogates_do_not_stop_the_file(hostile_view: View, tmp_path: Path) -> None:
    html.write(tmp_path / "report.html", hostile_view)

    assert "\ufffd lone \ufffd surrogates" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_the_static_table_is_capped_and_says_so(some: SimpleNamespace) -> None:
    trials = [some.trial(f"case-{n}", "failed", index=n) for n in range(150)]

    page = html.render(some.view(trials))

    assert page.count('<details class="card') == 100
    assert page.count('<details class="card beyond') == 80
    assert page.count('<details class="card" open>') == 5
    assert "50 more stand in the list of all cases" in page


def test_ten_thousand_cases_fit_into_ten_megabytes(some: SimpleNamespace) -> None:
    letters = random.Random(7)
    trials = (
        some.trial(
            f"case-{n}",
            "passed" if n % 100 else "failed",
            index=n,
            reply=Reply(text=letters.randbytes(1_000).hex()),
        )
        for n in range(10_000)
    )
    suite = some.suite(counts={"cases": 10_000, "trials": 10_000})

    page = html.render(some.view(trials, some.verdict(suite)))

    assert len(page.encode()) <= 10_000_000
    assert "Texts of passed cases are cut after " in page


def test_what_is_left_out_of_a_huge_run_is_said(some: SimpleNamespace) -> None:
    suite = some.suite(counts={"cases": 100_000, "trials": 100_000})

    text = Parsed(html.render(some.view([some.trial()], some.verdict(suite)))).text

    assert "Texts of passed cases are left out of this page" in text


def test_a_broken_limit_is_the_first_figure(some: SimpleNamespace) -> None:
    metrics = (
        MetricVerdict(metric="pass_rate", current=1.0),
        MetricVerdict(
            metric="toxicity.mean", current=0.10000001, limit={"max": 0.1}, limit_ok=False
        ),
    )

    text = Parsed(
        html.render(some.view([some.trial()], some.verdict(some.suite(metrics=metrics))))
    ).text

    table = " ".join(text[text.index("Figures and limits") :].split())
    assert "toxicity.mean0.10000001 at most 0.1 broken" in table
    assert table.index("toxicity") < table.index("pass_rate")


def test_the_top_says_where_the_run_came_from(some: SimpleNamespace) -> None:
    header = RunHeader(
        run="r1",
        started="2026-01-02T03:04:05.678+00:00",
        git={"sha": "0123456789abcdef"},
        ci_url="https://ci.example/1",
        seed=7,
    )
    lines: list[Any] = [header, codec.trial_json(some.trial())]

    text = " ".join(
        Parsed(html.render(view.of(lines, some.verdict(some.suite()), {}))).text.split()
    )

    assert "started2026-01-02 03:04:05 UTC" in text
    assert "version0123456789" in text
    assert "pipelinehttps://ci.example/1" in text
    assert "tookcut off before its end" in text


def test_a_skipped_case_is_listed_as_not_measured(some: SimpleNamespace) -> None:
    shown = some.view([some.trial("a", "skipped", reply=None, checks=())])

    table = Parsed(html.render(shown)).text.partition("Not measured")[2]

    assert "skipped" in table


def test_what_the_baseline_is_stands_with_the_suite(some: SimpleNamespace) -> None:
    suite = some.suite(baseline={"path": "baselines/support.jsonl", "runs": 2, "age_days": 1.2})

    text = Parsed(html.render(some.view([some.trial()], some.verdict(suite)))).text

    assert "baselines/support.jsonl, 2 runs, 1 day old" in text


def test_a_dialogue_is_told_without_scripts_too(some: SimpleNamespace) -> None:
    turns = tuple(Exchange(user=f"turn {n}", reply=Reply(text="hm")) for n in (1, 2))
    trial = some.trial("talk", "failed", turns=(*turns, Exchange(user="turn 3", reply=None)))

    text = Parsed(html.render(some.view([trial]))).text

    assert "turn 1\nturn 2\nturn 3" in text


# --- colours: WCAG 2.2, contrast (minimum) ---------------------------------------------------

PAIRS = [
    *[(ink, ground) for ink in ("ink", "soft", "link") for ground in ("ground", "card", "sunk")],
    *[
        (tone, ground)
        for tone in ("bad", "good", "unsure", "calm")
        for ground in ("card", f"{tone}-wash")
    ],
    ("bad", "sunk"),
    ("good", "sunk"),
]
DOTS = [
    (f"bar-{tone}", ground) for tone in ("good", "bad", "unsure", "rest") for ground in ("card",)
]


def palette(scheme: str) -> dict[str, str]:
    style = frame.asset("report.css")
    blocks = re.findall(r":root \{(.*?)\}", style, flags=re.DOTALL)
    light, dark = (dict(re.findall(r"--([\w-]+): (#\w{6});", block)) for block in blocks[:2])
    return light if scheme == "light" else {**light, **dark}


def contrast(one: str, other: str) -> float:
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_every_text_stands_out(scheme: str, ink: str, ground: str) -> None:
    colours: Any = palette(scheme)

    assert contrast(colours[ink], colours[ground]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("dot", "ground"), DOTS)
def test_dots_stand_out_too(scheme: str, dot: str, ground: str) -> None:
    colours = palette(scheme)

    assert contrast(colours[dot], colours[ground]) >= 3


def test_the_compiled_frame_is_what_the_template_says() -> None:

    kept = frame.COMPILED.read_text(encoding="utf-8")

    assert kept == frame.compiled(), "run `python -m llmeval.report.frame`"
