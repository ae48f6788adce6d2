"""Files that another window has open, or another program has changed: nobody's work is overwritten unasked."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QLockFile, QObject, QTimer

from floworch_designer.app.widgets import dialogs
from floworch_designer.settings.words import mark, tr

if TYPE_CHECKING:
    from floworch_designer.app.main_window import MainWindow
    from floworch_designer.app.tabs.tab import Tab

#: Milliseconds between looks whether the other window has let go of a file.
WAIT = 2000


class Elsewhere(QObject):
    """Holds a lock for each file of a window's tabs, and tells of a file that another window holds.

    A lock ends with its process, so that a window that was killed holds nothing.

    Args:
        window: The window.
        folder: Where the locks are, one for all windows of a person.

    Attributes:
        first: Whether this is the only window: it remembers the tabs for the next time.
    """

    def __init__(self, window: MainWindow, folder: Path) -> None:
        super().__init__(window)
        self._window, self._folder = window, folder
        self._held: dict[Path, QLockFile] = {}
        self._refused: set[Path] = set()
        folder.mkdir(parents=True, exist_ok=True)
        self._session = _lock(folder / "session.lock")
        self.first = self._session.tryLock(0)
        self._timer = QTimer(self)
        self._timer.setInterval(WAIT)
        self._timer.timeout.connect(self.look)
        window.tabs.changed.connect(self.look)
        self.look()

    def look(self) -> None:
        """Hold the files of the tabs, let go of others, and tell what changed about those that are held elsewhere."""
        tabs = {tab.path.resolve(): tab for tab in self._window.tabs.all if tab.path is not None}
        for path in self._held.keys() - tabs.keys():
            self._held.pop(path).unlock()
        self._refused &= tabs.keys()
        for path, tab in tabs.items():
            if path in self._held:
                continue
            lock = _lock(self._folder / f"{hashlib.sha256(str(path).encode()).hexdigest()[:32]}.lock")
            if lock.tryLock(0):
                self._held[path] = lock
                self._window.banners.remove("elsewhere", tab)
            elif path not in self._refused:
                self._tell(tab, path)
                self._refused.add(path)
        self._refused -= self._held.keys()
        (self._timer.start if self._refused else self._timer.stop)()

    def close(self) -> None:
        """The window ends: other windows may have its files."""
        self._timer.stop()
        self._window.tabs.changed.disconnect(self.look)
        for lock in (*self._held.values(), self._session):
            lock.unlock()
        self._held.clear()

    def _tell(self, tab: Tab, path: Path) -> None:
        self._window.banners.show_banner(
            "elsewhere", "warning", tr("{name} is open in another window", name=path.name),
            tr("What is saved there is not shown here. Close it in one of the two windows."), scope=tab,
        )  # fmt: skip


def _lock(file: Path) -> QLockFile:
    lock = QLockFile(str(file))
    lock.setStaleLockTime(0)  # only the end of its process frees it
    return lock


def digest(path: Path | None) -> str | None:
    """What tells the content of a file from any other; None where there is none to be read."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() if path is not None else None
    except OSError:
        return None


def _protected(path: Path) -> bool:
    """Whether a file is there and nobody, or not this person, may write it; replacing it would heed neither."""
    try:
        return not path.stat().st_mode & 0o222 or not os.access(path, os.W_OK)
    except OSError:
        return False


async def may_write(window: MainWindow, tab: Tab) -> Literal["write", "elsewhere", "no"]:
    """Whether a tab may be saved to its file.

    Asks when that holds something else than was read or written here, which can be read in place of being overwritten,
    and when nobody may write it.
    """
    path, now = tab.document.path, digest(tab.document.path)
    if path is None or now is None:
        return "write"
    buttons: tuple[tuple[str, str], ...]
    buttons = ((mark("Save as…"), "accept"), (mark("Overwrite"), "destroy"), (mark("Cancel"), "reject"))
    if tab.read is not None and now != tab.read:
        title = tr("Changed on the disk")
        text = tr("{name} was changed by another program since it was opened here. Overwrite it?", name=path.name)
        detail = tr(
            "Overwriting loses what was written there. Reading it again replaces what is here; undo brings it back."
        )
        buttons = (buttons[0], (mark("Read it again"), "accept"), *buttons[1:])
    elif _protected(path):
        title, text = tr("Read-only file"), tr("{name} is read-only. Overwrite it?", name=path.name)
        detail = tr("Somebody protected it from being changed.")
    else:
        return "write"
    answer = await dialogs.ask(window, title, text, buttons, detail)
    if answer == "Read it again":
        window.on_disk.read_again(tab, path)
    return {"Overwrite": "write", "Save as…": "elsewhere"}.get(answer, "no")  # type: ignore[return-value]
