"""A text of a foreign file, all of it, to be read before one agrees to it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextOption
from PySide6.QtWidgets import QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from floworch_designer.inspector.code import AutoHeightEdit
from floworch_designer.settings.words import local_number, tr

#: So many lines are seen at once at first; the others by scrolling, or after a click.
FOLDED = 12
_ALL = 1_000_000


class WholeText(QWidget):
    """Lines to read, select and scroll, which cannot be changed. Long ones are wrapped: nothing is out of sight.

    Args:
        lines: The text.
        name: What it is, for those who hear it.
    """

    def __init__(self, lines: Sequence[str], name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = AutoHeightEdit(1, FOLDED, code=True)
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.text.setWordWrapMode(QTextOption.WrapMode.WrapAnywhere)
        self.text.setAccessibleName(name)
        self.text.show_text("\n".join(lines))
        self.more = QPushButton(tr("Show all {n} lines", n=local_number(f"{len(lines):,}")))
        self.more.setProperty("kind", "quiet")
        self.more.setAutoDefault(False)
        self.more.setVisible(len(lines) > FOLDED)
        self.more.clicked.connect(self._unfold)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 6)
        layout.setSpacing(2)
        layout.addWidget(self.text)
        layout.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)

    def _unfold(self) -> None:
        self.text.grow_to(_ALL)
        self.text.setFocus()
        self.more.hide()
