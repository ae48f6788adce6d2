"""What IMAP servers say about messages, well formed and not."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from floworch.actions.library.imap_parts import Part, messages, parts, tokens
from floworch.errors import ActionError

PLAIN = b'("text" "plain" ("charset" "utf-8") NIL NIL "quoted-printable" 120 4 NIL NIL NIL NIL)'
PDF = b'("application" "pdf" ("name" "a.pdf") NIL NIL "base64" 900 NIL ("attachment" ("filename" "b.pdf")) NIL NIL)'


def structure(text: bytes) -> Any:
    (found,) = tokens([text])
    return found


def test_tokens() -> None:
    answer = [(b'3 (UID 7 FLAGS (\\Seen $X) BODY[HEADER.FIELDS ("TO" CC)] {5}', b"a (b\x00"), b' X "q\\"(" NIL)']
    assert tokens(answer) == ["3", ["UID", "7", "FLAGS", ["\\Seen", "$X"], 'BODY[HEADER.FIELDS ("TO" CC)]', b"a (b\x00",
                                    "X", 'q"(', None]]  # fmt: skip
    answer.append(b"4 (FLAGS (\\Seen))")  # what the server tells unasked
    assert list(messages(answer)) == [
        {"UID": "7", "FLAGS": ["\\Seen", "$X"], "HEADER": b"a (b\x00", "X": 'q"('}
    ]  # fmt: skip


def test_leaves_of_structures() -> None:
    text = Part("1", "text/plain", "utf-8", "", "quoted-printable", 120, False)
    assert parts(structure(PLAIN)) == [text]
    pdf = Part("2", "application/pdf", "", "b.pdf", "base64", 900, True)
    assert parts(structure(b"(" + PLAIN + PDF + b' "mixed" ("boundary" "x") NIL NIL NIL)')) == [text, pdf]
    inner = b"(" + PLAIN + PLAIN.replace(b"plain", b"html") + b' "alternative" ("boundary" "y") NIL NIL)'
    found = parts(structure(b"(" + inner + PDF + b' "mixed" NIL NIL NIL)'))
    assert [(each.number, each.type) for each in found] == [
        ("1.1", "text/plain"), ("1.2", "text/html"), ("2", "application/pdf")
    ]  # fmt: skip
    message = b'("message" "rfc822" NIL NIL NIL "7bit" 300 ("date" "subject") ' + PLAIN + b" 12 NIL NIL NIL NIL)"
    assert [(each.type, each.attached) for each in parts(structure(message))] == [("message/rfc822", True)]
    split = PDF.replace(b'"filename" "b.pdf"', b'"filename*1*" "%C3%9F.pdf" "filename*0*" "utf-8\'\'a"')
    assert parts(structure(split))[0].name == "utf-8''a%C3%9F.pdf"


@given(st.binary(max_size=60) | st.text('()"\\ {}[]aN1', max_size=40).map(str.encode))
def test_nonsense_is_refused_or_read_but_never_an_error_of_the_program(text: bytes) -> None:
    with contextlib.suppress(ActionError):
        for each in tokens([text]):
            parts(each)
    with contextlib.suppress(ActionError):
        list(messages([text, (text, text)]))


def test_what_is_nested_too_deep_is_refused() -> None:
    with pytest.raises(ActionError, match="in a way that cannot be read"):
        tokens([b"(" * 100_000])
