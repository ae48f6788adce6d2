"""What a node did in the shown run."""

from __future__ import annotations

from floworch.model.codec import dumps
from floworch.run.events import Event, EventKind
from floworch.store.protocol import RunHeader


def test_what_a_node_did_is_shown(panel, qtbot):
    feed = panel.context.feed
    definition = dumps(panel.context.document.workflow).encode()
    header = RunHeader("r", "demo", definition, "", {}, ("log", "next", "odd"), 1.0)
    panel.context.selection.set(["log"])
    panel.show_tab("Run")
    assert panel.run.nothing.isVisible()
    feed.begin(header)
    events = [
        Event(0, 1.0, EventKind.RUN_CREATED),
        Event(1, 1.0, EventKind.RUN_STARTED),
        Event(2, 2.0, EventKind.NODE_STARTED, 0, 1),
        Event(3, 2.5, EventKind.NODE_LOGGED, 0, 1, (), {"level": "info", "message": "said"}),
        Event(4, 3.0, EventKind.NODE_COMPLETED, 0, 1, (), {"output": {"deep": [1, 2]}}),
        Event(5, 3.0, EventKind.NODE_STARTED, 1, 1),
        Event(6, 4.0, EventKind.NODE_FAILED, 1, 1, (), {
            "error": {"kind": "processing_error", "message": "boom", "traceback": "Traceback …"}}),
    ]  # fmt: skip
    for event in events:
        feed._fold(feed.state, event)
    feed.flush()
    assert panel.run.status.text() == "Completed"
    assert panel.run.output.model.index(0, 0).data() == "deep"
    assert "said" in panel.run.log.toPlainText()
    panel.context.selection.set(["next"])
    assert panel.run.error.message.text() == "boom"
    assert not panel.run.error.trace.isVisible()  # folded
    assert not panel.run.output_section.isVisible()
