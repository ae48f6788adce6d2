"""``floworch serve --activated``: the service of a store that follows what windows activate, until that is nothing."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from floworch.clock import Clock
    from floworch.serve.definitions import Definitions
    from floworch.serve.runs import Say

#: Seconds between two looks at what is activated.
LOOK = 0.5


async def serve_activated(store: Path, say: Say, clock: Clock, port: int, most: int, drain: float) -> int:
    """Serve what is activated beside a store until that is nothing, or a signal comes; the number of runs left paused.

    Raises:
        UsageError: Another process does it already.
    """
    from floworch.cli.support.serving import TOKEN_FILE, token_of
    from floworch.cli.support.stopping import Stopping
    from floworch.cli.support.stores import open_store
    from floworch.engine import Engine
    from floworch.errors import UsageError
    from floworch.host.activation import LOCK_FILE
    from floworch.host.companion import SingleInstance
    from floworch.host.server import ControlServer
    from floworch.serve.board import Board
    from floworch.serve.ledger import Ledger
    from floworch.serve.service import Service

    os.makedirs(store, 0o700, exist_ok=True)
    with closing(SingleInstance(store / LOCK_FILE)) as instance:
        if not instance.take():
            raise UsageError("What is activated is served already.", "Its service follows what is activated by itself.")
        async with Engine(open_store(store), clock=clock) as engine, ControlServer(engine):
            with closing(Ledger(store)) as ledger:
                board = Board(store, say, clock)
                board.token_file = str((store / TOKEN_FILE).absolute())
                service = board.service = Service(
                    engine, ledger, [], board, clock, port=free_port(port), most=most, reading=activated(store, board),
                    new_token=lambda found: token_of(found, store, board),
                )  # fmt: skip
                service.look_again()
                stop = asyncio.Event()
                following = asyncio.create_task(follow_wish(store, service.look_again, stop.set))
                try:
                    with Stopping(stop.set):
                        return await service.run(stop, drain)
                finally:
                    following.cancel()
                    board.write()


def activated(store: Path, say: Say) -> Definitions:
    """What is activated beside a store, read anew whenever that changes; each must be trusted. Nothing is read yet."""
    from floworch.cli.support.serving import plan
    from floworch.host.activation import read_wish
    from floworch.serve.definitions import Definitions, Source

    def sources() -> list[Source]:
        return [Source(Path(name), True) for name in read_wish(store).files]

    return Definitions(sources, lambda source: plan(source, False), say)


async def follow_wish(store: Path, changed: Callable[[], None], stop: Callable[[], None]) -> None:
    """Watch what is activated: ``changed`` when it is something else, ``stop`` when nothing is to be served."""
    from floworch.host.activation import read_wish

    known = read_wish(store)
    while True:
        wish = read_wish(store)
        if not wish.files or not wish.serve:
            stop()
            return
        if wish != known:
            known = wish
            changed()
        await asyncio.sleep(LOOK)


def free_port(port: int) -> int:
    """The port when this machine has it free, else 0, which takes any."""
    import socket

    with socket.socket() as probe:
        if os.name == "posix":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return 0
    return port
