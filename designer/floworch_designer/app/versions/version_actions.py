"""Handlers of the ``versions.*`` actions: the other versions of a definition are listed, compared, shown, restored."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt

from floworch.errors import CorruptJournal, FlowError
from floworch.model import codec
from floworch.store.current import header_now
from floworch_designer.app.files.autosave import Left, left_behind
from floworch_designer.app.versions import git
from floworch_designer.app.widgets import dialogs
from floworch_designer.document.positions import has_positions
from floworch_designer.history.versions import Version, of_runs
from floworch_designer.runs.stored import stored
from floworch_designer.settings.words import mark, tr

if TYPE_CHECKING:
    from floworch.model.workflow import Workflow
    from floworch.store.protocol import RunHeader, RunSummary
    from floworch_designer.app.main_window import MainWindow
    from floworch_designer.app.tabs.tab import Tab
    from floworch_designer.runs.controller import RunController

#: Runs whose definitions are looked at for the list, the newest ones.
RUNS = 60
#: Nodes up to which the state of a run is read for the list, whatever is known of the run.
LARGE = 500
EDITED = mark("What you edit")
Read = Callable[[], Awaitable["Workflow"]]


class VersionActions(QObject):
    """Lists and reads the versions of what the tab in front edits. Opening, comparing and listing run nothing."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._listed: tuple[Any, ...] = ()
        self._headers_read: dict[str, tuple[object, RunHeader]] = {}
        panel = window.versions
        panel.asked.connect(lambda verb: getattr(self, verb)())
        panel.refresh_requested.connect(self.refresh)
        panel.chosen_changed.connect(self._on_chosen)

    # -- the actions of the table ------------------------------------------------------------------------

    def toggle(self) -> None:
        """Show the versions with the keyboard in their list; hide them when it is there already."""
        window, dock = self._window, self._window.docks["versions"]
        if dock.isVisible() and window.versions.tree.hasFocus():
            dock.hide()
            window.canvas.setFocus()
            return
        fresh = not dock.isVisible()
        window.show_panel("versions")
        if fresh:  # half of the side: below the palette it would have next to nothing
            window.resizeDocks([window.docks["palette"], dock], [1, 1], Qt.Orientation.Vertical)
        window.versions.tree.setFocus()

    def saved(self) -> None:
        """Compare what is edited with its file."""
        path = self._window.tab.document.path
        if path is not None:
            self._compare(tr("{path} as saved", path=path.name), lambda: _of_file(path))

    def head(self) -> None:
        """Compare what is edited with the last commit of its file."""
        path = self._window.tab.document.path
        if path is not None:
            self._compare(tr("The last commit"), lambda: _of_commit(path, "HEAD"))

    def file(self) -> None:
        """Ask for another definition file, and compare what is edited with it."""
        self._go(self._file(), "compare with a file")

    def compare(self) -> None:
        """Compare what is edited with the version chosen in the list."""
        version = self._window.versions.chosen
        if version is not None:
            self._compare(version.title, lambda: self._read(version))

    def open(self) -> None:
        """Show the chosen version on the canvas, read only."""
        version = self._window.versions.chosen
        if version is not None:
            self._go(self._open(self._window.tab, version), "look at a version")

    def restore(self) -> None:
        """Put the chosen version in the place of what is edited, as one step."""
        version = self._window.versions.chosen
        if version is not None:
            self._go(self._restore(self._window.tab, version), "restore a version")

    def refresh(self) -> None:
        """List the versions anew."""
        self._listed = self._about()
        self._go(self._list(self._window.tab), "list versions")

    def follow(self) -> None:
        """Another definition may be in front: list its versions when they are looked at."""
        if self._window.versions.isVisible() and self._about() != self._listed:
            self.refresh()

    # -- work --------------------------------------------------------------------------------------------

    def _about(self) -> tuple[Any, ...]:
        tab = self._window.tab
        return tab, tab.document.path, tab.document.dirty, tab.controller.run_id

    def _on_chosen(self) -> None:
        if hasattr(self._window, "commands"):  # the panel is filled while the window is built
            self._window.refresh_actions()

    def _go(self, work: Coroutine[Any, Any, Any], name: str) -> None:
        self._window.runs.go(work, name)

    def _compare(self, title: str, read: Read) -> None:
        self._go(self._show(self._window.tab, title, read), "compare versions")

    async def _show(self, tab: Tab, title: str, read: Read) -> None:
        old = await read()
        if tab in self._window.tabs.all:
            self._window.differing.show(tab, old, tab.document.workflow, title, tr(EDITED))

    async def _file(self) -> None:
        window, tab = self._window, self._window.tab
        path = await dialogs.ask_open(window, window.files.folders.first())
        if path is not None:
            await self._show(tab, path.name, lambda: _of_file(path))

    async def _open(self, tab: Tab, version: Version) -> None:
        workflow = await self._read(version)
        if tab in self._window.tabs.all:
            buttons = ((tr("Back to editing"), tab.leave_run_view),)
            about = tr("An earlier version, read only. What you edit is unchanged.")
            tab.look_at(workflow, version.title, about, buttons)

    async def _restore(self, tab: Tab, version: Version) -> None:
        window, workflow = self._window, await self._read(version)
        if tab not in window.tabs.all:
            return
        document = tab.document
        if not has_positions(workflow):  # it was written without a canvas: nodes stay where they are
            workflow = workflow.replace(view=document.workflow.view)
        tab.leave_run_view()
        before = document.undo_stack.count()
        document.apply(workflow, tr("Restore {title}", title=version.title))
        if document.undo_stack.count() == before:
            window.flash(tr("{title} is what you edit already.", title=version.title))
            return
        if version.kind in ("commit", "kept"):  # others may have written it: it may not run before it is looked at
            window.trusting.opened(tab)
        window.flash(tr("{title} is restored. Undo takes it back.", title=version.title))

    async def _list(self, tab: Tab) -> None:
        found = [*await asyncio.to_thread(self._on_disk, tab.document.path), *of_runs(await self._headers(tab))]
        if tab.in_front:
            self._window.versions.show_versions(found)

    def _on_disk(self, path: Path | None) -> list[Version]:
        """What the disk holds of a file; called in a thread."""
        if path is None:
            return []
        found = []
        with contextlib.suppress(OSError):
            found.append(Version("saved", str(path), path.name, tr("As it is on the disk"), path.stat().st_mtime))
        found += [
            Version("kept", str(left.kept), tr("Not saved"), tr("Kept when the window ended"), left.at)
            for left in self._kept()
            if left.path == path
        ]
        with contextlib.suppress(FlowError):
            found += [
                Version(
                    "commit", each.hash, each.subject or each.hash[:10], f"{each.hash[:10]}, {each.author}", each.at
                )
                for each in git.commits(path)
            ]
        return found

    def _kept(self) -> list[Left]:
        recovery = self._window.session.recovery
        return left_behind(recovery) if recovery is not None else []

    async def _headers(self, tab: Tab) -> list[RunHeader]:
        """Of the newest runs of the workflow."""
        name, controller = tab.document.workflow.id, tab.controller
        found: list[RunHeader] = []
        with contextlib.suppress(FlowError, OSError):  # a store that cannot be read is told about at the start
            runs = [run for run in await controller.runs(workflow=name, limit=RUNS) if run.workflow_id == name]
            known, self._headers_read = self._headers_read, {}
            for run in runs:
                about = run.status, run.rested, run.ended_at
                kept = known.get(run.run_id)
                header = kept[1] if kept is not None and kept[0] == about else await _header(controller, run)
                self._headers_read[run.run_id] = about, header
                found.append(header)
        return found

    async def _read(self, version: Version) -> Workflow:
        path = self._window.tab.document.path
        if version.kind == "run":
            header, _state = await stored(self._window.controller, version.key)
            return codec.loads(header.definition)
        if version.kind == "commit" and path is not None:
            return await _of_commit(path, version.key)
        if version.kind == "kept":
            for left in self._kept():
                if str(left.kept) == version.key:
                    return left.workflow
            raise FlowError(tr("That work is no longer kept."), tr("It was recovered or discarded meanwhile."))
        return await _of_file(Path(version.key))


async def _header(controller: RunController, run: RunSummary) -> RunHeader:
    """A run's header with the hash of the definition that it has now: it may have gone over to another one (C7.5).

    That stands among its events. Of a large one nothing of them is read where it has ended and never rested: it can
    have gone over only while it waited for something, and reading the state takes a frame.
    """
    header = await controller.ask(lambda host: host.header(run.run_id))
    if run.rested or run.ended_at is None or len(header.node_ids) <= LARGE:
        with contextlib.suppress(CorruptJournal):
            state = await controller.ask(lambda host: host.load(run.run_id))
            header = header_now(header, state)
    return replace(header, definition=b"", inputs={})  # the list has many, and needs to tell them apart only


async def _of_file(path: Path) -> Workflow:
    return await asyncio.to_thread(_loaded, path)


def _loaded(path: Path) -> Workflow:
    try:
        return codec.load(path)
    except OSError as error:
        raise FlowError(f"{path} cannot be read.", error.strerror or str(error)) from error


async def _of_commit(path: Path, commit: str) -> Workflow:
    return codec.loads_from(path, await asyncio.to_thread(git.content, path, commit))
