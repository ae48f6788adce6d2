"""Hears of changes to files while they stay open: the files and their folders are watched, where the system can."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QStorageInfo, QTimer, Signal

#: Milliseconds after a change before it is told, together with what else changes meanwhile.
REST = 300
#: File systems of other machines: what is changed there is not heard of here, and asking may take long.
FAR = ("nfs", "cifs", "smb", "afs", "ncpfs", "9p", "fuse.sshfs", "fuse.davfs", "davfs", "webdav", "ceph", "lustre")


class Watch(QObject):
    """Tells when one of some files or folders was changed, replaced, removed or made.

    The folder of a file is watched with it, because most editors write another file and rename it. Where the system
    cannot watch, and on file systems of other machines, nothing is told.
    """

    #: Something of what is followed may have changed; once for all that changed within :data:`REST`.
    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._paths: tuple[Path, ...] = ()
        self._near: tuple[Path, ...] = ()
        self._watcher = QFileSystemWatcher(self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REST)
        self._watcher.fileChanged.connect(self._stir)
        self._watcher.directoryChanged.connect(self._stir)
        self._timer.timeout.connect(self._tell)

    @property
    def watched(self) -> frozenset[str]:
        """The files and folders that the system watches now."""
        return frozenset((*self._watcher.files(), *self._watcher.directories()))

    def follow(self, paths: Iterable[Path]) -> None:
        """Watch these files and folders, and no others from now on."""
        wanted = tuple(dict.fromkeys(paths))
        if wanted != self._paths:
            self._paths = wanted
            self._near = tuple(sorted(set(_near(wanted))))
            self._watch()

    def _stir(self, _path: str) -> None:
        if not self._timer.isActive():  # what changes without end is told of all the same
            self._timer.start()

    def _tell(self) -> None:
        self._watch()
        self.changed.emit()

    def _watch(self) -> None:
        """Watch what is there now: a file that took the place of another is watched only when it is named again."""
        before = self.watched
        if before:
            self._watcher.removePaths(list(before))
        there = [str(each) for each in self._near if each.exists()]
        if there:
            self._watcher.addPaths(there)


def _near(paths: Iterable[Path]) -> Iterator[Path]:
    """The files and folders, and the folders they are in, of this machine; each folder is asked about once."""
    asked: dict[Path, bool] = {}

    def near(folder: Path) -> bool:
        if folder not in asked:
            asked[folder] = not is_far(folder)
        return asked[folder]

    for path in paths:
        if not near(path.parent):
            continue
        yield path.parent
        if near(path.resolve().parent):
            yield path.resolve().parent
            if not path.is_dir() or near(path):
                yield path


def is_far(path: Path) -> bool:
    """Whether a file or folder lies on another machine."""
    if str(path).startswith(("\\\\", "//")):
        return True
    kind = bytes(QStorageInfo(str(path)).fileSystemType().data()).decode("ascii", "replace").lower()
    return kind.startswith(FAR)


def stamp_of(path: Path) -> tuple[int, int, int] | None:
    """What changes when a file does; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
