"""SIGINT and SIGTERM while a run is followed: the first asks for a pause, the second is a plain crash (C7.3, C15).

A terminal that is closed (SIGHUP) asks, too; as it may say so several times, to each process in it, it is never the
second one. Where it was ignored from the start (``nohup``) it stays so.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

_HANG_UP: int | None = getattr(signal, "SIGHUP", None)
_SIGNALS = (signal.SIGINT, signal.SIGTERM, *([] if _HANG_UP is None else [_HANG_UP]))


class Stopping:
    """Context manager that takes over these signals.

    Args:
        ask: Called on the loop at the first signal. A second one ends the process as if nothing were installed.
    """

    def __init__(self, ask: Callable[[], None]) -> None:
        self.asked = False
        self._ask = ask
        self._before: dict[int, Any] = {}
        self._loop = asyncio.get_running_loop()

    def __enter__(self) -> Self:
        for number in _SIGNALS:
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
            try:
                self._loop.remove_signal_handler(number)
                signal.signal(number, before)
            except (NotImplementedError, ValueError, RuntimeError, TypeError):
                continue

    def _fall_back(self, number: int) -> None:
        try:
            signal.signal(number, lambda n, _: self._loop.call_soon_threadsafe(self._received, n))
        except ValueError:
            self._before.pop(number)

    def _received(self, number: int) -> None:
        if self.asked and number == _HANG_UP:
            return
        if self.asked:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
            return
        self.asked = True
        self._ask()
