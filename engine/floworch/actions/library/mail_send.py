"""``mail.send``: send one mail over SMTP."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, TypedDict, cast

from pydantic import BeforeValidator, Field

from floworch.actions.connections import check_place, place_or_connection
from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.library.file_errors import stop_if_cancelled
from floworch.actions.library.http_client import CONNECT_SECONDS, trust
from floworch.actions.library.mail_message import Format, Mail, addresses, as_bytes, bare
from floworch.actions.widgets import Multiline, Secret, secret_value, show_if, widget
from floworch.errors import ActionError, ErrorKind
from floworch.versions import pip_line

Addresses = Annotated[list[str], BeforeValidator(addresses)]
Security = Literal["starttls", "tls", "none"]
#: Shown only while no connection says it.
_HERE = show_if(connection="")
#: By default, by kind of security.
PORTS = {"starttls": 587, "tls": 465, "none": 25}


class Sent(TypedDict):
    """The Message-ID, who the server took it for, and whom it refused, with its reason."""

    message_id: str
    accepted: list[str]
    refused: dict[str, str]


@action(
    "mail.send",
    title="Send mail",
    category="messaging",
    icon="mail",
    subtitle="subject",
    effect="unsafe",
    check=check_place("host", "mail"),
    capabilities=("network", "files"),
    example={
        "host": "smtp.example.org",
        "user": "reports@example.org",
        "password": "MAIL_PASSWORD",
        "from": "Reports <reports@example.org>",
        "to": ["ada@example.org"],
        "subject": "Report of {{ inputs.day }}",
        "body": "**{{ inputs.count }}** files, see the attachment.",
        "attachments": ["report.csv"],
    },
)
async def mail_send(
    ctx: Context,
    *,
    connection: Annotated[str, widget("connection", types=["mail"])] = "",
    host: Annotated[str, Field(title="Mail server (SMTP)"), _HERE] = "",
    from_: Annotated[str, Field(min_length=1)],
    to: Annotated[Addresses, Field(min_length=1)],
    subject: str = "",
    body: Multiline = "",
    format: Annotated[Format, Field(title="Format of the body")] = "markdown",  # noqa: A002 - the parameter's name in definitions
    attachments: Annotated[list[str], widget("list")] = [],  # noqa: B006 - every call gets its own copy
    cc: Annotated[Addresses, Field(title="Copy to (Cc)")] = [],  # noqa: B006 - likewise
    bcc: Annotated[Addresses, Field(title="Hidden copy to (Bcc)")] = [],  # noqa: B006 - likewise
    reply_to: Annotated[str, Field(title="Answers go to")] = "",
    security: Annotated[Security, Field(title="Encryption"), _HERE] = "starttls",
    port: Annotated[int | None, Field(ge=1, le=65535), _HERE] = None,
    user: Annotated[str, Field(title="User name"), _HERE] = "",
    password: Annotated[Secret | None, _HERE] = None,
    verify: Annotated[bool, Field(title="Check the certificate")] = True,
    max_mb: Annotated[float, Field(title="Most attachments (MiB)", gt=0)] = 25.0,
) -> Sent:
    """Send a mail.

    Its Message-ID is made from the run and the node and stays the same over attempts and resumes, so that a mail
    sent twice can be known as one. After a crash the node asks before it sends again. Cancelling the node closes the
    connection; a mail whose text the server has not yet taken is then not sent.

    Args:
        connection: Name of a connection of the type mail: its server and login instead of host, security, port, user
            and password.
        host: The mail server (SMTP).
        from_: Who sends it: ada@example.org, or Ada Lovelace <ada@example.org>.
        to: Who gets it; a text may hold several, with commas between them.
        subject: The subject, one line.
        body: The text.
        format: What the text is; markdown is sent as HTML with the text beside it, and HTML in it is not trusted.
        attachments: Paths of files to attach; a relative one starts in the folder the run was started in.
        cc: Who gets a copy.
        bcc: Who gets a copy that the others do not see.
        reply_to: Where answers go, when not to the sender.
        security: starttls begins in the clear and must turn to TLS, tls is encrypted from the start, none never is.
        port: By default 587 for starttls, 465 for tls, 25 for none.
        user: Name to log in with; empty does not log in.
        password: Name of the secret that holds the password.
        verify: Whether the certificate of the server must be valid.
        max_mb: Most that the attachments may have together, in MiB.
    """
    named = place_or_connection(ctx, connection, "mail", "host", host)
    if named is not None:
        host, user, password = named.get("host"), named.get("user"), named.get("password") or None
        port, security = int(named.get("port", "0")) or None, cast("Security", named.get("security", "starttls"))
    domain = bare(from_).rpartition("@")[2]
    files = [ctx.path(each) for each in attachments]
    when = datetime.fromtimestamp(ctx.now(), UTC)
    message_id = f"<{ctx.idempotency_key[:40]}@{domain}>"
    mail = Mail(from_, to, subject, body, format, message_id, when, cc, bcc, reply_to, files)
    recipients = mail.recipients
    data = await asyncio.to_thread(as_bytes, mail, int(max_mb * 1048576), lambda: stop_if_cancelled(ctx))
    ctx.progress(None, f"sending {len(data) / 1024:.0f} KiB to {host}")
    options = options_of(ctx, security, user, password, verify)
    refused = await _deliver(data, host, port or PORTS[security], (bare(from_), recipients), **options)
    for address, reason in refused.items():
        ctx.log(f"{host} refused {address}: {reason}", "warning")
    accepted = [each for each in recipients if each not in refused]
    ctx.log(f"Sent {message_id} to {', '.join(accepted)}.")
    return Sent(message_id=message_id, accepted=accepted, refused=refused)


async def _deliver(data: bytes, host: str, port: int, route: tuple[str, list[str]], **options: Any) -> dict[str, str]:
    """Hand the mail to the server; ``route`` is the sender and who gets it. Returns whom it refused and why."""
    async with smtp_server(host, port, **options) as server:
        refused, _ = await server.sendmail(*route, data)
    return {address: f"{answer.code} {answer.message}" for address, answer in refused.items()}


@contextlib.asynccontextmanager
async def smtp_server(host: str, port: int, **options: Any) -> AsyncIterator[Any]:
    """A connection to a mail server, logged in; a cancel closes it at once. Options as those of ``aiosmtplib.SMTP``.

    Raises:
        ActionError: For what goes wrong in the block, too.
    """
    try:
        import aiosmtplib
    except ModuleNotFoundError:
        raise ActionError(
            "mail.send needs a library that is not installed.",
            ErrorKind.VALIDATION,
            hint=f"Install it: {pip_line('floworch[mail]')}",
        ) from None
    try:
        async with aiosmtplib.SMTP(hostname=host, port=port, timeout=CONNECT_SECONDS, **options) as server:
            try:
                yield server
            except asyncio.CancelledError:
                server.close()  # else it would say goodbye and wait for an answer
                raise
    except (aiosmtplib.SMTPException, OSError, ValueError) as error:
        raise _worded(error, f"{host}:{port}") from None


def options_of(ctx: Context, security: str, user: str, password: str | None, verify: bool = True) -> dict[str, Any]:
    """The options of ``smtp_server`` for one way to log in; ``password`` names a secret."""
    login = {"username": user, "password": secret_value(ctx, password) if password else ""} if user else {}
    return {
        "use_tls": security == "tls",
        "start_tls": security == "starttls",
        "tls_context": None if security == "none" else trust(verify),
        **login,
    }


def _worded(error: Exception, where: str) -> ActionError:
    """What a mail server, or the way to it, complained about, for people."""
    import aiosmtplib as smtp

    if isinstance(error, smtp.SMTPRecipientsRefused):
        who = "; ".join(f"{each.recipient}: {each.code} {each.message}" for each in error.recipients)
        return ActionError(
            f"{where} refused every recipient: {who}.", _kind(error.recipients[0].code), hint="Check the addresses."
        )
    if isinstance(error, smtp.SMTPAuthenticationError):
        return ActionError(
            f"{where} did not accept the user and password: {error.code} {error.message}.",
            ErrorKind.PERMISSION,
            hint="Check 'user' and the secret; many providers want a password made for programs.",
        )
    if isinstance(error, smtp.SMTPConnectTimeoutError | smtp.SMTPTimeoutError | TimeoutError):
        return ActionError(f"{where} did not answer in {CONNECT_SECONDS:g} seconds.", ErrorKind.TIMEOUT)
    if isinstance(error, smtp.SMTPResponseException):
        return ActionError(f"{where} refused the mail: {error.code} {error.message}.", _kind(error.code))
    text = str(error).rstrip(".") or type(error).__name__
    if "certificate" in text.lower():
        return ActionError(
            f"The certificate of {where} cannot be trusted: {text}.",
            ErrorKind.CONNECTION,
            hint="Check the name of the server. Set 'verify' to false only for a server of your own.",
        )
    if isinstance(error, smtp.SMTPNotSupported) or "not supported" in text.lower():
        hint = "Set 'security' to what the server speaks; many allow to log in over TLS only."
        return ActionError(f"{where} cannot do what is asked: {text}.", ErrorKind.VALIDATION, hint=hint)
    return ActionError(
        f"No connection to {where}: {text}.",
        ErrorKind.CONNECTION,
        hint="Check 'host', 'port' and 'security', and that the server runs.",
    )


def _kind(code: int) -> ErrorKind:
    """4xx answers of SMTP are for now, 5xx for good."""
    return ErrorKind.EXTERNAL_SERVICE if code < 500 else ErrorKind.VALIDATION
