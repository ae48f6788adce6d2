"""Fields take the path of a value, and nothing else."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from floworch_designer.inspector.dropping import PATH_MIME, TakesPaths

COPY, LEFT, NONE = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


class Field(TakesPaths, QWidget):
    path = ""

    def put_path(self, path):
        self.path = path


@pytest.mark.parametrize(("mime", "taken"), [(PATH_MIME, True), ("text/plain", False)])
def test_only_paths_are_taken(qtbot, mime, taken):
    field, data = Field(), QMimeData()
    qtbot.addWidget(field)
    data.setData(mime, b"nodes.a.output.id")
    event = QDragEnterEvent(QPoint(1, 1), COPY, data, LEFT, NONE)
    event.ignore()
    field.dragEnterEvent(event)
    assert event.isAccepted() is taken
    field.dropEvent(QDropEvent(QPointF(1, 1), COPY, data, LEFT, NONE))
    assert field.path == ("nodes.a.output.id" if taken else "")
