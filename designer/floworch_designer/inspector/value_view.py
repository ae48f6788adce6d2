"""A JSON value as a tree, a table, text, a picture or a page: as many of them as it can be shown as."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Final, TypeVar

from PySide6.QtCore import QModelIndex, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from floworch.artifact import SHOWN, Artifact, shown
from floworch_designer.inspector.context import Context
from floworch_designer.inspector.pager import Pager, small_button
from floworch_designer.inspector.value_content import Content, content_of, read_later, reading
from floworch_designer.inspector.value_picture import HtmlPage, Picture
from floworch_designer.inspector.value_table import ValueTable
from floworch_designer.inspector.values import ValueModel, bounded_text
from floworch_designer.inspector.widgets import caption
from floworch_designer.settings.words import local_number, mark, tr

#: Milliseconds between looks whether what is read or decoded on a thread is there.
WAIT = 40
#: What a value can be shown as, by the word on its button.
FORMS: Final = {"tree": mark("Tree"), "table": mark("Table"), "text": mark("Text"), "picture": mark("Picture"),
                "page": mark("Page")}  # fmt: skip
_W = TypeVar("_W", bound=QWidget)
#: The forms that are shown in parts.
_IN_PARTS: Final = frozenset({"table", "text", "page"})


class ValueView(QWidget):
    """A JSON value in the form that fits it or that was chosen, part by part where it is long, and a button to copy it.

    A value that is kept beside the journal and larger than what is shown is read on demand, on a thread.
    """

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._value: Any = None
        self._kept: Artifact | None = None
        self._content: Content = content_of(None)
        self._parts = dict.fromkeys(_IN_PARTS, 0)
        self._chosen = ""
        self._drawn: set[str] = set()
        self.beginning = QPushButton()
        self.beginning.clicked.connect(self._on_beginning)
        self._timer = QTimer(self, interval=WAIT)
        self._timer.timeout.connect(self._collect)
        self._read: Any = None
        self.model = ValueModel()
        self.caption = caption("")
        self.pager = Pager(context)
        self.pager.turned.connect(self._turn)
        self.pages: dict[str, QWidget] = {}
        layout = self._column = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(self._bar(context))
        self.lists = QComboBox()
        self.lists.setAccessibleName(tr("The list that the table shows"))
        self.lists.setToolTip(self.lists.accessibleName())
        self.lists.activated.connect(self._on_list)
        self.lists.hide()
        layout.addWidget(self.lists, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.caption)
        layout.addWidget(self.pager)
        layout.addWidget(self.beginning, 0, Qt.AlignmentFlag.AlignLeft)
        self.beginning.hide()
        self._show("tree")

    @property
    def form(self) -> str:
        """What the value is shown as: a key of :data:`FORMS`."""
        return next(name for name, button in self.buttons.items() if button.isChecked())

    def set_stored(self, stored: Any) -> None:
        """Show a value as a run holds it, whatever its size."""
        kept = stored if isinstance(stored, Artifact) and stored.size > SHOWN else None
        if kept is not None and kept == self._kept:
            return  # its content may be shown
        self._kept = kept
        self._drop_reading()
        self.beginning.setVisible(kept is not None)
        if kept is None:
            self.set_value(shown(stored))
            return
        size = local_number(f"{kept.size / 1e6:,.1f} MB")
        self.beginning.setEnabled(True)
        self.beginning.setText(tr("Show the beginning of {size}", size=size))
        self.set_value(kept.shown())

    def set_value(self, value: Any) -> None:
        """Show a value; nothing happens for the very same object, so that open branches stay open."""
        if value is self._value and value is not None:
            return
        self._value = value
        self.model.set_value(value)
        self._take(content_of(value))

    def _take(self, content: Content) -> None:
        """Show what the value can be shown as, in the chosen form where that is one of them."""
        self._content = content
        self._drawn.clear()
        self._parts = dict.fromkeys(_IN_PARTS, 0)
        for name, button in self.buttons.items():
            button.setVisible(name in content.forms)
        self._name_tables()
        self._show(self._chosen if self._chosen in content.forms else content.best)

    def _name_tables(self) -> None:
        """Offer the lists of the value where it has several."""
        self.lists.clear()
        for name, rows in self._content.tables.items():
            self.lists.addItem(f"{name} · {local_number(f'{len(rows):,}')}", name)

    def _on_list(self, place: int) -> None:
        self._content.choose(self.lists.itemData(place))
        self._parts["table"] = 0
        self._drawn.discard("table")
        self._show("table")

    def _choose_as_in_tree(self) -> None:
        """The list that is chosen in the tree, or in which something is, is what the table shows."""
        index = self.tree.currentIndex() if "tree" in self.pages else QModelIndex()
        while index.parent().isValid():
            index = index.parent()
        place = self.lists.findData(index.siblingAtColumn(0).data()) if index.isValid() else -1
        if place >= 0 and place != self.lists.currentIndex():
            self.lists.setCurrentIndex(place)
            self._on_list(place)

    def _show(self, form: str) -> None:
        self.buttons[form].setChecked(True)
        if waits := self._content.waits(form):
            self._prepare()
        elif form not in self._drawn:
            self._drawn.add(form)
            self._draw(form)
        shown = None if self._content.broken(form) else self._page(form)
        for page in self.pages.values():
            page.setVisible(page is shown)
        told = "" if waits else self._content.told(form)  # the thread may be done by now, and nothing is drawn yet
        self.caption.setText(told)
        self.caption.setVisible(bool(told))
        self.lists.setVisible(form == "table" and self.lists.count() > 1)
        self._show_pager(form)

    def _prepare(self) -> None:
        """Read or decode on a thread what the form needs."""
        if self._read is None:
            self._read = read_later(self._content.prepare)
            self._timer.start()

    def _draw(self, form: str) -> None:
        part = self._parts.get(form, 0)
        if form == "text":
            self.text.setPlainText(self._content.text.part(part))
        elif form == "table" and self._content.rows is not None:
            self.table.show_rows(self._content.rows.part(part), self._content.rows.first(part))
        elif form == "page":
            self.page.setHtml(self._content.html.part(part) if self._content.html is not None else "")
        elif form == "picture" and self._content.drawn is not None:
            self.picture.show_picture(*self._content.drawn)

    def _show_pager(self, form: str) -> None:
        part = self._parts.get(form, 0)
        parts = self._content.parts(form)
        where = parts.where(part) if parts is not None else ""
        self.pager.show_place(where, part > 0, parts is not None and parts.follows(part))

    def _turn(self, by: int) -> None:
        """Go to another part of a long value."""
        form = self.form
        self._parts[form] += by
        self._draw(form)
        self._show_pager(form)

    def _on_chosen(self, form: str) -> None:
        self._chosen = form
        if form == "table":
            self._choose_as_in_tree()
        self._show(form)

    def _on_beginning(self) -> None:
        if self._kept is not None and self._read is None:
            self.beginning.setEnabled(False)
            self._read = read_later(reading(self._kept))
            self._timer.start()

    def _collect(self) -> None:
        """Show what the thread has read or decoded."""
        if self._read is None or not self._read.done():
            return
        found = self._read.result()
        self._drop_reading()
        if found is not self._content:
            self.beginning.hide()
            self._take(found)
        else:
            self._show(self.form)

    def _drop_reading(self) -> None:
        self._timer.stop()
        self._read = None

    # The forms: most values are shown in one of them, and each is made of ten widgets.

    @cached_property
    def tree(self) -> QTreeView:
        """The value as a tree."""
        tree = QTreeView()
        tree.setModel(self.model)
        tree.setUniformRowHeights(True)
        tree.setMinimumHeight(180)
        tree.setIndentation(14)
        tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        tree.header().resizeSection(0, 120)
        tree.setAccessibleName(tr("Value as a tree"))
        return self._placed("tree", tree)

    @cached_property
    def text(self) -> QPlainTextEdit:
        """The value as text."""
        text = QPlainTextEdit()
        text.setReadOnly(True)
        text.setProperty("role", "mono")
        text.setMinimumHeight(180)
        text.setAccessibleName(tr("Value as text"))
        return self._placed("text", text)

    @cached_property
    def table(self) -> ValueTable:
        """The rows of the value."""
        return self._placed("table", ValueTable())

    @cached_property
    def picture(self) -> Picture:
        """The picture that the value is."""
        return self._placed("picture", Picture())

    @cached_property
    def page(self) -> HtmlPage:
        """The page that the value is."""
        return self._placed("page", HtmlPage())

    def _page(self, form: str) -> QWidget:
        made: QWidget = getattr(self, form)  # every form has the name of what shows it
        return made

    def _placed(self, form: str, made: _W) -> _W:
        self.pages[form] = made
        made.hide()
        self._column.insertWidget(self._column.indexOf(self.caption), made)
        return made

    def _bar(self, context: Context) -> QHBoxLayout:
        bar = QHBoxLayout()
        bar.setSpacing(2)
        self._group = QButtonGroup(self)
        self.buttons: dict[str, QToolButton] = {}
        for name, word in FORMS.items():
            button = self.buttons[name] = QToolButton()
            button.setText(tr(word))
            button.setProperty("role", "segment")
            button.setCheckable(True)
            button.setChecked(name == "tree")
            button.clicked.connect(lambda _checked, form=name: self._on_chosen(form))
            self._group.addButton(button)
            bar.addWidget(button)
        bar.addStretch(1)
        self.copy = small_button(context, "copy", tr("Copy as text"), tr("Copy the value as text"))
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(bounded_text(self._value)))
        bar.addWidget(self.copy)
        return bar
