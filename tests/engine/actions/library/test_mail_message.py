"""Mails as bytes: addresses, Markdown, files."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from floworch.actions.library.mail_message import Mail, addresses, as_bytes, bare, html_of
from floworch.errors import ActionError, ErrorKind

MAIL: dict[str, Any] = {
    "sender": "a@b.c", "to": ["d@e.f"], "subject": "s", "body": "b", "format": "text", "message_id": "<1@b.c>",
    "date": datetime(2026, 1, 2, tzinfo=UTC),
}  # fmt: skip


def made(limit: int = 100, **changes: Any) -> Any:
    return message_from_bytes(as_bytes(Mail(**{**MAIL, **changes}), limit, lambda: None), policy=policy.default)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a@b.c", ["a@b.c"]),
        (" a@b.c ,, d@e.f; g@h.i", ["a@b.c", "d@e.f", "g@h.i"]),
        ('"Lovelace, Ada" <a@b.c>, d@e.f', ['"Lovelace, Ada" <a@b.c>', "d@e.f"]),
        (["a@b.c"], ["a@b.c"]),
        ("", []),
        (7, 7),
    ],
)
def test_a_text_may_hold_several_addresses(text: Any, found: Any) -> None:
    assert addresses(text) == found


@pytest.mark.parametrize("bad", ["", "ada", "@x", "a@", "a b@c", "a@b.c\r\nBcc: x@y.z", "<>", "a@b.c\n"])
def test_what_is_no_address_goes_nowhere(bad: str) -> None:
    with pytest.raises(ActionError, match="is not a mail address") as caught:
        bare(bad)
    assert caught.value.kind is ErrorKind.VALIDATION
    assert "\n" not in caught.value.message


def test_recipients_are_told_once() -> None:
    assert Mail(**{**MAIL, "cc": ["D <d@e.f>"], "bcc": ["x@y.z"]}).recipients == ["d@e.f", "x@y.z"]


def test_headers_and_the_date() -> None:
    mail = made()
    assert (mail["Date"], mail["Message-ID"], mail["Bcc"]) == ("Fri, 02 Jan 2026 00:00:00 +0000", "<1@b.c>", None)


def test_a_line_break_cannot_add_a_header() -> None:
    with pytest.raises(ActionError, match="subject holds a line break"):
        made(subject="x\r\nBcc: eve@example.org")


def test_markup_in_markdown_is_text() -> None:
    assert html_of("*a* <b>") == "<p><em>a</em> &lt;b&gt;</p>\n"


@pytest.mark.parametrize(
    ("name", "kind", "message"),
    [("none", "not_found_error", "does not exist"), ("", "validation_error", "is a folder, not a file")],
)
def test_files_that_cannot_be_attached(tmp_path: Path, name: str, kind: str, message: str) -> None:
    with pytest.raises(ActionError, match=message) as caught:
        made(files=[str(tmp_path / name)])
    assert caught.value.kind == kind


def test_packed_files_keep_their_bytes(tmp_path: Path) -> None:
    path = tmp_path / "x.txt.gz"
    path.write_bytes(b"\x1f\x8b")
    (part,) = made(files=[str(path)]).iter_attachments()
    assert (part.get_content_type(), part.get_content()) == ("application/octet-stream", b"\x1f\x8b")


def test_the_limit_is_for_all_files_together(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / name).write_bytes(b"x" * 60)
    with pytest.raises(ActionError, match="over the limit"):
        made(files=[str(tmp_path / "a"), str(tmp_path / "b")])
