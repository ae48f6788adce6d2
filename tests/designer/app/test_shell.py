"""The life of the application: theme changes keep everything, errors are told, the end is orderly."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from floworch_designer.app.main import parser
from floworch_designer.app.runtime.crash_dialog import CrashDialog
from floworch_designer.app.shell import Shell, bring_forward
from floworch_designer.runs.hosts import HostChoice
from floworch_designer.settings.motion import SystemMotion
from floworch_designer.theme import scheme


@pytest.fixture
def shell(qapp, loop, host, make_canvas, tmp_path):
    hosts = HostChoice(tmp_path, factory=lambda store, inside: host)
    shell = Shell(qapp, parser().parse_args([]), canvas=make_canvas, hosts=hosts)
    yield shell
    if shell.window is not None:
        shell.window._may_close = True
        shell.window.close()
        shell.window.deleteLater()


def test_another_theme_keeps_the_window_and_all_that_is_in_it(shell, flow, qapp):
    window = shell.open_window("dark")
    window.show()
    window.document.apply(flow(), "Make")
    window.selection.set(["second"])
    window.canvas.zoom_to(0.8)
    window.palette_panel.search.setText("set")
    window.log.level.setCurrentIndex(3)
    window.inspector.node_tabs.setCurrentIndex(2)
    window.tell("warning", "Mind", "the gap")
    window.runs.banners.tell_interrupted("old-run")
    qapp.processEvents()
    place = window.canvas.centre()
    window.commands["view.theme"].trigger()
    qapp.processEvents()
    assert shell.window is window
    assert not window.theme.dark
    assert (window.canvas.zoom, window.canvas.centre()) == (0.8, place)
    assert window.selection.primary == "second"
    assert window.palette_panel.search.text() == "set"
    assert window.log.level.currentIndex() == 3
    assert window.inspector.node_tabs.currentIndex() == 2
    assert set(window.banners.shown) == {"message", "interrupted old-run"}
    window.commands["edit.undo"].trigger()
    assert not window.document.workflow.nodes
    assert shell.session.settings.get("appearance/theme") == "light"


def test_another_theme_reaches_icons_labels_canvas_and_code(shell, flow, qapp):
    window = shell.open_window("dark")
    window.show()
    window.tell("warning", "Mind", "the gap")
    glyph = next(label for label in window.banners.shown["message"].findChildren(QLabel) if label.property("glyph"))
    icon = window.commands["file.open"].icon()
    before = icon.pixmap(16, 16).toImage(), glyph.pixmap().toImage()
    window.commands["view.theme"].trigger()
    assert icon.pixmap(16, 16).toImage() != before[0]
    assert glyph.pixmap().toImage() != before[1]
    assert window.canvas.painter.theme.name == "light"
    assert qapp.palette().window().color() == window.theme.color("panel")


def test_a_theme_change_dresses_the_window_once(shell, flow, monkeypatch, qapp):
    window = shell.open_window("dark")
    window.show()
    times = []
    monkeypatch.setattr(type(qapp), "setStyleSheet", lambda app, sheet: times.append(bool(sheet)))
    window.commands["view.theme"].trigger()
    # Qt takes seven times as long to change a sheet as to take one away and set another.
    assert times == [False, True]


def test_it_runs_until_the_window_is_closed(shell, loop):
    async def main():
        task = asyncio.create_task(shell.run())
        async with asyncio.timeout(10):
            while shell.window is None or not shell.window.isVisible():  # noqa: ASYNC110 - Qt tells no one
                await asyncio.sleep(0.01)
            shell.window.close()
            return await task

    assert loop.run_until_complete(main()) == 0


def test_the_system_is_asked_for_less_motion_once_the_window_is_there(shell, loop, monkeypatch):
    told = []
    monkeypatch.setattr(SystemMotion, "ask", lambda motion: told.append(shell.window.isVisible()))
    monkeypatch.setattr(SystemMotion, "stop", lambda motion: told.append("stop"))

    async def main():
        task = asyncio.create_task(shell.run())
        async with asyncio.timeout(10):
            while not told:  # noqa: ASYNC110 - Qt tells no one
                await asyncio.sleep(0.01)
            shell.window.close()
            await task

    loop.run_until_complete(main())
    assert told[0] is True
    assert told[-1] == "stop"


def test_a_crash_is_told_in_the_window(shell):
    window = shell.open_window("dark")
    window.document.apply(window.document.workflow.replace(name="Unsaved"), "Edit")
    shell._guard.handle(ValueError, ValueError("boom"), None)
    assert "boom" in window.banners.shown["message"].text.text()
    assert window.tab.autosave.file.exists(), "unsaved work is kept before anything else"
    window.banners.shown["message"].buttons["Details…"].click()
    (dialog,) = window.findChildren(CrashDialog)
    assert "boom" in dialog.text.toPlainText()
    dialog.close()


def test_panels_are_brought_forward_by_name(shell, flow):
    window = shell.open_window("dark")
    window.show()
    bring_forward(window, "RUNS")
    assert window.docks["runs"].isVisible()
    window.document.apply(flow(), "Make")
    window.selection.set(["first"])
    bring_forward(window, "settings")
    assert window.inspector.node_tabs.currentWidget() is window.inspector.settings
    assert bring_forward(window, "nonsense").startswith("There is no panel 'nonsense'.")
    assert "nonsense" in window.banners.shown["message"].title.text()


def test_a_node_named_on_the_command_line_is_selected(shell, loop, flow, tmp_path):
    from floworch.model import codec

    codec.save(flow(), tmp_path / "x.flow.json")
    shell.options = parser().parse_args([str(tmp_path / "x.flow.json"), "--select", "second"])
    shell.open_window("dark")
    loop.run_until_complete(shell._first_steps())
    assert shell.window.selection.primary == "second"


def test_colours_that_are_left_to_the_system_follow_it_until_one_is_chosen(shell, monkeypatch):
    settings, now = shell.session.settings, [Qt.ColorScheme.Light]
    monkeypatch.setattr(scheme, "system_scheme", lambda: now[0])
    settings.set("appearance/theme", "")
    window = shell.open_window(scheme.theme_name(settings.get("appearance/theme")))
    assert window.theme.name == "light"
    now[0] = Qt.ColorScheme.Dark
    shell._on_scheme(now[0])
    assert window.theme.name == "dark"
    assert settings.get("appearance/theme") == "", "it is left to the system as before"
    window.commands["view.theme"].trigger()
    assert (window.theme.name, settings.get("appearance/theme")) == ("light", "light")
    shell._on_scheme(now[0])
    assert window.theme.name == "light"
    settings.set("appearance/theme", "")
    assert (window.theme.name, settings.get("appearance/theme")) == ("dark", "")
