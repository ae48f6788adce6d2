"""A real mail server on a free loopback port, in the loop of the test."""

from __future__ import annotations

import asyncio
import ssl
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

PASSWORD = "right horse"


class Mailbox:
    """What arrived: envelopes with their parsed messages. Answers can be scripted.

    Attributes:
        port: Where it listens.
        mails: ``(sender, recipients, message)``.
        logins: Names that logged in.
        rejects: Recipient -> the line it is refused with.
        answer: What the server says to the text of a mail; None takes it.
        hold: When set, the text of a mail gets no answer; ``holding`` is set then, ``left`` when the client goes.
    """

    def __init__(self) -> None:
        self.port = 0
        self.mails: list[tuple[str, list[str], EmailMessage]] = []
        self.logins: list[str] = []
        self.rejects: dict[str, str] = {}
        self.answer: str | None = None
        self.hold = False
        self.holding = asyncio.Event()
        self.left = asyncio.Event()

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if address in self.rejects:
            return self.rejects[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.hold:
            self.holding.set()
            try:
                await asyncio.Event().wait()
            finally:
                self.left.set()
        if self.answer is not None:
            return self.answer
        message = message_from_bytes(envelope.content, policy=policy.default)
        self.mails.append((envelope.mail_from, list(envelope.rcpt_tos), message))
        return "250 OK"

    def authenticate(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        good = isinstance(data, LoginPassword) and data.password == PASSWORD.encode()
        if good:
            self.logins.append(data.login.decode())
        return AuthResult(success=good, handled=good)


@asynccontextmanager
async def smtp_server(certificate: Path | None = None, tls: str = "", login: bool = False) -> AsyncIterator[Mailbox]:
    """Run a server; ``tls`` is "starttls" or "tls" with a certificate (PEM with its key), ``login`` demands AUTH."""
    mailbox = Mailbox()
    context = None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
    loop = asyncio.get_running_loop()
    options: dict[str, Any] = {"hostname": "localhost", "loop": loop, "enable_SMTPUTF8": True}
    if tls == "starttls":
        options |= {"tls_context": context, "require_starttls": True}
    if login:
        options |= {"authenticator": mailbox.authenticate, "auth_required": True}
    if tls == "tls":
        options["auth_require_tls"] = False  # it only knows of TLS that began with STARTTLS

    def session() -> SMTP:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            return SMTP(mailbox, **options)

    server = await loop.create_server(session, "127.0.0.1", 0, ssl=context if tls == "tls" else None)
    mailbox.port = server.sockets[0].getsockname()[1]
    try:
        yield mailbox
    finally:
        server.close()
        await server.wait_closed()
