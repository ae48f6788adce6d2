"""Workflows whose triggers are served in the background, as the window sees and changes them."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from floworch.errors import FlowError
from floworch.host.activation import (
    Board,
    Wish,
    last_words,
    launch_serving,
    read_board,
    read_wish,
    serving,
    write_wish,
)
from floworch_designer.settings.findings import said
from floworch_designer.settings.words import tr

#: Milliseconds between two looks while something is active.
LOOK = 1000


class Activation(QObject):
    """What is served beside one store. The service is a process of its own, which is found again by any window.

    Args:
        store: Directory of the store.
        launch: Starts the service; for tests.
        alive: Tells whether it is there; for tests.

    Attributes:
        wish: What is to be served.
        board: What the service said last.
        alive: Whether it is there.
        trouble: Why it is not there though it should be, or an empty text.
    """

    #: Something of all that is different now.
    changed = Signal()

    def __init__(
        self,
        store: Path,
        launch: Callable[[Path], Any] = launch_serving,
        alive: Callable[[Path], bool] = serving,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._store, self._launch, self._alive = store, launch, alive
        self._process: subprocess.Popen[bytes] | None = None
        self.wish, self.board, self.alive, self.trouble = Wish(), Board(), False, ""
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK)
        self._timer.timeout.connect(self.look)

    def active(self, path: Path | None) -> bool:
        """Whether the triggers of a file are to be served."""
        return path is not None and str(path.resolve()) in self.wish.files and self.wish.serve

    def triggers(self, path: Path) -> list[dict[str, Any]]:
        """What the service says of the triggers of a file: none before it serves them."""
        name = str(path.resolve())
        served = self.board.workflows if self.alive else ()
        return [trigger for each in served if each.get("file") == name for trigger in each.get("triggers", ())]

    def firings(self, path: Path) -> list[dict[str, Any]]:
        """The last runs that the triggers of a file began, newest first."""
        return [each for each in self.board.firings if each.get("file") == str(path.resolve())]

    def error(self, path: Path) -> str:
        """What is wrong with a file that is active, or with the service; empty for nothing."""
        errors = self.board.errors if self.alive else {}
        return self.trouble or errors.get(str(path.resolve()), "") or errors.get("", "")

    def activate(self, path: Path) -> None:
        """Serve the triggers of a file from now on. Raises FlowError."""
        name = str(path.resolve())
        self._write(Wish((*(each for each in read_wish(self._store).files if each != name), name)))
        self._start()

    def deactivate(self, path: Path) -> None:
        """Serve them no longer; runs that are under way are paused once nothing else is served. Raises FlowError."""
        wish, name = read_wish(self._store), str(path.resolve())
        self._write(Wish(tuple(each for each in wish.files if each != name), wish.serve))

    def rest(self) -> None:
        """End the service, but keep what is active for the next start. Raises FlowError."""
        wish = read_wish(self._store)
        if wish.files and wish.serve:
            self._write(Wish(wish.files, serve=False))

    def take_up(self) -> int:
        """Serve what was active before, unless it is served anyway; returns how many files. Raises FlowError."""
        self.look()
        files = self.wish.files
        if files and not (self.alive and self.wish.serve):
            self._write(Wish(files))
            self._start()
        return len(files)

    def look(self) -> None:
        """See what there is now."""
        before = (self.wish, self.board, self.alive, self.trouble)
        self.wish, self.alive = read_wish(self._store), self._alive(self._store)
        self.board = read_board(self._store)
        wanted = bool(self.wish.files) and self.wish.serve
        if self.alive or not wanted:
            self.trouble = ""
        ended = self._process is not None and self._process.poll() is not None
        if ended:
            self._process = None
            if wanted and not self.alive:
                self.trouble = last_words(self._store) or tr("The service ended unexpectedly.")
        elif wanted and not self.alive and self._process is None and not self.trouble:
            self.trouble = tr("The service is not running.")
        if (wanted or self.alive) != self._timer.isActive():
            (self._timer.stop if self._timer.isActive() else self._timer.start)()
        if before != (self.wish, self.board, self.alive, self.trouble):
            self.changed.emit()

    def _start(self) -> None:
        if self._process is None and not self._alive(self._store):
            self._process = self._launch(self._store)
            self.trouble = ""
        self.look()

    def _write(self, wish: Wish) -> None:
        try:
            write_wish(self._store, wish)
        except OSError as error:
            raise FlowError(
                tr(
                    "What is active cannot be noted in {store}: {why}.",
                    store=self._store,
                    why=said(error.strerror or str(error)),
                ),
                tr("Check that the store can be written."),
            ) from None
        self.look()
