"""The window's event loop: asyncio's own queues, drained by Qt timers (architecture decision 3).

qasync gives every callback a Qt timer of its own: timers fire early, cancelled ones stay alive until they
expire, and a nested ``exec()`` loses wake-ups. Here the ready deque and the timer heap of asyncio stay in
charge; one zero-interval timer drains them for at most :data:`SLICE` seconds a turn, so that painting never
waits longer, and one precise timer wakes the heap. It leans on private fields of asyncio (``_ready``,
``_scheduled``, ``_timer_cancelled_count``); ``tests/designer/app/runtime/test_loop.py`` guards them on every version.
"""

from __future__ import annotations

import asyncio
import contextlib
import heapq
import math
import sys
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal  # before qasync, which takes the first binding it finds
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

import qasync  # isort: skip

from floworch_designer.app.runtime.garbage import WindowGarbage

#: Seconds one drain may take before Qt gets its turn.
SLICE = 0.004
#: Seconds after which a busy thread, such as an engine inside the window, lets the window run. Painting enters Python
#: dozens of times in a frame, and with Python's 5 ms each time could wait that long.
SWITCH = 0.0005
#: Longest interval one precise timer is armed for, milliseconds; it is armed again when it fires.
_LONGEST = 86_400_000
#: Cancelled timers are swept when there are more than this and they are the larger part of the heap.
_SWEEP_ABOVE = 100


class _Waker(QObject):
    """Carries a wake-up from another thread into the loop's own."""

    woken = Signal()


_Base: Any = qasync.QEventLoop


