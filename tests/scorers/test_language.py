"""language: scripts, words, and texts that say nothing."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from llmeval.errors import ParameterError
from llmeval.records import CheckResult
from llmeval.scorers.language import languages
from llmeval.scorers.language_codes import ENGLISH
from llmeval.scorers.language_names import NAMES

TEXTS = Path(__file__).resolve().parents[2] / "benchmarks" / "scorers" / "own_languages.jsonl"
Run = Callable[..., CheckResult]

SENTENCES = {
    "ar": "افتح الإعدادات واختر الأمان من القائمة",
    "bg": "Отворете настройките и изберете сигурност.",
    "ca": "Obriu la configuració i trieu la seguretat. És molt fàcil amb aquest menú.",
    "cs": "Otevřete nastavení a zvolte zabezpečení. Může to být užitečné.",
    "da": "Åbn indstillingerne og vælg sikkerhed.",
    "de": "Öffnen Sie die Einstellungen und wählen Sie Sicherheit.",
    "el": "Ανοίξτε τις ρυθμίσεις",
    "en": "How do I reset my password? Open the settings and choose security.",
    "es": "Abra la configuración y elija seguridad.",
    "fa": "تنظیمات را باز کنید و امنیت را انتخاب کنید",
    "fi": "Avaa asetukset ja valitse turvallisuus.",
    "fr": "Ouvrez les paramètres et choisissez la sécurité.",
    "he": "פתח את ההגדרות",
    "hi": "सेटिंग्स खोलें और सुरक्षा चुनें।",
    "hr": "Otvorite postavke i odaberite sigurnost. Što ako to nije dovoljno?",
    "hu": "Nyissa meg a beállításokat, és válassza a biztonságot.",
    "id": "Buka pengaturan dan pilih keamanan.",
    "it": "Apri le impostazioni e scegli la sicurezza.",
    "ja": "設定を開いてセキュリティを選択してください。",
    "ko": "설정을 열고 보안을 선택하세요.",
    "ms": "Buka tetapan dan pilih keselamatan kerana ia percuma sahaja.",
    "nl": "Open de instellingen en kies beveiliging.",
    "no": "Åpne innstillingene og velg sikkerhet. Hva gjør jeg hvis det ikke virker?",
    "pl": "Otwórz ustawienia i wybierz bezpieczeństwo.",
    "pt": "Abra as configurações e escolha segurança.",
    "ro": "Deschideți setările și alegeți securitatea.",
    "ru": "Откройте настройки и выберите безопасность.",
    "sk": "Otvorte nastavenia a zvoľte zabezpečenie.",
    "sr": "Отворите подешавања и изаберите безбедност.",
    "sv": "Öppna inställningarna och välj säkerhet.",
    "th": "เปิดการตั้งค่า",
    "tr": "Ayarları açın ve güvenlik seçeneğini seçin.",
    "uk": "Відкрийте налаштування та виберіть безпеку.",
    "ur": "ترتیبات کھولیں اور سیکیورٹی منتخب کریں",
    "vi": "Mở cài đặt và chọn bảo mật.",
    "zh": "打开设置，选择安全。",
}


@pytest.mark.parametrize(("code", "text"), SENTENCES.items(), ids=SENTENCES)
def test_one_short_sentence_is_enough(run: Run, code: str, text: str) -> None:
    result = run("language", text, value=code)

    assert (result.passed, result.details["language"]) == (True, code)


def test_the_language_of_most_short_texts_is_named_right() -> None:
    rows = [json.loads(line) for line in TEXTS.read_text(encoding="utf-8").splitlines()]
    kept = [row for row in rows if row["part"] == "kept"]

    right = sum(next(iter(languages(row["text"])), None) == row["language"] for row in kept)

    assert right / len(kept) > 0.88


def test_another_language_fails_with_both_names(run: Run) -> None:
    result = run("language", SENTENCES["fr"], value=["de", "it"])

    assert (result.passed, result.reason) == (False, "is in fr, expected de or it")


def test_the_twin_says_which_language_it_found(run: Run) -> None:
    assert run("not_language", SENTENCES["en"], value="en").reason == "is in en"


@pytest.mark.parametrize("text", ["42", "…", "```\nthe and of to\n```", "https://the.and.of/to"])
def test_a_text_without_words_is_skipped(run: Run, text: str) -> None:
    result = run("language", text, value="en")

    assert (result.status, result.reason) == ("skipped", "no_language: too few words to tell")


@pytest.mark.parametrize(
    "text",
    [
        "OK",
        "Ok.",
        "No.",
        "Done!",
        "Sure!",
        "Amsterdam",
        "Jan Jansen",
        "Total: 56 EUR",
        "status: ok",
    ],
)
@pytest.mark.parametrize("check", ["language", "not_language"])
def test_words_that_travel_and_names_are_too_little_to_tell(
    run: Run, check: str, text: str
) -> None:
    result = run(check, text, value="en")

    assert (result.status, result.reason) == ("skipped", "no_language: too few words to tell")


@pytest.mark.parametrize("text", ["Yes.", "Thanks", "Not found", "Order 4242 shipped"])
def test_a_short_text_that_may_be_in_the_language_passes(run: Run, text: str) -> None:
    assert run("language", text, value="en").passed is True


@pytest.mark.parametrize(
    "text", ["Je ne sais pas", "Muito obrigado", "Tack så mycket", "Tot ziens", "Да", "はい"]
)
def test_a_short_text_that_is_clearly_in_another_language_fails(run: Run, text: str) -> None:
    assert run("language", text, value="en").passed is False


def test_latin_letters_in_a_short_text_say_nothing_against_another_script(run: Run) -> None:
    assert run("language", "OK", value="ru").status == "skipped"


def test_a_short_word_of_a_look_alike_in_its_own_script_is_too_little(run: Run) -> None:
    assert run("language", "Нет.", value="uk").status == "skipped"


def test_a_few_chinese_characters_may_be_japanese(run: Run) -> None:
    assert run("language", "了解", value="ja").status == "skipped"
    assert run("language", "了解", value="zh").passed is True
    assert run("language", "请打开设置页面，然后选择安全。", value="ja").passed is False


def test_code_and_names_do_not_change_the_language(run: Run) -> None:
    text = "Rufen Sie `get_the_list_of_users()` auf und prüfen Sie, ob nicht alles schon da ist."

    assert run("language", text, value="de").passed is True


@pytest.mark.parametrize("code", ["hr", "sr"])
def test_a_text_that_may_be_in_either_of_two_languages_passes_as_both(run: Run, code: str) -> None:
    assert run("language", "Nema na čemu!", value=code).passed is True


@pytest.mark.parametrize("code", ["no", "nb", "nn"])
def test_norwegian_has_three_codes(run: Run, code: str) -> None:
    assert run("language", SENTENCES["no"], value=code).passed is True


def test_a_name_of_a_program_is_not_the_language_of_the_reply(run: Run) -> None:
    text = "Starten Sie Microsoft Teams neu und wählen Sie dann „Share Screen“ im Menü."

    assert run("language", text, value="de").passed is True


def test_chinese_with_latin_names_is_chinese(run: Run) -> None:
    assert run("language", "请打开 Visual Studio Code 的设置页面。", value="zh").passed is True


def test_a_script_that_is_not_known_is_skipped(run: Run) -> None:
    result = run("language", "ᎣᏏᏲ ᏙᎯᏧ", value="en")

    assert (result.status, result.reason) == ("skipped", "no_language: too few words to tell")


def test_an_unknown_code_names_the_known_ones(run: Run) -> None:
    with pytest.raises(ParameterError) as refused:
        run("language", "x", value="klingon")

    assert str(refused.value) == (
        f"value: unknown language 'klingon'; known: {', '.join(sorted(NAMES))}"
    )


@pytest.mark.parametrize(
    ("written", "code"),
    [("english", "en"), ("German", "de"), ("EN", "en"), ("pt-BR", "pt"), ("zh_TW", "zh")],
)
def test_a_name_or_a_longer_code_is_told_its_code(run: Run, written: str, code: str) -> None:
    with pytest.raises(ParameterError) as refused:
        run("language", "x", value=written)

    assert str(refused.value) == f"value: unknown language {written!r}; write `{code}`"


def test_every_language_has_an_english_name() -> None:
    assert set(ENGLISH.values()) == NAMES


def test_an_empty_list_is_refused(run: Run) -> None:
    with pytest.raises(Exception, match="expected at least one language, found an empty list"):
        run("language", "x", value=[])
