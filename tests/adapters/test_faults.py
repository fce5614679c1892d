from typing import Any

import pytest

from llmeval.adapters.faults import SHOWN_CHARS, from_status, message_of, retry_after_s

DATE = "Wed, 21 Oct 2026 07:28:00 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        pytest.param({}, None, id="none"),
        pytest.param({"retry-after": "7"}, 7.0, id="seconds"),
        pytest.param({"retry-after": "0.5"}, 0.5, id="fraction"),
        pytest.param({"retry-after": "-3"}, 0.0, id="negative"),
        pytest.param({"retry-after": "999999999"}, 999_999_999.0, id="huge"),
        pytest.param({"retry-after": "soon"}, None, id="garbage"),
        pytest.param({"retry-after": ""}, None, id="empty"),
        pytest.param({"retry-after": "nan"}, None, id="nan"),
        pytest.param({"retry-after-ms": "250"}, 0.25, id="milliseconds"),
        pytest.param({"x-ms-retry-after-ms": "250", "retry-after": "9"}, 0.25, id="azure"),
        pytest.param(
            {"retry-after": "Wed, 21 Oct 2026 07:28:30 GMT", "date": DATE}, 30.0, id="date"
        ),
        pytest.param({"retry-after": DATE, "date": DATE}, 0.0, id="date-now"),
        pytest.param(
            {"retry-after": "Wed, 21 Oct 2026 07:27:00 GMT", "date": DATE}, 0.0, id="date-past"
        ),
        pytest.param({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0.0, id="date-alone"),
    ],
)
def test_the_wait_is_read_in_all_its_forms(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after_s(headers) == seconds


@pytest.mark.parametrize(
    ("body", "message"),
    [
        pytest.param('{"error": {"message": "Too fast", "code": 1}}', "Too fast", id="openai"),
        pytest.param('{"error": "Too fast"}', "Too fast", id="text"),
        pytest.param('{"message": "Too\\nfast"}', "Too fast", id="one-line"),
        pytest.param(
            '{"detail": [{"msg": "field required"}]}', '[{"msg": "field required"}]', id="list"
        ),
        pytest.param('{"error": {}}', '{"error": {}}', id="empty-object"),
        pytest.param("null", "null", id="null"),
        pytest.param("plain words", "plain words", id="plain"),
        pytest.param("", "", id="nothing"),
        pytest.param("<html><title> 502 Bad </title>", "an HTML page, '502 Bad'", id="html"),
        pytest.param("<html>", "an HTML page", id="html-untitled"),
    ],
)
def test_what_a_service_says_of_an_error_is_found(body: str, message: str) -> None:
    assert message_of(body) == message


def test_a_long_message_is_cut() -> None:
    assert len(message_of("x" * 100_000)) == SHOWN_CHARS


@pytest.mark.parametrize(
    "body",
    [
        '{"error": {"code": "insufficient_quota", "message": "You exceeded your current quota"}}',
        '{"error": {"message": "Your credit balance is too low"}}',
        '{"error": {"message": "Insufficient Balance"}}',
    ],
)
def test_an_empty_account_ends_the_adapter(body: str) -> None:
    error = from_status(429, {}, body, where="here")

    assert (error.kind, error.fatal, error.transient) == ("quota", True, False)


def test_a_limit_per_minute_is_no_empty_account() -> None:
    body = '{"error": {"message": "You exceeded your current quota, try again in 20 s"}}'

    error = from_status(429, {}, body, where="here")

    assert (error.kind, error.transient) == ("rate_limited", True)


def test_an_address_of_one_request_may_be_missing_alone() -> None:
    error: Any = from_status(404, {}, "", where="here", fatal_404=False)

    assert (error.kind, error.fatal) == ("not_found", False)
