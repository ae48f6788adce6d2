"""The items of a loop, one by one: what each did in a node, chosen with mouse and keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from floworch.model.codec import dumps
from floworch.model.workflow import Node, Workflow
from floworch.run.events import Event, EventKind
from floworch.store.protocol import RunHeader

_K = EventKind
FLOW = Workflow(
    id="demo",
    nodes={
        "loop": Node(action="flow.foreach", params={"items": "{{ inputs.orders }}"}),
        "work": Node(action="data.set", parent="loop", params={"fields": {"id": "{{ item.id }}", "at": "{{ index }}"}}),
        "tell": Node(action="util.log", parent="loop", params={"message": "{{ item.id }}"}),
    },
)


class Looped:
    """A run of a loop over orders that is told event by event."""

    def __init__(self, panel, count):
        self.panel, self.feed, self.seq = panel, panel.context.feed, 0
        panel.context.document.reset(FLOW)
        header = RunHeader("r", "demo", dumps(FLOW).encode(), "", {}, ("loop", "work", "tell"), 1.0,
                           options={"parents": [[1, 0], [2, 0]]})  # fmt: skip
        self.feed.begin(header)
        self.say(_K.RUN_CREATED, -1)
        self.say(_K.RUN_STARTED, -1)
        self.say(_K.NODE_STARTED, 0)
        items = [{"id": f"order-{i}"} for i in range(count)]
        self.say(_K.ITEMS_LISTED, 0, (), {"items": items, "concurrency": 4, "on_item_error": "collect"})

    def say(self, kind, node, scope=(), payload=None, attempt=1):
        self.feed._fold(self.feed.live, Event(self.seq, 100.0 + self.seq, kind, node, attempt, scope, payload))
        self.seq += 1

    def item(self, index, failed=False):
        """One item goes through the body."""
        self.say(_K.NODE_STARTED, 1, (index,))
        if failed:
            error = {"error": {"kind": "value_error", "message": f"bad {index}", "node": "work"}}
            self.say(_K.NODE_FAILED, 1, (index,), error)
            self.say(_K.NODE_SKIPPED, 2, (index,))
            self.say(_K.ITEM_FAILED, 0, (index,), error)
            return
        self.say(_K.NODE_COMPLETED, 1, (index,), {"output": {"total": index * 10}})
        self.say(_K.NODE_STARTED, 2, (index,))
        self.say(_K.NODE_LOGGED, 2, (index,), {"level": "info", "message": f"said {index}"})
        self.say(_K.NODE_COMPLETED, 2, (index,), {"output": "told"})
        self.say(_K.ITEM_COMPLETED, 0, (index,), {"output": "told"})


@pytest.fixture
def looped(panel):
    """Three items, of which the second one failed; the node that works on them is looked at."""
    made = Looped(panel, 3)
    for index in range(3):
        made.item(index, failed=index == 1)
    made.feed.flush()
    panel.resize(340, 900)
    panel.context.selection.set(["work"])
    panel.show_tab("Run")
    return made


def rows(panel):
    model = panel.run.items.model
    return [[model.index(row, column).data() for column in range(2)] for row in range(model.rowCount())]


def click(qtbot, panel, row):
    table = panel.run.items.table
    place = table.visualRect(panel.run.items.model.index(row, 1)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_the_items_are_listed_and_a_click_shows_what_one_of_them_did(looped, panel, qtbot):
    """C10.1: status, output, error, attempts and log of every single item."""
    assert rows(panel) == [["0", "{id: order-0}"], ["1", "{id: order-1}"], ["2", "{id: order-2}"]]
    assert panel.run.status.text() == "Running", "the loop has not ended"
    assert not panel.run.output_section.isVisible(), "all items together have no one output"
    click(qtbot, panel, 2)
    assert panel.run.status.text() == "Completed"
    assert panel.run.output.model.index(0, 1).data() == "20"
    assert not panel.run.error.isVisible()
    assert dict(panel.run.facts._shown)["Item"] == "2: {id: order-2}"
    assert panel.run._input_of is not None
    assert panel.run.input._value == {"fields": {"id": "order-2", "at": 2}}
    qtbot.keyClick(panel.run.items.table, Qt.Key.Key_Up)
    assert (panel.run.status.text(), panel.run.error.message.text()) == ("Failed", "bad 1")
    assert not panel.run.output_section.isVisible()


def test_the_same_item_is_looked_at_in_the_next_node(looped, panel, qtbot):
    click(qtbot, panel, 2)
    panel.context.selection.set(["tell"])
    assert dict(panel.run.facts._shown)["Item"] == "2: {id: order-2}"
    assert panel.run.log.toPlainText().endswith("said 2")
    assert "said 0" not in panel.run.log.toPlainText()
    panel.context.selection.set(["loop"])
    assert panel.run.log.toPlainText().endswith("said 2"), "all that was said in the item"
    assert panel.run.output._value == "told"


def test_the_chosen_item_is_seen_in_the_list_of_the_next_node(panel, qtbot):
    made = Looped(panel, 40)
    for index in range(40):
        made.item(index)
    made.feed.flush()
    panel.resize(340, 900)
    panel.context.selection.set(["work"])
    panel.show_tab("Run")
    panel.run.items.choose((33,))
    panel.context.selection.set(["tell"])
    table = panel.run.items.table
    place = table.visualRect(panel.run.items.model.index(33, 0))
    assert table.viewport().rect().contains(place.center())


def test_all_items_are_shown_together_again(looped, panel, qtbot):
    click(qtbot, panel, 0)
    qtbot.mouseClick(panel.run.items.all, Qt.MouseButton.LeftButton)
    assert "Instances" in dict(panel.run.facts._shown)
    assert not panel.run.items.all.isVisible()
    click(qtbot, panel, 0)
    qtbot.keyClick(panel.run.items.table, Qt.Key.Key_Escape)
    assert "Instances" in dict(panel.run.facts._shown)
    assert not panel.run.items.table.selectionModel().hasSelection()


def test_items_are_found_by_status_number_words_and_error(looped, panel, qtbot):
    view = panel.run.items
    offered = [view.status.itemText(place) for place in range(view.status.count())]
    assert offered == ["All items (3)", "Completed (2)", "Failed (1)"]
    view.status.setFocus()
    qtbot.keyClick(view.status, Qt.Key.Key_End)
    assert [number for number, _ in rows(panel)] == ["1"]
    qtbot.keyClick(view.status, Qt.Key.Key_Home)
    for words, found in (("2", ["2"]), ("order-0", ["0"]), ("bad 1", ["1"]), ("nobody", [])):
        view.words.clear()
        qtbot.keyClicks(view.words, words)
        qtbot.waitUntil(lambda found=found: [number for number, _ in rows(panel)] == found)


def test_a_node_outside_of_loops_has_no_items(looped, panel):
    panel.run.items.choose((1,))
    panel.context.document.reset(Workflow(id="demo", nodes={"loop": Node(action="util.log")}))
    header = RunHeader("other", "demo", b"{}", "", {}, ("loop",), 1.0)
    looped.feed.begin(header)
    panel.context.selection.set(["loop"])
    looped.seq = 0
    looped.say(_K.RUN_CREATED, -1)
    looped.say(_K.RUN_STARTED, -1)
    looped.say(_K.NODE_STARTED, 0)
    looped.feed.flush()
    assert not panel.run.items_section.isVisible()
    assert panel.run.items.chosen is None
    assert panel.run.status.text() == "Running"


def test_a_replay_shows_the_items_of_its_moment(looped, panel, qtbot):
    """designer.md 1.3: inspector follows the cursor."""
    click(qtbot, panel, 0)
    looped.feed.seek(5)
    assert panel.run.status.text() == "Running"
    assert [number for number, _ in rows(panel)] == ["0"]
    looped.feed.follow()
    assert panel.run.status.text() == "Completed"
    qtbot.waitUntil(lambda: len(rows(panel)) == 3)


def test_items_that_go_on_come_into_the_list(panel, qtbot):
    made = Looped(panel, 4)
    made.item(0)
    made.feed.flush()
    panel.resize(340, 900)
    panel.context.selection.set(["work"])
    panel.show_tab("Run")
    click(qtbot, panel, 0)
    for index in (1, 2):
        made.item(index)
    made.feed.flush()
    qtbot.waitUntil(lambda: len(rows(panel)) == 3)
    assert dict(panel.run.facts._shown)["Item"] == "0: {id: order-0}", "what is looked at stays"


def test_a_hundred_thousand_events_are_read_a_piece_at_a_time(panel, qtbot, monkeypatch):
    """designer.md 2: no operation over 100 ms."""
    monkeypatch.setattr("floworch_designer.inspector.items_view.SLICE", 10)
    made = Looped(panel, 20)
    for index in range(20):
        made.item(index)
    made.feed.flush()
    panel.context.selection.set(["work"])
    panel.show_tab("Run")
    assert panel.run.items._instances.count == 10
    qtbot.waitUntil(lambda: len(rows(panel)) == 20)
    assert panel.run.items_section.isVisible()
