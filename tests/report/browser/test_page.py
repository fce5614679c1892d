"""The page as a reader meets it; skipped where there is no Chromium with its chromedriver."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from llmeval.report import frame, html

ROWS = "return [...document.querySelectorAll('.case-name')].map(e => e.textContent)"
OPENED = "const sheet = document.getElementById('case'); return sheet.open ? sheet.innerText : null"
SEARCH = """
    const input = document.querySelector('input[type=search]');
    input.value = arguments[0];
    input.dispatchEvent(new Event('input'));
    return new Promise(done => {
        const drawn = () => document.getElementById('cases').dataset.query === arguments[0];
        const look = () => drawn()
            ? done(document.querySelectorAll('.case-name').length)
            : requestAnimationFrame(look);
        look();
    });
"""
FOCUSED = """
    return new Promise(done => {
        const look = () => document.activeElement.textContent === arguments[0]
            ? done(true)
            : requestAnimationFrame(look);
        look();
    });
"""
ESCAPE, ENTER, RIGHT = "\ue00c", "\ue007", "\ue014"


def test_the_page_opens_without_a_complaint_or_a_request(browser: Any, address: str) -> None:
    browser.open(address)

    rows = browser.run(ROWS)

    assert rows == ["refund", "warranty", "old-code", "voucher", "shipping"]
    assert browser.messages() == []
    assert {url.partition(":")[0] for url in browser.requests()} <= {"file", "data"}


@pytest.mark.parametrize(
    ("status", "cases"),
    [
        ("", 5),
        ("regressed", 1),
        ("improved", 0),
        ("new", 1),
        ("gone", 1),
        ("error", 1),
        ("failed", 1),
        ("passed", 2),
    ],
)
def test_each_filter_shows_as_many_cases_as_it_says(
    browser: Any, address: str, status: str, cases: int
) -> None:
    browser.open(address)

    said = browser.run(
        "const chip = document.querySelector(`.chips [data-status='${arguments[0]}']`);"
        "chip.click(); return chip.querySelector('b').textContent",
        status,
    )

    assert said == str(cases)
    assert len(browser.run(ROWS)) == (cases or 5)


@pytest.mark.parametrize(
    ("query", "cases"),
    [
        ("refund", 1),
        ("14 DAYS", 1),
        ("tag:orders", 1),
        ("-tag:orders", 4),
        ("status:gone", 1),
        ("suite:support returns", 3),
        ("latency:>0.4", 3),
        ("latency:<0.4", 0),
        ('"no reply within"', 1),
        ("nothing like that", 0),
        ("(.*", 0),
    ],
)
def test_the_search_finds_words_and_fields(
    browser: Any, address: str, query: str, cases: int
) -> None:
    browser.open(address)

    assert browser.run(SEARCH, query) == cases


def test_a_case_opens_with_the_words_that_changed(browser: Any, address: str) -> None:
    browser.open(address)

    browser.run("document.querySelector('.case-name').click()")

    changed = "return [...document.querySelectorAll(arguments[0])].map(e => e.textContent)"
    assert browser.run(changed, "#case del") == ["30"]
    assert browser.run(changed, "#case ins") == ["14"]
    assert "'30 days' not found" in browser.run(OPENED)
    assert "pytest suites/support.eval.yaml::refund" in browser.run(OPENED)


def test_everything_works_by_keyboard(browser: Any, address: str) -> None:
    browser.open(address)

    browser.press("j")
    browser.press(ENTER)
    first = browser.run(OPENED)
    browser.press(RIGHT)
    second = browser.run(OPENED)
    browser.press(ESCAPE)
    focused = browser.run(FOCUSED, "warranty")

    assert "refund" in first
    assert "warranty" in second
    assert focused
    assert browser.run(OPENED) is None


def test_a_case_has_an_address(browser: Any, address: str) -> None:
    browser.open(f"{address}#support::warranty")

    assert "no reply within 30 s" in browser.run(OPENED)


def test_without_scripts_the_verdict_and_the_failures_are_there(browser: Any, address: str) -> None:
    browser.devtools("Emulation.setScriptExecutionDisabled", value=True)

    browser.open(address)

    tree = browser.devtools("DOMSnapshot.captureSnapshot", computedStyles=["display"])
    shown = _shown_text(tree)
    assert "1 of 4 cases broke" in shown
    assert "What broke" in shown
    assert "timeout: no reply within 30 s" in shown
    assert "Search cases" not in shown


def _shown_text(snapshot: Any) -> str:
    layout = snapshot["documents"][0]["layout"]
    return "".join(snapshot["strings"][text] for text in layout["text"] if text >= 0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_follows_the_readers_colours(browser: Any, address: str, scheme: str) -> None:
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.devtools("Emulation.setEmulatedMedia", media="", features=features)

    browser.open(address)

    colour = browser.run("return getComputedStyle(document.body).backgroundColor")
    bright = sum(int(part) for part in colour[4:-1].split(",")) > 384
    assert bright == (scheme == "light")


@pytest.mark.parametrize("width", [390, 800, 1400])
def test_nothing_is_wider_than_the_window(browser: Any, address: str, width: int) -> None:
    browser.devtools(
        "Emulation.setDeviceMetricsOverride",
        width=width,
        height=900,
        deviceScaleFactor=1,
        mobile=False,
    )

    browser.open(f"{address}#support::refund")
    widths = browser.run(
        "return [document.documentElement.scrollWidth, document.getElementById('case').scrollWidth]"
    )

    browser.devtools("Emulation.clearDeviceMetricsOverride")
    assert max(widths) <= width


def test_paper_shows_the_failures(browser: Any, address: str) -> None:
    browser.devtools("Emulation.setEmulatedMedia", media="print", features=[])

    browser.open(address)

    shown = (
        "return ['broke', 'cases'].map(id => getComputedStyle(document.getElementById(id)).display)"
    )
    assert browser.run(shown) == ["block", "none"]


def test_hostile_texts_in_every_field_stay_texts(
    browser: Any, hostile_address: str, hostile: tuple[str, ...]
) -> None:
    browser.open(hostile_address)
    cases = browser.run("return CSS.supports('color', 'red') && " + ROWS.removeprefix("return "))
    opened = 0
    for at in range(len(cases)):
        browser.run(
            "document.querySelector(`[data-at='${arguments[0]}']`).click();"
            "for (const fold of document.querySelectorAll('details')) fold.open = true",
            at,
        )
        opened += browser.run(OPENED) is not None
        browser.run("document.getElementById('case').close()")
    browser.run(SEARCH, "<script>")

    assert opened == len(cases) >= 2 * len(hostile)
    assert browser.run("return window.pwned === undefined && ({}).pwned === undefined")
    assert browser.run("return document.scripts.length") == 3
    foreign = "img, iframe, object, embed, form, base, math, a:not(.skip), meta[http-equiv=refresh]"
    assert browser.run("return document.querySelectorAll(arguments[0]).length", foreign) == 0
    assert browser.messages() == []
    assert {url.partition(":")[0] for url in browser.requests()} <= {"file", "data"}


def test_hostile_texts_do_nothing_without_our_script(browser: Any, hostile_address: str) -> None:
    browser.open(hostile_address)

    found = browser.run(
        "return [...document.querySelectorAll('.static pre')].map(e => e.childElementCount)"
    )

    assert len(found) > 20
    assert set(found) == {0}


def test_our_policy_stops_what_is_injected_all_the_same(browser: Any, address: str) -> None:
    browser.open(address)

    browser.run(
        "const s = document.createElement('script'); s.textContent = 'window.pwned = 1';"
        "document.body.append(s);"
        "const i = document.createElement('img'); i.src = 'http://127.0.0.1:9/leak';"
        "document.body.append(i)"
    )

    assert browser.run("return window.pwned === undefined")
    assert any("Content Security Policy" in message for message in browser.messages())


def test_ten_thousand_cases_stay_quick(browser: Any, some: SimpleNamespace, tmp_path: Path) -> None:
    trials = [some.trial(f"case-{n}", index=n) for n in range(10_000)]
    suite = some.suite(counts={"cases": 10_000, "passed": 10_000, "trials": 10_000})
    html.write(tmp_path / "report.html", some.view(trials, some.verdict(suite)))

    browser.open((tmp_path / "report.html").as_uri())

    assert len(browser.run(ROWS)) < 1_000
    assert browser.run(SEARCH, "case-9999") == 1
    browser.run("document.querySelector('.case-name').click()")
    assert "Within 30 days." in browser.run(OPENED)


def test_a_page_without_cases_says_so(browser: Any, some: SimpleNamespace, tmp_path: Path) -> None:
    html.write(tmp_path / "report.html", some.view([], some.verdict(), header=None))

    browser.open((tmp_path / "report.html").as_uri())

    assert "No case was run." in browser.run("return document.body.innerText")
    assert browser.messages() == []


def test_the_differences_are_right_whatever_the_texts(browser: Any, address: str) -> None:
    browser.open(address)
    source = frame.asset("difference.js")
    texts = ["", "a b c", "a x c", "  a  b ", "über 30 Tage.", "x " * 3_000, "日本語 テスト"]

    found = browser.run(
        f"{source}; return arguments[0].map(l => arguments[0].map(r => difference(l, r)))", texts
    )

    for left, row in zip(texts, found, strict=True):
        for right, parts in zip(texts, row, strict=True):
            if parts is None:
                continue
            assert "".join(text for _, text in parts["left"]) == left
            assert "".join(text for _, text in parts["right"]) == right
            if left == right:
                assert all(kind == "same" for kind, _ in parts["left"])
