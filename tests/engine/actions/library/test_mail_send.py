"""mail.send against a real mail server (C4.1, C4.5, C7.8, C11)."""

from __future__ import annotations

import asyncio
import os
import socket
from pathlib import Path
from typing import Any

import pytest
from smtp_server import PASSWORD, smtp_server

from floworch import Engine, MemoryStore, Workflow
from floworch.actions.registry import registry
from floworch.errors import ActionError, ErrorKind
from floworch.testing import FakeHost, run_action

CERTIFICATE = Path(__file__).parents[3] / "helpers" / "untrusted.pem"
BASE: dict[str, Any] = {"host": "127.0.0.1", "from": "Reports <reports@example.org>", "to": ["ada@example.org"]}


async def send(port: int, host: FakeHost | None = None, **params: Any) -> Any:
    return await run_action("mail.send", host, **{**BASE, "port": port, "security": "none", **params})


async def failure(port: int, host: FakeHost | None = None, **params: Any) -> ActionError:
    with pytest.raises(ActionError) as caught:
        await send(port, host, **params)
    return caught.value


async def test_a_mail_in_markdown_with_attachments_arrives_whole(tmp_path: Path) -> None:
    (tmp_path / "größe.csv").write_bytes(b"a,b\r\n1,2\r\n")
    (tmp_path / "x.bin").write_bytes(bytes(range(256)))
    host = FakeHost()
    async with smtp_server() as server:
        output = await send(
            server.port,
            host,
            to="Ada Lovelace <ada@example.org>, bob@example.org",
            cc=["carl@example.org"],
            bcc=["eve@example.org", "ada@example.org"],
            reply_to="desk@example.org",
            subject="Größe: 3 €",
            body="**3** files\n\n<script>x</script>\n\n| a | b |\n|---|---|\n| 1 | 2 |",
            attachments=[str(tmp_path / "größe.csv"), str(tmp_path / "x.bin")],
        )
    ((sender, recipients, mail),) = server.mails
    assert sender == "reports@example.org"
    assert recipients == ["ada@example.org", "bob@example.org", "carl@example.org", "eve@example.org"]
    assert output == {"message_id": mail["Message-ID"], "accepted": recipients, "refused": {}}
    assert (mail["Subject"], mail["Reply-To"], mail["Cc"]) == ("Größe: 3 €", "desk@example.org", "carl@example.org")
    assert mail["To"] == "Ada Lovelace <ada@example.org>, bob@example.org"
    assert "eve" not in mail.as_string()
    html = mail.get_body(("html",)).get_content()
    assert "<strong>3</strong> files" in html
    assert "<td>1</td>" in html
    assert "<script>" not in html
    assert "**3** files" in mail.get_body(("plain",)).get_content()
    files = {part.get_filename(): part.get_payload(decode=True) for part in mail.iter_attachments()}
    assert files == {"größe.csv": b"a,b\r\n1,2\r\n", "x.bin": bytes(range(256))}
    assert host.logs[-1][1].startswith("Sent <")


@pytest.mark.parametrize(("kind", "subtype"), [("text", "plain"), ("html", "html")])
async def test_other_formats_go_as_they_are(kind: str, subtype: str) -> None:
    async with smtp_server() as server:
        await send(server.port, body="<b>x</b>", format=kind)
    mail = server.mails[0][2]
    assert (mail.get_content_subtype(), mail.get_content().strip()) == (subtype, "<b>x</b>")


async def test_the_message_id_stays_the_same_for_the_node_of_a_run() -> None:
    """(C11)"""
    async with smtp_server() as server:
        first = await send(server.port)
        again = await send(server.port)
    assert first["message_id"] == again["message_id"] == server.mails[0][2]["Message-ID"]
    assert first["message_id"].endswith("@example.org>")


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_it_logs_in_over_tls_and_only_to_a_server_it_can_trust(security: str) -> None:
    host = FakeHost(secrets={"MAIL": PASSWORD})
    login = {"security": security, "user": "reports", "password": "MAIL"}
    async with smtp_server(CERTIFICATE, security, login=True) as server:
        error = await failure(server.port, host, **login)
        assert error.kind is ErrorKind.CONNECTION
        assert "certificate" in error.message
        assert server.logins == []
        await send(server.port, host, verify=False, **login)
        assert (server.logins, len(server.mails)) == (["reports"], 1)


