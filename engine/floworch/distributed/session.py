"""One connection to a scheduler: made when needed, made again when it was lost, asked what its workers have."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Any

from floworch.distributed.facts import look
from floworch.distributed.fit import WorkerFacts
from floworch.distributed.library import loaded_library
from floworch.errors import ActionError, ErrorKind

#: Seconds until a scheduler that does not answer counts as lost.
CONNECT_LIMIT = 10.0
#: Seconds until a worker that does not answer counts as one that cannot be asked.
LOOK_LIMIT = 30.0
#: Seconds for which the list of workers is not asked for again.
FRESH = 1.0

#: What Dask raises when scheduler or worker are out of reach; ``CommClosedError`` is an OSError.
OUT_OF_REACH = (OSError, TimeoutError, RuntimeError)


class Session:
    """One scheduler, as this event loop reaches it.

    Args:
        address: ``tcp://host:port`` or another address that Dask knows.

    Attributes:
        library: The module ``distributed``, once it is connected.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self.library: Any = None
        self._client: Any = None
        self._connecting = asyncio.Lock()
        self._workers: tuple[float, dict[str, Any]] = (-FRESH, {})
        self._versions: dict[str, dict[str, Any]] = {}

    async def client(self) -> Any:
        """The connected client.

        Raises:
            ActionError: connection_error when the scheduler cannot be reached, not_found_error without the library.
        """
        async with self._connecting:
            if self.library is None:
                self.library = await loaded_library()
            if self._client is not None and self._client.status == "running":
                return self._client
            await self._let_go()
            self._client = await self._connect()
            return self._client

    async def _connect(self) -> Any:
        made = None
        try:
            made = self.library.Client(
                self.address, asynchronous=True, set_as_default=False, timeout=CONNECT_LIMIT, name="floworch"
            )
            async with asyncio.timeout(CONNECT_LIMIT + 5.0):
                await made
        except (*OUT_OF_REACH, ValueError, TypeError) as error:
            if made is not None:
                with contextlib.suppress(Exception):
                    await made.close(timeout=1)
            raise ActionError(
                f"The scheduler of the cluster at {self.address} cannot be reached{_why(error)}.",
                ErrorKind.CONNECTION,
                hint=f"Is it running, and is the address right? Try: floworch cluster check {self.address}",
            ) from None
        return made

    async def identity(self) -> dict[str, Any]:
        """What the scheduler says of itself and of its workers; at most ``FRESH`` seconds old.

        Raises:
            ActionError: connection_error.
        """
        now = asyncio.get_running_loop().time()
        if now - self._workers[0] >= FRESH:
            client = await self.client()
            try:
                async with asyncio.timeout(CONNECT_LIMIT):
                    found = await client.scheduler.identity(n_workers=-1)
            except OUT_OF_REACH as error:
                raise ActionError(
                    f"The scheduler at {self.address} does not answer{_why(error)}.", ErrorKind.CONNECTION
                ) from None
            self._workers = now, found
        return self._workers[1]

    async def workers(self, actions: Sequence[tuple[str, str]] = (), tags: Sequence[str] = ()) -> list[WorkerFacts]:
        """Every worker; nothing is asked twice.

        Args:
            actions: ``(id, module:qualname)`` of the actions whose versions are wanted.
            tags: Only workers that offer all of these are asked what they have, unless none does.

        Raises:
            ActionError: connection_error.
        """
        there: dict[str, dict[str, Any]] = (await self.identity())["workers"]
        self._versions = {address: found for address, found in self._versions.items() if address in there}
        offering = [each for each, said in there.items() if all((said.get("resources") or {}).get(t, 0) for t in tags)]
        unknown = [
            address
            for address in offering or there
            if address not in self._versions or any(id_ not in self._versions[address]["actions"] for id_, _ in actions)
        ]
        if unknown:
            await self._look(unknown, actions)
        return [self._facts(address, said) for address, said in there.items()]

    async def _look(self, addresses: list[str], actions: Sequence[tuple[str, str]]) -> None:
        client = await self.client()
        try:
            async with asyncio.timeout(LOOK_LIMIT):
                answers = await client.run(look, list(actions), workers=addresses, on_error="return")
        except OUT_OF_REACH as error:
            raise ActionError(
                f"The workers of the cluster {self.address} do not answer{_why(error)}.", ErrorKind.CONNECTION
            ) from None
        for address, answer in answers.items():
            if isinstance(answer, BaseException):
                continue  # not remembered: it may be mended, or the worker is gone
            known = self._versions.setdefault(address, {**answer, "actions": {}})
            known["actions"].update(answer["actions"])
        self._problems = {
            address: _problem(answer) for address, answer in answers.items() if isinstance(answer, BaseException)
        }

    _problems: dict[str, str] = {}  # noqa: RUF012 - replaced, never changed

    def _facts(self, address: str, said: dict[str, Any]) -> WorkerFacts:
        known = self._versions.get(address)
        versions = {} if known is None else {key: value for key, value in known.items() if key != "actions"}
        return WorkerFacts(
            address,
            str(said.get("name") or ""),
            dict(said.get("resources") or {}),
            int(said.get("nthreads") or 1),
            versions,
            {} if known is None else known["actions"],
            "" if known is not None else self._problems.get(address, "it does not say what it has"),
        )

    async def _let_go(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            with contextlib.suppress(Exception):
                await client.close(timeout=2)

    async def close(self) -> None:
        """Disconnect."""
        async with self._connecting:
            await self._let_go()


def _problem(error: BaseException) -> str:
    if isinstance(error, ImportError):
        return f"floworch is not installed there ({error})"
    return f"it cannot be asked what it has ({type(error).__name__}: {error})"


def _why(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return ": there was no answer"
    text = str(error).strip().splitlines()
    return f": {text[0]}" if text else ""
