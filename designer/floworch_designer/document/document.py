"""Document: the frozen workflow that is being edited, its undo stack, its file and its problems."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from floworch.model.problem import Problem
from floworch.model.workflow import Workflow
from floworch_designer.document.changes import EVERYTHING, ChangeSet, diff
from floworch_designer.document.nodes import same
from floworch_designer.document.problems import ProblemChecker, Validate, model_validator
from floworch_designer.document.undo import Beside, Step, UndoStack

EMPTY = Workflow.model_validate({"id": "workflow"})
#: Ids that nobody chose: the first save puts the name of the file in their place.
UNNAMED = frozenset({"workflow", "untitled"})


class Document(QObject):
    """One definition being edited.

    The workflow is a frozen value: an edit makes a new one (``document.edits``) and hands it to ``apply``. What is
    shown, saved and run is this very value.

    Args:
        catalog: Where validation looks up actions and layers; the global registry when None.
        validate: Replaces the model's validator, for tests.
        parent: Qt parent.
    """

    #: A ChangeSet: what differs from before.
    changed = Signal(object)
    #: The list of all Problems, some time after a change.
    problems_changed = Signal(list)
    #: Whether there are changes that are not saved.
    dirty_changed = Signal(bool)
    #: Another file, or none.
    path_changed = Signal()

    def __init__(self, catalog: Any = None, validate: Validate | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workflow = EMPTY
        self._path: Path | None = None
        self._problems: list[Problem] = []
        self.undo_stack = UndoStack(self._put, self)
        self.undo_stack.clean_changed.connect(self._clean_changed)
        self._checker = ProblemChecker(validate or model_validator(_catalog(catalog)), self)
        self._checker.found.connect(self._set_problems)

    @property
    def workflow(self) -> Workflow:
        """The definition as it stands."""
        return self._workflow

    @property
    def path(self) -> Path | None:
        """The file it was loaded from or saved to."""
        return self._path

    @property
    def dirty(self) -> bool:
        """Whether there are changes that are not saved."""
        return not self.undo_stack.is_clean()

    @property
    def problems(self) -> list[Problem]:
        """The problems found last; they may lag an edit by some hundred milliseconds."""
        return self._problems

    def apply(self, workflow: Workflow, text: str, merge: str | None = None, beside: Beside | None = None) -> None:
        """Make an edit: one step that can be undone, called ``text`` in the menu.

        Steps in a row with the same ``merge`` key become one. Nothing happens when the workflow is the present one.
        ``beside`` is what the edit did outside of the workflow, and goes back and forth with it.
        """
        before = self._workflow
        # Keys nobody knows are part of the value but of no ChangeSet: only a full comparison sees them.
        if workflow is not before and (diff(before, workflow) or not same(before, workflow)):
            self.undo_stack.push(Step(before, workflow, text, merge, beside))

    #: Whether it is only looked at.
    read_only = False

    def refuses(self) -> bool:
        """Whether it cannot be edited; who asks is about to begin, and is told so."""
        return False

    def place(self, workflow: Workflow) -> None:
        """Give what came without places some: that is no edit. There must be no step yet that could be taken back."""
        self._put(workflow)

    def load(self, path: Path | str) -> None:
        """Open a definition file.

        Raises:
            DefinitionError: The file is missing, unreadable or no definition. The document stays as it was.
        """
        from floworch.model import codec

        where = Path(path)
        self.reset(codec.load(where), where)

    def save(self, path: Path | str | None = None) -> None:
        """Write the definition to its file, or to another one that becomes its file.

        At its first save a workflow whose id nobody chose takes the name of the file as its id.

        Raises:
            ValueError: There is no file yet and none was given.
            UsageError: The file cannot be written; the document stays unsaved.
        """
        from floworch.model import codec

        where = Path(path) if path is not None else self._path
        if where is None:
            raise ValueError("The workflow has no file yet: choose where to save it.")
        name = id_of_file(where) if self._path is None and self._workflow.id in UNNAMED else ""
        if name and name != self._workflow.id:
            self._name(name)
        codec.save(self._workflow, where)
        self.undo_stack.set_clean()
        self._set_path(where)

    def new(self) -> None:
        """Start an empty workflow without a file."""
        self.reset(EMPTY, None)

    def reset(self, workflow: Workflow, path: Path | None = None, saved: bool = True) -> None:
        """Show another workflow; the undo history starts afresh. Without ``saved`` it is unsaved until it is saved."""
        self.undo_stack.clear(saved)
        self._workflow = workflow
        self._problems = []
        self._set_path(path)
        self.changed.emit(EVERYTHING)
        self.problems_changed.emit(self._problems)
        self._checker.request(workflow.at(self._path))

    def look_again(self) -> None:
        """The catalogue knows other actions now: show and validate everything anew."""
        self.changed.emit(EVERYTHING)
        self._checker.request(self._workflow.at(self._path))

    def check_soon(self) -> None:
        """Validate what is there once more: something that is not in it has changed."""
        self._checker.request(self._workflow.at(self._path))

    def check_now(self) -> list[Problem]:
        """Validate at once, in this thread, and return the problems."""
        self._checker.request(self._workflow.at(self._path))
        self._checker.flush()
        return self._problems

    def _name(self, name: str) -> None:
        """Give the workflow the id of its file, now and in every step of the history: that is no edit to take back."""
        self.undo_stack.rename(self._workflow.id, name)
        self._put(self._workflow.replace(id=name))

    def _clean_changed(self, clean: bool) -> None:
        self.dirty_changed.emit(not clean)

    def _set_path(self, path: Path | None) -> None:
        if path != self._path:
            self._path = path
            self.path_changed.emit()

    def _put(self, workflow: Workflow) -> None:
        changes = diff(self._workflow, workflow)
        self._workflow = workflow
        self.changed.emit(changes or ChangeSet(meta=True))
        self._checker.request(workflow.at(self._path))

    def _set_problems(self, problems: Sequence[Problem]) -> None:
        if problems != self._problems:
            self._problems = list(problems)
            self.problems_changed.emit(self._problems)


def id_of_file(path: Path) -> str:
    """The workflow id that a file name stands for, empty when none can be made of it: ``Drawn 2.flow.json`` gives
    ``drawn_2``."""
    stem = path.name.removesuffix(".json").removesuffix(".flow").lower()
    return re.sub(r"[^a-z0-9_-]+", "_", stem).strip("_-")[:60]


def _catalog(catalog: Any) -> Any:
    if catalog is not None:
        return catalog
    from floworch.actions.registry import registry

    return registry
