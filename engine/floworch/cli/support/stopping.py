"""SIGINT and SIGTERM while a run is followed: the first asks for a pause, the second is a plain crash (C7.3, C15).

A command takes them over before its run exists, so that one that comes in that moment is neither lost nor a crash: the
run is not begun, or it is paused as soon as there is one.

A terminal that is closed (SIGHUP) asks, too; as it may say so several times, to each process in it, it is never the
second one. Where it was ignored from the start (``nohup``) it stays so.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

_HANG_UP: int | None = getattr(signal, "SIGHUP", None)
_SIGNALS = (signal.SIGINT, signal.SIGTERM, *([] if _HANG_UP is None else [_HANG_UP]))


#: Turns of the loop from a signal to its handler: it is read from a socket, then called.
_TURNS = 3


class Stopping:
    """Context manager that takes over these signals.

    Entered again while it has them, it keeps them until the first of its ends.

    Args:
        ask: Called on the loop at the first signal. A second one ends the process as if nothing were installed.

    Attributes:
        asked: The first signal, None before it.
    """

    def __init__(self, ask: Callable[[], None]) -> None:
        self.asked: int | None = None
        self._ask = ask
        self._before: dict[int, Any] = {}
        self._loop = asyncio.get_running_loop()

    def hand_over(self, ask: Callable[[], None]) -> None:
        """From now on ``ask`` is called at the first signal; at once when that has come already."""
        self._ask = ask
        if self.asked is not None:
            ask()

    async def heard(self) -> int | None:
        """The first signal, also one that came while the loop was busy; None when there was none."""
        for _ in range(_TURNS):
            await asyncio.sleep(0)
        return self.asked

    def __enter__(self) -> Self:
        for number in () if self._before else _SIGNALS:
            if (before := signal.getsignal(number)) is signal.SIG_IGN and number == _HANG_UP:
                continue
            self._before[number] = before
            try:
                self._loop.add_signal_handler(number, self._received, number)
            except (NotImplementedError, ValueError, RuntimeError):
                # Windows has no signals on its loop; a thread other than the main one has none at all.
                self._fall_back(number)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, before in self._before.items():
            with suppress(NotImplementedError, ValueError, RuntimeError):  # as where they were taken over
                self._loop.remove_signal_handler(number)
            with suppress(ValueError, TypeError):  # a thread, or a handler that was not Python's
                signal.signal(number, before)
        self._before.clear()

    def _fall_back(self, number: int) -> None:
        try:
            signal.signal(number, lambda n, _: self._loop.call_soon_threadsafe(self._received, n))
        except ValueError:
            self._before.pop(number)

    def _received(self, number: int) -> None:
        if self.asked is not None and number == _HANG_UP:
            return
        if self.asked is not None:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
            return
        self.asked = number
        self._ask()
