"""Plain functions in threads, and the coroutine that one may give back.

A decorator that is no coroutine function itself, around a function that is, looks like a plain function: only what it
gives back says that there is more to wait for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import CoroutineType
from typing import Any


async def in_thread(fn: Callable[..., Any], *args: Any, **named: Any) -> Any:
    """Call a plain function in a thread of the loop; a coroutine that it gives back is awaited on the loop."""
    result = await asyncio.to_thread(fn, *args, **named)
    return await result if type(result) is CoroutineType else result
