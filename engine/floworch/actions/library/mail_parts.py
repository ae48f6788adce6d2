"""Headers, texts, files and file names of mails, none of which is to be trusted; pure."""

from __future__ import annotations

import base64
import binascii
import codecs
import re
from collections.abc import Iterable, Iterator
from email import message_from_bytes
from email.header import decode_header
from email.utils import getaddresses, parsedate_to_datetime
from typing import TypedDict
from urllib.parse import unquote_to_bytes

_CONTROL = re.compile(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_NOT_BASE64 = bytes(each for each in range(256) if not (each < 128 and (chr(each).isalnum() or each in b"+/")))
_RFC2231 = re.compile(r"([\w-]*)'[\w-]*'(.*)", re.DOTALL)
_NAME_BYTES = 180


class Headers(TypedDict):
    """The header fields that are read; ``date`` is ISO 8601 or empty, addresses are written ``Name <address>``."""

    message_id: str
    date: str
    sender: str
    to: list[str]
    cc: list[str]
    subject: str


def headers(data: bytes) -> Headers:
    """Read header fields; what cannot be read is shown as it stands."""
    found = message_from_bytes(data)

    def first(name: str) -> str:
        return str(found.get(name) or "").strip()

    try:
        date = parsedate_to_datetime(first("Date")).isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        date = ""
    return Headers(
        message_id=_CONTROL.sub("", first("Message-ID")),
        date=date,
        sender=", ".join(_addresses([first("From")])),
        to=_addresses(map(str, found.get_all("To", []))),
        cc=_addresses(map(str, found.get_all("Cc", []))),
        subject=words(first("Subject")),
    )


def _addresses(lines: Iterable[str]) -> list[str]:
    pairs = getaddresses([line.replace("\n", " ") for line in lines])
    found = [(words(name), words(address)) for name, address in pairs]
    return [f"{name} <{address}>" if name else address for name, address in found if name or address]


def words(text: str) -> str:
    """Text of a header field with its encoded words read (RFC 2047), on one line."""
    try:
        pieces = decode_header(re.sub(r"\r?\n\s*", " ", text))
    except (ValueError, LookupError, binascii.Error):
        pieces = [(text, None)]
    whole = "".join(each if isinstance(each, str) else decoded(each, charset or "") for each, charset in pieces)
    return _CONTROL.sub("", whole).strip()


def decoded(data: bytes, charset: str) -> str:
    """Bytes as text in the charset that is said, else UTF-8; what does not fit becomes a replacement character."""
    try:
        name = codecs.lookup(charset or "utf-8").name
        return data.decode("utf-8" if name == "ascii" else name, "replace")
    except (LookupError, ValueError, UnicodeError):
        return data.decode("utf-8", "replace")


def safe_name(sent: str, number: int, taken: Iterable[str] = ()) -> str:
    r"""A name for a file in a folder, made of the name that a sender chose.

    It has no folder, no control or direction characters, no name that Windows keeps for itself, no dot in front, at
    most 180 bytes, and differs from those that are ``taken``, also where capital letters count for nothing.
    """
    found = _RFC2231.fullmatch(sent)
    text = decoded(unquote_to_bytes(found[2]), found[1]) if found else words(sent)
    text = re.split(r"[/\\]", text)[-1]
    text = re.sub(r'[<>:"|?*]', "_", _CONTROL.sub("", text)).strip(" .")
    data = text.encode("utf-8", "replace")
    if len(data) > _NAME_BYTES:
        front, _, ending = data.rpartition(b".")
        ending = b"." + ending if front and len(ending) < 20 else b""
        data = data[: _NAME_BYTES - len(ending)] + ending
    text = data.decode("utf-8", "ignore").strip(" .")
    if not text or _RESERVED.fullmatch(text):
        text = f"attachment-{number}{f'-{text}' if text else ''}"
    used = {each.casefold() for each in taken}
    stem, dot, end = text.rpartition(".") if "." in text else (text, "", "")
    candidate, count = text, 1
    while candidate.casefold() in used:
        count += 1
        candidate = f"{stem} ({count}){dot}{end}"
    return candidate


def content(pieces: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """The bytes that a transfer encoding stands for, piece by piece; bytes that do not belong there are left out."""
    if encoding == "base64":
        yield from _base64(pieces)
    elif encoding == "quoted-printable":
        rest = b""
        for piece in pieces:
            whole, newline, rest = (rest + piece).rpartition(b"\n")
            yield binascii.a2b_qp(whole + newline)
        yield binascii.a2b_qp(rest)
    else:
        yield from pieces


def _base64(pieces: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for piece in pieces:
        data = rest + piece.translate(None, _NOT_BASE64)
        size = len(data) // 4 * 4
        rest = data[size:]
        yield base64.b64decode(data[:size])
    if len(rest) > 1:
        yield base64.b64decode(rest + b"=" * (4 - len(rest)))