class QtLoop(_Base):  # qasync has no types
    """An asyncio loop on top of a running ``QApplication``.

    Tasks stop while a callback of this loop sits in a nested ``exec()`` and go on, with nothing lost, when it
    returns. Raises out of ``run_forever`` what a callback raised that is not an ``Exception`` (SystemExit).
    """

    def __init__(self, app: QApplication, workers: int = 4) -> None:
        self._awake = False
        self._draining = False
        self._knocked = False
        self._fatal: BaseException | None = None
        self._zero = QTimer()
        self._zero.setInterval(0)
        self._zero.timeout.connect(self._drain)  # after close() a drain does nothing
        self._alarm = QTimer()
        self._alarm.setTimerType(Qt.TimerType.PreciseTimer)
        self._alarm.setSingleShot(True)
        self._alarm.timeout.connect(self._drain)
        self._alarm_at = math.inf
        self._waker = _Waker()
        self._waker.woken.connect(self._on_knock, Qt.ConnectionType.QueuedConnection)
        self._garbage = WindowGarbage()
        super().__init__(app)
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="floworch")
        self.set_default_executor(self._pool)

    # -- what asyncio calls ------------------------------------------------------------------------------

    def call_soon(self, callback: Callable[..., Any], *args: Any, context: Context | None = None) -> asyncio.Handle:
        """Run ``callback`` in the next turn, in the order of the calls."""
        self._check_closed()
        if self._debug:
            self._check_thread()
        handle: asyncio.Handle = self._call_soon(callback, args, context)
        self._wake()
        return handle

    def call_soon_threadsafe(
        self, callback: Callable[..., Any], *args: Any, context: Context | None = None
    ) -> asyncio.Handle:
        """Like ``call_soon``, from any thread."""
        self._check_closed()
        handle: asyncio.Handle = self._call_soon(callback, args, context)
        self._write_to_self()
        return handle

    def call_later(
        self, delay: float, callback: Callable[..., Any], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        """Run ``callback`` once ``delay`` seconds have passed, never earlier."""
        return self.call_at(self.time() + delay, callback, *args, context=context)

    def call_at(
        self, when: float, callback: Callable[..., Any], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        """Run ``callback`` once ``time()`` has reached ``when``, never earlier."""
        handle = asyncio.BaseEventLoop.call_at(self, when, callback, *args, context=context)
        if when < self._alarm_at and not self._draining:
            self._arm()
        return handle

    def _add_callback(self, handle: asyncio.Handle, delay: float = 0) -> asyncio.Handle:
        if not handle.cancelled():
            self._ready.append(handle)
            self._wake()
        return handle

    def _write_to_self(self) -> None:
        if not self._knocked and isValid(self._waker):  # what ends with the interpreter finds no Qt any more
            self._knocked = True
            self._waker.woken.emit()

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        if getattr(handle, "_scheduled", False):
            self._timer_cancelled_count += 1
        if self._timer_cancelled_count > _SWEEP_ABOVE and self._timer_cancelled_count * 2 > len(self._scheduled):
            self._sweep()

    def run_forever(self) -> Any:
        """Run Qt's loop and this one until ``stop()`` or the application quits."""
        hooks = sys.get_asyncgen_hooks()
        sys.set_asyncgen_hooks(firstiter=self._asyncgen_firstiter_hook, finalizer=self._asyncgen_finalizer_hook)
        self._fatal = None
        if self._ready:
            self._wake()
        self._arm()
        self._garbage.start()
        before = sys.getswitchinterval()
        sys.setswitchinterval(min(before, SWITCH))
        try:
            result = super().run_forever()
        finally:
            sys.setswitchinterval(before)
            self._garbage.stop()
            sys.set_asyncgen_hooks(*hooks)
        if self._fatal is not None:
            fatal, self._fatal = self._fatal, None
            raise fatal
        return result

    # -- draining ----------------------------------------------------------------------------------------

    def _wake(self) -> None:
        if not self._awake:
            self._awake = True
            self._zero.start()

    def _on_knock(self) -> None:
        self._knocked = False
        if not self.is_closed():
            self._wake()

    def _drain(self) -> None:
        if self._draining or self.is_closed():
            return  # inside a nested exec() of one of our own callbacks: its task must not be entered again
        self._draining = True
        running = asyncio._get_running_loop()
        try:
            asyncio._set_running_loop(
                self
            )  # Qt's loop may run without this one's run_forever; a task asks for its loop
            self._take_due()
            self._run_ready()
        except BaseException as error:  # noqa: BLE001 - handles swallow Exception themselves; what is left ends the loop
            self._fatal = error
            self.stop()
        finally:
            asyncio._set_running_loop(running)
            self._draining = False
            if not self._ready:
                self._awake = False
                self._zero.stop()
            self._arm()

    def _run_ready(self) -> None:
        ready = self._ready
        clock = time.monotonic
        until = clock() + SLICE
        while ready:
            handle = ready.popleft()
            if not handle._cancelled:
                handle._run()
            if clock() >= until:
                return

    def _take_due(self) -> None:
        heap = self._scheduled
        now = self.time()
        while heap and (heap[0]._cancelled or heap[0]._when <= now):
            handle = heapq.heappop(heap)
            handle._scheduled = False
            if handle._cancelled:
                self._timer_cancelled_count -= 1
            else:
                self._ready.append(handle)
        if self._ready:
            self._wake()

    def _sweep(self) -> None:
        live = []
        for handle in self._scheduled:
            if handle._cancelled:
                handle._scheduled = False
            else:
                live.append(handle)
        self._scheduled[:] = live
        heapq.heapify(self._scheduled)
        self._timer_cancelled_count = 0

    def _arm(self) -> None:
        if not self._scheduled or self.is_closed():
            self._alarm_at = math.inf
            self._alarm.stop()
            return
        when = self._scheduled[0]._when
        if when == self._alarm_at and self._alarm.isActive():
            return
        self._alarm_at = when
        self._alarm.start(min(_LONGEST, max(0, math.ceil((when - self.time()) * 1000))))


def spawn(coroutine: Coroutine[Any, Any, Any], name: str) -> asyncio.Task[Any]:
    """Start a named task that is kept until it ends and whose error reaches ``sys.excepthook``.

    Slots may call it while Qt's loop runs without asyncio's, in a nested loop or between two runs; the task then
    begins when the loop goes on.
    """
    loop = asyncio._get_running_loop() or asyncio.get_event_loop_policy().get_event_loop()
    task = loop.create_task(coroutine, name=name)
    _TASKS.add(task)
    task.add_done_callback(_ended)
    return task


def end(loop: QtLoop) -> None:
    """Close the asynchronous generators that are still open, such as the pool of worker processes, then the loop."""
    try:
        with contextlib.suppress(RuntimeError):  # Qt has quit because its display is gone: nothing runs any more
            loop.run_until_complete(loop.shutdown_asyncgens())
    finally:
        asyncio.set_event_loop(None)
        loop.close()


_TASKS: set[asyncio.Task[Any]] = set()


def _ended(task: asyncio.Task[Any]) -> None:
    _TASKS.discard(task)
    if not task.cancelled() and (error := task.exception()) is not None:
        sys.excepthook(type(error), error, error.__traceback__)
