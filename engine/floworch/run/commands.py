"""What the scheduler asks the shell to do. The shell obeys only once the events before it are durable."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import msgspec


class Op(IntEnum):
    """Kinds of commands."""

    START = 0  # run one attempt of a node
    TIMER = 1  # call ``due`` for a node at ``at``
    INTERRUPT = 2  # pause now: stop a running attempt, then report ``interrupted``
    CANCEL = 3  # stop a running attempt for good, then report ``cancelled``
    DROP = 4  # forget a node's parked continuation; nothing to report
    FINISH = 5  # every node ended well: evaluate the run's outputs, then report ``finish``
    SUSPENDED = 7  # everything alive waits for something outside
    VERDICT = 8  # a round ended well: evaluate ``until`` with its result, then report ``verdict``
    BREAK = 9  # evaluate the condition of a breakpoint, then report ``breakpoint``
    CHILD = 10  # a call's child run: ``("go", (in_doubt, turn))``, ``("pause", now)`` or ``("cancel", reason)``
    COMPENSATE = 11  # run one attempt of a node's compensation
    STOPPED = 6  # the run is paused, suspended or over: nothing will follow by itself


class Command(msgspec.Struct, frozen=True, gc=False):
    """One command. ``value`` is the moment of a TIMER (epoch seconds) the reason of a CANCEL or the result
    of a round (VERDICT), and what is asked of a CHILD."""

    op: int
    node: int = -1
    scope: tuple[int, ...] = ()
    attempt: int = 0
    value: Any = None
