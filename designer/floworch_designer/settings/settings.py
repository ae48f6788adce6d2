"""The settings table and the ini file behind it.

Every setting is one row of :data:`TABLE`; defaults, types and documentation come from it. The file is
``designer.ini`` in the user's configuration directory, or in ``FLOWORCH_CONFIG_DIR``.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QObject, QSettings, Signal

from floworch_designer.settings.words import LANGUAGES

#: How many files "Open recent" lists.
RECENT_LIMIT = 10


@dataclass(frozen=True, slots=True)
class Setting:
    """One row.

    Attributes:
        key: Its name in the file; the part before the slash is its group in the dialog.
        default: Its default, whose type is the setting's type.
        help: What it does.
        title: Its words in the dialog; empty for what the window remembers by itself.
        choices: The values it can have, with their words.
        folder: It is a folder.
        later: It counts from the next start on.
    """

    key: str
    default: Any
    help: str
    title: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    folder: bool = False
    later: bool = False


_SCALES = (("", "As the system"), ("1", "100 %"), ("1.25", "125 %"), ("1.5", "150 %"), ("2", "200 %"))
_THEMES = (("", "As the system"), ("dark", "Dark"), ("light", "Light"))
_MOTIONS = (("", "As the system"), ("full", "Full"), ("reduced", "Reduced"))
_LANGUAGES = (("", "As the system"), *LANGUAGES.items())

TABLE: dict[str, Setting] = {
    row.key: row
    for row in (
        Setting("appearance/theme", "dark", "Colours of the window.", "Theme", _THEMES),
        Setting("appearance/scale", "", "Size of everything.", "Scale", _SCALES, later=True),
        Setting("appearance/motion", "", "Whether running cards turn and flow.", "Motion", _MOTIONS),
        Setting("appearance/language", "", "Language of the window.", "Language", _LANGUAGES, later=True),
        Setting("keys/own", "", "Shortcuts that differ from the defaults, as JSON; written by the list of shortcuts."),
        Setting("engine/in_process", False, "Otherwise a companion process, which outlives it, runs them.",
                "Run inside this window"),
        Setting("engine/keep_serving", True, "Their triggers start runs while the window is closed.",
                "Keep workflows active"),
        Setting("engine/ask_stop", True, "When it waits for somebody, worked for long or would undo steps.",
                "Ask before a run is stopped"),
        Setting("engine/store", "", "Empty: the user data directory.", "Run store",
                folder=True, later=True),
        Setting("files/recent", [], "Files for the Open Recent menu, newest first."),
        Setting("files/reopen", True, "Open the files of the last time again at the start.", "Reopen the last files"),
        Setting("files/autosave", True,
                "New workflows come back at the next start, changes of files after a crash.",
                "Keep unsaved work", later=True),
        Setting("files/session", [], "Files of the tabs, from left to right."),
        Setting("files/session_front", "", "The file of the tab in front."),
        Setting("files/directory", "", "Where the file dialogs open."),
        Setting("window/geometry", QByteArray(), "Size and place of the window."),
        Setting("window/layout", QByteArray(), "Where the panels are docked."),
        Setting("window/layouts", "", "Where the panels are docked for the files of a folder, as JSON."),
        Setting("window/pinned", [], "Panels that stand beside the tabs below the canvas."),
        Setting("run/sets", "", "The parameter set that was chosen last for each file, as JSON."),
        Setting("palette/collapsed", [], "Palette categories that are folded."),
        Setting("canvas/wheel_zooms", False, "Otherwise it scrolls, and zooms with Ctrl.", "The wheel zooms"),
        Setting("canvas/minimap", False, "Show the minimap in the corner of the canvas.", "Minimap"),
        Setting("canvas/bar", True, "Buttons to add, zoom and fit at the lower edge of the canvas.", "Floating bar"),
        Setting("canvas/graphics_card", False, "Paint with OpenGL; slower without a graphics card of one's own.",
                "Graphics card"),
        Setting("canvas/square", False, "Edges run level and upright with rounded corners, in pictures too.",
                "Right angles"),
        Setting("canvas/follow", False, "Bring what begins to run into view.", "Follow what runs"),
        Setting("runs/dismissed", [], "Strips of the start that were put away: ids of interrupted runs, else keys."),
    )
}  # fmt: skip
#: Groups of the dialog, in its order.
GROUPS = {"appearance": "Appearance", "canvas": "Canvas", "files": "Files", "engine": "Runs"}
#: The settings of the dialog, in its order.
SHOWN = [row for group in GROUPS for row in TABLE.values() if row.title and row.key.startswith(f"{group}/")]


def config_dir() -> Path:
    """The directory of the designer's files: ``FLOWORCH_CONFIG_DIR``, else the platform's place for them."""
    override = os.environ.get("FLOWORCH_CONFIG_DIR")
    if override:
        return Path(override)
    from platformdirs import user_config_path

    return user_config_path("floworch", appauthor=False)


class Settings(QObject):
    """Typed access to the table; a value that cannot be read falls back to its default.

    Args:
        path: The ini file; by default ``designer.ini`` in :func:`config_dir`.
    """

    changed = Signal(str)

    def __init__(self, path: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.path = path or config_dir() / "designer.ini"
        self._store = QSettings(str(self.path), QSettings.Format.IniFormat)
        self._system_still = False

    @property
    def still(self) -> bool:
        """Whether motion is reduced: by the setting, or by the system where the setting leaves it to that."""
        value = self.get("appearance/motion")
        return self._system_still if value not in {"full", "reduced"} else value == "reduced"

    def set_still(self, still: bool) -> None:
        """Reduce motion or allow it; what the system wants as well is left to the system."""
        self.set("appearance/motion", "" if still is self._system_still else "reduced" if still else "full")

    def set_system_still(self, still: bool) -> None:
        """Take note of what the system wants; emits ``changed("appearance/motion")`` when that makes a difference."""
        before = self.still
        self._system_still = still
        if self.still is not before:
            self.changed.emit("appearance/motion")

    def get(self, key: str) -> Any:
        """The value of a setting of the table. Raises KeyError for a key that is not in it."""
        row = TABLE[key]
        value = self._store.value(key)
        if value is None:
            return list(row.default) if isinstance(row.default, list) else row.default
        return _typed(value, row.default)

    def set(self, key: str, value: Any) -> None:
        """Store a value and emit ``changed(key)`` when it differs. Raises KeyError for an unknown key."""
        if key not in TABLE:
            raise KeyError(key)
        if self.get(key) == value:
            return
        self._store.setValue(key, value)
        self.changed.emit(key)

    def add_recent(self, path: Path) -> None:
        """Put a file on top of the recent files."""
        text = str(path.resolve())
        recent = [text, *(other for other in self.get("files/recent") if other != text)]
        self.set("files/recent", recent[:RECENT_LIMIT])

    def flush(self) -> None:
        """Write to disk now."""
        self._store.sync()


def _typed(value: Any, default: Any) -> Any:
    if isinstance(default, bool):
        return value if isinstance(value, bool) else str(value).lower() in {"true", "1", "yes"}
    if isinstance(default, list):
        return [value] if isinstance(value, str) and value else list(value or ())
    if isinstance(default, QByteArray):
        return value if isinstance(value, QByteArray) else default
    return str(value)
