"""The undo history of a document: values before and after each step.

Qt's own stack is not used: its commands would be Python objects that C++ owns, and with PySide 6.11 such a stack was
destroyed with commands that had gone before it, when Python's collector took stack and commands together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from floworch.model.workflow import Workflow


class Beside(Protocol):
    """What a step did outside of the workflow, such as a file that it wrote; told at every way back and forth."""

    def undone(self) -> None:
        """The step was taken back."""

    def redone(self) -> None:
        """The step is about to be done again."""


@dataclass(frozen=True)
class Step:
    """What one undo takes back.

    Attributes:
        before: The workflow before it.
        after: The workflow after it.
        text: What the menu calls it.
        merge: Steps in a row that share this key become one; None: never.
        beside: What it did outside of the workflow; such a step has no merge key.
    """

    before: Workflow
    after: Workflow
    text: str
    merge: str | None = None
    beside: Beside | None = None


class UndoStack(QObject):
    """Steps that were done, and those that were undone and can be redone.

    Args:
        put: Makes a workflow the present one; called by ``push``, ``undo`` and ``redo`` before they tell of it.
        parent: As for any QObject.
    """

    #: Something was pushed, undone or redone, or all was forgotten: the number of steps that are done.
    index_changed = Signal(int)
    #: The present value is now, or is no longer, the one that was saved.
    clean_changed = Signal(bool)

    def __init__(self, put: Callable[[Workflow], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._put = put
        self._steps: list[Step] = []
        self._index = 0
        self._clean: int | None = 0  # None: the value that was saved is in no step any more

    def push(self, step: Step) -> None:
        """Do a step: what was undone is forgotten, and a step with the same merge key takes it in.

        The value that was saved stays a place to stop at: nothing merges with the step that led to it.
        """
        self._put(step.after)
        done = self._steps[: self._index]
        clean = self._clean if self._clean is not None and self._clean <= self._index else None
        last = done[-1] if done else None
        if last is not None and step.merge is not None and last.merge == step.merge and self._index != clean:
            done[-1] = Step(last.before, step.after, last.text, last.merge)
        else:
            done.append(step)
        self._steps = done
        self._move(len(done), clean)

    def undo(self) -> None:
        """Take the last step back; nothing when there is none."""
        if self.can_undo():
            step = self._steps[self._index - 1]
            self._put(step.before)
            self._move(self._index - 1, self._clean)
            if step.beside is not None:
                step.beside.undone()

    def redo(self) -> None:
        """Do the step again that was undone last; nothing when there is none."""
        if self.can_redo():
            step = self._steps[self._index]
            if step.beside is not None:
                step.beside.redone()
            self._put(step.after)
            self._move(self._index + 1, self._clean)

    def clear(self, saved: bool = True) -> None:
        """Forget every step; the present value counts as saved, or else as one that is saved nowhere."""
        clean = 0 if saved else None
        if self._steps or self._clean != clean:
            self._steps = []
            self._move(0, clean)

    def set_clean(self) -> None:
        """The present value was saved."""
        was_clean, self._clean = self.is_clean(), self._index
        self._tell_clean(was_clean)

    def rename(self, former: str, name: str) -> None:
        """Have all values carry another workflow id, where they have the former one."""

        def renamed(workflow: Workflow) -> Workflow:
            return workflow.replace(id=name) if workflow.id == former else workflow

        self._steps = [replace(each, before=renamed(each.before), after=renamed(each.after)) for each in self._steps]

    def is_clean(self) -> bool:
        """Whether the present value is the one that was saved."""
        return self._index == self._clean

    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return self._index > 0

    def can_redo(self) -> bool:
        """Whether there is a step to do again."""
        return self._index < len(self._steps)

    def count(self) -> int:
        """The number of steps, with those that were undone."""
        return len(self._steps)

    def index(self) -> int:
        """The number of steps that are done."""
        return self._index

    def text(self, index: int) -> str:
        """What the menu calls a step, counted from 0."""
        return self._steps[index].text

    def undo_text(self) -> str:
        """What the menu calls the step to take back; empty when there is none."""
        return self.text(self._index - 1) if self.can_undo() else ""

    def redo_text(self) -> str:
        """What the menu calls the step to do again; empty when there is none."""
        return self.text(self._index) if self.can_redo() else ""

    def _move(self, index: int, clean: int | None) -> None:
        was_clean = self.is_clean()
        self._index, self._clean = index, clean
        self.index_changed.emit(index)
        self._tell_clean(was_clean)

    def _tell_clean(self, before: bool) -> None:
        if self.is_clean() != before:
            self.clean_changed.emit(self.is_clean())
