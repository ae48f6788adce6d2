"""Trying a named connection: a run of one step where an action logs in, else reaching its port."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from floworch.actions.connections import trying
from floworch.errors import ActionError, ErrorKind
from floworch.host.logins import TRY, add_login, works_of

if TYPE_CHECKING:
    from floworch.actions.connections import Connection

#: Seconds until a connection that does not answer counts as broken.
PATIENCE = 30.0
#: What a try imports, by type: a slow machine's time for that is no silence of the service.
_MODULES = {
    "http": "aiohttp", "sql": "sqlalchemy.ext.asyncio", "ssh": "asyncssh", "broker": "aiomqtt", "ai": "aiohttp",
    "storage": "obstore", "mail": "aiosmtplib",
}  # fmt: skip
_PORTS = {"ssh": 22, "mail": 587, "broker": 1883, "http": 80, "https": 443, "dask": 8786}


async def attempt(connection: Connection) -> str:
    """Try a connection, which need not be kept yet, and return what came of it, in words.

    Raises:
        ActionError: It does not work, and why.
    """
    for name in ("floworch.engine", _MODULES[connection.type]) if connection.type in _MODULES else ():
        with contextlib.suppress(ImportError):  # the action says what is missing
            await asyncio.to_thread(importlib.import_module, name)
    try:
        with trying(connection):
            return await asyncio.wait_for(_attempt(connection), PATIENCE)
    except TimeoutError:
        raise ActionError(f"there was no answer within {PATIENCE:g} s", ErrorKind.TIMEOUT) from None


async def _attempt(connection: Connection) -> str:
    if connection.type == "http":
        return await _request(connection)
    if connection.type == "sql":
        return await _step("db.query", "it answers", connection=connection.name, sql="SELECT 1")
    if connection.type == "storage":
        return await _step("file.object", "the bucket can be listed", connection=connection.name, op="list", limit=1)
    if connection.type in {"ssh", "broker", "mail", "ai"}:
        return await _step(TRY, works_of(connection), connection=connection.name)
    return await _reach(connection)


async def _request(connection: Connection) -> str:
    """A GET of its own address; every status but 401 and 403 shows that the login was taken."""
    accepted = "2xx, 3xx, 404, 405"
    return await _step(
        "http.request", "the server took it", connection=connection.name, url=connection.get("url"), parse="bytes",
        ok_status=accepted,
    )  # fmt: skip


async def _step(action: str, works: str, **params: object) -> str:
    from floworch.actions.registry import registry
    from floworch.engine import Engine
    from floworch.model.workflow import Workflow
    from floworch.run.status import RunStatus

    workflow = Workflow.model_validate(
        {"id": "try", "nodes": {"try": {"action": action, "params": params, "retry": {"max_attempts": 1}}}}
    )
    known = registry.copy()
    add_login(known)
    async with Engine(actions=known) as engine:
        result = await (await engine.start(workflow, durability="none")).result()
    if result.status != RunStatus.COMPLETED:
        error = result.error or {}
        raise ActionError(
            str(error.get("message", "it failed")), error.get("kind", ErrorKind.PROCESSING), hint=error.get("hint", "")
        )
    return works


async def _reach(connection: Connection) -> str:
    address = connection.get("url") or connection.get("address") or connection.get("endpoint")
    parts = urlsplit(address)
    host = connection.get("host") or parts.hostname or ""
    port = int(connection.get("port") or parts.port or _PORTS.get(parts.scheme) or _PORTS.get(connection.type) or 0)
    if not host or not port:
        raise ActionError("its address is known to the service only; an action that uses it tries it.")
    try:
        _, writer = await asyncio.open_connection(host, port)
    except OSError as error:
        raise ActionError(f"{host}:{port} cannot be reached: {error.strerror or error}", ErrorKind.CONNECTION) from None
    writer.close()
    return f"{host}:{port} can be reached; the login is tried by the first action"