async def test_a_wrong_password_is_no_reason_to_show_it() -> None:
    host = FakeHost(secrets={"MAIL": "wrong horse"})
    async with smtp_server(CERTIFICATE, "starttls", login=True) as server:
        error = await failure(server.port, host, security="starttls", user="me", password="MAIL", verify=False)
    assert error.kind is ErrorKind.PERMISSION
    assert "did not accept the user and password" in error.message
    assert "horse" not in error.message + error.hint + str(host.logs)


async def test_a_server_without_tls_gets_nothing_when_tls_is_asked_for() -> None:
    async with smtp_server() as server:
        error = await failure(server.port, security="starttls")
        assert error.kind is ErrorKind.VALIDATION
        assert "Set 'security'" in error.hint
        error = await failure(server.port, security="tls")
        assert error.kind in {ErrorKind.CONNECTION, ErrorKind.VALIDATION}
        assert server.mails == []


async def test_a_server_that_knows_no_login_is_told_apart() -> None:
    host = FakeHost(secrets={"MAIL": PASSWORD})
    async with smtp_server() as server:
        error = await failure(server.port, host, user="me", password="MAIL")
    assert error.kind is ErrorKind.VALIDATION
    assert "cannot do what is asked" in error.message


async def test_refused_recipients_are_told_apart() -> None:
    host = FakeHost()
    async with smtp_server() as server:
        server.rejects = {"bob@example.org": "550 no Bob here", "carl@example.org": "450 later"}
        output = await send(server.port, host, to=["ada@example.org", "bob@example.org"])
        assert (output["accepted"], output["refused"]) == (["ada@example.org"], {"bob@example.org": "550 no Bob here"})
        assert ("warning", "127.0.0.1 refused bob@example.org: 550 no Bob here") in host.logs
        error = await failure(server.port, to=["bob@example.org"])
        assert (error.kind, "no Bob here" in error.message) == (ErrorKind.VALIDATION, True)
        error = await failure(server.port, to=["carl@example.org"])
        assert error.kind is ErrorKind.EXTERNAL_SERVICE  # for now


@pytest.mark.parametrize(
    ("answer", "kind"),
    [("452 full", ErrorKind.EXTERNAL_SERVICE), ("554 looks like spam", ErrorKind.VALIDATION)],
)
async def test_a_refused_text_says_why(answer: str, kind: ErrorKind) -> None:
    async with smtp_server() as server:
        server.answer = answer
        error = await failure(server.port)
    assert (error.kind, answer in error.message) == (kind, True)


async def test_no_server() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        error = await failure(free.getsockname()[1])
    assert error.kind is ErrorKind.CONNECTION
    assert "No connection to 127.0.0.1:" in error.message


async def test_a_cancel_closes_the_connection_and_nothing_is_sent() -> None:
    """(C4.5)"""
    async with smtp_server() as server:
        server.hold = True
        task = asyncio.ensure_future(send(server.port))
        await asyncio.wait_for(server.holding.wait(), 10)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(task, 10)  # less than the time that an answer may take
        await asyncio.wait_for(server.left.wait(), 10)
    assert server.mails == []


async def test_large_attachments_go_through_or_are_refused_before_they_are_read(tmp_path: Path) -> None:
    big = tmp_path / "big.bin"
    big.write_bytes(b"x" * (8 << 20))
    huge = tmp_path / "huge.bin"
    huge.touch()
    os.truncate(huge, 1 << 40)
    async with smtp_server() as server:
        error = await failure(server.port, attachments=[str(big), str(huge)])
        assert error.message == "The attachments are over the limit of 25 MiB."
        assert server.mails == []
        await send(server.port, attachments=[str(big)])
    (part,) = server.mails[0][2].iter_attachments()
    assert len(part.get_payload(decode=True)) == 8 << 20


async def test_a_failed_mail_is_not_sent_again_by_itself() -> None:
    """(C7.8)"""
    assert registry.resolve("mail.send").effect == "unsafe"
    async with smtp_server() as server:
        server.answer = "452 full"
        params = {**BASE, "port": server.port, "security": "none", "password": None, "user": ""}
        flow = Workflow.model_validate({"id": "w", "nodes": {"n": {"action": "mail.send", "params": params}}})
        async with Engine(store=MemoryStore()) as engine:
            result = await (await engine.start(flow)).result()
    assert (str(result.status), result.nodes["n"].attempts) == ("failed", 1)
