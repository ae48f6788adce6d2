"""Whether the system asks for less motion: asked beside everything else, so that no start waits for it."""

from __future__ import annotations

import shutil
import sys

from PySide6.QtCore import QObject, QProcess, Qt, QTimer
from PySide6.QtGui import QGuiApplication

from floworch_designer.settings.settings import Settings

#: The program that knows it and the word it prints when there is to be less motion. KDE tells GNOME's settings too.
Question = tuple[tuple[str, ...], str]
_LINUX: Question = (("gsettings", "get", "org.gnome.desktop.interface", "enable-animations"), "false")
_MACOS: Question = (("/usr/bin/defaults", "read", "com.apple.universalaccess", "reduceMotion"), "1")
#: Milliseconds until a program that says nothing is given up.
PATIENCE = 5000
#: Windows' name of the question whether windows are animated.
_SPI_GETCLIENTAREAANIMATION = 0x1042


class SystemMotion(QObject):
    """Tells the settings what the system says, at the start and whenever one of its windows comes to the front.

    Where the system cannot be asked, or says nothing that is understood, motion is full.

    Args:
        settings: They are told.
        question: Replaces the program that is asked; for tests.
    """

    def __init__(self, settings: Settings, question: Question | None = None) -> None:
        super().__init__(settings)
        self._settings = settings
        self._command, self._less = question or (_MACOS if sys.platform == "darwin" else _LINUX)
        self._native = question is None and sys.platform == "win32"
        self._process = QProcess(self)
        self._process.finished.connect(self._on_answer)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(PATIENCE)
        self._patience.timeout.connect(self._process.kill)
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.applicationStateChanged.connect(self._on_state)

    def ask(self) -> None:
        """Ask the system; its answer reaches the settings when it is there."""
        if self._native:
            self._settings.set_system_still(windows_is_still())
            return
        if self._process.state() is not QProcess.ProcessState.NotRunning:
            return
        program = shutil.which(self._command[0])
        if program is None:
            self._settings.set_system_still(False)
            return
        self._process.start(program, list(self._command[1:]))
        self._patience.start()

    def stop(self) -> None:
        """Ask no more; a program that has not answered yet is ended."""
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.applicationStateChanged.disconnect(self._on_state)
        if self._process.state() is not QProcess.ProcessState.NotRunning:
            self._process.kill()
            self._process.waitForFinished(1000)

    def _on_state(self, state: Qt.ApplicationState) -> None:
        if state is Qt.ApplicationState.ApplicationActive:
            self.ask()

    def _on_answer(self) -> None:
        self._patience.stop()
        said = bytes(self._process.readAllStandardOutput().data()).decode("utf-8", "replace")
        self._settings.set_system_still(said.strip() == self._less)


def windows_is_still() -> bool:
    """Whether Windows is set to show no animations; False on other systems and when it does not say."""
    if sys.platform != "win32":
        return False
    import ctypes

    moves = ctypes.c_int(1)
    ctypes.windll.user32.SystemParametersInfoW(_SPI_GETCLIENTAREAANIMATION, 0, ctypes.byref(moves), 0)
    return not moves.value
