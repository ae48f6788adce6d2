"""The two ends of the line between an engine and the body of one attempt: two queues and a few events of the scheduler.

A queue is emptied without waiting, and its event says when that is worth while: whoever dies while it waits for an
event takes nothing with it, where one that dies while it waits for a queue would swallow the next message.
"""

from __future__ import annotations

from typing import Any

#: Batches that wait for an engine; a body that prints more while there is none drops lines.
MOST_BATCHES = 64
#: Seconds for which the scheduler is asked to hold an answer back, so that what nobody waits for any more ends.
LONG_POLL = 30.0


class Line:
    """One direction: a queue, and the event that says that something is in it.

    Args:
        library: The module ``distributed``.
        client: A connected asynchronous client.
        name: Its name on the scheduler.
        most: How many messages it holds; 0 for any number.
    """

    def __init__(self, library: Any, client: Any, name: str, most: int = 0) -> None:
        self._library = library
        self._client = client
        self._name = name
        self._most = most
        self._queue: Any = None
        self._event = library.Event(name, client=client)

    async def open(self) -> None:
        """Make the queue, or join the one that is there."""
        self._queue = await self._library.Queue(self._name, client=self._client, maxsize=self._most)

    async def put(self, message: bytes) -> None:
        """Put a message in; waits while the queue is full."""
        await self._queue.put(message)
        await self._event.set()

    async def take(self) -> list[bytes]:
        """Everything that is in it now."""
        await self._event.clear()
        found: list[bytes] = await self._queue.get(batch=True)
        return found

    async def filled(self, timeout: float = LONG_POLL) -> bool:
        """Wait until something was put in; False after ``timeout`` seconds."""
        return bool(await self._event.wait(timeout))

    async def waiting(self) -> int:
        """How many messages are in it."""
        return int(await self._queue.qsize())

    async def close(self, times: int = 1) -> None:
        """Let go of the queue; the scheduler forgets it once everybody has, and letting go too often does no harm."""
        for _ in range(times):
            self._queue.close()

    async def clear(self) -> None:
        """Let the scheduler forget the event, after waking whoever waits for it."""
        await self._event.set()
        await self._event.clear()


class Link:
    """Everything that an engine and a body share, by the name of the attempt.

    Attributes:
        inbox: From the engine to the body: the ticket that lets it begin, once, and answers.
        outbox: From the body to the engine.
        stop: Set when the body is to stop. begun: set when a body has taken the ticket.
    """

    def __init__(self, library: Any, client: Any, name: str) -> None:
        self.inbox = Line(library, client, f"{name}/in")
        self.outbox = Line(library, client, f"{name}/out", MOST_BATCHES)
        self.stop = library.Event(f"{name}/stop", client=client)
        self.begun = library.Event(f"{name}/begun", client=client)

    async def open(self) -> None:
        """Make or join both queues."""
        await self.inbox.open()
        await self.outbox.open()


#: The one message of an inbox that only one body gets: whoever has it may run.
TICKET = b"go"
