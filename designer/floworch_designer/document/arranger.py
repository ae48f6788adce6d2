"""Layout that does not hold up the window."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QObject, Signal

from floworch.model.workflow import Workflow
from floworch_designer.document.framing import Frame
from floworch_designer.document.layout import lay_out
from floworch_designer.document.outlines import Outline
from floworch_designer.document.packing import Piece

#: More nodes than this are laid out on a thread: what takes longer than a frame.
LARGE = 40


class Arranger(QObject):
    """Lays out on a thread above ``LARGE`` nodes, else at once.

    ``arranged`` carries the workflow that was laid out and the ``Piece`` of ``lay_out``.
    """

    arranged = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._going: tuple[Workflow, frozenset[str] | None] | None = None  # what a thread lays out

    def request(
        self,
        workflow: Workflow,
        outlines: Mapping[str, Outline] | None = None,
        only: frozenset[str] | None = None,
        frames: Sequence[Frame] | None = None,
    ) -> None:
        """Lay out soon; small workflows at once. What is being laid out already is not begun once more."""
        if len(workflow.nodes) <= LARGE:
            self.arranged.emit(workflow, lay_out(workflow, outlines, only, frames))
            return
        if self._going is not None and self._going[0] is workflow and self._going[1] == only:
            return  # a key that is held down
        self._going = workflow, only
        threading.Thread(
            target=self._work, args=(lambda: lay_out(workflow, outlines, only, frames), workflow), daemon=True
        ).start()

    def _work(self, work: Callable[[], Piece], workflow: Workflow) -> None:
        try:
            made = work()
        finally:
            self._going = None
        try:
            self.arranged.emit(workflow, made)
        except RuntimeError:  # the window closed meanwhile
            return
