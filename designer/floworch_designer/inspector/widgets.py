"""Small parts of the inspector's pages: foldable sections, scrolling pages, key-value rows, empty states."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QFormLayout,
    QFrame,
    QLabel,
    QLayout,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)


class Section(QWidget):
    """A heading that folds what is below it."""

    def __init__(self, title: str, content: QWidget, open_: bool = True) -> None:
        super().__init__()
        self.header = QToolButton()
        self.header.setProperty("role", "section")
        self.header.setProperty("sees", True)  # a record can be folded, too
        self.header.setText(title)
        self.header.setCheckable(True)
        self.header.setChecked(open_)
        self.header.setIconSize(QSize(12, 12))  # the arrow stands in the middle of it: in line with what is below
        self.header.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.header.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.header.toggled.connect(self._on_toggled)
        self.content = content
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.header)
        layout.addWidget(content)
        self._on_toggled(open_)

    def _on_toggled(self, open_: bool) -> None:
        self.header.setArrowType(Qt.ArrowType.DownArrow if open_ else Qt.ArrowType.RightArrow)
        self.content.setVisible(open_)


#: A width or height that binds nothing, px: Qt's QWIDGETSIZE_MAX, which PySide does not name.
UNBOUND: Final = 16_777_215


class Page(QScrollArea):
    """A page that scrolls vertically; ``column`` takes its parts from the top."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.inner = QWidget()
        outer = QVBoxLayout(self.inner)
        outer.setContentsMargins(14, 14, 14, 20)
        self.column = QVBoxLayout()
        self.column.setSpacing(14)
        outer.addLayout(self.column)
        outer.addStretch(1)  # an alignment of the column would squeeze rows beside wrapped text
        self.setWidget(self.inner)


def caption(text: str, role: str = "caption") -> QLabel:
    """A wrapped line of small text."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)  # what a run says is never read as markup
    label.setProperty("role", role)
    label.setWordWrap(True)
    return label


def empty(title: str, text: str) -> QWidget:
    """What a place shows while it has nothing to show: a headline and what to do."""
    box = QWidget()
    layout = QVBoxLayout(box)
    layout.setContentsMargins(24, 40, 24, 24)
    layout.setSpacing(6)
    layout.setAlignment(Qt.AlignmentFlag.AlignTop)
    for words, role in ((title, "heading"), (text, "secondary")):
        label = caption(words, role)
        label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(label)
    return box


class Facts(QWidget):
    """Names with values, in two columns; empty values are left out."""

    def __init__(self) -> None:
        super().__init__()
        self._layout = QFormLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setHorizontalSpacing(16)
        self._layout.setVerticalSpacing(5)
        self._layout.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        self._shown: list[tuple[str, str]] = []

    def show_facts(self, facts: list[tuple[str, str]]) -> None:
        """Show these pairs."""
        facts = [(name, value) for name, value in facts if value]
        if facts == self._shown:
            return
        if [name for name, _ in facts] == [name for name, _ in self._shown]:
            for row, (_, value) in enumerate(facts):
                item = self._layout.itemAt(row, QFormLayout.ItemRole.FieldRole)
                label = item.widget() if item is not None else None
                if isinstance(label, QLabel):
                    label.setText(value)
        else:
            while self._layout.rowCount():
                self._layout.removeRow(0)
            for name, value in facts:
                label = QLabel(value)
                label.setTextFormat(Qt.TextFormat.PlainText)
                label.setWordWrap(True)
                label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                self._layout.addRow(caption(name, "secondary"), label)
        self._shown = facts


def clear(layout: QLayout) -> None:
    """Take every widget out of a layout and delete it."""
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()  # it keeps its parent until then: without one, all in it would be styled anew


def restyle(widget: QWidget, name: str, value: str) -> None:
    """Set a property that the style sheet looks at, and apply it."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)
