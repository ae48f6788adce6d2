"""Unsaved work survives the end of the process: it is kept beside the settings and offered at the next start."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from PySide6.QtCore import QLockFile, QObject, QSaveFile, QTimer

from floworch.errors import FlowError
from floworch.model import codec
from floworch_designer.app.runtime.loop import spawn
from floworch_designer.app.widgets.homed_strips import About
from floworch_designer.document.document import EMPTY
from floworch_designer.runs.words import moment_text
from floworch_designer.settings.words import tr

if TYPE_CHECKING:
    from floworch.model.workflow import Workflow
    from floworch_designer.app.main_window import MainWindow
    from floworch_designer.app.tabs.tab import Tab
    from floworch_designer.document.document import Document

#: Milliseconds after an edit until it is kept, for ordinary and for large definitions.
SOON, LATER = 400, 4000
LARGE = 1000


@dataclass(frozen=True, slots=True)
class Left:
    """Work that a process left behind: the file that keeps it, its own file or None, when, and the definition.

    Attributes:
        restricted: It came from elsewhere, and nobody had agreed to what it would do.
        companions: Names of examples that it calls, see ``Tab.companions``.
        draft: It never had a file, and the person closed the window over it: it comes back without a question.
        front: Its tab was in front.
    """

    kept: Path
    path: Path | None
    at: float
    workflow: Workflow
    restricted: bool = False
    companions: tuple[str, ...] = ()
    draft: bool = False
    front: bool = False


class Autosave(QObject):
    """Keeps the unsaved state of one document in a folder, under a name that no other window has.

    The folder holds a pair for each window: the work as JSON and a lock that ends with the process.

    Attributes:
        restricted: The work came from elsewhere and may not run before the person agrees; told by the tab.
        companions: Gives the names of examples that the work calls.
    """

    restricted = False
    companions: Callable[[], tuple[str, ...]] = staticmethod(lambda: ())

    def __init__(self, document: Document, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document, self.folder = document, folder
        self.file = folder / f"{uuid4().hex}.json"
        self._lock: QLockFile | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.keep)
        document.changed.connect(self._on_changed)
        document.dirty_changed.connect(self._on_changed)

    def _on_changed(self, _what: object = None) -> None:
        self._timer.start(SOON if len(self._document.workflow.nodes) < LARGE else LATER)

    def keep(self, **more: bool) -> None:
        """Write what is unsaved now, or forget it when nothing is; ``more`` are flags of :class:`Left`."""
        self._timer.stop()
        document = self._document
        if not document.dirty:
            self._forget()
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        if self._lock is None:
            self._lock = _lock(self.file)
            self._lock.tryLock(0)
        shape = {"path": str(document.path) if document.path else None, "at": time.time(),
                 "definition": codec.dumps(document.workflow), "restricted": self.restricted,
                 "companions": list(self.companions()), **more}  # fmt: skip
        target = QSaveFile(str(self.file))
        if target.open(QSaveFile.OpenModeFlag.WriteOnly):
            target.write(json.dumps(shape).encode())
            target.commit()

    def close(self) -> None:
        """The person decided what becomes of the work: nothing is kept."""
        self._timer.stop()
        self._document.changed.disconnect(self._on_changed)
        self._document.dirty_changed.disconnect(self._on_changed)
        self._forget()

    def leave(self, front: bool) -> None:
        """The window closes over work without a file: it comes back by itself at the next start."""
        self.keep(draft=True, front=front)
        self._document.changed.disconnect(self._on_changed)
        self._document.dirty_changed.disconnect(self._on_changed)
        if self._lock is not None:
            self._lock.unlock()
            self._lock = None

    def _forget(self) -> None:
        if self._lock is not None:
            self.file.unlink(missing_ok=True)
            self._lock.unlock()
            self._lock = None


def left_behind(folder: Path) -> list[Left]:
    """Work of processes that are gone, newest first; what cannot be read is left where it is."""
    found = []
    for kept in sorted(folder.glob("*.json")):
        lock = _lock(kept)
        if not lock.tryLock(0):
            continue  # its window is open
        lock.unlock()
        try:
            shape: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8"))
            path = Path(shape["path"]) if shape["path"] else None
            workflow, names = codec.loads(shape["definition"]), shape.get("companions", ())
            flags = {name: shape.get(name) is True for name in ("restricted", "draft", "front")}
            found.append(Left(kept, path, float(shape["at"]), workflow, companions=tuple(map(str, names)), **flags))
        except (OSError, ValueError, KeyError, TypeError, FlowError):
            continue
    return sorted(found, key=lambda left: -left.at)


def offer(window: MainWindow, folder: Path, asked: bool = False) -> None:
    """Open the drafts of the last time, and tell of other work that was left behind, one strip for each on its tab.

    ``asked``: What is in front was asked for at the start, and stays there.
    """
    found = left_behind(folder)
    _open_drafts(window, [left for left in reversed(found) if left.draft], asked)
    strips = window.strips
    for left in [left for left in found if not left.draft]:
        claim = _claim(left)
        if claim is None:
            continue
        name = left.path.name if left.path else left.workflow.name or tr("a new workflow")
        key = f"recover {left.kept.stem}"

        def recover(left: Left = left, key: str = key, claim: QLockFile = claim) -> None:
            if strips.begin(key):
                spawn(_recover(window, left, claim, lambda decided: strips.end(key, decided)), "recover")

        def discard(left: Left = left, key: str = key, claim: QLockFile = claim) -> None:
            if strips.begin(key):
                left.kept.unlink(missing_ok=True)
                claim.unlock()
                strips.end(key, True)

        def compare(left: Left = left) -> None:
            _compare(window, left)

        strips.show(
            key, About(left.path), "warning", tr("Unsaved changes of {name} were kept", name=name),
            tr("The window ended without saving them. They are from {at}.", at=moment_text(left.at, time.time())),
            ((tr("Recover"), recover), (tr("Show what changed"), compare), (tr("Discard"), discard)),
            closable=False,
        )  # fmt: skip


def _open_drafts(window: MainWindow, drafts: Sequence[Left], asked: bool) -> None:
    """Bring workflows that never had a file back, as they were: unsaved, each in its tab.

    The one that was in front is in front again, unless something else was ``asked`` for.
    """
    front = window.tab
    for left in drafts:
        claim = _claim(left)
        if claim is None:
            continue
        tab = window.files.show(EMPTY, foreign=left.restricted)
        _take_over(window, left, tab)
        claim.unlock()
        if left.front and not asked:
            front = tab
    if front in window.tabs.all:
        window.tabs.show(front)


def _take_over(window: MainWindow, left: Left, tab: Tab) -> None:
    """Put kept work into a tab as one unsaved step, and keep it anew before what kept it goes."""
    tab.document.apply(left.workflow, tr("Recover unsaved changes"))
    tab.companions = left.companions
    if left.restricted:
        window.trusting.opened(tab, foreign=True)
    tab.fit_soon()
    if tab.autosave is not None:
        tab.autosave.keep()
    left.kept.unlink(missing_ok=True)


def keeps_drafts(window: MainWindow) -> bool:
    """Whether the window may close over workflows that never had a file, because they come back."""
    settings = window.session.settings
    return window.session.recovery is not None and settings.get("files/autosave") and settings.get("files/reopen")


def is_draft(tab: Tab) -> bool:
    """Whether a tab holds unsaved work that never had a file and is kept."""
    return tab.document.dirty and tab.path is None and tab.autosave is not None


def _before(left: Left) -> Workflow:
    """What the file of the work holds; an empty workflow when it is gone or broken, or there is none."""
    with contextlib.suppress(FlowError, OSError):
        return codec.load(left.path) if left.path is not None else EMPTY
    return EMPTY


def _compare(window: MainWindow, left: Left) -> None:
    """Show how the work differs from its file, without taking it over: the offer stays."""
    tab = window.tabs.of_path(left.path) if left.path is not None else None
    if tab is not None:
        window.tabs.show(tab)
    else:
        before = _before(left)
        tab = window.files.show(before, left.path if before is not EMPTY else None)
    name = left.path.name if left.path is not None else tr("An empty workflow")
    window.differing.show(tab, _before(left), left.workflow, tr("{name} as saved", name=name), tr("Unsaved changes"))


async def _recover(window: MainWindow, left: Left, claim: QLockFile, told: Callable[[bool], None]) -> None:
    """Put the work back as one unsaved step upon what the file holds, so that undo shows the difference.

    ``told`` learns at the end whether it was, or the person wants to keep what is open.
    """
    decided = False
    try:
        tab = window.tabs.of_path(left.path) if left.path is not None else None
        if tab is not None:
            window.tabs.show(tab)
            if not await window.files.may_leave(tab):
                return
        before = _before(left)  # when the file is gone or broken the work alone is left
        path = left.path if before is not EMPTY else None
        tab = window.files.show(before, path, tab)
        _take_over(window, left, tab)
        claim.unlock()
        decided = True
    finally:
        told(decided)


def _claim(left: Left) -> QLockFile | None:
    """Hold what was left behind, as its own window did; None when another window holds it or has decided about it.

    Who offers it holds it until the person decides or the process ends, so that no second window offers it, too.
    """
    lock = _lock(left.kept)
    if not lock.tryLock(0):
        return None
    if not left.kept.exists():
        lock.unlock()
        return None
    return lock


def _lock(kept: Path) -> QLockFile:
    lock = QLockFile(str(kept.with_suffix(".lock")))
    lock.setStaleLockTime(0)  # only the end of its process frees it
    return lock
