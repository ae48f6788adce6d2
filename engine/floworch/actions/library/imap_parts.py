"""What an IMAP server says about a message, as nested lists, and the parts of a message in it; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from floworch.errors import ActionError, ErrorKind

_TOKEN = re.compile(rb'\s*(?:(\()|(\))|"((?:[^"\\]|\\.)*)"|((?:[^\s()"\[]|\[[^\]]*\])+))', re.DOTALL)
_LITERAL = re.compile(rb"\{\d+\+?\}$")
_DEPTH = 60


@dataclass(frozen=True, slots=True)
class Part:
    """One leaf of a message.

    Attributes:
        number: Its place as IMAP counts, such as ``1.2``.
        type: Such as ``text/plain``, in lower case.
        charset: Of a text; empty when it is not said.
        name: Its file name as it was sent: not decoded and not to be trusted; empty when it has none.
        encoding: Its transfer encoding in lower case.
        bytes: Its encoded size.
        attached: Whether it is meant as a file beside the text.
    """

    number: str
    type: str
    charset: str
    name: str
    encoding: str
    bytes: int
    attached: bool


def tokens(answer: Sequence[bytes | tuple[bytes, bytes] | None]) -> list[Any]:
    """The answer to a FETCH as ``imaplib`` gives it, as a list of texts, bytes (literals), None (NIL) and lists.

    Raises:
        ActionError: external_service_error when it is no such answer.
    """
    root: list[Any] = []
    open_lists = [root]
    for token in _flat(answer):
        if token == "(":
            inner: list[Any] = []
            open_lists[-1].append(inner)
            open_lists.append(inner)
        elif token == ")":
            open_lists.pop()
        else:
            open_lists[-1].append(token[0])
        if not 0 < len(open_lists) < _DEPTH:
            raise _confused()
    return root


def _flat(answer: Sequence[bytes | tuple[bytes, bytes] | None]) -> Iterator[str | tuple[Any]]:
    for piece in answer:
        text, literal = piece if isinstance(piece, tuple) else (piece or b"", None)
        text = _LITERAL.sub(b"", text) if literal is not None else text
        at, end = 0, len(text.rstrip())
        while at < end:
            found = _TOKEN.match(text, at)
            if found is None:
                raise _confused()
            at = found.end()
            begins, ends, quoted, atom = found.groups()
            if begins or ends:
                yield "(" if begins else ")"
            elif quoted is not None:
                yield (re.sub(rb"\\(.)", rb"\1", quoted).decode("utf-8", "replace"),)
            else:
                yield (None if atom.upper() == b"NIL" else atom.decode("utf-8", "replace"),)
        if literal is not None:
            yield (literal,)


def messages(answer: Sequence[bytes | tuple[bytes, bytes] | None]) -> Iterator[dict[str, Any]]:
    """What a FETCH said about each message: values by name, the name of the header fields being ``HEADER``."""
    for each in tokens(answer):
        if isinstance(each, list):
            found = {_key(name): value for name, value in zip(each[::2], each[1::2], strict=False)}
            if "UID" in found:
                yield found


def _key(name: Any) -> str:
    text = str(name).upper()
    return "HEADER" if text.startswith("BODY[HEADER") else "PIECE" if text.startswith("BODY[") else text


def parts(structure: Any, number: str = "") -> list[Part]:
    """The leaves of a BODYSTRUCTURE in their order; a message in a message is one leaf.

    Raises:
        ActionError: external_service_error when it is none.
    """
    if not isinstance(structure, list) or not structure:
        raise _confused()
    if isinstance(structure[0], list):
        found = []
        for index, each in enumerate(one for one in structure if isinstance(one, list) and _is_part(one)):
            found += parts(each, f"{number}.{index + 1}" if number else str(index + 1))
        return found
    if len(structure) < 7:
        raise _confused()
    kind = f"{_text(structure[0])}/{_text(structure[1])}".lower()
    options = _options(structure[2])
    disposition, named = _disposition(structure[7:])
    name = named or _named(options, "name")
    attached = disposition == "attachment" or bool(name) or not kind.startswith("text/")
    size = _text(structure[6])
    return [
        Part(
            number or "1", kind, options.get("charset", ""), name, _text(structure[5]).lower(),
            int(size) if size.isdigit() else 0, attached,
        )
    ]  # fmt: skip


def _is_part(one: list[Any]) -> bool:
    """A part of a multipart, which begins with a part or two texts: not the options that follow the parts."""
    return bool(one) and (isinstance(one[0], list) or (len(one) >= 7 and isinstance(one[2], list | None)))


def _disposition(rest: list[Any]) -> tuple[str, str]:
    for each in rest:
        if isinstance(each, list) and len(each) == 2 and isinstance(each[0], str):
            kind = each[0].lower()
            if kind in {"attachment", "inline"} and isinstance(each[1], list | None):
                return kind, _named(_options(each[1]), "filename")
    return "", ""


def _options(given: Any) -> dict[str, str]:
    pairs = given if isinstance(given, list) else []
    return {_text(key).lower(): _text(value) for key, value in zip(pairs[::2], pairs[1::2], strict=False)}


def _named(options: dict[str, str], key: str) -> str:
    """A file name, of which RFC 2231 may have made several pieces and percent signs."""
    if key in options:
        return options[key]
    pieces = sorted((name, value) for name, value in options.items() if name.startswith(f"{key}*"))
    return "".join(value for _, value in pieces)


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value or "")


def _confused() -> ActionError:
    return ActionError("The server describes a message in a way that cannot be read.", ErrorKind.EXTERNAL_SERVICE)
