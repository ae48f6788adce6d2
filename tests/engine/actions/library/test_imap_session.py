"""Mailboxes whose servers behave oddly; the real one is in test_mail_read.py."""

from __future__ import annotations

import asyncio

import pytest
from odd_server import odd_server

from floworch.actions.library import imap_session
from floworch.actions.library.cut_line import CutLine
from floworch.actions.library.imap_session import Account, opened
from floworch.errors import ActionError, ErrorKind


def enter(port: int, password: str) -> None:
    with opened(Account("127.0.0.1", port, "ada", password, "none", True), "INBOX", False, CutLine()):
        pass


@pytest.mark.parametrize(
    ("greeting", "kind", "message"),
    [
        (b"", ErrorKind.TIMEOUT, "did not answer in 0.3 seconds"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", ErrorKind.CONNECTION, "No connection to"),
        (b"* BYE too busy\r\n", ErrorKind.CONNECTION, "too busy"),
    ],
)
async def test_a_server_that_is_none_is_told(
    monkeypatch: pytest.MonkeyPatch, greeting: bytes, kind: ErrorKind, message: str
) -> None:
    monkeypatch.setattr(imap_session, "ANSWER_SECONDS", 0.3)
    async with odd_server(greeting) as odd:
        with pytest.raises(ActionError) as caught:
            await asyncio.to_thread(enter, odd.port, "hunter2")
    assert (caught.value.kind, message in str(caught.value)) == (kind, True), str(caught.value)
    assert "hunter2" not in str(caught.value)


async def test_a_password_with_a_line_break_reaches_no_server() -> None:
    async with odd_server(b"* OK [CAPABILITY IMAP4rev1] hello\r\n+ \r\nAAAA0 OK\r\n") as odd:
        with pytest.raises(ActionError):
            await asyncio.to_thread(enter, odd.port, "x\r\nA1 DELETE INBOX")
