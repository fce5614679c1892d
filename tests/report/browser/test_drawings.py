"""The pictures and the steps of a case as a reader meets them."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from llmeval import codec
from llmeval.compare.measured import SuiteTable
from llmeval.records import Reply, Timing, Usage
from llmeval.report import html, view

HOSTILE = "<img src=x onerror=window.pwned=1>"
STEPS = (
    {"kind": "llm", "name": "small-1", "start_s": 0.0, "duration_s": 0.2, "input_tokens": 9},
    {"kind": "tool", "name": HOSTILE, "start_s": 0.2, "duration_s": 0.2, "error": HOSTILE},
)


@pytest.fixture
def drawn(some: SimpleNamespace, tmp_path: Path) -> str:
    """Where the page of a run lies that has every drawing."""
    reply = Reply(
        text="yes",
        steps=STEPS,
        usage=Usage(input_tokens=90, output_tokens=10),
        cost_usd=0.001,
        timing=Timing(total_s=0.5, first_token_s=0.1),
    )
    trials = [
        some.trial(f"a[{name}]", outcome, index=index, variant=name, reply=reply)
        for index, (name, outcome) in enumerate((("now", "passed"), (HOSTILE, "failed")))
    ]
    table = SuiteTable("support")
    for trial in trials:
        table.add(trial)
    lines = [some.header, *map(codec.trial_json, trials)]
    suite = some.suite(counts={"cases": 2, "passed": 1, "failed": 1, "trials": 2})
    shown = view.of(lines, some.verdict(suite), {}, None, {"support": table})
    html.write(tmp_path / "report.html", shown)
    return (tmp_path / "report.html").as_uri()


def test_every_drawing_is_there_without_a_complaint_or_a_request(browser: Any, drawn: str) -> None:
    browser.open(drawn)

    heads = browser.run("return [...document.querySelectorAll('h2[id]')].map(e => e.id)")
    assert {"versions", "distributions", "steps"} <= set(heads)
    assert browser.run("return document.querySelectorAll('svg.chart').length") == 6
    assert browser.messages() == []
    assert {url.partition(":")[0] for url in browser.requests()} <= {"file", "data"}
    assert browser.run("return window.pwned === undefined && !document.querySelector('img')")


def test_a_version_leads_to_its_case_and_that_shows_its_steps(browser: Any, drawn: str) -> None:
    browser.open(drawn)

    browser.run("document.querySelectorAll('.to-case')[1].click()")
    steps = """
        return new Promise(done => {
            const look = () => document.querySelector('#case .steps')
                ? done(document.querySelector('#case .steps').innerText)
                : requestAnimationFrame(look);
            look();
        });
    """

    assert f"{HOSTILE}\nerror: {HOSTILE}" in browser.run(steps)
    bars = (
        "return [...document.querySelectorAll('#case .steps rect')].map(e => e.width.baseVal.value)"
    )
    assert browser.run(bars) == [80, 80]
    assert browser.run("return window.pwned === undefined")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_lines_and_texts_stand_out_from_their_ground(browser: Any, drawn: str, scheme: str) -> None:
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.devtools("Emulation.setEmulatedMedia", media="", features=features)
    browser.open(drawn)

    ratios = browser.run(
        """
        const light = (colour) => {
            const [r, g, b] = colour.match(/[\\d.]+/g).slice(0, 3).map(v => v / 255)
                .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const ratio = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        const card = light(getComputedStyle(document.querySelector('.figure')).backgroundColor);
        const of = (query, property) => [...document.querySelectorAll(query)]
            .map(e => ratio(light(getComputedStyle(e)[property]), card));
        return {
            text: Math.min(...of('.chart text', 'fill')),
            line: Math.min(...of('.chart .line, .chart .whisker', 'stroke')),
            bar: Math.min(...of('.chart .step', 'fill')),
        };
        """
    )

    assert ratios["text"] >= 4.5
    assert ratios["line"] >= 3
    assert ratios["bar"] >= 3


@pytest.mark.parametrize("width", [390, 1280])
def test_no_picture_is_wider_than_the_window(browser: Any, drawn: str, width: int) -> None:
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.devtools("Emulation.setDeviceMetricsOverride", **size)

    browser.open(drawn)
    found = browser.run("return document.documentElement.scrollWidth")

    browser.devtools("Emulation.clearDeviceMetricsOverride")
    assert found <= width
