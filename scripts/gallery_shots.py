"""Render every look of a card to pictures: all statuses, chips, ports, problems, frames, in both themes and five zooms.

python scripts/gallery_shots.py [FOLDER]      (default: artifacts/gallery)
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from time import monotonic

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from floworch.actions.registry import registry
from floworch.model.problem import Problem
from floworch.model.workflow import Edge, Layer, Node, RetryPolicy, Workflow
from floworch.run.status import NodeStatus
from floworch_designer.canvas import CanvasView, RunInfo
from floworch_designer.document import Document, Selection
from floworch_designer.document.nodes import make_edge
from floworch_designer.theme import Theme

ZOOMS = (0.12, 0.3, 0.5, 1.0, 1.5)
COLUMN, ROW = 348, 132

SPECIALS: dict[str, Node] = {
    "plain": Node(action="data.set", title="Plain"),
    "long_title": Node(action="util.log", title="A very long title that cannot possibly fit on one line"),
    "subtitle": Node(action="file.list", title="List files", params={"path": "{{ inputs.folder }}"}),
    "chips": Node(
        action="data.template",
        title="Write report",
        timeout="30s",
        retry=RetryPolicy(max_attempts=5),
        middleware=(Layer(use="logging"), Layer(use="cache"), Layer(use="metrics")),
    ),
    "disabled": Node(action="db.load", title="Disabled", disabled=True),
    "unknown": Node(action="acme.unknown_action", title="Placeholder"),
    "breakpoint": Node(action="python.code", title="Stops here", breakpoint=True),
    "pinned": Node(action="python.code", title="Pinned with a note", pin={"a": 1}, notes="Remember"),
    "error_badge": Node(action="util.hash", title="Has an error"),
    "warning_badge": Node(action="util.hash", title="Has a warning"),
    "branch": Node(action="flow.if", title="Enough left?", params={"condition": "inputs.x > 1"}),
    "cases": Node(
        action="flow.switch",
        title="Which way",
        timeout="5m",
        params={"cases": [{"when": "a", "port": "review"}, {"when": "b", "port": "auto"}], "default": "other"},
    ),
}

INFOS = {
    NodeStatus.RUNNING: RunInfo(duration=12.3, progress=0.42),
    NodeStatus.RETRYING: RunInfo(duration=3.2, attempt=2, max_attempts=5),
    NodeStatus.COMPLETED: RunInfo(duration=0.035),
    NodeStatus.FAILED: RunInfo(duration=61.2, attempt=5, max_attempts=5),
    NodeStatus.REUSED: RunInfo(duration=0.0004),
}


def workflow() -> Workflow:
    """Specials in the first rows, one node per status below them, and two containers."""
    nodes = dict(SPECIALS)
    places: dict[str, list[int]] = {key: [i % 4 * COLUMN, i // 4 * ROW] for i, key in enumerate(SPECIALS)}
    edges: list[Edge] = [make_edge("plain", "out", "long_title"), make_edge("long_title", "error", "chips"),
                         make_edge("branch", "true", "cases"), make_edge("disabled", "out", "unknown")]  # fmt: skip
    top = 3 * ROW + 90
    for index, status in enumerate([*NodeStatus, "timed_out", "human", "indeterminate"]):
        key = f"s_{status}"
        nodes[key] = Node(action="util.log", title=str(status).replace("_", " ").capitalize(),
                          retry=RetryPolicy(max_attempts=5) if index % 3 == 0 else None)  # fmt: skip
        places[key] = [index % 4 * COLUMN, top + index // 4 * ROW]
        if index % 4:
            edges.append(make_edge(list(nodes)[-2], "out", key))
    low = top + 5 * ROW + 30
    nodes["each"] = Node(action="flow.foreach", title="For every file", params={"items": "{{ nodes.plain.output }}"},
                         retry=RetryPolicy())  # fmt: skip
    nodes["empty"] = Node(action="flow.foreach", title="Empty body")
    for index, key in enumerate(("hash", "store")):
        nodes[key] = Node(action="util.hash", title=key.capitalize(), parent="each")
        places[key] = [24 + index * COLUMN, low + 60]
    edges.append(make_edge("hash", "out", "store"))
    edges.append(make_edge("each", "out", "empty"))
    places["empty"] = [2 * COLUMN + 60, low]
    return Workflow.model_validate({"id": "gallery", "nodes": nodes, "edges": edges, "view": {"nodes": places}})


def problems(_: Workflow) -> list[Problem]:
    """An error and a warning."""
    return [Problem("x", "error", "", "Broken", node="error_badge"),
            Problem("y", "warning", "", "Odd", node="warning_badge")]  # fmt: skip


def dress(view: CanvasView) -> None:
    """Give the nodes their statuses."""
    statuses = {f"s_{status}": status for status in NodeStatus}
    statuses |= {"s_timed_out": NodeStatus.FAILED, "s_human": NodeStatus.WAITING, "each": NodeStatus.RUNNING,
                 "s_indeterminate": NodeStatus.RUNNING, "hash": NodeStatus.COMPLETED}  # fmt: skip
    infos: dict[str, RunInfo | None] = {f"s_{status}": info for status, info in INFOS.items()}
    infos |= {"s_timed_out": RunInfo(duration=30.0, timed_out=True), "s_human": RunInfo(duration=95.0, human=True),
              "each": RunInfo(duration=12.0, items_done=1204, items_total=3400)}  # fmt: skip
    view.set_statuses(dict(statuses))
    view.set_run_info(infos)


def main() -> int:
    """Render all pictures; prints their paths."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "artifacts/gallery")
    folder.mkdir(parents=True, exist_ok=True)
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    for name in ("dark", "light"):
        theme = Theme(name)
        theme.apply(app)
        document, selection = Document(validate=problems), Selection()
        document.reset(workflow())
        document.check_now()
        view = CanvasView(document, selection, theme, registry)
        view.resize(1480, 1420)
        view.show()
        dress(view)
        selection.set(["subtitle", "chips"])
        for zoom in ZOOMS:
            view.fit()
            view.zoom_to(zoom)
            if zoom >= 1.0:
                corner = view.camera().point(-60, -60)
                view.pan(-round(corner.x()), -round(corner.y()))
            until = monotonic() + 0.5
            while monotonic() < until or (not view.complete and monotonic() < until + 5):
                app.processEvents()
            path = folder / f"gallery-{name}-{zoom:g}.png"
            view.grab().save(str(path))
            print(path)
        view.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
