"""Which progress suits a stream."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TextIO

from floworch.cli.render.report import coloured
from floworch.run.events import Event

if TYPE_CHECKING:
    from floworch.run.state import RunState


class Progress(Protocol):
    """Shows a run as it goes on."""

    def show(self, events: list[Event]) -> None:
        """Show a batch of events that the state already holds."""
        ...

    def say(self, text: str) -> None:
        """Write what is no event, on lines of its own."""
        ...

    def close(self) -> None:
        """Leave the terminal in order."""
        ...


def progress_for(stream: TextIO, state: RunState, store: str = "") -> Progress:
    """Return live progress for a terminal, one line per event for anything else."""
    if coloured(stream):
        from floworch.cli.render.live import LiveProgress

        return LiveProgress(stream, state, store)
    from floworch.cli.render.plain import PlainProgress

    return PlainProgress(stream, state, store)
