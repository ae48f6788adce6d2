"""Context menus of the canvas, made from the action table, and the popover at a badge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QMenu

from floworch_designer.app.commands.menu_keys import by_letters
from floworch_designer.app.panels.problems_panel import ProblemPopover
from floworch_designer.canvas.items.note import hue_of
from floworch_designer.document.decor import COLORS
from floworch_designer.document.repairs import choices, repair, repair_label
from floworch_designer.document.wires import ends
from floworch_designer.settings.findings import said
from floworch_designer.settings.words import tr

if TYPE_CHECKING:
    from floworch.model.problem import Problem
    from floworch_designer.app.main_window import MainWindow

#: Entries by what was clicked; an empty text is a line. ``add``, ``insert`` and ``paste`` act at the clicked point.
ENTRIES: dict[str, tuple[str, ...]] = {
    "node": ("node.open", "node.rename", "tabs.called", "", "edit.cut", "edit.copy", "edit.duplicate", "",
             "node.copy_layers", "node.paste_layers", "",
             "node.disable", "node.pin", "node.arrange", "frame.group", "frame.fold", "frame.put_in", "frame.take_out",
             "node.subflow", "node.put_back", "view.frame", "", "run.to_here", "run.from_here",
             "run.this_node", "run.breakpoint", "run.child", "", "edit.delete", "edit.delete_reconnect"),
    "edge": ("insert", "wire.knot", "wire.portals", "wire.jump", "node.rename", "", "edit.delete", "", "edit.undo",
             "edit.redo"),
    "knot": ("wire.portals", "", "edit.delete", "", "edit.undo", "edit.redo"),
    "note": ("node.rename", "colors", "", "edit.delete", "", "edit.undo", "edit.redo"),
    "group": ("node.rename", "frame.fold", "node.subflow", "frame.refit", "colors", "", "frame.ungroup", "edit.delete",
              "", "edit.undo", "edit.redo"),
    "void": ("add", "note", "paste", "", "edit.select_all", "node.arrange", "view.fit", "", "edit.undo", "edit.redo",
             "", "run.start"),
}  # fmt: skip
#: What the button of the floating bar lists.
ALIGN = ("align.left", "align.centre", "align.right", "", "align.top", "align.middle", "align.bottom", "",
         "align.across", "align.down", "", "node.straighten")  # fmt: skip
ENTRIES["frame"] = ("add", "paste", "", *ENTRIES["node"])


def _swatch(color: QColor) -> QIcon:
    """A small disc of a colour."""
    pixmap = QPixmap(32, 32)
    pixmap.setDevicePixelRatio(2.0)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawEllipse(2, 2, 12, 12)
    painter.end()
    return QIcon(pixmap)


class CanvasMenus(QObject):
    """Opens menus and popovers over the canvas in front."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.menu: QMenu | None = None
        self.popover: ProblemPopover | None = None

    def open(self, place: QPoint, scene: QPointF, found: Any) -> None:
        """Open the menu of what is under the mouse: global point, scene point, the canvas's Hit."""
        kind = "node" if found.kind in {"port", "input", "badge"} else found.kind
        window = self._window
        window.refresh_actions()
        menu = self.menu = QMenu(window)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.destroyed.connect(self._forget)
        by_letters(menu)
        self._add_repairs(menu, found.node)
        for entry in ENTRIES.get(kind, ENTRIES["void"]):
            if not entry:
                menu.addSeparator()
            elif entry == "add":
                self._copy(menu, "node.add", lambda: window.open_quick_add(place, scene))
            elif entry == "insert":
                self._add_into(menu, place, scene, found.edge)
            elif entry == "note":
                self._copy(menu, "frame.note", lambda: window.parts["areas"].note_at((scene.x(), scene.y())))
            elif entry == "colors":
                self._add_colors(menu)
            elif entry == "paste":
                self._copy(menu, "edit.paste", lambda: window.parts["edit"].paste_at((scene.x(), scene.y())))
            else:
                menu.addAction(window.commands[entry])
        menu.popup(place)

    def open_align(self, place: QPoint) -> None:
        """List the ways to align above a point of the screen."""
        window = self._window
        window.refresh_actions()
        menu = self.menu = QMenu(window)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.destroyed.connect(self._forget)
        for entry in ALIGN:
            if entry:
                menu.addAction(window.commands[entry])
            else:
                menu.addSeparator()
        menu.popup(place - QPoint(0, menu.sizeHint().height()))

    def open_problems(self, node: str, place: QPoint) -> None:
        """Open the popover of a badge."""
        window = self._window
        problems = [problem for problem in window.document.problems if problem.node == node]
        if not problems:
            return
        popover = ProblemPopover(window.theme, problems, not window.viewing, window)
        popover.repair_requested.connect(self.mend)
        self.popover = popover
        popover.open_at(place)

    def mend(self, problem: Problem) -> None:
        """Carry out a quick fix as one undo step."""
        failed = repair(self._window.document, problem)
        if failed:
            self._window.tell("error", tr("The quick fix could not be applied."), failed)
        else:
            self._window.flash(tr("Fixed. Ctrl+Z takes it back."))
            self._window.canvas.setFocus()

    def _add_repairs(self, menu: QMenu, node: str | None) -> None:
        if node is None or self._window.viewing:
            return
        found = [problem for problem in self._window.document.problems if problem.node == node and problem.repair]
        for problem in [each for several in found for each in choices(several)][:6]:
            icon = self._window.theme.icon("check", "success")
            action = menu.addAction(icon, tr("Fix: {value}", value=repair_label(problem.repair or {})))
            action.setToolTip(said(problem.message))
            action.triggered.connect(lambda _checked=False, problem=problem: self.mend(problem))
        if found:
            menu.addSeparator()

    def _add_colors(self, menu: QMenu) -> None:
        """A choice of colours for the selected notes and frames."""
        window = self._window
        colors = menu.addMenu(tr("Colour"))
        colors.setEnabled(not window.viewing)
        for name in COLORS:
            action = colors.addAction(_swatch(QColor(hue_of(name))), tr(name.capitalize()))
            action.triggered.connect(lambda _checked=False, name=name: window.canvas.areas.recolor(name))

    def _add_into(self, menu: QMenu, place: QPoint, scene: QPointF, edge: int) -> None:
        """The entry that adds a node into a wire."""
        window = self._window
        wire = ends(window.document.workflow.edges[edge])
        self._copy(menu, "node.add", lambda: window.open_quick_add(place, scene, wire))

    def _copy(self, menu: QMenu, action_id: str, slot: Any) -> None:
        """An entry that looks like an action and acts at the clicked point."""
        original = self._window.commands[action_id]
        action = menu.addAction(original.icon(), original.text())
        action.setShortcut(original.shortcut())
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)  # shown only: the original listens
        action.setShortcutVisibleInContextMenu(True)
        action.setEnabled(original.isEnabled())
        action.triggered.connect(lambda _checked=False: slot())

    def _forget(self) -> None:
        self.menu = None
