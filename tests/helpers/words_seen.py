"""Every text that a person reads or hears of a widget and what is in it, and whether a catalogue can have made it."""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Iterator
from typing import Any

from PySide6.QtCore import QAbstractListModel, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QTabBar,
    QWidget,
)


def _items(view: QAbstractItemView) -> Iterator[str]:
    model: Any = view.model()
    if model is None:
        return
    listed = isinstance(model, QAbstractListModel)
    for column in range(0 if listed else model.columnCount(view.rootIndex())):
        yield str(model.headerData(column, Qt.Orientation.Horizontal) or "")
    waiting = [view.rootIndex()]
    while waiting:
        parent = waiting.pop()
        for row in range(min(model.rowCount(parent), 60)):
            for column in range(1 if listed else model.columnCount(parent)):
                index = model.index(row, column, parent)
                yield str(index.data() or "")
                yield str(index.data(Qt.ItemDataRole.ToolTipRole) or "")
                if column == 0 and not listed:
                    waiting.append(index)


def _own(widget: QWidget) -> Iterator[str]:
    yield from (widget.toolTip(), widget.accessibleName(), widget.windowTitle())
    if isinstance(widget, QLabel | QAbstractButton):
        yield widget.text()
    elif isinstance(widget, QTabBar):
        yield from (widget.tabText(index) for index in range(widget.count()))
    elif isinstance(widget, QComboBox):
        yield from (widget.itemText(index) for index in range(widget.count()))
    elif isinstance(widget, QLineEdit | QPlainTextEdit):
        yield widget.placeholderText()
    elif isinstance(widget, QMenu):
        yield from (part for action in widget.actions() for part in (action.text(), action.toolTip()))
    elif isinstance(widget, QAbstractItemView):
        yield from _items(widget)


def words_of(root: QWidget) -> set[str]:
    """Every text of a widget and of the shown widgets in it, without mnemonics."""
    found = set()
    for widget in (root, *root.findChildren(QWidget)):
        if widget is root or widget.isVisibleTo(root) or isinstance(widget, QMenu):
            found |= {text.replace("&&", "\0").replace("&", "").replace("\0", "&").strip() for text in _own(widget)}
    return {text for text in found if re.search(r"[^\W\d_]{2}", text)}


class Catalogue:
    """Knows what translations can say: as they are, with values filled in, or several of them in a row."""

    def __init__(self, made: Iterable[str]) -> None:
        self._fixed, forms = set(), []
        for text in map(str.strip, made):
            if any(name for _, name, _, _ in string.Formatter().parse(text) if name is not None):
                forms.append("".join(re.escape(part) + ("" if name is None else r"(?s:.*)")
                                     for part, name, _, _ in string.Formatter().parse(text)))  # fmt: skip
            else:
                self._fixed.add(text)
        self._forms = [re.compile(form) for form in forms if len(re.sub(r"\W|s", "", form)) > 3]

    def knows(self, text: str) -> bool:
        """Whether a text is a translation."""
        text = text.strip()
        return text in self._fixed or any(form.fullmatch(text) for form in self._forms)
