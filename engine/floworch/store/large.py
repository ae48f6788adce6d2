"""What of a batch is kept outside its journal: values over 64 KiB become artifacts (contract C6.3)."""

from __future__ import annotations

from typing import Any

from floworch.artifact import LARGE, Artifact
from floworch.model.values import encode
from floworch.run.events import Event
from floworch.run.large import split


class Outsourcer:
    """Turns large values of payloads into references while a batch is encoded. Used by one thread.

    Attributes:
        found: The codec puts references that a payload holds here while it encodes.
        artifacts: References of the batch so far; each must be in the store before the batch is.
        replaced: ``(event, as it is journaled)`` of events that were split; the log's owner empties it.
    """

    __slots__ = ("artifacts", "found", "replaced")

    def __init__(self) -> None:
        self.found: list[Artifact] = []
        self.artifacts: list[Artifact] = []
        self.replaced: list[tuple[Event, Event]] = []

    def __call__(self, event: Event, data: bytes) -> bytes:
        """The payload's bytes as they go to the journal.

        Args:
            event: Its event.
            data: The payload, encoded; longer than ``LARGE``, or with references in ``found``.
        """
        self.artifacts += self.found
        self.found.clear()
        if len(data) <= LARGE or event.payload is None:
            return data
        made: list[Artifact] = []
        payload = split(event.payload, lambda value: _kept(value, made))
        if not made:
            return data
        self.artifacts += made
        journaled = Event(event.seq, event.at, event.kind, event.node, event.attempt, event.scope, payload)
        self.replaced.append((event, journaled))
        return encode(payload)

    def take(self) -> tuple[Artifact, ...]:
        """The references of the batch that was encoded last."""
        taken = tuple(self.artifacts)
        self.artifacts.clear()
        return taken

    def forget(self) -> None:
        """The batch was refused: nothing of it is kept."""
        self.artifacts.clear()
        self.found.clear()
        self.replaced.clear()


def _kept(value: Any, made: list[Artifact]) -> Any:
    if isinstance(value, (Artifact, bool, int, float)) or value is None:
        return value
    content = encode(value)
    if len(content) <= LARGE:
        return value
    made.append(Artifact.of(content))
    return made[-1]


def split_inputs(inputs: dict[str, Any]) -> tuple[dict[str, Any], tuple[Artifact, ...]]:
    """A run's inputs as its journal holds them, and the artifacts that they refer to then."""
    found: list[Artifact] = []
    if len(encode(inputs, found)) <= LARGE:
        return inputs, tuple(found)
    made: list[Artifact] = []
    kept = {name: _kept(value, made) for name, value in inputs.items()}
    return kept, (*found, *made)
