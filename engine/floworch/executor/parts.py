"""What an engine is made of, seen to before it runs anything."""

from __future__ import annotations

from typing import Any

from floworch.errors import UsageError
from floworch.executor.arguments import short

_CLOCK = ("now", "sleep_until")
_REGISTRY = ("find_action", "find_layer", "resolve")


def check_parts(clock: Any, actions: Any) -> None:
    """See that a clock, or None, is one, and that a registry is one.

    Raises:
        UsageError: It lacks a method of one, or is its class.
    """
    if clock is not None and (why := _lacks(clock, _CLOCK)):
        raise UsageError(
            f"clock={short(clock)} is no clock: {why}.",
            "Leave it out for the computer's own, or give an object such as floworch.testing.FakeClock().",
        )
    if why := _lacks(actions, _REGISTRY):
        raise UsageError(
            f"actions={short(actions)} is no registry of actions: {why}.",
            "Leave it out for floworch.registry, where @action puts functions.",
        )


def _lacks(part: Any, names: tuple[str, ...]) -> str:
    """Why a part is none; empty when it is one."""
    if isinstance(part, type):  # which has the methods, but nothing to call them on
        return "it is a class"
    missing = [f"{name}()" for name in names if not callable(getattr(part, name, None))]
    return f"it has no {' and no '.join(missing)}" if missing else ""
