"""What outlives what is shown: documents, selections, run controllers, settings, and what is asked only once."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from floworch.errors import FlowError
from floworch.model.workflow import Workflow
from floworch_designer.app.trust.own_actions import OwnActions
from floworch_designer.document.changes import REFUSED
from floworch_designer.document.document import Document
from floworch_designer.document.problems import LARGE
from floworch_designer.document.selection import Selection
from floworch_designer.document.undo import Beside
from floworch_designer.runs.controller import RunController
from floworch_designer.runs.hosts import HostChoice
from floworch_designer.settings.settings import Settings
from floworch_designer.theme.theme import Theme

CanvasMaker = Callable[[Document, Selection, Theme, Any], QWidget]


@dataclass(eq=False, slots=True, weakref_slot=True)
class Sheet:
    """What one tab is about: the document, what is selected in it, the run it shows, the actions it may use."""

    document: Document
    selection: Selection
    controller: RunController
    actions: OwnActions

    def __post_init__(self) -> None:
        self.actions.given = self._given
        self.controller.status_changed.connect(self._check)

    def _given(self, node: str) -> Any:
        return self.controller.feed.given(self.document.workflow.id, node)

    def _check(self) -> None:
        """What a run gave may tell of a problem; a large definition is looked at with its next edit."""
        state = self.controller.feed.live
        if state is not None and state.status.final and len(self.document.workflow.nodes) <= LARGE:
            self.document.check_soon()


class Session:
    """The parts that outlive what is shown of them.

    Attributes:
        registry: Actions and layers.
        settings: The ini file.
        hosts: How to reach the engine.
        make_canvas: Builds a canvas view of a document.
        recovery: Folder where unsaved work is kept, or None.
        inputs: Inputs given last, by workflow id.
        sheets: What the tabs are about, in no order.
        front: The one of the tab in front.
    """

    def __init__(self, registry: Any, settings: Settings, hosts: HostChoice, make_canvas: CanvasMaker) -> None:
        self.registry, self.settings, self.hosts, self.make_canvas = registry, settings, hosts, make_canvas
        self.recovery: Path | None = None
        self.inputs: dict[str, dict[str, Any]] = {}
        self.sheets: list[Sheet] = []
        self.front = self.new_sheet()

    @property
    def document(self) -> Document:
        """What is edited in front."""
        return self.front.document

    @property
    def selection(self) -> Selection:
        """What is selected in it."""
        return self.front.selection

    @property
    def controller(self) -> RunController:
        """The run shown in front."""
        return self.front.controller

    def new_sheet(self) -> Sheet:
        """An empty document with a run controller of its own."""
        actions = OwnActions(self.registry)
        document = Document(catalog=actions, validate=actions.check)
        sheet = Sheet(document, Selection(), RunController(self.hosts), actions)
        self.sheets.append(sheet)
        return sheet

    async def drop_sheet(self, sheet: Sheet) -> None:
        """Let go of a document and of the engine behind it; a run of it goes on."""
        self.sheets.remove(sheet)
        with contextlib.suppress(FlowError, OSError):
            await sheet.controller.close()

    async def close(self) -> None:
        """Let go of the engine; runs of a companion process go on, those inside the window are paused."""
        for sheet in self.sheets:
            with contextlib.suppress(FlowError, OSError):
                await sheet.controller.close()
        with contextlib.suppress(FlowError, OSError):
            await self.hosts.close()


def make_canvas(document: Document, selection: Selection, theme: Theme, registry: Any) -> QWidget:
    """The real canvas; imported late, because it is the heaviest part of the start."""
    from floworch_designer.canvas.view import CanvasView

    return CanvasView(document, selection, theme, registry)


def open_session(
    settings: Settings, hosts: HostChoice, registry: Any = None, canvas: CanvasMaker = make_canvas
) -> Session:
    """Put the parts of a session together; ``registry`` defaults to the global one."""
    if registry is None:
        from floworch.actions.registry import registry as global_registry

        registry = global_registry
    return Session(registry, settings, hosts, canvas)


class ViewedDocument(Document):
    """A definition that is looked at: it cannot be edited."""

    #: Somebody tried to edit it.
    refused = Signal()
    read_only = True

    def refuses(self) -> bool:
        """Say that it cannot be edited."""
        self.refused.emit()
        return True

    def apply(self, workflow: Workflow, text: str, merge: str | None = None, beside: Beside | None = None) -> None:
        """Refuse the edit: what is shown is a record of a run."""
        self.changed.emit(REFUSED)  # forms and cards go back to what the record says
        self.refuses()
