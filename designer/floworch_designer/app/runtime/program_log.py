"""What the program notes about itself: its log in memory, its versions, and the report of an error."""

from __future__ import annotations

import logging
import platform
import time
from collections import deque
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, qVersion
from PySide6.QtGui import QGuiApplication, QTextCursor
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from floworch_designer.settings.words import tr

if TYPE_CHECKING:
    from floworch_designer.app.session import Session

#: Lines that are kept.
LINES = 2000


class MemoryLog(logging.Handler):
    """Keeps the last :data:`LINES` lines of the program's loggers."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.lines: deque[str] = deque(maxlen=LINES)
        self.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one line."""
        self.lines.append(self.format(record))


#: The log of this process; the application installs it at its start.
MEMORY = MemoryLog()


def install() -> None:
    """Begin to keep what the program notes. A second call changes nothing."""
    logger = logging.getLogger("floworch")
    if MEMORY not in logger.handlers:
        logger.addHandler(MEMORY)


def versions(session: Session | None = None) -> dict[str, str]:
    """Names and versions of what takes part, and where files are kept."""
    found = {"Flow Orchestrator": _version("floworch"), "Python": platform.python_version(), "Qt": qVersion()}
    found["PySide6"] = _version("PySide6-Essentials") or _version("PySide6")
    found["System"] = f"{platform.system()} {platform.release()} {platform.machine()}"
    if session is not None:
        found["Run store"] = str(session.hosts.store)
        found["Settings"] = str(session.settings.path)
    return found


def report(detail: str, session: Session | None = None) -> str:
    """The report of an error: when, versions, what went wrong, the last lines of the log. Nothing of any workflow."""
    lines = [f"Error report of {time.strftime('%Y-%m-%d %H:%M:%S')}", ""]
    lines += [f"{name}: {value}" for name, value in versions(session).items()]
    lines += ["", detail.rstrip(), "", "Log", *list(MEMORY.lines)[-200:]]
    return "\n".join(lines) + "\n"


def write_report(folder: Path, text: str) -> Path:
    """Write a report into a folder under a name that no other has; returns its path. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"report-{time.strftime('%Y%m%d-%H%M%S')}-{time.monotonic_ns() % 10**6}.txt"
    path.write_text(text, encoding="utf-8")
    return path


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


class TextDialog(QDialog):
    """A long text to read, to copy, and with further buttons.

    Args:
        title, about: Title of the window and the sentence above the text.
        text: The text.
    """

    def __init__(self, title: str, about: str, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.resize(780, 480)
        words = QLabel(about)
        words.setWordWrap(True)
        self.text = QPlainTextEdit(text)
        self.text.setReadOnly(True)
        self.text.setProperty("role", "mono")
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setAccessibleName(title)
        self.copy = QPushButton(tr("Copy"))
        self.copy.clicked.connect(lambda _checked=False: QGuiApplication.clipboard().setText(self.text.toPlainText()))
        close = QPushButton(tr("Close"))
        close.setProperty("kind", "primary")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        self.row = QHBoxLayout()
        self.row.setSpacing(8)
        self.row.addStretch(1)
        self.row.addWidget(self.copy)
        self.row.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(12)
        layout.addWidget(words)
        layout.addWidget(self.text, 1)
        layout.addLayout(self.row)
        close.setFocus()


class LogDialog(TextDialog):
    """The log of this process."""

    def __init__(self, parent: QWidget | None = None) -> None:
        about = tr("What this program noted about itself since it began. Logs of runs are in the panel “Run log”.")
        super().__init__(tr("Program log"), about, "\n".join(MEMORY.lines), parent)
        self.text.setPlaceholderText(tr("Nothing was noted so far."))
        self.text.moveCursor(QTextCursor.MoveOperation.End)
