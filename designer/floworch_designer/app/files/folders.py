"""Where files are looked for and put first."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths

if TYPE_CHECKING:
    from floworch_designer.app.session import Session


class Folders:
    """The folder that dialogs of one window open in."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._used: Path | None = None

    def first(self) -> str:
        """Beside the document, else where this window was last, else where the program was started."""
        path = self._session.document.path
        here = path.resolve().parent if path is not None else self._used
        return str(here) if here is not None and here.is_dir() else start_folder()

    def remember(self, path: Path) -> None:
        """A file was opened or saved here."""
        self._used = path.resolve().parent
        self._session.settings.set("files/directory", str(self._used))


def start_folder() -> str:
    """The folder the program was started in; a person's own when that is not one to write to."""
    try:
        here = Path.cwd()
    except OSError:  # it was removed
        return own_folder()
    return str(here) if here != Path(here.anchor) and os.access(here, os.W_OK) else own_folder()


def own_folder() -> str:
    """Where a person's first files belong: the documents folder, else the home folder."""
    place = QStandardPaths.StandardLocation
    found = [QStandardPaths.writableLocation(one) for one in (place.DocumentsLocation, place.HomeLocation)]
    return next((folder for folder in found if folder and Path(folder).is_dir()), "")
