"""Handlers of the ``help.*`` actions: the shortcuts, and what this program is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication

from floworch_designer.app.commands.keymap import from_settings, keep
from floworch_designer.app.commands.popups import CheatSheet
from floworch_designer.app.runtime.loop import spawn
from floworch_designer.app.widgets import dialogs
from floworch_designer.settings.words import tr

if TYPE_CHECKING:
    from floworch_designer.app.main_window import MainWindow


class HelpActions:
    """The list of shortcuts, changing them, and the about box."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window

    def cheat_sheet(self) -> None:
        """Show every shortcut."""
        CheatSheet(self._window.commands, self._window).open()

    def edit_keys(self) -> None:
        """Let a person choose the keys of every action; each change counts at once and is kept."""
        from floworch_designer.app.commands.keys_dialog import KeysDialog

        settings = self._window.session.settings
        dialog = KeysDialog(from_settings(settings), self._window)
        dialog.chosen.connect(lambda keymap: keep(settings, keymap))
        dialog.open()

    def settings(self) -> None:
        """Show every setting that a person has; each change counts at once, or says that it counts later."""
        self._open_settings("general")

    def connections(self) -> None:
        """Show the connections of this user, to make, change, try and remove them."""
        self._open_settings("connections")

    def secrets(self) -> None:
        """Show the names of the secrets of this machine, to set and remove them."""
        self._open_settings("secrets")

    def setting(self, key: str) -> None:
        """Show the settings with one of them in view."""
        self._open_settings("general", key)

    def _open_settings(self, page: str, key: str = "") -> None:
        from floworch_designer.app.preferences.settings_dialog import SettingsDialog

        dialog = SettingsDialog(self._window.session.settings, self._window.theme, self._window, page)
        dialog.open()
        if key:
            dialog.show_setting(key)

    def log(self) -> None:
        """Show what this program noted about itself since it began."""
        from floworch_designer.app.runtime.program_log import LogDialog

        LogDialog(self._window).open()

    def about(self) -> None:
        """Say what this is, in which versions, and where its files are."""
        spawn(self._about(), "about")

    async def _about(self) -> None:
        from floworch_designer.app.runtime.program_log import versions

        words = tr("Draw a workflow, attach actions and middleware, run it durably. Apache License 2.0.")
        found = versions(self._window.session)
        lines = "\n".join(f"{tr(name)}: {value}" for name, value in found.items())
        title, name = tr("About Flow Orchestrator"), f"Flow Orchestrator {found['Flow Orchestrator']}"
        copy, close = tr("Copy"), tr("Close")
        answer = await dialogs.ask(
            self._window, title, name, ((close, "reject"), (copy, "accept")), f"{words}\n\n{lines}"
        )
        if answer == copy:
            QGuiApplication.clipboard().setText(lines)
