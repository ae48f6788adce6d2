"""Who a process is, in words that stay true after it has died: pid, host, boot and start time."""

from __future__ import annotations

import os
import socket
import sys
import time
from functools import lru_cache
from pathlib import Path
from typing import Any


@lru_cache(maxsize=1)
def host_name() -> str:
    """The name of this computer."""
    return socket.gethostname()


@lru_cache(maxsize=1)
def boot_id() -> str:
    """What changes with every start of the computer; empty where it cannot be told."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        return ""


def started(pid: int) -> int | None:
    """When a process was started, in kernel ticks since boot; None where it cannot be told, or there is none."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return None
    fields = stat[stat.rfind(b")") + 2 :].split()
    if len(fields) < 20 or fields[0] in {b"Z", b"X"}:
        return None
    return int(fields[19])


def identity() -> dict[str, Any]:
    """This process: ``{"pid", "host", "boot_id", "started", "since"}``; ``since`` is now, in epoch seconds."""
    pid = os.getpid()
    return {"pid": pid, "host": host_name(), "boot_id": boot_id(), "started": _own_start(pid), "since": time.time()}


@lru_cache(maxsize=1)
def _own_start(pid: int) -> int | None:
    """When this process was started; asked for once, and again after a fork."""
    return started(pid)


def seems_alive(owner: dict[str, Any]) -> bool:
    """Whether the process that wrote these words may still be there.

    Used only where the operating system cannot say who holds a lock: another host counts as alive, another boot of
    this host as dead, and a pid that now belongs to a process with another start time as dead.
    """
    pid = owner.get("pid")
    if not isinstance(pid, int) or pid <= 0:
        return False
    if owner.get("host") != host_name():
        return True
    if owner.get("boot_id") != boot_id():
        return False
    now = started(pid)
    if now is not None:
        return owner.get("started") in {None, now}
    return sys.platform != "linux" and _answers(pid)


def _answers(pid: int) -> bool:
    """Whether there is a process of that number, where nothing more can be told."""
    try:
        os.kill(pid, 0)
    except PermissionError:
        return True
    except OSError:
        return False
    return True
