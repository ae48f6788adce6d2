"""Where the panels are docked, and how that is remembered."""

from __future__ import annotations

import pytest
from by_hand import press
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QApplication, QTabBar

from floworch.model import codec
from floworch_designer.app.main_window import MainWindow
from floworch_designer.app.panels.docking import BOTTOM, LAYOUTS, PANELS, in_view, kept_layouts
from floworch_designer.app.session import open_session
from floworch_designer.runs.hosts import HostChoice
from floworch_designer.settings.settings import Settings


def test_every_panel_has_a_dock_with_its_title(window):
    assert {name: dock.windowTitle() for name, dock in window.docks.items()} == {
        name: title for name, (title, _) in PANELS.items()
    }


def test_a_panel_that_is_asked_for_comes_with_its_neighbours(window):
    assert not any(dock.isVisible() for dock in window.bottom)
    window.show_panel("runs")
    assert all(window.docks[name].isVisible() for name in BOTTOM)
    with pytest.raises(KeyError):
        window.show_panel("nothing")


def test_layout_is_saved_and_can_be_reset(window, session):
    window.docks["palette"].hide()
    window.docking.save(session.settings)
    assert not session.settings.get("window/layout").isEmpty()
    window.docks["palette"].show()
    window.docking.restore(session.settings)
    assert not window.docks["palette"].isVisible()
    window.commands["view.reset_layout"].trigger()
    assert window.docks["palette"].isVisible()
    assert not window.docks["outline"].isVisible()


def test_places_are_given_to_a_hidden_window_before_it_is_to_be_maximized(window, session, theme, qtbot, monkeypatch):
    """Qt keeps what a hidden, maximized window is given, and went to dead panels when those of the folder followed:
    the process ended at each start after a window was closed maximized with its lower panels open."""
    window.showMaximized()
    window.show_panel("log")
    window.docking.save(session.settings)
    given = []
    restore = MainWindow.restoreState

    def note(self, *args):
        given.append(self.isMaximized())
        return restore(self, *args)

    monkeypatch.setattr(MainWindow, "restoreState", note)
    other = MainWindow(session, theme)
    qtbot.addWidget(other)
    assert given == [False]
    assert other.isMaximized()


def test_resetting_the_layout_leaves_a_narrow_window_its_size(window, qtbot):
    """Panels that were taken out come back one after the other; side by side they are wider than they lie at last."""
    window.resize(720, 600)
    for dock in window.docks.values():
        dock.setFloating(True)
        dock.show()
    window.commands["view.reset_layout"].trigger()
    QApplication.processEvents()
    assert (window.width(), window.height()) == (720, 600)
    assert not any(dock.isFloating() for dock in window.docks.values())
    assert window.docks["palette"].isVisible()
    assert window.docks["inspector"].isVisible()


def test_a_panel_that_opens_below_the_palette_gets_half_of_the_side(window, qtbot):
    window.resize(1200, 900)
    window.show_panel("versions")
    QApplication.processEvents()
    palette, versions = window.docks["palette"].height(), window.docks["versions"].height()
    assert abs(palette - versions) < 20
    window.resizeDocks([window.docks["palette"], window.docks["versions"]], [3, 1], Qt.Orientation.Vertical)
    QApplication.processEvents()
    given = window.docks["versions"].height()
    window.show_panel("variables")
    QApplication.processEvents()
    assert abs(window.docks["variables"].height() - given) < 40, "what a person gave it stays"


@pytest.fixture
def open_in(tmp_path, host, loop, make_canvas, theme, qtbot, flow):
    """Opens a file of a folder in a window of its own, over the same settings."""

    def make(folder):
        choice = HostChoice(tmp_path / "store", factory=lambda store, inside: host)
        window = MainWindow(open_session(Settings(tmp_path / "shared.ini"), choice, canvas=make_canvas), theme)
        qtbot.addWidget(window, before_close_func=lambda widget: setattr(widget, "_may_close", True))
        window.show()
        path = tmp_path / folder / "a.flow.json"
        path.parent.mkdir(exist_ok=True)
        codec.save(flow(), path)
        assert window.files.load(path)
        return window

    return make


def close(window):
    window._may_close = True
    window.close()


