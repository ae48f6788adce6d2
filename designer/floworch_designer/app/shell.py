"""The life of the application: session, window, themes, errors and the orderly end."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from floworch_designer.app.files.autosave import is_draft, keeps_drafts, offer
from floworch_designer.app.files.elsewhere import Elsewhere
from floworch_designer.app.files.reopening import reopen
from floworch_designer.app.main_window import MainWindow
from floworch_designer.app.running.live_run import attach
from floworch_designer.app.runtime.crash import CrashGuard
from floworch_designer.app.runtime.crash_dialog import CrashDialog
from floworch_designer.app.runtime.loop import spawn
from floworch_designer.app.runtime.program_log import install, report
from floworch_designer.app.session import CanvasMaker, Session, make_canvas, open_session
from floworch_designer.app.style import panels_stylesheet
from floworch_designer.runs.hosts import HostChoice, store_dir
from floworch_designer.settings.motion import SystemMotion
from floworch_designer.settings.settings import Settings
from floworch_designer.settings.words import language_of, mark, speak, tr
from floworch_designer.theme.icons import program_icon
from floworch_designer.theme.scheme import theme_name
from floworch_designer.theme.theme import Theme
from floworch_designer.theme.tokens import ThemeName


class Shell:
    """Owns the session and the window.

    Args:
        app: The Qt application.
        options: Parsed command line (``main.parser``).
        canvas: Builds the canvas; for tests.
        hosts: Replaces how the engine is reached; for tests.
        registry: Replaces the global registry; for tests.
    """

    def __init__(
        self,
        app: QApplication,
        options: argparse.Namespace,
        canvas: CanvasMaker = make_canvas,
        hosts: HostChoice | None = None,
        registry: Any = None,
    ) -> None:
        self.app, self.options = app, options
        settings = Settings()
        speak(language_of(settings.get("appearance/language")))
        if hosts is None:
            inside = options.in_process if options.in_process is not None else settings.get("engine/in_process")
            hosts = HostChoice(store_dir(options.store or settings.get("engine/store")), inside)
        self.session: Session = open_session(settings, hosts, registry, canvas)
        self.window: MainWindow | None = None
        self._motion = SystemMotion(settings)
        self._guard = CrashGuard(self._tell_crash)
        self._closed: asyncio.Event | None = None
        self._elsewhere: Elsewhere | None = None
        self.recovery = Path(settings.path).parent / "recovery"
        self.session.recovery = self.recovery

    async def run(self) -> int:
        """Show the window until it is closed; returns the exit code."""
        self._closed = asyncio.Event()
        self._guard.install()
        install()
        with contextlib.suppress(NotImplementedError):  # Windows has no signal handlers on loops
            for number in (signal.SIGINT, signal.SIGTERM):
                asyncio.get_running_loop().add_signal_handler(number, self._closed.set)
        try:
            self.open_window(self.options.theme or theme_name(self.session.settings.get("appearance/theme"))).show()
            self.app.styleHints().colorSchemeChanged.connect(self._on_scheme)
            self._motion.ask()
            await self._first_steps()
            await self._closed.wait()
        finally:
            self._guard.remove()
            self._motion.stop()
            self.session.settings.flush()
            await self.session.close()
            self._drop_window()
        return 0

    def open_window(self, theme_name: str) -> MainWindow:
        """The window in this theme: built at the first call, turned to the theme in its place at the next."""
        name: ThemeName = "light" if theme_name == "light" else "dark"
        window = self.window
        if window is not None and window.theme.name != name:
            window.theme.turn(name)
            layout = window.saveState()  # without a style sheet, for a moment, the panels are narrower
            window.theme.apply(self.app, panels_stylesheet(window.theme))
            window.retheme()
            window.restoreState(layout)
        if window is not None:
            return window
        theme = Theme(name)
        theme.apply(self.app, panels_stylesheet(theme))
        window = self.window = MainWindow(self.session, theme)
        window.theme_requested.connect(self._change_theme)
        window.closed.connect(self._on_closed)
        return window

    async def _first_steps(self) -> None:
        window = self.window
        assert window is not None
        self._elsewhere = Elsewhere(window, self.recovery.parent / "open")
        if self._elsewhere.first:
            reopen(window, self.options.file)
        else:
            window.flash(tr("Another window is open already; it keeps the tabs of last time."))
        loaded = self.options.file is not None and window.files.load(self.options.file)
        if loaded and not self.options.run:
            spawn(attach(window), "attach")
        if self.options.select in window.document.workflow.nodes:
            window.selection.set([self.options.select])
        if self.options.panel:
            bring_forward(window, self.options.panel)
        if self.options.run:
            window.runs.open_run(self.options.run)
        if self.options.operator:
            window.operator.lock()
        else:
            offer(window, self.recovery, asked=loaded)
            window.activating.take_up()
        spawn(window.runs.look_for_interrupted(), "look for interrupted runs")
        window.canvas.setFocus()

    def _drop_window(self) -> None:
        """Delete the window before what it listens to, whose end would be one more signal."""
        window, self.window = self.window, None
        if window is not None:
            window.hide()
            window.deleteLater()
            QCoreApplication.sendPostedEvents(window, QEvent.Type.DeferredDelete.value)

    def _change_theme(self, name: str) -> None:
        if theme_name(self.session.settings.get("appearance/theme")) != name:  # else it was left to the system
            self.session.settings.set("appearance/theme", name)
        self.open_window(name)

    def _on_scheme(self, _scheme: object = None) -> None:
        """The system has other colours now."""
        if self.window is not None and not self.session.settings.get("appearance/theme") and not self.options.theme:
            self.open_window(theme_name(""))

    def _on_closed(self) -> None:
        if self._elsewhere is not None:
            self._elsewhere.close()
        if self.window is not None:
            self.window.activating.leave()
            kept = keeps_drafts(self.window)
            for tab in self.window.tabs.all:
                if tab.autosave is not None and kept and is_draft(tab):
                    tab.autosave.leave(tab.in_front)
                elif tab.autosave is not None:
                    tab.autosave.close()
        if self._closed is not None:
            self._closed.set()

    def _tell_crash(self, title: str, text: str, detail: str) -> None:
        """Keep what is unsaved first, then tell the person, who can read the details and save them as a report."""
        window = self.window
        if window is None:
            return
        if not detail:
            window.tell("error", title, text)
            return
        for tab in window.tabs.all:
            if tab.autosave is not None:
                tab.autosave.keep()
        folder = Path(self.session.settings.path).parent / "reports"
        buttons = ((mark("Details…"), lambda: CrashDialog(text, report(detail, self.session), folder, window).open()),)
        window.banners.show_banner("message", "error", title, text, buttons).setToolTip(detail[-4000:])


def bring_forward(window: MainWindow, panel: str) -> str:
    """Show a panel, or a tab of the inspector, by its name in any case; why not, or an empty text."""
    name = panel.lower()
    if name in window.docks:
        window.show_panel(name)
        return ""
    tabs = {tab.lower(): tab for tab in ("Parameters", "Middleware", "Settings", "Run", "Help")}
    if name in tabs:
        window.show_panel("inspector")
        window.inspector.show_tab(tabs[name])
        return ""
    known = ", ".join([*window.docks, *tabs])
    window.tell("warning", tr("There is no panel “{panel}”.", panel=panel), tr("Known: {known}", known=known))
    return tr("There is no panel '{panel}'.\nKnown: {known}", panel=panel, known=known)


def name_application(app: QApplication) -> None:
    """Give the application its names and its icon, and leave its end to the loop."""
    app.setApplicationName("floworch")
    app.setApplicationDisplayName("Flow Orchestrator")
    app.setDesktopFileName("floworch")
    app.setWindowIcon(program_icon())
    app.setQuitOnLastWindowClosed(False)  # the loop ends with its task, not with a window
