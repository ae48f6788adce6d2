"""The order in which Tab goes through controls: as they stand, also those that came later."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from operator import itemgetter
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QLayout,
    QLineEdit,
    QScrollArea,
    QWidget,
)

#: Controls whose parts are none of their own.
_WHOLE = (QAbstractItemView, QAbstractSpinBox, QComboBox, QLineEdit)
_DIRECT = Qt.FindChildOption.FindDirectChildrenOnly


def as_they_stand(root: QWidget) -> list[QWidget]:
    """The shown controls in a widget that Tab goes to, in the order of its layouts."""
    return [each for each in _walk(root) if each.focusPolicy() & Qt.FocusPolicy.TabFocus and each.focusProxy() is None]


def tab_as_they_stand(root: QWidget) -> None:
    """Let Tab go through a widget as its controls stand: Qt goes as they were made, to a row that was added last."""
    for before, after in pairwise(as_they_stand(root)):
        if before.nextInFocusChain() is not after:
            QWidget.setTabOrder(before, after)


def page_of(widget: QWidget | None) -> QWidget | None:
    """What scrolls as a whole with a control in it; None when nothing does."""
    while widget is not None:
        port: Any = widget.parentWidget()
        area = port.parentWidget() if port is not None else None
        if isinstance(area, QScrollArea) and area.widget() is widget:
            return widget
        widget = widget.parentWidget()
    return None


def _walk(widget: QWidget) -> Iterator[QWidget]:
    if widget.isHidden() and not widget.isWindow():
        return
    yield widget
    if isinstance(widget, _WHOLE):
        return
    layout: Any = widget.layout()
    if isinstance(widget, QScrollArea):
        page: Any = widget.widget()
        inner = [page] if page is not None else []
    else:
        inner = widget.findChildren(QWidget, options=_DIRECT)
        if layout is not None:
            inner = list(_of(layout, list(inner)))
    for each in inner:
        yield from _walk(each)


def _of(layout: QLayout, waiting: list[QWidget]) -> Iterator[QWidget]:
    """The widgets of a layout and of those in it, in the order in which they were put there, taken out of ``waiting``.

    Qt is asked for the place of each, never for what is at a place (``itemAt``): PySide keeps what stands for an item
    of a layout after Qt has deleted it, and crashes once something else takes its address and ends.
    """
    inner = layout.findChildren(QLayout, options=_DIRECT)
    found: list[tuple[int, QWidget | QLayout]] = [(layout.indexOf(each), each) for each in inner]
    count, others = layout.count(), list[QWidget]()
    for number, widget in enumerate(waiting):
        if len(found) == count:  # a row among many has its own at the beginning
            others += waiting[number:]
            break
        place = layout.indexOf(widget)
        if place < 0:
            others.append(widget)
        else:
            found.append((place, widget))
    waiting[:] = others
    for _place, each in sorted(found, key=itemgetter(0)):
        if isinstance(each, QWidget):
            yield each
        else:
            yield from _of(each, waiting)