def test_the_files_of_a_folder_have_the_layout_they_were_left_in(open_in, qtbot):
    one = open_in("one")
    press(qtbot, one.docks["palette"].titleBarWidget().close_button)
    close(one)
    two = open_in("two")
    assert not two.docks["palette"].isVisible(), "a folder that is new begins as the last window was"
    two.docks["palette"].show()
    press(qtbot, two.docks["inspector"].titleBarWidget().close_button)
    close(two)
    again = open_in("one")
    assert not again.docks["palette"].isVisible()
    assert again.docks["inspector"].isVisible()
    close(again)
    again = open_in("two")
    assert again.docks["palette"].isVisible()
    assert not again.docks["inspector"].isVisible()


def test_panels_do_not_jump_under_ones_hands(open_in, window, flow, tmp_path, qtbot):
    one = open_in("one")
    press(qtbot, one.docks["palette"].titleBarWidget().close_button)
    close(one)
    other = open_in("two")
    other.docks["palette"].show()
    assert other.files.load(tmp_path / "one" / "a.flow.json")
    assert other.docks["palette"].isVisible(), "a second file leaves the panels where they are"


def test_few_layouts_are_kept_and_garbage_is_none(window, session, tmp_path):
    for number in range(LAYOUTS + 3):
        window.docking.folder = tmp_path / str(number)
        window.docking.save(session.settings)
    assert list(kept_layouts(session.settings)) == [str(tmp_path / str(each)) for each in range(3, LAYOUTS + 3)]
    for garbage in ("{", "[]", '{"a": 5, "b": [], "c": [1]}'):
        session.settings.set("window/layouts", garbage)
        assert kept_layouts(session.settings) == {}
    session.settings.set("window/layouts", '{"/x": ["bm9uc2Vuc2U="]}')
    before = [dock.isVisible() for dock in window.docks.values()]
    window.docking.enter(session.settings, type(tmp_path)("/x"), fresh=True)
    assert [dock.isVisible() for dock in window.docks.values()] == before


@pytest.mark.parametrize("backward", [False, True])
def test_tab_goes_to_nothing_that_lies_behind_another_panel(window, qtbot, flow, backward):
    """WCAG 2.4.7: the focus is seen. Qt goes into docks that are behind the one in front."""
    window.session.document.reset(flow())
    for name in window.docks:
        window.show_panel(name)
    window.show_panel("runs")
    window.activateWindow()
    QApplication.processEvents()
    passed, unseen = [], []
    for start in (window.history.search, window.outline.search, window.palette_panel.search):
        start.setFocus()
        for _ in range(60):
            here = window.focusWidget()
            if here is window.canvas or (here in passed and here is not start):
                break
            QApplication.processEvents()  # a form scrolls to what has the focus
            if here.visibleRegion().isEmpty() and here is not start:
                unseen.append(here.accessibleName() or here)
            passed.append(here)
            qtbot.keyClick(here, Qt.Key.Key_Backtab if backward else Qt.Key.Key_Tab)
    assert len(set(passed)) > 8
    assert not unseen


def test_what_is_behind_another_panel_is_not_in_view(window, qapp):
    window.show_panel("runs")
    qapp.processEvents()
    assert in_view(window.history)
    window.show_panel("log")
    qapp.processEvents()
    assert window.history.isVisible(), "as Qt says"
    assert not in_view(window.history)
    window.docks["runs"].setFloating(True)
    assert in_view(window.history)
    window.docks["runs"].hide()
    assert not in_view(window.history)


def on_screen(monkeypatch, width, height):
    """Every window made from now on is on a screen with this room."""
    screen = type("Screen", (), {"availableGeometry": lambda _self: QRect(0, 0, width, height)})()
    monkeypatch.setattr(MainWindow, "screen", lambda _window: screen)


@pytest.mark.parametrize(("size", "maximized"), [((960, 540), True), ((1366, 768), False)])
def test_the_first_window_on_a_small_screen_is_maximized(session, theme, qtbot, monkeypatch, size, maximized):
    on_screen(monkeypatch, *size)
    window = MainWindow(session, theme)
    qtbot.addWidget(window)
    assert bool(window.windowState() & Qt.WindowState.WindowMaximized) is maximized


def test_no_tab_below_the_canvas_is_out_of_sight_in_a_narrow_window(window):
    """They were cut, and the last ones behind an arrow."""
    window.resize(960, 540)
    window.show_panel("log")
    window.docks["problems"].setWindowTitle("Problems that many people have (1234)")
    QApplication.processEvents()
    bar = next(bar for bar in window.findChildren(QTabBar) if bar.count() == len(BOTTOM))
    assert all(bar.rect().contains(bar.tabRect(number)) for number in range(bar.count()))
    assert window.width() == 960, "they do not widen the window either"
