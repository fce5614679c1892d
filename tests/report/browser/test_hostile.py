"""Texts that want to run, to ask for something or to look like something else."""

from typing import Any


def test_hostile_texts_in_every_field_stay_texts(
    reader: Any, hostile_address: str, hostile: tuple[str, ...]
) -> None:
    page = reader.open(hostile_address)
    opened = reader.run(
        """async () => {
            const sheet = document.getElementById('case');
            const frame = () => new Promise(requestAnimationFrame);
            let opened = 0;
            for (const fold of document.querySelectorAll('details')) fold.open = true;
            document.querySelector('.rows .more').click();
            for (const button of document.querySelectorAll('.case-name')) {
                button.click();
                while (!sheet.open) await frame();
                for (const fold of sheet.querySelectorAll('details')) fold.open = true;
                sheet.close();
                opened += 1;
            }
            return opened;
        }"""
    )
    reader.search("<script>window.pwned=1</script>")

    assert opened >= 2 * len(hostile)
    assert reader.run("window.pwned === undefined && ({}).pwned === undefined")
    assert page.locator("script:not([type='text/plain'])").count() == 1
    foreign = "img, iframe, object, embed, form, base, math, a:not([href^='#']), svg:not(.bar)"
    assert page.locator(foreign).count() == 0
    assert page.locator("meta[http-equiv]:not([http-equiv=Content-Security-Policy])").count() == 0
    assert reader.messages == []
    assert reader.schemes() <= {"file", "data"}


def test_hostile_texts_do_nothing_without_our_script(
    bare_reader: Any, hostile_address: str
) -> None:
    bare_reader.page.goto(hostile_address)

    texts = bare_reader.page.locator("#broke .text")

    assert texts.count() > 20
    assert bare_reader.page.locator("#broke .text :not(ins):not(del)").count() == 0
    assert bare_reader.schemes() <= {"file", "data"}


def test_a_hostile_query_or_address_does_nothing(reader: Any, address: str, hostile: Any) -> None:
    page = reader.open(address)
    for text in hostile:
        page.evaluate("text => { location.hash = text; }", text)
        reader.search(text.replace("\n", " "))

    assert reader.run("window.pwned === undefined")
    assert reader.messages == []


def test_our_policy_stops_what_is_injected_all_the_same(reader: Any, address: str) -> None:
    reader.open(address)

    reader.run(
        "() => {"
        "const s = document.createElement('script'); s.textContent = 'window.pwned = 1';"
        "document.body.append(s);"
        "const i = document.createElement('img'); i.src = 'http://127.0.0.1:9/leak';"
        "document.body.append(i) }"
    )

    assert reader.run("window.pwned === undefined")
    assert any("Content Security Policy" in message for message in reader.messages)
