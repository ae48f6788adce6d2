"""Letting the garbage collector rest while very many objects are made that all stay."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def resting_collector(worth_it: bool = True) -> Iterator[None]:
    """Pause cyclic garbage collection inside the block; a third of the time of reading a large definition.

    Whoever found it running lets it run again, so that overlapping blocks of several threads never leave it off.
    """
    if not worth_it or not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
