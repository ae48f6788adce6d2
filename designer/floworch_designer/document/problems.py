"""Problems of the document, found a moment after the last edit without holding up the window."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal
from shiboken6 import isValid

from floworch.model.problem import Problem
from floworch.model.workflow import Workflow

Validate = Callable[[Workflow], Sequence[Problem]]

#: Milliseconds after the last edit.
DELAY = 150
#: More nodes than this are validated on a thread: a hundred take ten milliseconds when a file is opened or read anew,
#: and no frame has more than a few.
LARGE = 100


def model_validator(catalog: Any) -> Validate:
    """The model's validator bound to a catalogue, for one document: after an edit it looks at what has changed.

    It is imported when it is first called because it is heavy.
    """
    again: list[Any] = []

    def check(workflow: Workflow) -> Sequence[Problem]:
        from floworch.model.revalidate import Revalidation

        if not again:
            again.append(Revalidation())
        found: Sequence[Problem] = again[0](workflow, catalog)
        return found

    return check


class ProblemChecker(QObject):
    """Validates the latest workflow it was given.

    ``found`` carries the list of problems; results of a workflow that is no longer the latest are dropped.
    """

    found = Signal(list)
    _finished = Signal(object, object)

    def __init__(self, validate: Validate, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._validate = validate
        self._latest: Workflow | None = None
        self._busy = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY)
        self._timer.timeout.connect(self._start)
        self._finished.connect(self._deliver)

    def request(self, workflow: Workflow) -> None:
        """Validate this workflow soon; an earlier request that has not started is replaced."""
        self._latest = workflow
        self._timer.start()

    def flush(self) -> None:
        """Validate what was requested now, in this thread."""
        if self._latest is not None:
            self._timer.stop()
            self._deliver(self._latest, self._check(self._latest))

    @property
    def pending(self) -> bool:
        """Whether a result is still to come."""
        return self._busy or self._timer.isActive()

    def _start(self) -> None:
        workflow = self._latest
        if workflow is None or self._busy:
            return
        if len(workflow.nodes) <= LARGE:
            self._deliver(workflow, self._check(workflow))
            return
        self._busy = True
        threading.Thread(target=self._work, args=(workflow,), name="problems", daemon=True).start()

    def _work(self, workflow: Workflow) -> None:
        problems: list[Problem] | None = None
        try:
            problems = self._check(workflow)
        finally:
            # Also when the validator raised, or nothing would ever be validated again.
            with suppress(RuntimeError):  # the window closed meanwhile and took this object along
                self._finished.emit(workflow, problems)

    def _check(self, workflow: Workflow) -> list[Problem]:
        return list(self._validate(workflow))

    def _deliver(self, workflow: Workflow, problems: list[Problem] | None) -> None:
        if not isValid(self):
            return  # the document was let go of while its last edit was being checked
        self._busy = False
        if workflow is self._latest:
            if problems is not None:
                self.found.emit(problems)
        elif not self._timer.isActive():
            self._start()
