"""CanvasView: the document as cards and wires, edited with mouse and keyboard."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QCursor, QResizeEvent
from PySide6.QtWidgets import QApplication, QWidget

from floworch.model.pictures.routes import Ends
from floworch_designer.canvas.adding import added, top_at
from floworch_designer.canvas.aligning import AlignCommands
from floworch_designer.canvas.areas import AreaCommands
from floworch_designer.canvas.arranging import Arranging
from floworch_designer.canvas.bookmarks import BookmarkCommands
from floworch_designer.canvas.busy import Busy
from floworch_designer.canvas.commands import CanvasCommands
from floworch_designer.canvas.events import EventView
from floworch_designer.canvas.fitting import Fitting
from floworch_designer.canvas.geometry import CARD_HEIGHT, CARD_WIDTH, Point, Rect, union
from floworch_designer.canvas.glide import Glide
from floworch_designer.canvas.hits import Hit, frame_at, free_spot
from floworch_designer.canvas.homes import seen
from floworch_designer.canvas.inline_title import InlineTitle
from floworch_designer.canvas.inserting import add_before, chosen_wire, insert_action
from floworch_designer.canvas.interaction import Interaction
from floworch_designer.canvas.offer import Offer
from floworch_designer.canvas.places import Place, Places
from floworch_designer.canvas.port_list import PortList
from floworch_designer.canvas.slices import Slices
from floworch_designer.canvas.tips import tip
from floworch_designer.canvas.tools.connect import connect, hold_wire
from floworch_designer.canvas.tools.drop import DropTool
from floworch_designer.canvas.walking import related
from floworch_designer.canvas.wires import WireCommands
from floworch_designer.canvas.wiring import free_end, main_port, wire_up
from floworch_designer.document import Document, Selection
from floworch_designer.document.changes import ChangeSet
from floworch_designer.settings.words import tr
from floworch_designer.theme import Theme


class CanvasView(EventView):
    """The canvas of one document.

    Args:
        document: What is shown and edited.
        selection: What is selected, shared with other panels.
        theme: Colours.
        registry: Looks up actions and layers.
        parent: Qt parent.

    Attributes:
        fitting: Fits it, and keeps it fitted.
        fit: Shows the whole workflow.
        corner: What lies upon a corner of it, such as the minimap.
    """

    fitting: Fitting
    fit: Callable[[], None]
    corner: QWidget | None

    def __init__(
        self,
        document: Document,
        selection: Selection,
        theme: Theme,
        registry: Any,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, registry, parent)
        self.document = document
        self.selection = selection
        self.busy: Busy = Busy(self)
        self.slices: Slices = Slices(self)
        self.arranging: Arranging = Arranging(self)
        self.commands: CanvasCommands = CanvasCommands(self)
        self.areas: AreaCommands = AreaCommands(self)
        self.aligning: AlignCommands = AlignCommands(self)
        self.bookmarks: BookmarkCommands = BookmarkCommands(self)
        self.wires: WireCommands = WireCommands(self)
        self._interaction = Interaction(self)
        self._drop = DropTool(self)
        self.offer: Offer = Offer(self)
        self.port_list: PortList = PortList(self)
        self.fitting, self.corner = Fitting(self), None
        self.fit = self.fitting.fit
        self.glide: Glide = Glide(self)
        self._title: InlineTitle | None = None
        self._places, self._arrived, self._focusing = Places(), False, False
        #: What a node gave in the run that is shown, in one line; empty without one.
        self.value_of: Callable[[str], str] = lambda _node: ""
        self.setAccessibleName(tr("Workflow canvas"))
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        document.changed.connect(self._follow)
        document.problems_changed.connect(self._show_problems)
        selection.changed.connect(self._show_selection)
        self.graph.build(document.workflow)
        self._show_problems(document.problems)
        self._show_selection()

    # what panels ask for

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Go on showing all of what was fitted."""
        fitted = self.fitting.fitted
        super().resizeEvent(event)
        self.fitting.resized(fitted)

    def frame_selection(self) -> None:
        """Show what is selected, or everything when nothing is."""
        decor = self.graph.decor
        chosen = [area.rect for key in self.selection.decor if (area := decor.area(key)) is not None]
        nodes = self.graph.extent(self.selection.nodes)
        extent = union(chosen if nodes is None else [nodes, *chosen])
        if extent is not None:
            self.look_at(extent)
        else:
            self.fit()

    def sees(self, node_id: str) -> bool:
        """Whether any of a node's card is in view."""
        box = self.graph.boxes.get(node_id)
        return box is not None and QRectF(self.viewport().rect()).intersects(self.camera().rect(box.rect))

    def reveal(self, node_id: str) -> None:
        """Scroll a node into the middle if it is not in view; a folded frame that hides it is opened."""
        box = self.graph.boxes.get(node_id)
        if box is None:
            return
        self.areas.open_around(box)
        self.reveal_rect(box.rect)

    def look_at(self, rect: Rect, largest: float = 1.0, taken: tuple[float, float] = (0.0, 0.0)) -> None:
        """Show a scene rectangle as large as it fits; ``go_back`` leads to where the view was before."""
        if self._arrived and not any(taken):  # beside what takes some of the room: it is shown already
            self._places.leave(self._here())
        self._arrived = True
        super().look_at(rect, largest, taken)

    def _here(self) -> Place:
        x, y = self.centre()
        return Place(self.zoom, (round(x), round(y)))

    def go(self, forward: bool = False) -> None:
        """Look where the view was before its last jump, or ``forward`` where it came back from."""
        place = (self._places.forward if forward else self._places.back)(self._here())
        if place is not None:
            self.jump(place.zoom, place.centre)

    def visit(self, zoom: float, centre: Point) -> None:
        """Look at a scene point with a zoom; ``go`` leads back to where the view was."""
        self._places.leave(self._here())
        self._arrived = True
        self.jump(zoom, centre)

    def set_focus_mode(self, on: bool) -> None:
        """Step everything back that is neither before nor after the selected nodes."""
        self._focusing = on
        self._show_focus()

    def _show_focus(self) -> None:
        chosen = self.selection.nodes if self._focusing else frozenset()
        self.show_focus(related(self.graph, chosen) if chosen else None)

    def reveal_rect(self, rect: Rect) -> None:
        """Scroll a scene rectangle into the middle if it is not in view."""
        shown = self.camera().rect(rect)
        if not QRectF(self.viewport().rect()).adjusted(20, 20, -20, -20).contains(shown):
            self._places.leave(self._here())
            away = QRectF(self.viewport().rect()).center() - shown.center()
            self.pan(round(away.x()), round(away.y()))

    def add_action(
        self, action_id: str, scene_pos: QPointF | None = None, source: tuple[str, str] | Ends | None = None
    ) -> str:
        """Add a node and select it.

        Args:
            action_id: Its action.
            scene_pos: Where its input goes, where a wire dropped there would end; a free place if None. A wire that
                is nearly level is pulled straight; a card that is in the way is stepped around.
            source: Node and port that are connected to it; with a third, the node that the wire leads to now, it goes
                into that wire with its middle at ``scene_pos``. ``("", "", node)``: it leads to that node, with its
                output there.

        Returns:
            The id of the new node.
        """
        if source is not None and len(source) == 3:
            at = (scene_pos.x(), scene_pos.y()) if scene_pos is not None else self.centre()
            return (insert_action if source[0] else add_before)(self, action_id, at, source)
        workflow = self.document.workflow
        if scene_pos is not None:
            top = top_at(self.graph, action_id, (scene_pos.x(), scene_pos.y()), source, self.zoom)
            place: Point = free_spot(self.graph, (scene_pos.x(), top))
            parent = frame_at(self.graph, (scene_pos.x(), scene_pos.y()))
        else:
            place, parent = self.free_place(), None
        if source is not None:
            parent = workflow.nodes[source[0]].parent
        aimed = (scene_pos.x(), scene_pos.y()) if scene_pos is not None else None
        made, node_id = added(self.graph, workflow, action_id, place, parent, aimed)
        if source is not None:
            made = wire_up(made, self.registry, source[0], source[1], node_id, self.graph.given)
        self.document.apply(made, tr("Add {title}", title=self.graph.kind(action_id).title))
        self.selection.set([node_id])
        return node_id

    def free_place(self) -> Point:
        """A place for a new card: right of the primary node, else the middle of the view; never upon another card."""
        box = self.graph.boxes.get(self.selection.primary or "")
        if box is not None:
            wanted = (box.x + box.shape.width + 72.0, box.y)
        else:
            middle = self.centre()
            wanted = (middle[0] - CARD_WIDTH / 2, middle[1] - CARD_HEIGHT / 2)
        return free_spot(self.graph, wanted)

    def connect_nodes(self, source: str, port: str | None, target: str) -> None:
        """Connect as one undo step; None takes the first free success port."""
        connect(self, source, port, target)

    def start_wire(self, node: str | None = None, port: str | None = None) -> None:
        """Take a wire in hand that starts at a port; None is the primary node, and its first free success port."""
        node = node or self.selection.primary
        if node in self.graph.boxes:
            wanted = port or main_port(self.document.workflow, self.registry, node)
            self._interaction.start(hold_wire(self, node, None if wanted == "in" else wanted))
            self.setFocus()

    def request_quick_add(self) -> None:
        """Ask for a node: in the selected wire, or after the selected node if nothing follows it, else at the mouse or
        in the middle."""
        at = self.viewport().mapFromGlobal(QCursor.pos())
        if not self.viewport().rect().contains(at) or QApplication.widgetAt(QCursor.pos()) is not self.viewport():
            at = self.viewport().rect().center()  # the mouse is at a button of the bar, where a card would be hidden
        wire, source = chosen_wire(self), self.free_end()
        if wire is not None or source is not None:
            place = self.free_place()
            scene: Point = wire[1] if wire is not None else (place[0], place[1] + CARD_HEIGHT / 2)
            shown = self.camera().point(*scene).toPoint()
            at = shown if self.viewport().rect().contains(shown) else at
        else:
            scene = self.scene_point(QPointF(at))
        ends = wire[0] if wire is not None else source
        self.quick_add_requested.emit(self.viewport().mapToGlobal(at), QPointF(*scene), ends)

    def free_end(self) -> tuple[str, str] | None:
        """Node and port that a new node is meant to follow: the one selected node, when nothing follows it yet."""
        return free_end(self.document.workflow, self.registry, self.selection.nodes, self.selection.primary)

    def edit_title(self) -> None:
        """Edit the title of the primary node, or of the selected frame or portals, in its place."""
        node = self.selection.primary or next(iter(self.selection.decor), None)
        portals = self.wires.named() if node is None else None
        if portals is not None:
            self.reveal_rect(portals[1])
            node = portals[0]
        if node is None:
            return
        if node in self.graph.boxes:
            self.reveal(node)
        elif portals is None and node not in self.graph.decor.groups:
            if node not in self.graph.decor.knots:
                self.areas.activate(node)
            return
        if self.document.refuses():
            return
        if self._title is None:
            self._title = InlineTitle(self)
        self._title.open(node)

    def activate_primary(self) -> None:
        """Open the primary node, or the selected note or frame."""
        if self.selection.primary is not None:
            self.node_activated.emit(self.selection.primary)
        elif self.selection.decor:
            self.areas.activate(next(iter(self.selection.decor)))

    def tip(self, found: Hit) -> str:
        """The tooltip for what is under the mouse."""
        return tip(self, found)

    def node_rect(self, node_id: str) -> QRectF:
        """Where a node's card is, scene units.

        Raises:
            KeyError: There is no such node.
        """
        left, top, right, bottom = self.graph.boxes[node_id].rect
        return QRectF(left, top, right - left, bottom - top)

    def port_point(self, node_id: str, port: str | None = None) -> QPointF:
        """Where a port is, scene units; None is the input.

        Raises:
            KeyError: There is no such node.
        """
        box = self.graph.boxes[node_id]
        return QPointF(*(box.input_point if port is None else box.port_point(port)))

    # following

    def _follow(self, changes: ChangeSet) -> None:
        self._interaction.cancel()
        if changes.refused:  # what the run came to and what is folded are no part of the definition
            self.repaint_all()
            return
        # Indexes of edges shift when one before them goes: what was selected is known by its ends.
        chosen = self.selection.edges if not changes.everything else ()
        ends = {wire.ends for wire in self.graph.wires if wire.index in chosen} if chosen else set()
        dirty = self.graph.follow(self.document.workflow, self.slices.first(changes))
        if changes.everything:
            self.arranging.stop(unless=self.document.workflow)
            self._places.clear()
            self._arrived = False
        if changes.removed or changes.edges or changes.decor or changes.nodes or changes.everything:
            edges = [wire.index for wire in self.graph.wires if wire.ends in ends] if ends else ()
            decor = [key for key in self.selection.decor if self.graph.decor.area(key) is not None]
            kept = [key for key in self.selection.nodes if key in self.graph.boxes]
            nodes, areas = seen(self.graph, [*kept, *decor])
            self.selection.set(nodes, edges, self.selection.primary, areas)
        self._show_focus()
        self.graph_changed(dirty)

    def _show_problems(self, problems: list[Any]) -> None:
        badges: Mapping[str, str] = worst(problems)
        dirty = self.graph.set_badges(badges)
        if dirty:
            self.graph_changed(dirty)

    def _show_selection(self) -> None:
        overlay = self.overlay
        before = overlay.selected.symmetric_difference(self.selection.nodes)
        few = len(before) <= 12 and overlay.selected_edges == self.selection.edges
        few = few and overlay.selected_decor == self.selection.decor
        repaint = set(before) | {key for key in (overlay.primary, self.selection.primary) if key is not None}
        overlay.selected, overlay.selected_edges = self.selection.nodes, self.selection.edges
        overlay.selected_decor = self.selection.decor
        overlay.primary = self.selection.primary
        self._show_focus()
        if few:
            self.repaint_nodes(repaint)
        else:
            self.repaint_all()


def worst(problems: list[Any]) -> dict[str, str]:
    """The graver severity per node."""
    found: dict[str, str] = {}
    for problem in problems:
        if problem.node is not None and found.get(problem.node) != "error":
            found[problem.node] = problem.severity
    return found
