"""What travels through the scheduler: bytes that show nothing of themselves, wherever Dask prints a value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from floworch.model.values import decode, encode

#: Outcomes of a body that are no answer of its action, by the key that the message has.
LOST, STOPPED = "lost", "stopped"


class Sealed:
    """A message whose ``repr`` says nothing: parameters may hold secrets, and Dask prints arguments of failed tasks."""

    __slots__ = ("_data",)

    def __init__(self, message: Mapping[str, Any]) -> None:
        self._data = encode(dict(message))

    def open(self) -> dict[str, Any]:
        """The message."""
        found: dict[str, Any] = decode(self._data)
        return found

    def __repr__(self) -> str:
        return f"<floworch, {len(self._data)} bytes>"

    def __sizeof__(self) -> int:
        return len(self._data) + 100

    def __reduce__(self) -> Any:
        return _unsealed, (self._data,)


def _unsealed(data: bytes) -> Sealed:
    made = Sealed.__new__(Sealed)
    made._data = data
    return made
