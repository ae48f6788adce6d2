"""Layout that does not hold up the window."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from floworch.model.workflow import Workflow
from floworch_designer.document.framing import Frame
from floworch_designer.document.layout import lay_out
from floworch_designer.document.outlines import Outline
from floworch_designer.document.pace import Pace, Stopped

#: More nodes than this are laid out on a thread: what takes longer than a frame.
LARGE = 40


@dataclass(frozen=True, slots=True, eq=False)
class _Job:
    """What a thread lays out."""

    workflow: Workflow
    only: frozenset[str] | None
    pace: Pace


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

    @property
    def busy(self) -> bool:
        """Whether a thread lays something out."""
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
        job = _Job(workflow, only, Pace(self._tell))
        self._jobs.append(job)
        threading.Thread(target=self._work, args=(job, outlines, frames), daemon=True).start()

    def stop(self, unless: Workflow | None = None) -> bool:
        """Lay out nothing of what is being laid out, but for one workflow; return whether there was any."""
        going = [job for job in self._jobs if job.workflow is not unless]
        for job in going:
            job.pace.stop()
        return bool(going)

    def _tell(self, share: int) -> None:
        try:
            self.worked.emit(share)
        except RuntimeError:  # the window closed meanwhile
            raise Stopped from None

    def _work(self, job: _Job, outlines: Mapping[str, Outline] | None, frames: Sequence[Frame] | None) -> None:
        made = None
        try:
            made = lay_out(job.workflow, outlines, job.only, frames, job.pace)
            job.pace.did(0.0)  # stopped meanwhile, it is not wanted
        except Stopped:
            made = None
        finally:
            self._jobs.remove(job)
        try:
            if made is not None:
                self.arranged.emit(job.workflow, made)
            if not self._jobs:
                self.ended.emit()
        except RuntimeError:  # the window closed meanwhile
            return
