"""What keeps the window running: its event loop, garbage collection, errors and the program's log."""

from __future__ import annotations
