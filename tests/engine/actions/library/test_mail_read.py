"""mail.read against a real dovecot (C4.5)."""

from __future__ import annotations

import asyncio
import base64
import os
import tracemalloc
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from imap_server import PASSWORD, ImapServer, imap_server
from odd_server import odd_server

from floworch.actions.connections import checked, save_connection
from floworch.actions.context import Context
from floworch.errors import ActionError, ErrorKind
from floworch.testing import FakeHost, run_action


@pytest.fixture(scope="module")
def server() -> Iterator[ImapServer]:
    with imap_server() as running:
        yield running


@pytest.fixture
def box(server: ImapServer, request: pytest.FixtureRequest) -> str:
    """A folder of its own for each test."""
    name = "".join(filter(str.isalnum, request.node.name))
    server.deliver(mail("First", "Grüße aus Köln"), name)
    return name


def mail(subject: str, text: str = "text", **fields: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = fields.get("sender", "Bärbel <b@example.org>"), "ada@example.org, Bob <bob@x.y>"
    message["Subject"], message["Message-ID"] = subject, f"<{subject.encode().hex()}@example.org>"
    message["Date"] = "Mon, 02 Mar 2026 10:00:00 +0100"
    message.set_content(text)
    return message


def with_file(data: bytes) -> bytes:
    """A mail with one file, made quicker than the library makes it."""
    head = b"Subject: Large\nMIME-Version: 1.0\nContent-Type: application/zip; name=large.zip\n"
    return head + b"Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(data)


def host(folder: Path | str = ".") -> FakeHost:
    return FakeHost(folder=str(folder), secrets={"MAIL": PASSWORD, "WRONG": "hunter2"})


async def read(server: ImapServer, box: str, bench: FakeHost | None = None, **params: Any) -> Any:
    return await run_action("mail.read", bench or host(), **{**server.login, "folder": box, **params})


async def failure(server: ImapServer, box: str, **params: Any) -> ActionError:
    with pytest.raises(ActionError) as caught:
        await read(server, box, **params)
    assert "hunter2" not in f"{caught.value} {caught.value.hint}"
    return caught.value


async def test_messages_are_read_newest_first_and_left_as_they_are(server: ImapServer, box: str) -> None:
    second = mail("Zweite Überschrift")
    second.add_alternative("<b>text</b>", subtype="html")
    server.deliver(second, box)
    for _ in range(2):  # it is safe to repeat
        output = await read(server, box)
        assert [each["subject"] for each in output["messages"]] == ["Zweite Überschrift", "First"]
    newest, first = output["messages"]
    assert (newest["text"], newest["html"]) == ("text\n", "<b>text</b>\n")
    assert first == {
        "uid": 1, "message_id": "<4669727374@example.org>", "date": "2026-03-02T10:00:00+01:00",
        "sender": "Bärbel <b@example.org>", "to": ["ada@example.org", "Bob <bob@x.y>"], "cc": [], "subject": "First",
        "text": "Grüße aus Köln\n", "html": "", "seen": False, "bytes": first["bytes"], "attachments": [],
    }  # fmt: skip
    assert (output["count"], output["more"]) == (2, False)


async def test_search_limit_and_marking(server: ImapServer, box: str) -> None:
    for number in range(3):
        server.deliver(mail(f"Invoice {number}", sender="shop@example.org"), box)
    found = await read(server, box, search='FROM shop SUBJECT "Invoice"', limit=2)
    assert ([each["subject"] for each in found["messages"]], found["more"]) == (["Invoice 2", "Invoice 1"], True)
    await read(server, box, search="TEXT Köln", mark_read=True)
    assert [each["subject"] for each in (await read(server, box))["messages"]][-1] == "Invoice 0"
    seen = await read(server, box, unseen=False, search="SEEN")
    assert [(each["subject"], each["seen"]) for each in seen["messages"]] == [("First", True)]


async def test_attachments_are_saved_under_safe_names(server: ImapServer, box: str, tmp_path: Path) -> None:
    message = mail("Files")
    message.add_attachment(b"\x00\xff" * 5000, maintype="application", subtype="pdf", filename="../../etc/größe.pdf")
    message.add_attachment("naïve\n", filename="größe.pdf")
    message.add_attachment(b"x", maintype="image", subtype="png", filename="CON")
    message.add_attachment(mail("Inner"))
    server.deliver(message, box)
    found = (await read(server, box, host(tmp_path), search="SUBJECT Files", save_attachments="in"))["messages"][0]
    names = ["größe.pdf", "größe (2).pdf", "attachment-3-CON", "attachment-4"]
    assert [each["name"] for each in found["attachments"]] == names
    paths = [Path(each["path"]) for each in found["attachments"]]
    assert {path.parent.parent for path in paths} == {tmp_path / "in"}
    assert paths[0].read_bytes() == b"\x00\xff" * 5000
    assert paths[1].read_text() == "naïve\n"
    assert b"Subject: Inner" in paths[3].read_bytes()
    assert sorted(os.listdir(paths[0].parent)) == sorted(names)
    small = await failure(server, box, search="SUBJECT Files", save_attachments=str(tmp_path / "no"), max_mb=0.001)
    assert "over max_mb" in str(small)
    assert os.listdir(tmp_path) == ["in"]


async def test_a_large_attachment_needs_little_memory(server: ImapServer, box: str, tmp_path: Path) -> None:
    data = os.urandom(1 << 20) * 16
    server.deliver(with_file(data), box)
    await read(server, box)  # what is imported counts for nothing
    tracemalloc.start()
    try:
        found = await read(server, box, host(tmp_path), search="SUBJECT Large", save_attachments="in")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    (saved,) = found["messages"][0]["attachments"]
    assert await asyncio.to_thread(Path(saved["path"]).read_bytes) == data
    assert peak < 12 << 20


class Stopping(FakeHost):
    """Stops the action while it saves a file."""

    task: asyncio.Future[Any]

    def progress(self, ctx: Context, fraction: float | None, message: str) -> None:
        super().progress(ctx, fraction, message)
        if "MiB" in message:
            self.task.get_loop().call_soon_threadsafe(self.task.cancel)


async def test_a_cancel_leaves_no_half_file(
    server: ImapServer, box: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """(C4.5)"""
    monkeypatch.setattr("floworch.actions.library.mail_read._TOLD_SECONDS", 0.0)
    server.deliver(with_file(b"x" * (8 << 20)), box)
    bench = Stopping(folder=str(tmp_path), secrets={"MAIL": PASSWORD})
    bench.task = asyncio.ensure_future(read(server, box, bench, save_attachments="in"))
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(bench.task, 20)
    (folder,) = (tmp_path / "in").iterdir()
    assert os.listdir(folder) == []


async def test_a_cancel_leaves_a_server_that_says_nothing() -> None:
    """(C4.5)"""
    async with odd_server() as odd:
        login = {"host": "127.0.0.1", "port": odd.port, "user": "ada", "password": "MAIL", "security": "none"}
        task = asyncio.ensure_future(run_action("mail.read", host(), **login))
        await asyncio.wait_for(odd.met.wait(), 20)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(task, 10)
        await asyncio.wait_for(odd.left.wait(), 10)


async def test_what_goes_wrong_is_told(server: ImapServer, box: str) -> None:
    for params, kind, message in (
        ({"password": "WRONG"}, ErrorKind.PERMISSION, "did not accept the login of ada"),
        ({"folder": 'Nö & "such"'}, ErrorKind.NOT_FOUND, "cannot open the folder 'Nö & \"such\"'"),
        ({"search": "SUBJEKT x"}, ErrorKind.VALIDATION, "does not understand the search 'UNSEEN SUBJEKT x'"),
        ({"search": 'FROM "x'}, ErrorKind.VALIDATION, "does not understand the search"),
        ({"security": "tls"}, ErrorKind.CONNECTION, "No connection to 127.0.0.1"),
        ({"security": "starttls"}, ErrorKind.CONNECTION, "TLS"),
        ({"port": 1}, ErrorKind.CONNECTION, "No connection to 127.0.0.1:1"),
    ):
        error = await failure(server, box, **params)
        assert (error.kind, message in str(error)) == (kind, True), str(error)


async def test_the_name_of_a_connection_says_how_to_log_in(
    server: ImapServer, box: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLOWORCH_CONFIG_DIR", str(tmp_path))
    fields = {name: str(value) for name, value in server.login.items()}
    save_connection(checked("box", "mail", fields))
    assert (await run_action("mail.read", host(), connection="box", folder=box))["count"] == 1


async def test_a_folder_with_a_name_of_its_own_is_found(server: ImapServer) -> None:
    server.deliver(mail("There"), "Entw&APw-rfe")
    assert (await read(server, "Entwürfe"))["count"] == 1
