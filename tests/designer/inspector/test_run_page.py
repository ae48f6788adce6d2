"""What a node did in the shown run."""

from __future__ import annotations

from by_hand import press

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


def test_a_body_node_tells_its_counts_and_the_last_failed_item(panel, qtbot):
    feed = panel.context.feed
    definition = dumps(panel.context.document.workflow).encode()
    header = RunHeader("r", "demo", definition, "", {}, ("log", "next", "odd"), 1.0, options={"parents": [[1, 0]]})
    feed.begin(header)
    error = {"error": {"kind": "value_error", "message": "boom", "node": "next"}}
    events = [
        Event(0, 1.0, EventKind.RUN_CREATED),
        Event(1, 1.0, EventKind.RUN_STARTED),
        Event(2, 2.0, EventKind.NODE_STARTED, 0, 1),
        Event(3, 2.0, EventKind.ITEMS_LISTED, 0, 1, (), {
            "items": [1, 2, 3], "concurrency": 2, "on_item_error": "continue"}),
        Event(4, 2.1, EventKind.NODE_STARTED, 1, 1, (0,)),
        Event(5, 2.2, EventKind.NODE_STARTED, 1, 1, (1,)),
        Event(6, 2.3, EventKind.NODE_FAILED, 1, 1, (0,), error),
        Event(7, 2.4, EventKind.ITEM_FAILED, 0, 1, (0,), error),
    ]  # fmt: skip
    for event in events:
        feed._fold(feed.state, event)
    feed.flush()
    panel.context.selection.set(["next"])
    panel.show_tab("Run")
    facts = dict(panel.run._facts(feed.state, feed.state.node("next"), 1))
    assert facts["Instances"] == "1 running · 1 failed"
    assert panel.run.error.message.text() == "Item 0: boom"
    panel.context.selection.set(["log"])
    assert panel.run.error.message.text() == "Item 0: boom"
    assert panel.run.status.text() == "Running"
    feed._fold(feed.state, Event(8, 3.0, EventKind.RUN_PAUSING))
    feed._fold(feed.state, Event(9, 3.0, EventKind.RUN_PAUSED))
    feed.flush()
    assert panel.run.status.text() == "Paused"


def test_a_value_of_100_megabytes_is_shown_at_once(panel, qtbot):
    from time import perf_counter

    view = panel.run.output
    start = perf_counter()
    view.set_value("x" * 100_000_000)
    view.set_value({str(number): "y" * 1000 for number in range(100_000)})
    press(qtbot, view.buttons["text"])
    assert len(view.text.toPlainText()) < 200_000
    assert perf_counter() - start < 5  # a freeze took minutes; the exact figure is the benchmark's business
