"""What outlives a window: document, selection, run controller, settings, and what is asked only once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtWidgets import QWidget

from floworch.model.workflow import Workflow
from floworch_designer.document.changes import EVERYTHING
from floworch_designer.document.document import Document
from floworch_designer.document.selection import Selection
from floworch_designer.runs.controller import RunController
from floworch_designer.runs.hosts import HostChoice
from floworch_designer.settings.settings import Settings
from floworch_designer.theme.theme import Theme

CanvasMaker = Callable[[Document, Selection, Theme, Any], QWidget]


@dataclass(slots=True)
class Session:
    """The parts that outlive a window.

    Attributes:
        registry: Actions and layers.
        settings: The ini file.
        hosts: How to reach the engine.
        controller: The shown run.
        document, selection: What is edited.
        make_canvas: Builds a canvas view of a document.
        inputs: Inputs given last, by workflow id.
    """

    registry: Any
    settings: Settings
    hosts: HostChoice
    controller: RunController
    document: Document
    selection: Selection
    make_canvas: CanvasMaker
    inputs: dict[str, dict[str, Any]] = field(default_factory=dict)


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
    document = Document(catalog=registry)
    return Session(registry, settings, hosts, RunController(hosts), document, Selection(), canvas)


class ViewedDocument(Document):
    """A definition that is looked at: it cannot be edited."""

    def apply(self, workflow: Workflow, text: str, merge: str | None = None) -> None:
        """Refuse the edit: what is shown is a record of a run."""
        self.changed.emit(EVERYTHING)  # forms and cards go back to what the record says
