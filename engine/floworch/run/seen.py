"""A run's state as its caller sees it: the live fold, whose values are copied where they are read (contract C6.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from floworch.model.own import own

if TYPE_CHECKING:
    from floworch.run.state import RunState


class SeenState:
    """Reads of a state; nothing that is done to what it gives reaches the run.

    Nothing is copied before it is read. What is read of a large state again and again is cheaper by
    ``state.node(id)`` than by its lists.

    Args:
        state: The fold.
    """

    __slots__ = ("_state",)

    def __init__(self, state: RunState) -> None:
        object.__setattr__(self, "_state", state)

    def __getattr__(self, name: str) -> Any:
        return _given(getattr(self._state, name))

    def __reduce__(self) -> tuple[type[SeenState], tuple[RunState]]:
        """What is pickled or copied deeply is another view, of another state."""
        return type(self), (self._state,)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"the state of a run is read only: {name!r} cannot be set")

    def pack(self) -> dict[str, Any]:
        """As ``RunState.pack``."""
        return cast("dict[str, Any]", own(self._state.pack()))

    def to_json(self) -> dict[str, Any]:
        """As ``RunState.to_json``."""
        return cast("dict[str, Any]", own(self._state.to_json()))

    def __repr__(self) -> str:
        return repr(self._state)


def seen(state: RunState) -> RunState:
    """What a caller may hold of a live state; a SeenState reads as a RunState does."""
    return cast("RunState", SeenState(state))


def _given(value: Any) -> Any:
    kind = type(value)
    if kind is dict or kind is list:
        return own(value)
    return bytes(value) if kind is bytearray else value
