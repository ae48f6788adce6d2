"""Names for screen readers: the window, every panel and every dialog are walked as a screen reader does."""

from __future__ import annotations

from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QHeaderView,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QScrollBar,
    QTextEdit,
)
from window_walk import scenes

CONTROLS = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
)
#: Parts of Qt's own controls: they are reached through the control that has the name.
INNER = ("qt_spinbox_lineedit", "qt_toolbar_ext_button", "qt_menubar_ext_button", "qt_calendar")


def spoken(widget):
    """What a screen reader says of a control: its name, or the tool tip or hint that stands for one."""
    face = QAccessible.queryAccessibleInterface(widget)
    name = face.text(QAccessible.Text.Name) if face is not None else ""
    return name or widget.accessibleName()


def nameless(root):
    """Controls below ``root`` that say nothing, each with the way that leads to it."""
    found = []
    for widget in root.findChildren(CONTROLS[0]) + [w for kind in CONTROLS[1:] for w in root.findChildren(kind)]:
        parent = widget.parent()
        if widget.isHidden() or isinstance(widget, QScrollBar | QHeaderView) or widget.objectName().startswith(INNER):
            continue
        holders = (parent, parent.parent() if parent is not None else None)
        if any(isinstance(each, QComboBox | QAbstractSpinBox | QAbstractItemView) for each in holders):
            continue
        if isinstance(parent, QLineEdit) or type(parent).__name__ in {
            "QTabBar",
            "QComboBoxPrivateContainer",
            "QTableCornerButton",
            "QLineEdit",
        }:
            continue
        if type(widget).__name__ == "QTableCornerButton" or spoken(widget).strip():
            continue
        way = [type(widget).__name__]
        while parent is not None:
            way.append(parent.objectName() or type(parent).__name__)
            parent = parent.parent()
        found.append(" < ".join(way[:5]))
    return found


def test_every_control_of_every_panel_and_dialog_has_a_name(window, host, until, flow):
    found, seen = set(), 0
    for name, root in scenes(window, host, until, flow()):
        seen += 1
        found |= {f"{name}: {way}" for way in nameless(root)}
    assert seen > 60
    assert not found, "\n".join(sorted(found))


def test_the_walk_finds_a_control_without_a_name(window):
    QPushButton(window.statusBar()).show()
    assert nameless(window.statusBar())


def test_the_canvas_and_its_nodes_speak(window, flow):
    window.session.document.reset(flow())
    assert spoken(window.canvas) == "Workflow canvas"
    assert spoken(window.outline.tree) == "Outline of the workflow"
