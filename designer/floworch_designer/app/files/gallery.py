"""The gallery: examples with their pictures, of which one is opened as a new document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from floworch_designer.app.files.examples import examples
from floworch_designer.export.sketch import sketch
from floworch_designer.settings.words import tr

if TYPE_CHECKING:
    from floworch_designer.app.files.examples import Example
    from floworch_designer.app.main_window import MainWindow
    from floworch_designer.theme.theme import Theme

PICTURE = QSize(580, 320)
_ROW, _ABOUT = 50, Qt.ItemDataRole.UserRole


class GalleryActions:
    """Handlers of ``gallery.*``."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window

    def open(self) -> None:
        """Let a person choose an example, which is opened as a new workflow: saving asks where."""
        window = self._window
        dialog = Gallery(window.theme, window.session.registry, window)
        dialog.chosen.connect(self.take)
        dialog.open()

    def take(self, example: Example) -> None:
        """Open an example in a tab of its own."""
        tab = self._window.files.show(example.workflow)
        tab.companions = example.calls
        self._window.canvas.setFocus()


class _Rows(QStyledItemDelegate):
    """A title, and below it what it is about, cut at the edge."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        """The same height for all."""
        return QSize(0, _ROW)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint the surface as every list has it, and two lines upon it."""
        super().paint(painter, option, index)
        room = option.rect.adjusted(10, 8, -10, -8)
        lines = ((13, 600, "text", self._title(index)), (11, 400, "text_secondary", index.data(_ABOUT)))
        for (size, weight, token, text), top in zip(lines, (room.top(), room.top() + 19), strict=True):
            font = QFont(option.font)
            font.setPixelSize(size)
            font.setWeight(QFont.Weight(weight))
            painter.setFont(font)
            painter.setPen(self._theme.color(token))
            shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(room.left(), top, room.width(), 16, Qt.AlignmentFlag.AlignVCenter, shown)

    def displayText(self, value: Any, locale: Any) -> str:
        """Nothing: the lines are painted upon the surface."""
        return ""

    def _title(self, index: QModelIndex | QPersistentModelIndex) -> str:
        return str(index.data(Qt.ItemDataRole.DisplayRole))


class Gallery(QDialog):
    """The examples at the left, what the chosen one is about at the right.

    Signals:
        chosen: An example is to be opened.
    """

    chosen = Signal(object)

    def __init__(self, theme: Theme, registry: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Examples"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._theme, self._registry = theme, registry
        self.examples = examples()
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Examples"))
        self.list.setItemDelegate(_Rows(theme, self.list))
        self.list.setFixedWidth(272)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        for example in self.examples:
            item = QListWidgetItem(example.title)
            item.setData(_ABOUT, example.workflow.description)
            item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, example.workflow.description)
            self.list.addItem(item)
        self._build()
        self.list.currentRowChanged.connect(self._show)
        self.list.itemActivated.connect(lambda _item: self.accept())
        self.list.setCurrentRow(0)
        self.list.setFocus()

    @property
    def current(self) -> Example:
        """The chosen one."""
        return self.examples[max(0, self.list.currentRow())]

    def accept(self) -> None:
        """Open the chosen one and close."""
        example = self.current
        super().accept()
        self.chosen.emit(example)

    def _build(self) -> None:
        self.picture = QLabel()
        self.picture.setFixedSize(PICTURE)
        self.title, self.about, self.needs, self.does = QLabel(), QLabel(), QLabel(), QLabel()
        self.title.setProperty("role", "title")
        self.does.setProperty("role", "secondary")
        column = QVBoxLayout()
        column.setSpacing(10)
        column.addWidget(self.picture)
        column.addSpacing(4)
        for label in (self.title, self.about, self.needs, self.does):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.setFixedWidth(PICTURE.width())
            column.addWidget(label)
        column.addStretch(1)
        column.addLayout(self._buttons())
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 16, 20, 16)
        row.setSpacing(18)
        row.addWidget(self.list)
        row.addLayout(column)
        self.resize(912, 648)

    def _buttons(self) -> QHBoxLayout:
        self.open_button = QPushButton(tr("Open a copy"))
        self.open_button.setProperty("kind", "primary")
        self.open_button.setDefault(True)
        self.open_button.clicked.connect(self.accept)
        cancel = QPushButton(tr("Cancel"))
        cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        note = QLabel(tr("It opens as a new workflow; saving asks where."))
        note.setProperty("role", "caption")
        buttons.addWidget(note, 1)
        buttons.addWidget(cancel)
        buttons.addWidget(self.open_button)
        return buttons

    def _show(self, _row: int) -> None:
        example = self.current
        self.picture.setPixmap(sketch(example.workflow, self._theme, PICTURE))
        self.picture.setAccessibleName(tr("Picture of {name}", name=example.title))
        self.title.setText(example.title)
        self.about.setText(example.workflow.description)
        needs = example.needs()
        self.needs.setText("\n".join(needs) if needs else tr("It needs nothing: it runs on this machine as it is."))
        self.does.setText(example.does(self._registry))
        self.does.setVisible(bool(self.does.text()))
