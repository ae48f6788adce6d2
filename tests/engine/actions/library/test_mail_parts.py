"""Headers, file names and contents of mails, friendly and hostile."""

from __future__ import annotations

import base64
import quopri
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from floworch.actions.library.mail_parts import content, decoded, headers, safe_name, words


def test_headers() -> None:
    data = (
        b'From: =?utf-8?q?B=C3=A4rbel?= <b@x.y>\r\nTo: "Doe, J" <j@x.y>,\r\n k@x.y\r\nSubject: =?utf-8?b?w5xi?=\r\n'
        b" =?utf-8?q?er_das?= Eis\r\nDate: Mon, 02 Mar 2026 10:00:00 -0000\r\nMessage-ID: <1@x>\r\n\r\n"
    )
    assert headers(data) == {
        "message_id": "<1@x>", "date": "2026-03-02T10:00:00", "sender": "Bärbel <b@x.y>",
        "to": ["Doe, J <j@x.y>", "k@x.y"], "cc": [], "subject": "Über das Eis",
    }  # fmt: skip


@given(st.binary(max_size=80))
def test_headers_of_any_bytes_are_read(data: bytes) -> None:
    names = (b"Subject", b"From", b"Date", b"To")
    found = headers(b"".join(name + b": " + data.replace(b"\n", b"") + b"\r\n" for name in names) + b"\r\n")
    assert "\n" not in found["subject"] + found["sender"]


@pytest.mark.parametrize("text", ["=?nonsense?q?a?=", "=?utf-8?b?w5?=", "plain"])
def test_words_that_cannot_be_read_are_shown(text: str) -> None:
    assert words(text)


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("a.pdf", "a.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Windows\\x.dll", "x.dll"),
        (".bashrc", "bashrc"),
        ("..", "attachment-7"),
        ("", "attachment-7"),
        ("nul.txt", "attachment-7-nul.txt"),
        ("a\x00b\x1f.txt", "ab.txt"),
        ("txt.\u202efdp", "txt.fdp"),
        ("a:b?.txt", "a_b_.txt"),
        ("=?utf-8?q?gr=C3=B6=C3=9Fe.pdf?=", "größe.pdf"),
        ("utf-8''gr%C3%B6%C3%9Fe.pdf", "größe.pdf"),
        ("utf-8''..%2F..%2Fx", "x"),
    ],
)
def test_file_names_are_made_safe(sent: str, name: str) -> None:
    assert safe_name(sent, 7) == name


@given(st.text(max_size=300), st.integers(1, 9))
def test_no_name_leaves_its_folder(sent: str, number: int) -> None:
    name = safe_name(sent, number)
    assert name not in {"", ".", ".."}
    assert PurePosixPath(name).name == PureWindowsPath(name).name == name
    assert len(name.encode()) <= 200
    second = safe_name(sent, number, [name])
    assert second.casefold() != name.casefold()


@given(st.binary(max_size=400), st.lists(st.integers(1, 50), max_size=8))
def test_contents_are_decoded_whatever_the_pieces(data: bytes, sizes: list[int]) -> None:
    def cut(text: bytes) -> list[bytes]:
        pieces = []
        for size in sizes:
            pieces.append(text[:size])
            text = text[size:]
        return [*pieces, text]

    assert b"".join(content(cut(base64.encodebytes(data)), "base64")) == data
    assert b"".join(content(cut(base64.b64encode(data).rstrip(b"=")), "base64")) == data
    quoted = quopri.encodestring(data, quotetabs=True)
    assert b"".join(content(cut(quoted), "quoted-printable")) == quopri.decodestring(quoted)
    assert b"".join(content(cut(data), "8bit")) == data


def test_texts_of_unknown_charsets_are_shown() -> None:
    assert decoded("ü".encode(), "nonsense") == decoded("ü".encode(), "us-ascii") == decoded("ü".encode(), "") == "ü"
    assert decoded(b"\xfc", "latin-1") == "ü"
    assert decoded(b"\xfc", "rot13") == "\ufffd"
