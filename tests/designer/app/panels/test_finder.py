"""Find a node by words, status and action."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from floworch.model.workflow import Edge, Node
from floworch.run.status import NodeStatus
from floworch_designer.app.panels.finder import find


@pytest.mark.parametrize(("query", "names"), [
    ("", ["first", "second"]), ("SEC", ["second"]), ("data.set", ["first"]), ("type:log", ["second"]),
    ("is:failed", ["first"]), ("is:comp", ["second"]), ("is:failed sec", []), ("nothing", []),
])  # fmt: skip
def test_words_and_filters(flow, query, names):
    statuses = {"first": NodeStatus.FAILED, "second": NodeStatus.COMPLETED}
    assert [found.node for found in find(flow(), statuses, query)] == names


def test_enter_selects_and_f3_goes_round(window, qtbot, flow):
    third = Node(action="util.log", params={"message": "x"}, title="Third steps")
    made = flow()
    window.session.document.reset(made.replace(nodes={**made.nodes, "third": third}))
    window.activateWindow()
    window.canvas.setFocus()
    qtbot.keyClick(window.canvas, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    finder = window.parts["view"].finder
    qtbot.keyClicks(finder.line, "s")
    qtbot.keyClick(finder.line, Qt.Key.Key_Return)
    assert not finder.isVisible()
    assert window.selection.primary == "second"  # begins with the letter
    seen = []
    for held in (*([Qt.KeyboardModifier.NoModifier] * 3), *([Qt.KeyboardModifier.ShiftModifier] * 3)):
        window.activateWindow()
        qtbot.keyClick(window.canvas, Qt.Key.Key_F3, held)
        seen.append(window.selection.primary)
    assert sorted(seen[:3]) == ["first", "second", "third"], "around"
    assert seen[3:] == [seen[1], seen[0], "second"], "and back the way it came"


def test_nothing_found_is_said_and_chosen_in_vain(window, qtbot, flow):
    window.session.document.reset(flow())
    window.commands["view.find"].trigger()
    finder = window.parts["view"].finder
    qtbot.keyClicks(finder.line, "zzz")
    qtbot.keyClick(finder.line, Qt.Key.Key_Return)
    assert finder.isVisible()
    finder.close()


def test_they_come_as_in_the_outline_not_as_in_the_file(window, qtbot, flow):
    made = flow()
    nodes = {"z_begin": made.nodes["first"], "loop": Node(action="flow.foreach"), "a_body": made.nodes["second"]}
    nodes["a_body"] = nodes["a_body"].replace(parent="loop")
    edge = Edge.model_validate({"from": "z_begin", "to": "loop"})
    window.session.document.reset(made.replace(nodes=dict(sorted(nodes.items())), edges=(edge,)))
    window.commands["view.find"].trigger()
    finder = window.parts["view"].finder
    listed = [finder.list.item(row).data(Qt.ItemDataRole.UserRole) for row in range(finder.list.count())]
    assert listed == ["z_begin", "loop", "a_body"]
    finder.close()


def test_a_node_is_found_with_the_icon_of_its_action(window, flow):
    window.session.document.reset(flow())
    finder = window.parts["view"].finder
    finder.open()
    rows = [finder.list.itemWidget(finder.list.item(row)) for row in range(2)]
    pictures = [row.findChild(QLabel).pixmap() for row in rows]
    assert not any(picture.isNull() for picture in pictures)
    assert pictures[0].toImage() != pictures[1].toImage()
