"""Pages that are only looked at."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QBoxLayout,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QSlider,
    QWidget,
)

from floworch_designer.inspector.widgets import restyle

#: Name of the property of a button that changes nothing but what is seen: it works where all else is locked.
SEES: Final = "sees"
_MIRROR: Final = "mirror"


def lock(page: QWidget) -> None:
    """Let a page be read, scrolled, unfolded and copied from, not edited, and look so.

    It is called again whenever the page shows something else: what has been made since is locked, too.
    """
    texts: list[QLineEdit | QPlainTextEdit] = [*page.findChildren(QLineEdit), *page.findChildren(QPlainTextEdit)]
    for text in texts:
        text.setReadOnly(True)
        restyle(text, "locked", "true")
    for button in page.findChildren(QAbstractButton):
        button.setEnabled(bool(button.property(SEES)))
    for box in page.findChildren(QComboBox):
        _mirror(box)
    for kind in (QAbstractSpinBox, QSlider):
        for control in page.findChildren(kind):
            control.setEnabled(False)
    for widget in page.findChildren(QWidget):
        if widget.acceptDrops():
            widget.setAcceptDrops(False)
    page.setAcceptDrops(False)


def _mirror(box: QComboBox) -> None:
    """Show the choice as a text that can be copied, in the place of the box."""
    parent = box.parentWidget()
    layout = parent.layout() if parent is not None else None
    if parent is None or not isinstance(layout, QBoxLayout):
        box.setEnabled(False)
        return
    line = parent.findChild(QLineEdit, _MIRROR)
    if line is None:
        line = QLineEdit()
        line.setObjectName(_MIRROR)
        line.setReadOnly(True)
        line.setProperty("locked", "true")
        line.setAccessibleName(box.accessibleName())
        layout.insertWidget(layout.indexOf(box), line, 1)
        parent.setFocusProxy(line)
        box.hide()
    line.setText(box.currentText())
    line.setCursorPosition(0)
    line.setToolTip(box.toolTip())
