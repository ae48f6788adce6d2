"""Connections over SSH: logged in, sure of the other side, and closed at once by a cancel."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from floworch.actions.context import Context
from floworch.actions.widgets import secret_value
from floworch.errors import ActionError, ErrorKind
from floworch.versions import pip_line

if TYPE_CHECKING:
    import asyncssh

    from floworch.actions.connections import Connection

CONNECT_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Login:
    """Where to connect and as whom, as the parameters of an action say it; empty texts stand for the defaults.

    ``passphrase`` names the secret that opens the key; without it ``password`` does.
    """

    host: str
    port: int = 22
    user: str = ""
    key: str = ""
    password: str | None = None
    known_hosts: str = ""
    verify: bool = True
    passphrase: str | None = None

    @classmethod
    def of(cls, known: Connection) -> Login:
        """What a connection of the type ssh says."""
        key, hosts = (os.path.expanduser(known.get(field)) for field in ("key_file", "known_hosts"))
        password, passphrase = known.get("password") or None, known.get("passphrase") or None
        port = int(known.get("port", "22"))
        return cls(known.get("host"), port, known.get("user"), key, password, hosts, True, passphrase)


@contextlib.asynccontextmanager
async def connected(ctx: Context, login: Login, action: str) -> AsyncIterator[asyncssh.SSHClientConnection]:
    """Connect and log in; what fails in the body, too, is worded for people.

    Args:
        ctx: For paths and secrets.
        login: Where and as whom.
        action: Id of the action, for the message about a missing library.

    Raises:
        ActionError: connection_error, permission_error, timeout_error, not_found_error or validation_error.
    """
    try:
        import asyncssh as ssh
    except ModuleNotFoundError:
        raise ActionError(
            f"{action} needs a library that is not installed.",
            ErrorKind.VALIDATION,
            hint=f"Install it: {pip_line('floworch[ssh]')}",
        ) from None
    options = _options(ctx, login)
    try:
        async with asyncio.timeout(CONNECT_SECONDS) as limit, contextlib.AsyncExitStack() as stack:
            connection = await stack.enter_async_context(ssh.connect(login.host, login.port, **options))
            limit.reschedule(None)
            yield connection
    except (ssh.Error, ssh.KeyImportError, ssh.SFTPError, OSError, ValueError) as error:
        raise worded(error, login) from None


def _options(ctx: Context, login: Login) -> dict[str, Any]:
    options: dict[str, Any] = {"keepalive_interval": 15, "keepalive_count_max": 4}
    if login.user:
        options["username"] = login.user
    if login.password is not None:
        options["password"] = options["passphrase"] = secret_value(ctx, login.password)
    if login.passphrase is not None:
        options["passphrase"] = secret_value(ctx, login.passphrase)
    if login.key:
        options["client_keys"] = [_file(ctx, login.key, "key")]
    if not login.verify:
        options["known_hosts"] = None
    elif login.known_hosts:
        options["known_hosts"] = _file(ctx, login.known_hosts, "known_hosts")
    return options


def _file(ctx: Context, path: str, name: str) -> str:
    found = ctx.path(path)
    if not os.path.isfile(found):
        raise ActionError(
            f"The file '{path}' of '{name}' does not exist.", ErrorKind.NOT_FOUND, hint="Correct the path."
        )
    return found


def worded(error: Exception, login: Login) -> ActionError:
    """What an SSH server, or the way to it, complained about, for people; no secret is in it."""
    import asyncssh as ssh

    where = f"{login.host}:{login.port}"
    said = (str(getattr(error, "reason", "")) or str(error) or type(error).__name__).rstrip(".")
    if isinstance(error, ssh.PermissionDenied):
        return ActionError(
            f"{where} did not accept the login{f' of {login.user}' if login.user else ''}.",
            ErrorKind.PERMISSION,
            hint="Check 'user', 'key' and the secret of 'password'.",
        )
    if isinstance(error, ssh.HostKeyNotVerifiable):
        return ActionError(
            f"The key of {where} is not a known one: {said}.",
            ErrorKind.CONNECTION,
            hint="Connect once by hand with ssh and check its fingerprint, or name the file 'known_hosts'. Set "
            "'verify' to false only in a network of your own.",
        )
    if isinstance(error, (ssh.ProtocolError, ssh.ProtocolNotSupported)):
        return ActionError(
            f"{where} does not speak SSH: {said}.",
            ErrorKind.CONNECTION,
            hint="Check 'port': another service seems to listen there.",
        )
    if isinstance(error, (ssh.KeyImportError, ssh.KeyEncryptionError)):
        return ActionError(
            f"The private key cannot be used: {said}.",
            ErrorKind.VALIDATION,
            hint="Check 'key'; the secret of 'password' is its passphrase, too.",
        )
    if isinstance(error, ssh.SFTPError):
        kind = {ssh.SFTPNoSuchFile: ErrorKind.NOT_FOUND, ssh.SFTPPermissionDenied: ErrorKind.PERMISSION}
        return ActionError(f"{login.host}: {said}.", kind.get(type(error), ErrorKind.PROCESSING))
    if isinstance(error, TimeoutError):
        return ActionError(f"{where} did not answer in {CONNECT_SECONDS:g} seconds.", ErrorKind.TIMEOUT)
    return ActionError(
        f"No connection to {where}, or it broke: {said}.",
        ErrorKind.CONNECTION,
        hint="Check 'host' and 'port', and that the server runs.",
    )
