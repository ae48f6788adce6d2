"""Layout that does not hold up the window."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, QTimer, Signal

from floworch.model.workflow import Workflow
from floworch_designer.document.framing import Frame
from floworch_designer.document.layout import lay_out
from floworch_designer.document.outlines import Outline
from floworch_designer.document.pace import Pace, Stopped
from floworch_designer.document.packing import Piece

#: More nodes than this are laid out on a thread: what takes longer than a frame.
LARGE = 40
#: Milliseconds between two looks at what threads have done.
LOOK = 25


@dataclass(slots=True, eq=False)
class _Job:
    """What a thread lays out, and what came of it: the thread knows nothing of Qt, whose objects may go meanwhile."""

    workflow: Workflow
    only: frozenset[str] | None
    pace: Pace = field(default_factory=Pace)
    made: Piece | None = None
    over: bool = False

    def work(self, outlines: Mapping[str, Outline] | None, frames: Sequence[Frame] | None) -> None:
        """Lay it out."""
        try:
            self.made = lay_out(self.workflow, outlines, self.only, frames, self.pace)
        except Stopped:
            pass
        finally:
            self.over = True


class Arranger(QObject):
    """Lays out on a thread above ``LARGE`` nodes, else at once.

    ``arranged`` carries the workflow that was laid out and the ``Piece`` of ``lay_out``; ``worked`` how many percent of
    a large one are done, ``ended`` comes when none is laid out any more, stopped ones included.
    """

    arranged = Signal(object, object)
    worked = Signal(int)
    ended = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs: list[_Job] = []
        self._look = QTimer(self, interval=LOOK)
        self._look.timeout.connect(self._see)

    @property
    def busy(self) -> bool:
        """Whether a thread lays something out that is wanted."""
        return bool(self._jobs)

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
        if any(job.workflow is workflow and job.only == only for job in self._jobs):
            return  # a key that is held down
        job = _Job(workflow, only)
        self._jobs.append(job)
        threading.Thread(target=job.work, args=(outlines, frames), daemon=True).start()
        self._look.start()

    def stop(self, unless: Workflow | None = None) -> bool:
        """Lay out nothing of what is being laid out, but for one workflow; return whether there was any."""
        going = [job for job in self._jobs if job.workflow is not unless]
        for job in going:
            job.pace.stop()
            self._jobs.remove(job)
        if going:
            self._rest()
        return bool(going)

    def _see(self) -> None:
        """Look what threads have done."""
        for job in list(self._jobs):
            if job.over and job in self._jobs:  # what follows on one may stop another
                self._jobs.remove(job)
                if job.made is not None:
                    self.arranged.emit(job.workflow, job.made)
        self._rest()
        if self._jobs:
            self.worked.emit(self._jobs[-1].pace.share)

    def _rest(self) -> None:
        if not self._jobs and self._look.isActive():
            self._look.stop()
            self.ended.emit()
