"""Logging in over a named connection and doing nothing else: what a try of one does."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from floworch.actions.connections import connection as named
from floworch.actions.context import Context
from floworch.errors import ActionError

if TYPE_CHECKING:
    from floworch.actions.connections import Connection
    from floworch.actions.registry import Registry

#: The id of the action that logs in; no palette shows it.
TRY = "floworch.log_in"
_IMAP, _SMTP = {143, 993}, {0, 25, 465, 587, 2525}


def add_login(registry: Registry) -> None:
    """Let runs of this registry use ``TRY``."""
    from floworch.actions.decorators import action

    action(TRY, title="Log in", effect="idempotent", into=registry)(_log_in)


def works_of(known: Connection) -> str:
    """What it means when a try came to its end, in words."""
    logs_in = known.get("user") or known.get("key") or known.get("password") or known.type == "ssh"
    return "the login was taken" if logs_in else "it answers, and nothing is kept to log in with"


async def _log_in(ctx: Context, connection: str) -> None:
    known = named(ctx, connection, "ssh", "broker", "mail", "ai")
    await {"ssh": _ssh, "broker": _broker, "mail": _mail, "ai": _ai}[known.type](ctx, known)


async def _ssh(ctx: Context, known: Connection) -> None:
    from floworch.actions.library.ssh_session import Login, connected

    async with connected(ctx, Login.of(known), "ssh.run"):
        return


async def _broker(ctx: Context, known: Connection) -> None:
    from floworch.actions.library.mqtt_session import Broker, connected

    async with connected(ctx, Broker.of(known)):
        return


async def _mail(ctx: Context, known: Connection) -> None:
    if await _is_imap(known):
        await ctx.perform("mail.read", {"connection": known.name, "limit": 1})
        return
    from floworch.actions.library.mail_send import PORTS, options_of, smtp_server

    security = known.get("security", "starttls")
    port = int(known.get("port", "0")) or PORTS[security]
    options = options_of(ctx, security, known.get("user"), known.get("password") or None)
    async with smtp_server(known.get("host"), port, **options):
        return


async def _is_imap(known: Connection) -> bool:
    """Whether a mailbox is read there, and not mail sent: by its port, else by what the server says first."""
    port = int(known.get("port", "0"))
    if port in _IMAP | _SMTP or known.get("security") == "tls":
        return port in _IMAP
    try:
        reader, writer = await asyncio.open_connection(known.get("host"), port)
        try:
            return (await asyncio.wait_for(reader.read(4), 10.0)).startswith(b"* ")
        finally:
            writer.close()
    except (OSError, TimeoutError):
        return False  # sending says what is wrong


async def _ai(ctx: Context, known: Connection) -> None:
    """Ask for the list of models, which costs nothing; a server that has none has answered all the same."""
    from floworch.actions.library.http_client import check_url, exchange, status_error

    key = known.secret(ctx, "key")
    url = f"{check_url(known.get('url')).rstrip('/')}/models"
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    async with exchange("GET", url, headers=headers, follow_redirects=False) as response:
        if response.status >= 400 and response.status not in {404, 405}:
            said = (await response.content.read(2000)).decode("utf-8", "replace")
            raise _hinted(status_error("GET", url, response.status, response.reason or "", response.headers, said))


def _hinted(error: ActionError) -> ActionError:
    return ActionError(
        error.message, error.kind, error.retry_after, error.hint or "Check 'url' and the secret of 'key'."
    )
