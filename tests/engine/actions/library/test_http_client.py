"""What HTTP statuses and headers mean (C15 "Errors of Python code"), and what may be said of an address."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from floworch.actions.library.http_client import check_url, kind_of_status, retry_after, shown_url, status_error
from floworch.errors import ActionError, ErrorKind

NOW = datetime(2026, 1, 1, 10, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, ErrorKind.PERMISSION),
        (403, ErrorKind.PERMISSION),
        (404, ErrorKind.NOT_FOUND),
        (408, ErrorKind.TIMEOUT),
        (504, ErrorKind.TIMEOUT),
        (429, ErrorKind.RATE_LIMIT),
        (500, ErrorKind.EXTERNAL_SERVICE),
        (503, ErrorKind.EXTERNAL_SERVICE),
        (400, ErrorKind.VALIDATION),
        (302, ErrorKind.VALIDATION),
    ],
)
def test_statuses_have_the_kinds_of_the_contract(status: int, kind: ErrorKind) -> None:
    assert kind_of_status(status) is kind


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        ("0", 0.0),
        ("-5", 0.0),
        ("Thu, 01 Jan 2026 10:00:30 GMT", 30.0),
        ("Thu, 01 Jan 2026 09:00:00 GMT", 0.0),
        ("soon", None),
        ("nan", None),
        ("inf", None),
        (None, None),
    ],
)
def test_retry_after_takes_seconds_and_dates(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, NOW) == seconds


def test_an_address_is_said_without_user_password_and_query() -> None:
    assert shown_url("https://me:pw@host.example:8443/a/b?token=t#x") == "https://host.example:8443/a/b"
    assert shown_url("https://[broken?token=t") == "https://[broken"


@pytest.mark.parametrize("url", ["", "example.org", "ftp://host/x", "http://", "http://host:99999/", "https://[::1"])
def test_what_is_no_web_address_is_refused_with_an_example(url: str) -> None:
    with pytest.raises(ActionError) as caught:
        check_url(url)
    assert caught.value.kind is ErrorKind.VALIDATION
    assert "https://example.org" in caught.value.hint


def test_a_trimmed_address_is_taken() -> None:
    assert check_url(" https://example.org/x \n") == "https://example.org/x"


def test_a_status_error_quotes_the_beginning_of_the_answer() -> None:
    error = status_error("GET", "https://h/x?key=k", 503, "Busy", {"Retry-After": "7"}, "try\n  later" + "!" * 1000)
    assert error.message.startswith("GET https://h/x answered 503 Busy: try later!!!")
    assert len(error.message) < 400
    assert (error.kind, error.retry_after) == (ErrorKind.EXTERNAL_SERVICE, 7.0)


@pytest.mark.parametrize(("status", "word"), [(404, "ok_status"), (429, "rate_limit"), (500, "retry"), (503, "retry")])
def test_a_status_that_may_pass_is_to_be_tried_again_and_not_accepted(status: int, word: str) -> None:
    hint = status_error("GET", "https://h", status, "x", {}, "").hint
    assert word in hint
    assert ("ok_status" in hint) == (status == 404)
