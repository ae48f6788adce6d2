"""Several nodes edited together: common values shown, differing ones marked, one undo step for all."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from floworch_designer.document import edits


@pytest.fixture
def page(panel, context):
    context.selection.set(["log", "next"])
    return panel.several


def nodes(context):
    return [context.document.workflow.nodes[key] for key in ("log", "next")]


def test_what_they_share_is_shown_and_what_they_do_not_is_marked(page, panel, context):
    assert page.parameters is not None
    assert page.parameters.rows["message"].value() is edits.MISSING
    assert "differs" in page.parameters.rows["message"].label.text()
    assert "differs" not in page.parameters.rows["level"].label.text()
    made = edits.set_param(context.document.workflow, "next", "message", "hi")
    context.document.apply(made, "Edit")
    assert page.parameters.rows["message"].value() == "hi"
    assert "differs" not in page.parameters.rows["message"].label.text()


def test_typing_goes_to_all_of_them_as_one_step(page, context, qtbot):
    timeout = page.forms[2].rows["timeout"]
    qtbot.keyClicks(timeout.literal.line, "30s")
    assert [node.timeout for node in nodes(context)] == ["30s", "30s"]
    box = page.forms[0].rows["disabled"].literal.box
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=_middle(box))
    assert [node.disabled for node in nodes(context)] == [True, True]
    message = page.parameters.rows["message"]
    qtbot.keyClicks(message.editor.text if hasattr(message.editor, "text") else message.editor.line, "both")
    assert [node.params["message"] for node in nodes(context)] == ["both", "both"]
    stack = context.document.undo_stack
    assert stack.count() == 3
    while stack.can_undo():
        stack.undo()
    assert [node.params["message"] for node in nodes(context)] == ["hi", "{{ nodes.log.output }}"]
    assert not any(node.disabled or node.timeout for node in nodes(context))


def _middle(box):
    from PySide6.QtCore import QPoint

    return QPoint(8, box.height() // 2)


def test_middleware_is_added_to_all_and_different_actions_have_no_common_parameters(page, panel, context, qtbot):
    panel.grab()
    qtbot.mouseClick(page.add_button, Qt.MouseButton.LeftButton)
    assert page.search.isVisible()
    qtbot.keyClicks(page.search.line, "logg")
    qtbot.keyClick(page.search.line, Qt.Key.Key_Return)
    assert [[layer.use for layer in node.middleware] for node in nodes(context)] == [["logging"], ["logging"]]
    context.selection.set(["log", "odd"])
    assert panel.several.parameters is None
    context.selection.set(["log"])
    assert context.document.undo_stack.count() == 1
