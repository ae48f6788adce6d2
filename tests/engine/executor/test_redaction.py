"""What is taken out of texts and values (C6.5)."""

from __future__ import annotations

import base64
import html
import json
import textwrap
from decimal import Decimal
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from floworch.executor.redaction import HIDDEN, Redactor

SECRET = 's3cr3t/+ä "q"\''


def _wrapped(before: str) -> str:
    return base64.b64encode((before + SECRET + "zz").encode()).decode()


@pytest.mark.parametrize(
    "text",
    [
        SECRET, repr(SECRET), repr(SECRET.encode())[2:-1] if SECRET.isascii() else ascii(SECRET), json.dumps(SECRET),
        json.dumps(SECRET, ensure_ascii=False), json.dumps(json.dumps(SECRET, ensure_ascii=False)), html.escape(SECRET),
        quote(SECRET), quote(SECRET, safe=""), quote_plus(SECRET), quote(quote(SECRET, safe=""), safe=""),
        quote(SECRET).lower(), quote(SECRET, safe="+\"'"), _wrapped(""), _wrapped("a"), _wrapped("ab"), _wrapped("abc"),
        base64.urlsafe_b64encode(SECRET.encode()).decode(), base64.b64encode(SECRET.encode()).decode().rstrip("="),
        quote(base64.b64encode(SECRET.encode()).decode(), safe=""),
    ],
)  # fmt: skip
def test_every_form_of_a_secret_is_hidden_and_what_stands_around_it_stays(text: str) -> None:
    """(C6.5)"""
    hidden = Redactor([SECRET]).text(f"before {text} after")
    assert hidden.startswith("before ")
    assert hidden.endswith(" after")
    assert HIDDEN in hidden
    for inner in (text, text[2:-2], SECRET[2:-2]):
        assert inner not in hidden


@given(st.binary(max_size=7), st.text(min_size=6, max_size=40), st.binary(max_size=7))
def test_base64_of_a_text_that_holds_a_secret_shows_none_of_it_at_any_alignment(
    before: bytes, secret: str, after: bytes
) -> None:
    """(C6.5) At most the bits of the two border characters stay."""
    text = base64.b64encode(before + secret.encode("utf-8", "surrogatepass") + after).decode()
    shown = Redactor([secret]).text(f"[{text}]")
    inner = secret.encode("utf-8", "surrogatepass")[2:-2]
    if len(secret.strip()) == len(secret):
        assert HIDDEN in shown
        for part in shown.strip("[]").split(HIDDEN):
            assert len(part) <= (len(before) + len(after)) * 4 // 3 + 6 or inner not in base64.b64decode(part + "==")


@given(st.text(), st.lists(st.text(min_size=4, max_size=20), min_size=1, max_size=3))
def test_no_secret_survives_in_any_text(around: str, secrets: list[str]) -> None:
    """(C6.5)"""
    text = around.join(secrets) + around
    shown = Redactor(secrets).text(text)
    assert not any(secret in shown for secret in secrets if HIDDEN not in secret and not set(secret) & set(HIDDEN))


@given(st.text(), st.text(min_size=12, max_size=40, alphabet="abcdefgh"))
def test_texts_without_a_secret_are_left_alone(text: str, secret: str) -> None:
    plain = text.translate({ord(letter): "-" for letter in "abcdefgh"})
    assert Redactor([secret]).text(plain) == plain


@pytest.mark.parametrize(
    "cut", ["...", "…", "... (900 characters)", "'... (9 characters)", " … 77 characters left out …\n"]
)
def test_what_is_left_of_a_cut_secret_is_hidden(cut: str) -> None:
    """(C6.5) Messages are shortened with an ellipsis before anybody can know that they hold a secret."""
    secret = "abcdefghijklmnopqrstuvwxyz0123456789"
    shown = Redactor([secret]).text(f"the value '{secret[:20]}{cut}")
    assert "abcd" not in shown
    tail = Redactor([secret]).text(f"… 7 characters left out …\n{secret[-20:]} is wrong")
    assert "6789" not in tail
    assert tail.endswith(" is wrong")
    assert Redactor([secret]).text("it said abc...") == "it said abc..."
    assert "tuvw" not in Redactor([secret]).text(f"it begins with: {secret[:25]}")


def test_a_secret_broken_over_lines_is_hidden_whole_and_line_by_line() -> None:
    key = "-----BEGIN KEY-----\nMIIEvQIBADANBgkq\nhkiG9w0BAQEFAASC\n-----END KEY-----\n"
    redactor = Redactor([key])
    assert redactor.text(key) == HIDDEN
    assert redactor.text("hkiG9w0BAQEFAASC") == HIDDEN
    token = "0123456789abcdef" * 8
    shown = Redactor([token]).text("out:\n" + "\r\n".join(textwrap.wrap(token, 40)) + "\nend")
    assert shown == f"out:\n{HIDDEN}\nend"
    packed = base64.encodebytes(token.encode()).decode()
    assert Redactor([token]).text(packed).count(HIDDEN) == 1


def test_short_values_are_hidden_only_where_they_are_all_there_is() -> None:
    redactor = Redactor(["12", "yes"])
    assert redactor.value(["12", "yes", "12 times yes", 12, ""]) == [HIDDEN, HIDDEN, "12 times yes", 12, ""]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ({"pass-word": ["pass-word", {"x": ("a pass-word b",)}]}, {HIDDEN: [HIDDEN, {"x": [f"a {HIDDEN} b"]}]}),
        (b"a pass-word \xff", f"a {HIDDEN} ".encode() + b"\xff"),
        ([1, 2.5, None, True, Decimal(3)], [1, 2.5, None, True, Decimal(3)]),
        (20261, HIDDEN), (Decimal(20261), HIDDEN), (20262, 20262),
    ],
)  # fmt: skip
def test_values_are_cleaned_inside_and_out(value: Any, shown: Any) -> None:
    assert Redactor(["pass-word", "20261"]).value(value) == shown


def test_overlapping_secrets_leave_nothing_of_either() -> None:
    assert Redactor(["abcdef", "defghi", "cd"]).text("x abcdefghi y") == f"x {HIDDEN} y"
    assert not Redactor([""])
    long = 10**5000
    assert Redactor(["20261"]).value(long) is long
    value = {"same": ["object"]}
    assert Redactor().value(value) is value
