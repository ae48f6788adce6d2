"""The box that adds middleware: type a few letters below the button, Enter adds the best match."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QListWidgetItem, QPushButton

from floworch_designer.inspector.context import Context
from floworch_designer.settings.fuzzy import rank
from floworch_designer.settings.words import tr
from floworch_designer.theme.search_list import SearchList

_ID, _ABOUT = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
WIDTH, HEIGHT = 320, 340


class LayerSearch(SearchList):
    """A popup with one line and the layers that fit it; ``chosen`` carries the id of a layer.

    Args:
        context: Gives the layers and the theme.
        button: A click on it opens the popup, below it.
    """

    TAKES: ClassVar = SearchList.TAKES | {Qt.Key.Key_Tab}
    TELLS: ClassVar = True
    chosen = Signal(str)

    def __init__(self, context: Context, button: QPushButton) -> None:
        super().__init__(button, context.theme, button.text(), tr("What was found"))
        self._context, self._button = context, button
        self.resize(WIDTH, HEIGHT)
        button.clicked.connect(self.open)

    def open(self) -> None:
        """Open below the button, or above it where there is no room, with every layer and the focus in the line."""
        area = self._button.screen().availableGeometry()
        place = self._button.mapToGlobal(QPoint(0, self._button.height() + 2))
        if place.y() + HEIGHT > area.bottom():
            place.setY(place.y() - self._button.height() - 4 - HEIGHT)
        self.show_at(self.kept_in(area, place))

    def fill(self) -> None:
        """List the layers that fit."""
        self.list.clear()
        for spec in fitting(self.line.text(), self._context.registry.all_layers()):
            item = QListWidgetItem(self._context.theme.icon(spec.icon or spec.id), tr(spec.title or spec.id))
            item.setData(_ID, spec.id)
            item.setData(_ABOUT, tr(spec.summary))
            item.setToolTip(spec.id)
            self.list.addItem(item)
        self.begin()

    def tell(self, item: QListWidgetItem | None) -> str:
        """What a layer is for, or why there is none."""
        if item is not None:
            return str(item.data(_ABOUT))
        if self._context.registry.all_layers():
            return tr("Nothing fits. Try another word.")
        return tr("No middleware is installed")

    def take(self, item: QListWidgetItem) -> None:
        """Tell which layer was chosen."""
        use = item.data(_ID)
        self.close()
        self.chosen.emit(use)


def fitting(query: str, layers: Iterable[Any]) -> list[Any]:
    """The layers that fit the typed letters by title or id, or every word by their summary; best first.

    All of them for an empty query.
    """
    words = query.lower().split()

    def texts(spec: Any) -> Iterable[tuple[str, float]]:
        yield tr(spec.title or spec.id), 1.0
        yield spec.id, 0.95
        # Of long texts only what is written there counts: scattered letters occur in all of them.
        if len(query.strip()) > 2 and all(word in tr(spec.summary).lower() for word in words):
            yield tr(spec.summary), 0.4

    return rank(query, layers, texts)
