"""One tab: the edited definition on its canvas, and in its place the definition of an opened run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from floworch_designer.app.overlay import RunOverlay
from floworch_designer.app.placing import place_nodes
from floworch_designer.app.session import ViewedDocument
from floworch_designer.app.workspace import Workspace
from floworch_designer.document.selection import Selection

if TYPE_CHECKING:
    from floworch.model.workflow import Workflow
    from floworch.store.protocol import RunHeader
    from floworch_designer.app.main_window import MainWindow


class Tab(QObject):
    """What one tab shows.

    Attributes:
        editing: The definition that is edited.
        viewed: The definition of a run that had another one than the editor, while it is shown.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        session = window.session
        self.editing = Workspace(session, window.theme, session.document, session.selection)
        self.viewed: Workspace | None = None
        self.overlay = RunOverlay(self.editing.canvas, session.controller.feed, self)

    @property
    def workspace(self) -> Workspace:
        """What is in front: the edited definition, or the one of an opened run."""
        return self.viewed or self.editing

    def show_definition_of(self, header: RunHeader) -> None:
        """Show a run on the edited definition when that is the same, else on the run's own, which is read only."""
        from floworch.model import codec

        window, edited = self._window, self.editing.document.workflow
        if codec.logic_hash(edited) == header.definition_hash:
            self.leave_run_view()
            return
        document = ViewedDocument(catalog=window.session.registry, parent=self)
        ran = codec.loads(header.definition)
        document.reset(ran)
        self.leave_run_view()
        self.viewed = Workspace(window.session, window.theme, document, Selection(self))
        self.overlay.set_canvas(self.viewed.canvas)
        window.add_workspace(self.viewed)
        place_nodes(document, self.viewed.canvas)
        title, text = _whose(ran, edited, header.run_id)
        window.banners.show_banner(
            "viewing", "info", title, text, (("Back to editing", window.runs.leave),), closable=False
        )
        window.fit_soon()

    def leave_run_view(self) -> None:
        """Go back to the edited definition."""
        old, self.viewed = self.viewed, None
        if old is not None:
            self.overlay.set_canvas(self.editing.canvas)
            self._window.show_workspace(self.editing)
            old.remove()
            self._window.banners.remove("viewing")
            self._window.reactions.on_document()

    def retheme(self) -> None:
        """Show what the tab has in the colours the theme has now."""
        for workspace in (self.editing, self.viewed):
            if workspace is not None:
                workspace.retheme(self._window.theme)


def _whose(ran: Workflow, edited: Workflow, run_id: str) -> tuple[str, str]:
    """Title and text that say which definition is shown while a run has another one than the editor."""
    if ran.id != edited.id:
        name = edited.name or edited.id
        mine = f"“{name}”, which you edit, is unchanged." if edited.nodes else "Read only."
        return f"Run {run_id} of another workflow, “{ran.name or ran.id}”", f"It is shown as it ran, read only. {mine}"
    return (
        f"Run {run_id} had another version of this workflow",
        "It is shown as it ran, read only. What you edit is unchanged.",
    )
