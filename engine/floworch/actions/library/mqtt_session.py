"""Connections to an MQTT broker: logged in, worded for people, and cut at once by a cancel."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from floworch.actions.context import Context
from floworch.actions.library.cut_line import CutLine
from floworch.actions.library.http_client import trust
from floworch.actions.proctree import to_the_end
from floworch.actions.widgets import secret_value
from floworch.errors import ActionError, ErrorKind
from floworch.versions import pip_line

if TYPE_CHECKING:
    import aiomqtt

    from floworch.actions.connections import Connection

ANSWER_SECONDS = 20.0
_CLOSE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Broker:
    """Where a broker is and how to log in."""

    host: str
    port: int = 1883
    user: str = ""
    password: str | None = None
    tls: bool = False

    @classmethod
    def at(cls, host: str, port: int, user: str, password: str | None, tls: bool) -> Broker:
        """A broker by its name or address; one such as ``mqtt://name:1884`` says its port and encryption, too.

        Raises:
            ActionError: validation_error when that cannot be read.
        """
        scheme, mark, rest = host.strip().rpartition("://")
        try:
            parts = urlsplit(f"//{rest.rstrip('/')}")
            found, place = parts.hostname or "", parts.port
        except ValueError:
            found, place = "", None
        if ":" not in rest and "/" not in rest and not mark:
            return cls(host.strip(), port, user, password, tls)
        if not found or scheme not in ("", "mqtt", "mqtts", "tcp", "ssl") or parts.path or parts.username:
            raise ActionError(
                "'host' is no address of a broker.", ErrorKind.VALIDATION, hint="Write a name, or mqtt://name:1883."
            )
        tls = tls or scheme in ("mqtts", "ssl")
        return cls(found, place or (8883 if scheme in ("mqtts", "ssl") else port), user, password, tls)

    @classmethod
    def of(cls, known: Connection) -> Broker:
        """What a connection of the type broker says."""
        tls = known.get("tls") == "true"
        port = int(known.get("port", "8883" if tls else "1883"))
        return cls(known.get("host"), port, known.get("user"), known.get("password") or None, tls)


class _Line(CutLine):
    """The connection under a client, which a thread of the library opens.

    The library offers no way to cut it then: it is told to make its socket here.
    """

    def __init__(self, client: aiomqtt.Client, broker: Broker) -> None:
        super().__init__()
        tls = trust(True) if broker.tls else None
        paho: Any = client._client
        paho._create_socket_connection = lambda: self.connect(broker.host, broker.port, ANSWER_SECONDS, tls)
        self._paho = paho

    async def close(self) -> None:
        """Cut it, and let the library see that."""
        self.cut()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_CLOSE_SECONDS):
                while self._paho.socket() is not None:  # noqa: ASYNC110 - the library has nothing to wait for
                    await asyncio.sleep(0.005)


@contextlib.asynccontextmanager
async def connected(ctx: Context, broker: Broker) -> AsyncIterator[aiomqtt.Client]:
    """Connect and log in; what fails in the body, too, is worded for people. A cancel cuts the connection.

    Raises:
        ActionError: connection_error, permission_error, timeout_error or validation_error.
    """
    try:
        import aiomqtt
    except ModuleNotFoundError:
        raise ActionError(
            "mqtt.publish and mqtt.wait need a library that is not installed.",
            ErrorKind.VALIDATION,
            hint=f"Install it: {pip_line('floworch[mqtt]')}",
        ) from None
    client = aiomqtt.Client(
        broker.host,
        broker.port,
        username=broker.user or None,
        password=None if broker.password is None else secret_value(ctx, broker.password),
        timeout=ANSWER_SECONDS,
    )
    line = _Line(client, broker)
    try:
        await client.__aenter__()
        yield client
        with contextlib.suppress(aiomqtt.MqttError):  # what was to be done is done
            await client.__aexit__(None, None, None)
    except (aiomqtt.MqttError, OSError, ValueError) as error:
        raise _worded(error, f"{broker.host}:{broker.port}") from None
    finally:
        await to_the_end(line.close())


def _worded(error: Exception, where: str) -> ActionError:
    said = str(error).rstrip(".") or type(error).__name__
    if "ot authori" in said or "ad user" in said:
        return ActionError(
            f"{where} did not accept the login: {said}.", ErrorKind.PERMISSION, hint="Check 'user' and the secret."
        )
    if isinstance(error, TimeoutError) or "timed out" in said:
        return ActionError(f"{where} did not answer in time: {said}.", ErrorKind.TIMEOUT)
    if isinstance(error, ValueError):
        return ActionError(f"{where}: {said}.", ErrorKind.VALIDATION, hint="Correct 'topic'.")
    return ActionError(
        f"No connection to {where}, or it broke: {said}.",
        ErrorKind.CONNECTION,
        hint="Check 'host', 'port' and 'tls', and that the broker runs.",
    )
