"""The middleware of a node or of the workflow: a list of layers, outermost first, each with its options."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QByteArray, QMimeData, Qt
from PySide6.QtGui import QDrag, QDragEnterEvent, QDragMoveEvent, QDropEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from floworch.model.workflow import Layer
from floworch_designer.document import layers as layer_edits
from floworch_designer.inspector.completing import NodeHelp
from floworch_designer.inspector.context import Context
from floworch_designer.inspector.form import Form
from floworch_designer.inspector.layer_search import LayerSearch
from floworch_designer.inspector.locking import SEES
from floworch_designer.inspector.retry_preview import planned_options
from floworch_designer.inspector.schema import MISSING, Field, Kind, fields_of
from floworch_designer.inspector.widgets import Page, caption, clear
from floworch_designer.settings.words import mark, tr

#: A layer taken from the palette, or of a node: its id, or what ``layer_text`` gives.
LAYER_MIME = "application/x-floworch-layer"
#: A layer that changes its place in the list: bytes of its index.
MOVE_MIME = "application/x-floworch-layer-move"

_WHEN = Field("when", mark("Only when"), Kind.EXPRESSION,
              mark("An expression; the layer is left out while it is false."),
              raw=True, placeholder="inputs.verbose")  # fmt: skip


class LayerCard(QFrame):
    """One layer: a chip that folds, can be dragged and moved with Alt+Up and Alt+Down, and its options form."""

    def __init__(self, page: MiddlewarePage, index: int, layer: Layer) -> None:
        super().__init__()
        self.page, self.index, self.layer = page, index, layer
        self.setProperty("role", "card")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._press: Any = None
        spec, title = page.context.registry.find_layer(layer.use), name_of(page.context, layer)
        self.setAccessibleName(tr("Middleware {value}: {title}", value=index + 1, title=title))
        self._locked = page.context.document.read_only
        if not self._locked:
            tip = tr("Drag to reorder, or press Alt+Up and Alt+Down; drag onto a card to copy. Delete removes it.")
            self.setToolTip(tip)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 6, 6, 6)
        column.setSpacing(8)
        column.addLayout(self._header(title, spec, layer))
        self.body = QWidget()
        body = QVBoxLayout(self.body)
        body.setContentsMargins(0, 0, 4, 6)
        body.setSpacing(12)
        self.form = self._form(spec, page.owner)
        if self.form is not None:
            body.addWidget(self.form)
        owner = page.owner
        help_ = None if owner is None else NodeHelp(page.context, owner, f"middleware[{index}]")
        self.planned = caption("", "secondary")
        body.addWidget(self.planned)
        self.when = Form((_WHEN,), page.context.theme, help_=help_)
        self.when.changed.connect(self._on_when)
        body.addWidget(self.when)
        column.addWidget(self.body)
        self.show_layer(layer)

    def show_layer(self, layer: Layer) -> None:
        """Show the options of the layer that stands at this place now."""
        self.layer = layer
        if self.form is not None:
            self.form.set_values(layer.options)
        self.when.set_values({} if layer.when is None else {"when": layer.when})
        spec = self.page.context.registry.find_layer(layer.use)
        chip = spec.chip(layer.options) if spec is not None and spec.chip is not None else ""
        self.chip.setText(chip)
        self.chip.setVisible(bool(chip))
        words = planned_options(layer.options) if layer.use == "retry" else ""
        self.planned.setText(words)
        self.planned.setVisible(bool(words))

    def set_open(self, open_: bool) -> None:
        """Show or fold the options."""
        self.body.setVisible(open_)
        self.fold.setArrowType(Qt.ArrowType.DownArrow if open_ else Qt.ArrowType.RightArrow)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Alt+Up, Alt+Down, Delete and Enter (fold); of a record only the last."""
        if self._locked and event.key() not in {Qt.Key.Key_Return, Qt.Key.Key_Space}:
            super().keyPressEvent(event)
            return
        alt = event.modifiers() & Qt.KeyboardModifier.AltModifier
        if alt and event.key() in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            self.page.move_layer(self.index, self.index + (1 if event.key() == Qt.Key.Key_Down else -1))
        elif event.key() in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
            self.page.remove(self.index)
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Space}:
            self.page.toggle(self.index)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember where a drag may begin."""
        self._press = event.position().toPoint()
        self.setFocus()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Begin to drag the layer to another place, or onto another node of the canvas, which gets a copy."""
        if self._press is None or self._locked:
            return
        if (event.position().toPoint() - self._press).manhattanLength() < QApplication.startDragDistance():
            return
        self._press = None
        mime = QMimeData()
        mime.setData(MOVE_MIME, QByteArray(str(self.index).encode()))
        mime.setData(LAYER_MIME, QByteArray(layer_edits.layer_text(self.layer).encode()))  # for a card on the canvas
        drag = QDrag(self)
        drag.setMimeData(mime)
        drag.setPixmap(self.grab())
        drag.exec(Qt.DropAction.MoveAction | Qt.DropAction.CopyAction, Qt.DropAction.MoveAction)

    def _header(self, title: str, spec: Any, layer: Layer) -> QHBoxLayout:
        theme = self.page.context.theme
        self.fold = QToolButton()
        self.fold.setProperty("role", "row")
        self.fold.setProperty(SEES, True)
        self.fold.setAccessibleName(tr("Show options of {title}", title=title))
        self.fold.clicked.connect(lambda: self.page.toggle(self.index))
        icon = QLabel()
        known = spec is not None
        theme.dress(icon, (spec.icon or layer.use) if known else "warning", size=14)
        label = QLabel(title if known else tr("{use} (not installed)", use=layer.use))
        label.setProperty("role", "heading")
        self.chip = QLabel()
        self.chip.setProperty("role", "chip")
        remove = QToolButton()
        remove.setProperty("role", "row")
        remove.setIcon(theme.icon("close", "text_secondary", 12))
        remove.setToolTip(tr("Remove"))
        remove.setAccessibleName(tr("Remove {title}", title=title))
        remove.clicked.connect(lambda: self.page.remove(self.index))
        self.remove_button = remove
        header = QHBoxLayout()
        header.setSpacing(6)
        for widget in (self.fold, icon, label, self.chip):
            header.addWidget(widget)
        header.addStretch(1)
        header.addWidget(remove)
        return header

    def _form(self, spec: Any, owner: str | None) -> Form | None:
        if spec is None:
            return None
        fields = fields_of(spec.options.model_json_schema())
        if not fields:
            return None
        context = self.page.context
        help_ = None if owner is None else NodeHelp(context, owner, f"middleware[{self.index}].with")
        form = Form(fields, context.theme, expressions=False, help_=help_)
        form.changed.connect(self._on_option)
        return form

    def _on_option(self, name: str, _value: Any) -> None:
        if self.form is not None:
            self.page.set_layer(self.index, name, options=self.form.values())

    def _on_when(self, _name: str, value: Any) -> None:
        self.page.set_layer(self.index, "when", when=None if value is MISSING else value)


