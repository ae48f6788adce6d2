"""New, open, save, recent files, and the question before something unsaved is lost."""

from __future__ import annotations

import gc
import json
from collections.abc import Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any

from floworch.errors import FlowError
from floworch_designer.app.files.elsewhere import digest, may_write
from floworch_designer.app.files.folders import Folders
from floworch_designer.app.files.placing import place_nodes
from floworch_designer.app.running.live_run import attach
from floworch_designer.app.runtime.loop import spawn
from floworch_designer.app.widgets import dialogs
from floworch_designer.settings.findings import said
from floworch_designer.settings.words import counted, mark, tr

if TYPE_CHECKING:
    from floworch.model.workflow import Workflow
    from floworch_designer.app.main_window import MainWindow
    from floworch_designer.app.tabs.tab import Tab

#: Definitions with so many nodes are kept out of garbage collections.
LARGE = 2000
#: Problems of a file that cannot be opened that are told one by one.
LISTED = 8
#: What a tab without a file and a name is called.
UNNAMED = mark("New workflow")


class FileActions:
    """Handlers of the ``file.*`` actions; each starts a task and returns at once."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._busy = False
        self.folders = Folders(window.session)

    def new(self) -> None:
        """Start an empty workflow in a tab of its own."""
        self._window.tab_actions.new()

    def open(self) -> None:
        """Ask for a file and open it."""
        self.once(self._open(None), "open")

    def open_path(self, path: Path) -> None:
        """Open a file in a tab of its own, or show the tab that has it."""
        self.once(self._open(path), "open")

    def save(self) -> None:
        """Save, asking where when there is no file yet."""
        self.once(self._save(False), "save")

    def save_as(self) -> None:
        """Save under another name."""
        self.once(self._save(True), "save as")

    def quit(self) -> None:
        """Close the window."""
        self._window.close()

    async def may_leave(self, tab: Tab | None = None) -> bool:
        """Whether the document of a tab, by default the one in front, may go: asks to save unsaved changes."""
        tab = tab or self._window.tab
        if not tab.document.dirty:
            return True
        answer = await dialogs.ask(
            self._window,
            tr("Unsaved changes"),
            tr("Save the changes to {name}?", name=tab.name if tab.name != UNNAMED else tr("the new workflow")),
            ((mark("Save"), "accept"), (mark("Don't save"), "destroy"), (mark("Cancel"), "reject")),
            tr("They are lost otherwise."),
        )
        if answer == "Save":
            return await self._save(False, tab)
        return answer == "Don't save"

    def load(self, path: Path) -> bool:
        """Show a file: in the tab that has it already, else in one of its own. Returns whether it is open.

        One that cannot be read is told in a banner. Of a file that changed on the disk an unedited tab shows the new
        content.
        """
        tab = self._window.tabs.of_path(path)
        if tab is None:
            return self.load_into(None, path)
        self._window.tabs.show(tab)
        if not tab.document.dirty and _changed(path, tab.document.workflow):
            return self.load_into(tab, path)
        return True

    def load_into(self, tab: Tab | None, path: Path) -> bool:
        """Read a file into a tab, or into a new one; an unreadable one is told in a banner. Returns whether it is."""
        from floworch.model import codec

        window = self._window
        try:
            workflow = codec.load(path)
        except FlowError as error:
            if _load_rest(window, path, error):
                return True
            if len(error.problems) > 1:
                count = tr("{path} cannot be opened: it has {n:,} problems.", path=path.name, n=len(error.problems))
                window.tell("error", count, "\n".join(_problems(error)))
            else:
                window.tell("error", error.message, error.hint or "".join(_problems(error)))
            return False
        except OSError as error:
            window.tell("error", tr("{path} cannot be read.", path=path), error.strerror or str(error))
            return False
        own = not _shipped(path)
        tab = self.show(workflow, path if own else None, tab)
        settle_memory(len(workflow.nodes))
        if own:
            window.session.settings.add_recent(path)
            self.folders.remember(path)
        else:
            window.flash(
                tr("{path} is shipped with the product and opened as a copy: saving asks where.", path=path.name)
            )
        return True

    def show(
        self,
        workflow: Workflow,
        path: Path | None = None,
        tab: Tab | None = None,
        foreign: bool = False,
        saved: bool = True,
    ) -> Tab:
        """Show a workflow in a new tab, or in place of what a tab has; returns the tab.

        Args:
            workflow: What is shown.
            path: Its file.
            tab: The tab whose place it takes.
            foreign: It came from elsewhere, though it lies in no file; what does lie in one is looked at anyway.
            saved: Whether nothing is lost when the tab closes.
        """
        window = self._window
        tab = tab or window.tabs.open()
        tab.sheet.selection.clear()
        tab.document.reset(workflow, path, saved)
        tab.read = digest(path)
        window.on_disk.settle(tab)
        tab.leave_run_view()
        window.banners.remove("message", tab)
        window.trusting.opened(tab, foreign)
        place_nodes(tab.document, tab.editing.canvas)
        tab.fit_soon()
        return tab

    async def save_tab(self, tab: Tab) -> bool:
        """Save what a tab holds, asking where when there is no file yet; whether it is saved."""
        return await self._save(False, tab)

    async def _open(self, path: Path | None) -> None:
        window = self._window
        path = path or await dialogs.ask_open(window, self.folders.first())
        if path is not None and self.load(path):
            await attach(window)

    async def _save(self, elsewhere: bool, tab: Tab | None = None) -> bool:
        window, tab = self._window, tab or self._window.tab
        document = tab.document
        path = document.path
        if not elsewhere:
            allowed = await may_write(window, tab)
            if allowed == "no":
                return False
            elsewhere = allowed == "elsewhere"
        if path is None or elsewhere:
            path = await dialogs.ask_save(window, self.folders.first(), document.workflow.id)
            if path is None or self._is_open(path, tab):
                return False
        try:
            document.save(path)
            _save_called(tab, path)
        except FlowError as error:
            window.tell("error", error.message, error.hint)
            return False
        except OSError as error:
            window.tell("error", tr("{path} cannot be written.", path=path), error.strerror or str(error))
            return False
        tab.read = digest(path)
        window.on_disk.settle(tab)
        window.trusting.saved(tab)
        window.session.settings.add_recent(path)
        self.folders.remember(path)
        window.flash(tr("Saved {path}", path=path.name))
        return True

    def _is_open(self, path: Path, tab: Tab) -> bool:
        """Whether another tab has a file: it would not know what this one writes there, and overwrite it."""
        other = self._window.tabs.of_path(path)
        if other is None or other is tab:
            return False
        hint = tr("Close that tab first, or save under another name.")
        self._window.tell("error", tr("{name} is open in another tab.", name=path.name), hint, tab=tab)
        return True

    def once(self, work: Coroutine[Any, Any, Any], name: str) -> None:
        """Run one file task at a time: a second Ctrl+S while a dialog is open does nothing."""
        if self._busy:
            work.close()
            return
        self._busy = True
        spawn(work, name).add_done_callback(lambda _task: setattr(self, "_busy", False))


def _save_called(tab: Tab, path: Path) -> None:
    """Put what a copy of an example calls beside its first file. Raises FlowError."""
    if tab.companions:
        from floworch_designer.app.files.examples import write_called

        write_called(tab.companions, path)
        tab.companions = ()
        tab.document.look_again()


def _load_rest(window: MainWindow, path: Path, error: FlowError) -> bool:
    """Open what can be read of a broken file, as a copy: saving asks where, so that the file loses nothing."""
    rest = readable_rest(path) if error.problems else None
    if rest is None or not any(node.action for node in rest.nodes.values()):
        return False
    window.files.show(rest, foreign=True)
    window.files.folders.remember(path)
    count = len(error.problems)
    what = counted(
        count,
        "{path} is opened as a copy without the part that cannot be read.",
        "{path} is opened as a copy without {n} parts that cannot be read.",
        path=path.name,
    )
    window.tell("error", what, "\n".join(_problems(error)))
    return True


def readable_rest(path: Path) -> Workflow | None:
    """What can be read of a definition file with broken parts; None when too little can."""
    from floworch.model.salvage import salvage

    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return salvage(data)[0] if isinstance(data, dict) else None


def _changed(path: Path, workflow: Workflow) -> bool:
    """Whether a file holds another definition than the one that was read or written; False when it cannot be read."""
    from floworch.model import codec

    try:
        return codec.load(path) != workflow
    except (FlowError, OSError):
        return False


def _shipped(path: Path) -> bool:
    """Whether a file belongs to the installed product, where nothing of a person's may be written."""
    from importlib.resources import files

    return path.resolve().is_relative_to(Path(str(files("floworch_resources"))).resolve())


def settle_memory(nodes: int) -> None:
    """Take a large definition out of the garbage collector's sight: going through it stops the window for 70 ms."""
    if nodes >= LARGE:
        gc.unfreeze()
        gc.collect()
        gc.freeze()


def _problems(error: FlowError) -> list[str]:
    """A line for each problem, the first :data:`LISTED` in words and the rest as a number."""
    lines = [f"{said(problem.message)} {said(problem.fix)}".strip() for problem in error.problems]
    return [*lines[:LISTED], tr("… and {value:,} more", value=len(lines) - LISTED)] if len(lines) > LISTED else lines
