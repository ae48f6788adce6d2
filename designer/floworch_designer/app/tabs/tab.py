"""One tab: the edited definition on its canvas, and in its place the definition of an opened run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from floworch.run.status import RunStatus
from floworch_designer.app.files.autosave import Autosave
from floworch_designer.app.files.file_actions import UNNAMED
from floworch_designer.app.files.placing import place_nodes
from floworch_designer.app.running.overlay import RunOverlay
from floworch_designer.app.running.run_banners import RunBanners
from floworch_designer.app.session import Sheet, ViewedDocument
from floworch_designer.app.tabs.workspace import Workspace
from floworch_designer.document.selection import Selection
from floworch_designer.settings.words import tr

if TYPE_CHECKING:
    from floworch.model.problem import Problem
    from floworch.model.workflow import Workflow
    from floworch.store.protocol import RunHeader
    from floworch_designer.app.main_window import MainWindow
    from floworch_designer.app.widgets.banners import Banner
    from floworch_designer.document.document import Document
    from floworch_designer.document.picture import Picture
    from floworch_designer.runs.controller import RunController
    from floworch_designer.settings.settings import Settings


#: Words and slots of the buttons of a strip.
Buttons = Sequence[tuple[str, "Callable[[], object]"]]


#: Statuses in which a run may stay, and that nothing but its status tells of.
_LISTED = frozenset({RunStatus.RUNNING, RunStatus.SUSPENDED, RunStatus.PAUSED})


class Tab(QObject):
    """What one tab shows. ``named`` follows when its name, its dirty mark or the status of its run changed.

    Attributes:
        editing: The definition that is edited.
        viewed: A definition that is only looked at, while it is shown: that of a run, or an earlier version.
        picture: What differs in it, while two versions are shown in one.
        asleep: The file of a tab that was open last time and is read when it comes to the front; else None.
        restricted: What it holds came from elsewhere and may not run before the person agrees.
        caller: The tab whose workflow calls this one's, when it was opened from there.
        read: What its file held when it was read or written here last, as a digest; None when it has none.
        companions: Names of examples that its workflow calls, which are written beside it when it is saved.
    """

    named = Signal()

    def __init__(self, window: MainWindow, sheet: Sheet, asleep: Path | None = None) -> None:
        super().__init__(window)
        self._window, self.sheet, self.asleep = window, sheet, asleep
        self.caller: Tab | None = None
        self.companions: tuple[str, ...] = ()
        self.read: str | None = None
        self._listed: RunStatus | None = None
        self._opened: tuple[str, Workflow] | None = None  # the run that was opened, and what was edited then
        self.restricted = False
        self.refused: Banner | None = None  # the strip that tells of problems in the way of a run
        self.viewed: Workspace | None = None
        self.picture: Picture | None = None
        self.autosave: Autosave | None = None
        self._editing: Workspace | None = None
        self._overlay: RunOverlay | None = None
        self._listen()
        self.run_banners = RunBanners(window, self)

    # -- what it is about --------------------------------------------------------------------------------

    @property
    def document(self) -> Document:
        """The edited document, whatever is shown."""
        return self.sheet.document

    @property
    def controller(self) -> RunController:
        """The run of this tab."""
        return self.sheet.controller

    @property
    def path(self) -> Path | None:
        """The file of the document, read or not."""
        return self.asleep or self.document.path

    @property
    def name(self) -> str:
        """What the tab is called."""
        return self.path.name if self.path else self.document.workflow.name or tr(UNNAMED)

    @property
    def blank(self) -> bool:
        """Whether nothing is lost when another file is opened in it: no file, no nodes, no history, no run."""
        document = self.document
        fresh = self.path is None and not document.workflow.nodes and not document.dirty
        return fresh and not document.undo_stack.count() and self.controller.run_id is None

    @property
    def in_front(self) -> bool:
        """Whether the window shows it."""
        return self._window.tab is self

    # -- what it shows -----------------------------------------------------------------------------------

    @property
    def editing(self) -> Workspace:
        """The edited definition on screen; made when it is first asked for."""
        if self._editing is None:
            window, sheet = self._window, self.sheet
            self._editing = Workspace(window.session, window.theme, sheet)
            self._overlay = RunOverlay(self._editing.canvas, sheet.controller.feed, self)
            self._overlay.follow = lambda: bool(window.session.settings.get("canvas/follow")) and self.in_front
            sheet.document.changed.connect(self._show_again)  # after the canvas, which makes the cards anew
            if window.session.recovery is not None and window.session.settings.get("files/autosave"):
                self.autosave = Autosave(sheet.document, window.session.recovery, self)
                self.autosave.companions = lambda: self.companions
            window.add_workspace(self._editing)
        return self._editing

    @property
    def overlay(self) -> RunOverlay:
        """What paints the run on the canvas."""
        assert self.editing is not None
        assert self._overlay is not None
        return self._overlay

    @property
    def workspace(self) -> Workspace:
        """What it shows: the edited definition, or the one of an opened run."""
        return self.viewed or self.editing

    def show_definition_of(self, header: RunHeader) -> None:
        """Show a run on the edited definition when that is the same, else on the run's own, which is read only."""
        from floworch.model import codec

        window, edited = self._window, self.document.workflow
        if codec.logic_hash(edited) == header.definition_hash:
            self.leave_run_view()
            self._opened = header.run_id, edited
            return
        ran = codec.loads(header.definition)
        title, text = _whose(ran, edited, header.run_id)
        self.look_at(ran, title, text, ((tr("Back to editing"), window.runs.leave),))
        assert self.viewed is not None
        self.overlay.set_canvas(self.viewed.canvas)
        self._opened = header.run_id, edited

    def look_at(self, workflow: Workflow, title: str, text: str, buttons: Buttons = (), checked: bool = True) -> None:
        """Show a definition in place of the edited one; it cannot be edited.

        Args:
            workflow: The definition.
            title: Words of the strip above it.
            text: More of them.
            buttons: Words and slots of the strip's buttons.
            checked: Whether its problems are told.
        """
        window, actions = self._window, self.sheet.actions
        document = ViewedDocument(catalog=actions, validate=actions.check if checked else _unchecked)
        document.reset(workflow)
        document.refused.connect(self._say_refused)
        self.leave_run_view()
        self._opened = None
        viewed = Sheet(document, Selection(), self.controller, actions)  # kept by what shows them only
        viewed.selection.changed.connect(self._on_selection)
        self.viewed = Workspace(window.session, window.theme, viewed)
        window.add_workspace(self.viewed)
        self._show()
        place_nodes(document, self.viewed.canvas)
        window.banners.show_banner("viewing", "info", title, text, buttons, closable=False, scope=self)
        self.fit_soon()

    def _say_refused(self) -> None:
        self._window.flash(tr("This is read only: nothing was changed."))

    def leave_run_view(self) -> None:
        """Go back to the edited definition."""
        old, self.viewed, self.picture = self.viewed, None, None
        if old is not None:
            self.overlay.set_canvas(self.editing.canvas)
            self._window.banners.remove("viewing", self)
            self._show()
            old.remove()

    def fit_soon(self) -> None:
        """Show all nodes, or the first where all could not be read, once the window has its size."""
        canvas = self.workspace.canvas
        QTimer.singleShot(0, canvas, canvas.fitting.open)  # not of one that is gone by then

    def retheme(self) -> None:
        """Show what the tab has in the colours the theme has now."""
        for workspace in (self._editing, self.viewed):
            if workspace is not None:
                workspace.retheme(self._window.theme)

    def follow(self, settings: Settings) -> None:
        """Show what the tab has as the settings of the canvas say."""
        for workspace in (self._editing, self.viewed):
            if workspace is not None:
                workspace.follow(settings)

    def close(self) -> None:
        """Take everything it shows out of the window for good; its run goes on."""
        if self.autosave is not None:
            self.autosave.close()
        self._window.banners.drop(self)
        for workspace in (self.viewed, self._editing):
            if workspace is not None:
                workspace.remove()
        self.deleteLater()

    # -- what happens to it ------------------------------------------------------------------------------

    def _listen(self) -> None:
        document = self.sheet.document
        document.changed.connect(self._on_changed)
        document.problems_changed.connect(self._on_problems)
        document.dirty_changed.connect(self._on_named)
        document.path_changed.connect(self._on_named)
        document.undo_stack.index_changed.connect(self._on_selection)
        self.sheet.selection.changed.connect(self._on_selection)
        self.controller.status_changed.connect(self._on_status)
        self.controller.listing_changed.connect(self._on_listing)
        self.controller.feed.redefined.connect(self._on_redefined)

    def _show_again(self, changes: object) -> None:
        """A step that came back shows again what the run did with it."""
        self.overlay.show_again(getattr(changes, "nodes", ()))

    def _on_changed(self, _changes: object) -> None:
        """The definition changed."""
        if self.in_front:
            self._window.reactions.on_changed()
        self.named.emit()

    def _on_named(self, _what: object = None) -> None:
        if self.in_front:
            self._window.reactions.on_title()
        self.named.emit()

    def _on_problems(self, _found: object) -> None:
        if self.refused is not None and not any(each.severity == "error" for each in self.document.problems):
            if self._window.banners.of(self).get("message") is self.refused:  # what was told since stays
                self._window.banners.remove("message", self)
            self.refused = None
        if self.in_front:
            self._window.reactions.on_problems()

    def _on_selection(self, _what: object = None) -> None:
        if self.in_front:
            self._window.reactions.on_selection()

    def _on_status(self) -> None:
        self.named.emit()
        status, before = self.controller.status, self._listed
        self._listed = status
        if status is not before and status in _LISTED:  # the list of runs says what the run bar says
            self._window.runs.refresh_history()

    def _on_redefined(self) -> None:
        """The run went over to another definition (C7.5): one that was opened shows that, unless it is being edited."""
        header, document = self.controller.feed.header, self.document
        if header is None or self._opened is None or self._opened[0] != header.run_id:
            return
        if self.viewed is not None or self._opened[1] is document.workflow:
            self.show_definition_of(header)

    def _on_listing(self) -> None:
        self._window.runs.refresh_history()

    def _show(self) -> None:
        if self.in_front:
            self._window.show_workspace(self.workspace)
            self._window.reactions.on_document()


def _unchecked(_workflow: Workflow) -> Sequence[Problem]:
    """Two versions in one definition would have problems that neither has."""
    return ()


def _whose(ran: Workflow, edited: Workflow, run_id: str) -> tuple[str, str]:
    """Title and text that say which definition is shown while a run has another one than the editor."""
    if ran.id != edited.id:
        name = edited.name or edited.id
        mine = tr("“{name}”, which you edit, is unchanged.", name=name) if edited.nodes else ""
        return (
            tr("Run {run_id} of another workflow, “{value}”", run_id=run_id, value=ran.name or ran.id),
            tr("It is shown as it ran, read only. {mine}", mine=mine).rstrip(),
        )
    return (
        tr("Run {run_id} had another version of this workflow", run_id=run_id),
        tr("It is shown as it ran, read only. What you edit is unchanged."),
    )
