"""A problem below its field has the button that repairs it (designer.md 1, thing 8: problems with fixes)."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMenu

from floworch.model.workflow import Edge, Node, Workflow


def whole(action):
    nodes = {"a": Node(action=action), "each": Node(action="flow.foreach", params={"items": "{{ nodes.a.output }}"})}
    return Workflow(id="demo", nodes=nodes, edges=(Edge(source="a", target="each"),))


@pytest.fixture
def items(panel, qtbot):
    """Shows the items of a loop over all that an action gives; returns their row."""

    def show(action):
        panel.resize(360, 700)
        panel.context.document.reset(whole(action))
        panel.context.selection.set(["each"])
        panel.context.document.check_now()
        return panel.parameters.form.rows["items"]

    return show


def test_a_click_takes_the_one_list_and_ctrl_z_the_whole_again(panel, items, qtbot, node):
    row = items("mail.read")
    assert "wants a list" in row.message.text()
    assert row.told.fix.text() == "Use “.messages”"
    qtbot.mouseClick(row.told.fix, Qt.MouseButton.LeftButton)
    assert node("each").params["items"] == "{{ nodes.a.output.messages }}"
    panel.context.document.check_now()
    assert row.told.fix is None
    panel.context.document.undo_stack.undo()
    assert node("each").params["items"] == "{{ nodes.a.output }}"
    panel.context.document.check_now()
    assert row.told.fix is not None


def test_of_several_lists_one_is_chosen_with_the_keyboard(panel, items, qtbot, node):
    row = items("data.filter")
    row.told.fix.setFocus()
    qtbot.keyClick(row.told.fix, Qt.Key.Key_Space)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    qtbot.keyClick(menu, Qt.Key.Key_Down)
    qtbot.keyClick(menu, Qt.Key.Key_Return)
    assert node("each").params["items"] == "{{ nodes.a.output.kept }}"


def test_a_record_is_not_repaired(panel, items):
    type(panel.context.document).read_only = True
    try:
        assert items("mail.read").told.fix is None
    finally:
        type(panel.context.document).read_only = False


def test_a_repair_that_no_longer_fits_says_so_at_its_field(panel, items, qtbot):
    row = items("mail.read")
    document = panel.context.document
    button, before = row.told.fix, document.workflow
    document.apply(
        before.replace(nodes={**before.nodes, "each": Node(action="flow.foreach", params={"items": [1]})}), "Edit"
    )
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert "no longer fits" in row.message.text()
