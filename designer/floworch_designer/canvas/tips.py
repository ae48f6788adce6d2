"""Tooltips of the canvas: what a card, a badge or an edge has to say that does not fit on it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from floworch.model.pictures.words import condition_of
from floworch_designer.canvas.hits import Hit
from floworch_designer.canvas.plan import told
from floworch_designer.settings.findings import said
from floworch_designer.settings.words import mark, tr

if TYPE_CHECKING:
    from floworch_designer.canvas.graph import CanvasGraph
    from floworch_designer.canvas.view import CanvasView


def tip(view: CanvasView, found: Hit) -> str:
    """The tooltip for a hit as rich text; empty where nothing needs saying."""
    if found.kind == "badge" and found.node is not None:
        own = [problem for problem in view.document.problems if problem.node == found.node]
        lines = [f"{escape(said(each.message))} <i>{escape(said(each.fix))}</i>" for each in own]
        return "<br>".join(lines[:6])
    if found.kind == "port" and found.port is not None:
        return f"<b>{escape(found.port)}</b><br>{escape(_port(view, found))}{tr('Drag to connect')}"
    if found.kind == "node" and found.node is not None:
        return _node(view, found.node)
    return _edge(view, found.edge) if found.kind == "edge" and found.edge is not None else ""


def ends_of(graph: CanvasGraph, edge: int | None) -> tuple[str, ...]:
    """The nodes at both ends of an edge; none where there is no such edge any more."""
    wires = graph.wires
    if edge is None or not 0 <= edge < len(wires):
        return ()
    wire = wires[edge] if wires[edge].index == edge else next((each for each in wires if each.index == edge), None)
    return () if wire is None else (wire.source.id, wire.target.id)


def _edge(view: CanvasView, edge: int) -> str:
    """From where to where an edge leads, and what went along it in the run that is shown."""
    ends = ends_of(view.graph, edge)
    if not ends:
        return ""
    names = [escape(view.graph.boxes[key].content.title) for key in ends]
    port = view.document.workflow.edges[edge].port
    node = view.document.workflow.nodes[ends[0]]
    condition, decided = condition_of(node, port), condition_of(node) if port in ("true", "false") else ""
    lines = [f"<b>{names[0]}</b> → <b>{names[1]}</b>", escape(tr("At the port {port}", port=port))]
    lines[1:] = [escape(condition)] if condition else lines[1:]  # which names the port, too
    lines += [escape(decided)] if decided else []  # as a whole: upon the wire there may be no room for it
    value = view.value_of(ends[0])
    return "<br>".join([*lines, escape(value)] if value else lines)


#: What the ports of every action, and the less plain ones of some, stand for.
PORTS = {
    "done": mark("Fires when the node has ended, well or not"),
    "error": mark("Fires when the node has failed; the run goes on there"),
    "approved": mark("Fires when somebody said yes"),
    "rejected": mark("Fires when somebody said no"),
}


def _port(view: CanvasView, found: Hit) -> str:
    """A sentence about a port with a line break, or nothing."""
    if found.port == "out":
        ports = [port.name for port in view.graph.boxes[found.node or ""].shape.ports] if found.node else []
        text = tr("Fires like “approved”") if "approved" in ports else tr("Fires when the node has completed")
    else:
        text = PORTS.get(found.port or "", "")
    return f"{text}. " if text else ""


def _node(view: CanvasView, node_id: str) -> str:
    box = view.graph.boxes[node_id]
    lines = [f"<b>{escape(box.content.title)}</b>", escape(node_id) if box.content.title != node_id else ""]
    lines.append(escape(f"{box.kind.title} ({box.node.action})") if box.kind.known else
                 escape(tr("The action {action} is not installed", action=box.node.action)))  # fmt: skip
    word, reason = told(*view.overlay.words.get(node_id, ("", "")))
    if word:
        lines.append(f"<b>{escape(word)}</b>: {escape(reason)}" if reason else f"<b>{escape(word)}</b>")
    if box.live.status is not None:
        footer = box.live.info.footer() if box.live.info is not None else ""
        lines.append(escape(f"{tr(view.painter.look(box).label)}  {footer}"))
    if box.content.more:
        lines.extend(escape(f"{chip.text}") for chip in box.content.chips)
    return "<br>".join(line for line in lines if line)
