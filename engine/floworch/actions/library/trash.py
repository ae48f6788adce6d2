"""The system's trash: where files wait until somebody empties it, with what is needed to put them back."""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from datetime import datetime
from pathlib import Path
from urllib.parse import quote


def to_trash(path: str, when: float) -> str:
    """Move a file, link or folder to the trash and return where it is there; empty where the system keeps that.

    On Linux as freedesktop.org describes it, so that every file manager can put it back.

    Args:
        path: Absolute path.
        when: The time of deletion in epoch seconds.

    Raises:
        OSError: There is no trash for that file system, or no permission.
    """
    if sys.platform == "win32":
        _windows(path)
        return ""
    if sys.platform == "darwin":
        return _free_name(path, Path.home() / ".Trash", None, when)
    home = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "Trash"
    device = os.lstat(path).st_dev
    if device == os.stat(_existing(home)).st_dev:
        return _free_name(path, home / "files", home / "info", when, path)
    top = _mount_point(path, device)
    trash = _shared_trash(top)
    return _free_name(path, trash / "files", trash / "info", when, os.path.relpath(path, top))


def _existing(path: Path) -> Path:
    while not path.exists():
        path = path.parent
    return path


def _mount_point(path: str, device: int) -> str:
    top = os.path.dirname(path)
    while os.path.dirname(top) != top and os.stat(os.path.dirname(top)).st_dev == device:
        top = os.path.dirname(top)
    return top


def _shared_trash(top: str) -> Path:
    """The user's trash on another file system: in ``.Trash`` when an administrator made one, else one of their own."""
    shared = Path(top) / ".Trash"
    with contextlib.suppress(OSError):
        found = os.lstat(shared)
        if stat.S_ISDIR(found.st_mode) and found.st_mode & stat.S_ISVTX:
            return shared / str(os.getuid())
    return Path(top) / f".Trash-{os.getuid()}"


def _free_name(path: str, files: Path, info: Path | None, when: float, origin: str = "") -> str:
    for folder in (files, info):
        if folder is not None:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    stem, end = os.path.splitext(os.path.basename(path))
    number = 1
    while True:
        name = f"{stem}{end}" if number == 1 else f"{stem} {number}{end}"
        number += 1
        note = None if info is None else info / f"{name}.trashinfo"
        try:
            if note is not None:  # whoever makes the note owns the name
                with open(note, "x", encoding="ascii") as file:
                    day = datetime.fromtimestamp(when).strftime("%Y-%m-%dT%H:%M:%S")  # noqa: DTZ006 - local by its rules
                    file.write(f"[Trash Info]\nPath={quote(os.fsencode(origin))}\nDeletionDate={day}\n")
        except FileExistsError:
            continue
        goal = files / name
        if os.path.lexists(goal):
            continue
        try:
            os.rename(path, goal)
        except OSError:
            if note is not None:
                note.unlink(missing_ok=True)
            raise
        return str(goal)


def _windows(path: str) -> None:
    import ctypes
    from ctypes import wintypes

    class Operation(ctypes.Structure):
        _fields_ = (
            ("hwnd", wintypes.HWND), ("wFunc", wintypes.UINT), ("pFrom", wintypes.LPCWSTR), ("pTo", wintypes.LPCWSTR),
            ("fFlags", ctypes.c_ushort), ("fAnyOperationsAborted", wintypes.BOOL),
            ("hNameMappings", ctypes.c_void_p), ("lpszProgressTitle", wintypes.LPCWSTR),
        )  # fmt: skip

    delete, undo_silent = 3, 0x0040 | 0x0010 | 0x0004 | 0x0400  # FO_DELETE; ALLOWUNDO, no questions, no windows
    asked = Operation(None, delete, f"{path}\0", None, undo_silent, False, None, None)
    status = ctypes.windll.shell32.SHFileOperationW(ctypes.byref(asked))  # type: ignore[attr-defined,unused-ignore]
    if status or asked.fAnyOperationsAborted:
        raise OSError(status, "the trash did not take it", path)