class MiddlewarePage(Page):
    """The layers of ``owner``: a node id, or None for the workflow."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context
        self.owner: str | None = None
        self.cards: list[LayerCard] = []
        self._uses: tuple[str, ...] | None = None
        self._open: set[int] = set()
        self.setAcceptDrops(True)
        self.intro = caption("")
        self.list = QVBoxLayout()
        self.list.setSpacing(8)
        self.add_button = QPushButton(tr("Add middleware"))
        self.add_button.setIcon(context.theme.icon("plus", "text_secondary", 14))
        self.search = LayerSearch(context, self.add_button)
        self.search.chosen.connect(self.add)
        self.column.addWidget(self.intro)
        self.column.addLayout(self.list)
        self.column.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.inherited = caption("")
        self.column.addWidget(self.inherited)
        self.written = caption(tr("Retry and timeout of this node, which its card shows too, stand under Settings."))
        self.written.hide()
        self.column.addWidget(self.written)

    def show_owner(self, owner: str | None) -> None:
        """Show the layers of a node or, for None, of the workflow."""
        workflow = self.context.document.workflow
        layers = layer_edits.layers_of(workflow, owner)
        uses = tuple(layer.use for layer in layers)
        if owner != self.owner:
            self._open.clear()
        if (owner, uses) != (self.owner, self._uses):
            self.owner, self._uses = owner, uses
            self._build(layers)
        for card, layer in zip(self.cards, layers, strict=True):
            card.show_layer(layer)
        self._tell(owner, layers)
        self.show_problems()

    def forget(self) -> None:
        """Another document was opened: nothing typed so far belongs to it."""
        self._uses = None
        self._open.clear()

    def show_problems(self) -> None:
        """Show what the validator says at the options."""
        where = "middleware" if self.owner is None else f"nodes.{self.owner}.middleware"
        for card in self.cards:
            if card.form is not None:
                card.form.set_problems(self.context.document.problems, f"{where}[{card.index}].with")

    def add(self, use: str, at: int | None = None) -> None:
        """Add a layer and open its options."""
        count = len(layer_edits.layers_of(self.context.document.workflow, self.owner))
        self._apply(layer_edits.add_layer, use, at, text=tr("Add {use}", use=use))
        self._open = {count if at is None else at}
        self._show_open()

    def remove(self, index: int) -> None:
        """Remove a layer."""
        self._open = {other - (other > index) for other in self._open if other != index}
        self._apply(layer_edits.remove_layer, index, text=tr("Remove middleware"))

    def move_layer(self, start: int, to: int) -> None:
        """Move a layer and keep the focus on it."""
        if not 0 <= to < len(self.cards):
            return
        order = list(range(len(self.cards)))
        order.insert(to, order.pop(start))
        self._open = {place for place, old in enumerate(order) if old in self._open}  # they stay open where they go
        self._apply(layer_edits.move_layer, start, to, text=tr("Reorder middleware"))
        self._uses = None  # equal names in a row still mean other options
        self.show_owner(self.owner)
        self.cards[to].setFocus()

    def toggle(self, index: int) -> None:
        """Open or fold a layer's options."""
        self._open.symmetric_difference_update({index})
        self._show_open()

    def set_layer(self, index: int, name: str, **changes: Any) -> None:
        """Change options or the condition of a layer."""
        document = self.context.document
        workflow = layer_edits.set_layer(document.workflow, self.owner, index, **changes)
        document.apply(workflow, tr("Edit middleware"), merge=f"layer:{self.owner}:{index}:{name}")

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Layers of the palette and of this list."""
        if event.mimeData().hasFormat(LAYER_MIME) or event.mimeData().hasFormat(MOVE_MIME):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Accept everywhere on the page."""
        event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Add or move before the card under the cursor."""
        y = self.inner.mapFrom(self, event.position().toPoint()).y()
        at = next((card.index for card in self.cards if y < card.geometry().center().y()), len(self.cards))
        mime = event.mimeData()
        if mime.hasFormat(MOVE_MIME):
            start = int(bytes(mime.data(MOVE_MIME).data()).decode())
            self.move_layer(start, at - 1 if at > start else at)
        elif mime.hasFormat(LAYER_MIME):
            self.add(bytes(mime.data(LAYER_MIME).data()).decode(), at)
        event.acceptProposedAction()

    def _apply(self, edit: Callable[..., Any], *arguments: Any, text: str) -> None:
        document = self.context.document
        document.apply(edit(document.workflow, self.owner, *arguments), text)

    def _build(self, layers: tuple[Layer, ...]) -> None:
        clear(self.list)
        self.cards = [LayerCard(self, index, layer) for index, layer in enumerate(layers)]
        for card in self.cards:
            self.list.addWidget(card)
        self._show_open()

    def _show_open(self) -> None:
        for card in self.cards:
            card.set_open(card.index in self._open)

    def _tell(self, owner: str | None, layers: tuple[Layer, ...]) -> None:
        where = tr("this node") if owner is not None else tr("every node of the workflow")
        if layers:
            self.intro.setText(tr("Wrapped around {where}, the first one outermost.", where=where))
        elif self.context.document.read_only:
            self.intro.setText(tr("No middleware around {where}.", where=where))
        else:
            self.intro.setText(
                tr(
                    "No middleware around {where} yet. Add logging, retries, rate limits or a cache here, "
                    "or drag one from the palette.",
                    where=where,
                )
            )
        node = self.context.document.workflow.nodes.get(owner) if owner is not None else None
        written = node is not None and (node.retry is not None or node.timeout is not None)
        self.written.setVisible(written)
        above = self.context.document.workflow.middleware if owner is not None else ()
        names = ", ".join(name_of(self.context, layer) for layer in above)
        self.inherited.setText(tr("From the workflow, outside of these: {names}", names=names) if names else "")
        self.inherited.setVisible(bool(names))


def name_of(context: Context, layer: Layer) -> str:
    """What people call a layer: its title, or its name in the file where nobody knows it."""
    spec = context.registry.find_layer(layer.use)
    return tr(spec.title) if spec is not None and spec.title else layer.use
