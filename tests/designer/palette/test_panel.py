"""The palette: categories, search, keys, drag payload."""

from __future__ import annotations

import sys
from importlib import import_module
from itertools import pairwise

import pytest
from PySide6.QtCore import Qt
from shiboken6 import isValid

from floworch.actions.registry import registry
from floworch_designer.palette.catalog import ACTION_MIME, LAYER_MIME, action_entries, layer_entries, search
from floworch_designer.palette.panel import PACE, RESTS, PalettePanel
from floworch_designer.settings.settings import Settings


@pytest.fixture
def panel(theme, qtbot, tmp_path):
    import floworch  # noqa: F401 - installs the loader of the layers

    panel = PalettePanel(registry, theme, Settings(tmp_path / "x.ini"))
    qtbot.addWidget(panel)
    panel.show()
    return panel


def test_every_action_and_layer_is_there(panel):
    shown = {entry.id for entry in panel.entries()}
    assert shown >= set(registry.action_ids()) | set(registry.layer_ids())


def test_search_and_enter_adds_the_best_match(panel, qtbot):
    qtbot.keyClicks(panel.search, "foreach")
    with qtbot.waitSignal(panel.activated) as signal:
        qtbot.keyClick(panel.search, Qt.Key.Key_Return)
    assert signal.args[0].id == "flow.foreach"
    qtbot.keyClick(panel.search, Qt.Key.Key_Escape)
    assert panel.search.text() == ""


def test_a_search_without_result_says_so(panel, qtbot):
    qtbot.keyClicks(panel.search, "zzzzqq")
    assert panel.none.isVisible()
    assert "zzzzqq" in panel.none.text()


def test_folded_categories_are_remembered(panel, theme, qtbot):
    head = panel.tree.topLevelItem(0)
    panel.tree.itemClicked.emit(head, 0)
    again = PalettePanel(registry, theme, panel._settings)
    qtbot.addWidget(again)
    assert not again.tree.topLevelItem(0).isExpanded()


def test_dragging_carries_the_id(panel):
    head = panel.tree.topLevelItem(0)
    mime = panel.tree.mimeData([head.child(0)])
    assert bytes(mime.data(ACTION_MIME).data()).decode() == panel.entries()[0].id
    last = panel.tree.topLevelItem(panel.tree.topLevelItemCount() - 1)
    assert panel.tree.mimeData([last.child(0)]).hasFormat(LAYER_MIME)


def test_an_action_that_lacks_its_library_is_grey_and_says_how_to_install_it(panel, theme, monkeypatch):
    monkeypatch.setitem(sys.modules, "asyncssh", None)
    panel.reload()
    panel.search.setText("ssh.run")
    item = panel.tree.topLevelItem(0)
    assert item.foreground(0).color() == theme.color("text_secondary")
    assert "pip install 'floworch[ssh]'" in item.toolTip(0)


def test_search_reads_titles_ids_and_summaries():
    entries = [*action_entries(registry), *layer_entries(registry)]
    assert search("util.log", entries)[0].id == "util.log"
    assert search("python", entries)[0].id == "python.code"


def test_layers_that_are_left_for_later_are_read_step_by_step(theme, qtbot, tmp_path, monkeypatch):
    """(designer.md: nothing blocks the window) the layers alone took 40 ms"""
    read = []

    def noted(name):
        read.append(name)
        return import_module(name)

    monkeypatch.setattr("floworch_designer.palette.panel.import_module", noted)
    panel = PalettePanel(registry, theme, Settings(tmp_path / "x.ini"), later=True)
    qtbot.addWidget(panel)
    panel._waiting = []
    seen = []
    while panel._waiting is not None:
        panel._load_one()
        seen.append(len(read))
    assert "floworch.middleware.retry" in read
    assert seen[-2:] == [len(read), len(read)], "what is listed elsewhere, and the panel, have turns of their own"
    assert {b - a for a, b in pairwise(seen)} == {0, 1}, "one module at a time"
    assert {layer.id for layer in panel.layers} >= {"retry", "cache"}


def test_modules_are_read_later_while_events_of_a_run_pour_in_but_not_for_ever(theme, qtbot, tmp_path):
    """(performance.md: no frame of a live run over 50 ms) a window that has just opened reads sixty modules"""
    panel = PalettePanel(registry, theme, Settings(tmp_path / "x.ini"), later=True)
    qtbot.addWidget(panel)
    looks = []
    for busy in [False, *[True] * (RESTS + 2), False]:
        panel.busy = lambda busy=busy: busy
        before = len(panel._waiting)
        panel._load_one()
        looks.append((panel._timer.interval(), before - len(panel._waiting)))
    assert looks == [(0, 1), *[(PACE, 0)] * RESTS, *[(PACE, 1)] * 2, (0, 1)]


def test_entries_that_are_left_for_later_come_by_themselves_or_when_asked_for(theme, qtbot, tmp_path):
    for ask in (False, True):
        panel = PalettePanel(registry, theme, Settings(tmp_path / "x.ini"), later=True)
        qtbot.addWidget(panel)
        panel.show()
        assert panel.actions_ == []
        if ask:
            panel.search.setText("foreach")
            assert panel.entries()[0].id == "flow.foreach"
        else:
            qtbot.waitUntil(lambda panel=panel: bool(panel.actions_))
            assert panel.tree.topLevelItemCount() > 3


def test_rows_live_until_the_tree_has_deleted_them(panel, monkeypatch):
    """Rows whose memory was given back before their branch was deleted ended the process."""
    held = []
    clear = panel.tree.clear

    def look():
        held.extend(panel._rows)
        clear()

    monkeypatch.setattr(panel.tree, "clear", look)
    tree = panel.tree
    shown = sum(1 + tree.topLevelItem(row).childCount() for row in range(tree.topLevelItemCount()))
    panel.fill()
    assert len(held) == shown
    assert not any(isValid(item) for item in held)
