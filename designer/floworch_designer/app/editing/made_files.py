"""A file that a step wrote beside the workflow: undo takes it away again, redo writes it, a person's work stays."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from floworch.errors import FlowError
from floworch.model import codec
from floworch.model.called import locate, references
from floworch.model.files import write_bytes
from floworch_designer.settings.words import tr

if TYPE_CHECKING:
    from floworch.model.workflow import Workflow
    from floworch_designer.app.main_window import MainWindow
    from floworch_designer.app.tabs.tab import Tab

#: So many files of a folder, each up to so many bytes, are looked at for one that calls the file.
MOST, LARGEST = 500, 2_000_000


class MadeFile(QObject):
    """What ``document.undo.Beside`` asks for, of a workflow's file that was written for a call in a tab's document.

    It is taken away only as long as it holds what was written here, is open nowhere, and no workflow that is open or
    saved beside it calls it. Where the saved caller itself still does, it goes with the next save.

    Args:
        tab: The tab of the caller.
        path: The file, not written yet.
        workflow: What it is going to hold.
    """

    def __init__(self, window: MainWindow, tab: Tab, path: Path, workflow: Workflow) -> None:
        super().__init__(tab.document)
        self._window, self._tab, self._path = window, tab, path
        self._after = codec.dumps(workflow).encode()
        self._before: bytes | None = None
        self._waiting = False  # it was taken back, but the saved caller calls it
        tab.document.dirty_changed.connect(self._on_dirty)

    def write(self) -> bool:
        """Write the file for the first time, and remember what it held; returns whether it was, and tells if not."""
        self._before = _held(self._path)
        return self._put(self._after)

    def undone(self) -> None:
        """Take the file away, or give it what it held before; say so, or why it stays."""
        if self._tab.autosave is not None:
            self._tab.autosave.keep()  # what is kept for a crash must not call what is about to go
        if self._tab not in self._window.tabs.all or (found := _held(self._path)) is None:
            return
        if found != self._after:
            self._say(tr("{name} stays: it was changed since.", name=self._path.name))
        elif self._window.tabs.of_path(self._path) is not None:
            self._say(tr("{name} stays: it is open in a tab.", name=self._path.name))
        elif (caller := self._caller()) is None:
            self._take_away()
        elif self._is_own(caller):
            self._waiting = True
            name, own = self._path.name, caller.name
            self._say(tr("{name} stays until you save: {own}, as it is saved, calls it.", name=name, own=own))
        else:
            self._say(tr("{name} stays: {caller} calls it.", name=self._path.name, caller=caller.name))

    def redone(self) -> None:
        """Write the file again where undo took it away; what a person put there stays."""
        self._waiting = False
        found = _held(self._path)
        if found == self._after:
            return
        if found != self._before:
            self._say(tr("{name} was changed since, and stays as it is.", name=self._path.name))
            return
        if self._put(self._after):
            self._window.session.settings.add_recent(self._path)
            self._say(tr("{name} is written again.", name=self._path.name))

    def _on_dirty(self, dirty: bool) -> None:
        """Something is saved: what waited for it goes."""
        if self._waiting and not dirty and _held(self._path) == self._after:
            free = self._window.tabs.of_path(self._path) is None
            if free and self._caller() is None:
                self._waiting = False
                self._take_away()

    def _take_away(self) -> None:
        name, settings, gone = self._path.name, self._window.session.settings, str(self._path.resolve())
        if self._before is not None:
            if self._put(self._before):
                self._say(tr("{name} holds again what it held before.", name=name))
            return
        try:
            self._path.unlink()
        except OSError as error:
            self._window.tell("error", tr("{name} cannot be removed.", name=name), error.strerror or str(error))
            return
        settings.set("files/recent", [each for each in settings.get("files/recent") if each != gone])
        self._say(tr("{name} is removed: its nodes are here again.", name=name))

    def _put(self, content: bytes) -> bool:
        try:
            write_bytes(self._path, content)
        except FlowError as error:
            self._window.tell("error", error.message, error.hint)
            return False
        return True

    def _caller(self) -> Path | None:
        """A workflow that calls the file, open or on the disk; None when nothing that is known does."""
        for tab in self._window.tabs.all:
            if tab.asleep is None and _calls(tab.document.workflow.at(tab.document.path), self._path):
                return tab.document.path or Path(tab.name)
        own = self._tab.document.path
        folders = [self._path.parent]
        if own is not None and own.parent != self._path.parent:
            folders.append(own.parent)
        return next(_calling(folders, self._path), None)

    def _is_own(self, caller: Path) -> bool:
        own = self._tab.document.path
        return own is not None and _same(own, caller) and not _calls(self._tab.document.workflow.at(own), self._path)

    def _say(self, text: str) -> None:
        self._window.flash(text)


def _held(path: Path) -> bytes | None:
    """The content of a file; None where there is none that can be read."""
    try:
        return path.read_bytes()
    except OSError:
        return None


def _calling(folders: Iterable[Path], path: Path) -> Iterator[Path]:
    """The definitions in folders that call a file; one that names it and cannot be read may."""
    marks = {path.name.encode(), json.dumps(path.name)[1:-1].encode()}
    for folder in folders:
        for number, each in enumerate(folder.glob("*.json")):
            if number >= MOST:
                break
            text = b"" if _same(each, path) else _small(each)
            if not any(mark in text for mark in marks):
                continue
            try:
                if _calls(codec.load(each).at(each), path):
                    yield each
            except FlowError:
                yield each


def _small(path: Path) -> bytes:
    try:
        return path.read_bytes() if path.stat().st_size <= LARGEST else b""
    except OSError:
        return b""


def _calls(workflow: Workflow, path: Path) -> bool:
    try:
        return any(_same(locate(workflow, reference), path) for _, reference in references(workflow))
    except FlowError:
        return False


def _same(first: Path, second: Path) -> bool:
    return os.path.realpath(first) == os.path.realpath(second)
