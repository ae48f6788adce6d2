"""Files that another program changes or removes while they are open: told in a strip, read again when asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from weakref import WeakKeyDictionary

from PySide6.QtCore import QObject

from floworch.errors import FlowError
from floworch_designer.app.files.elsewhere import digest
from floworch_designer.app.files.placing import placed
from floworch_designer.app.files.watching import Watch, stamp_of
from floworch_designer.settings.words import tr

if TYPE_CHECKING:
    from pathlib import Path

    from floworch.model.workflow import Workflow
    from floworch_designer.app.main_window import MainWindow
    from floworch_designer.app.tabs.tab import Tab

#: Key of the strip.
KEY = "disk"


class _Seen(NamedTuple):
    """How a file was found at the last look: what tells whether it must be read, and its content."""

    stamp: tuple[int, int, int] | None
    content: str | None


class OnDisk(QObject):
    """Looks at the file of the tab in front: whenever that or the window comes to the front, and when it changes.

    Attributes:
        watch: Hears of changes to that file.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._seen: WeakKeyDictionary[Tab, _Seen] = WeakKeyDictionary()
        self.watch = Watch(self)
        self.watch.changed.connect(self.look)
        window.tabs.turned.connect(self.look)

    def look(self) -> None:
        """Tell what became of the file of the tab in front; what was told and put away is not told again."""
        tab = self._window.tab
        self._follow()
        if tab.asleep is not None or tab.document.path is None or tab.read is None:
            return
        stamp, before = stamp_of(tab.document.path), self._seen.get(tab)
        if before is not None and before.stamp == stamp:
            return
        content = digest(tab.document.path)
        self._seen[tab] = _Seen(stamp, content)
        if content == tab.read:
            self._window.banners.remove(KEY, tab)
        elif before is None or before.content != content:
            self._tell(tab, tab.document.path, gone=stamp is None)

    def settle(self, tab: Tab) -> None:
        """The file was read or written here: nothing is to be told of it."""
        path = tab.document.path
        if path is not None:
            self._seen[tab] = _Seen(stamp_of(path), tab.read)
        self._window.banners.remove(KEY, tab)
        self._follow()

    def _follow(self) -> None:
        path = self._window.tab.document.path
        self.watch.follow([path] if path is not None else [])

    def _tell(self, tab: Tab, path: Path, gone: bool) -> None:
        if gone:
            title = tr("{name} is no longer there", name=path.name)
            text = tr("It was deleted, moved or renamed. What is open here is kept; saving writes it again.")
            buttons = [(tr("Save"), self._window.files.save), (tr("Save as…"), self._window.files.save_as)]
        else:
            title = tr("{name} was changed by another program", name=path.name)
            text = tr("Here is still what was read before. Reading it again can be undone.")
            again, compare = (lambda: self.read_again(tab, path)), (lambda: self._compare(tab, path))
            buttons = [(tr("Read it again"), again), (tr("Show what changed"), compare)]
        self._window.banners.show_banner(KEY, "warning", title, text, buttons, scope=tab)

    def _load(self, tab: Tab, path: Path) -> Workflow | None:
        from floworch.model import codec

        try:
            return codec.load(path)
        except FlowError as error:
            self._window.tell("error", error.message, error.hint, tab=tab)
            return None

    def read_again(self, tab: Tab, path: Path) -> None:
        """Take over what the file holds, as one step: undo gives back what was here, saved or not."""
        workflow = self._load(tab, path)
        if workflow is None:
            return
        tab.leave_run_view()
        step = tr("Read {name} again", name=path.name)
        tab.document.apply(workflow, step, "read again")
        tab.document.apply(placed(tab.document, tab.editing.canvas), step, "read again")
        tab.document.undo_stack.set_clean()
        tab.read = digest(path)
        self._window.trusting.opened(tab)
        self.settle(tab)

    def _compare(self, tab: Tab, path: Path) -> None:
        workflow = self._load(tab, path)
        if workflow is not None:
            here, there = tr("Here"), tr("{name} on the disk", name=path.name)
            self._window.differing.show(tab, tab.document.workflow, workflow, here, there)
