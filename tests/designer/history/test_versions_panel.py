"""The list of versions: sections, selection, buttons and keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from floworch_designer.history.versions import Version
from floworch_designer.history.versions_panel import VersionsPanel

FOUND = [
    Version("commit", "abc", "Second", "abc, Ada", 20.0),
    Version("saved", "/x", "x.flow.json", "", 30.0),
    Version("commit", "def", "First", "def, Ada", 10.0),
]


@pytest.fixture
def panel(theme, qtbot):
    panel = VersionsPanel(theme)
    qtbot.addWidget(panel)
    panel.resize(260, 400)
    panel.show()
    return panel


def test_versions_stand_in_their_sections_and_none_is_told(panel):
    assert panel.none.isVisible()
    panel.show_versions(FOUND)
    assert [version.key for version in panel.versions] == ["/x", "abc", "def"]
    assert not panel.none.isVisible()


def test_keys_choose_and_enter_compares(panel, qtbot):
    panel.show_versions(FOUND)
    asked = []
    panel.asked.connect(asked.append)
    qtbot.keyClick(panel.tree, Qt.Key.Key_Return)
    assert asked == [], "nothing is chosen"
    for _ in range(2):
        qtbot.keyClick(panel.tree, Qt.Key.Key_Down)
    assert panel.chosen is not None
    qtbot.keyClick(panel.tree, Qt.Key.Key_Return)
    for verb in ("open", "restore"):
        qtbot.mouseClick(panel.buttons[verb], Qt.MouseButton.LeftButton)
    assert asked == ["compare", "open", "restore"]


def test_the_chosen_one_stays_chosen_when_the_list_is_read_again(panel):
    panel.show_versions(FOUND)
    panel.tree.setCurrentItem(panel.tree.topLevelItem(1).child(1))
    panel.show_versions(FOUND)
    assert panel.chosen == FOUND[2]
    panel.show_versions(FOUND[:1])
    assert panel.chosen is None
    assert not panel.buttons["restore"].isEnabled()
