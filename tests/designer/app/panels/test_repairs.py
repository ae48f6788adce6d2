"""Quick fixes are one undo step, and say why when they no longer fit."""

from __future__ import annotations

import pytest

from floworch.model.problem import Problem
from floworch_designer.app.panels.repairs import repair, repair_label
from floworch_designer.document.document import Document


@pytest.mark.parametrize(("given", "label"), [
    ({"op": "set_field", "field": "join", "value": "any"}, "Set join"),
    ({"op": "replace_text", "path": "p", "old": "a", "new": "pay"}, "Use “pay”"),
    ({"op": "declare_input", "name": "order"}, "Declare input “order”"),
    ({"op": "set_layers", "node": "a", "value": [], "unset": []}, "Mend the middleware"),
    ({"op": "from the future"}, "Fix"),
    ({"op": "set_field"}, "Fix"),
])  # fmt: skip
def test_labels(given, label):
    assert repair_label(given) == label


def test_a_repair_is_one_undo_step(flow, qapp):
    document = Document(validate=lambda _: ())
    document.reset(flow())
    given = {"op": "set_field", "node": "first", "field": "join", "value": "any"}
    assert repair(document, Problem("x", "error", "", "", node="first", repair=given)) == ""
    assert document.workflow.nodes["first"].join == "any"
    document.undo_stack.undo()
    assert document.workflow.nodes["first"].join == "all"


def test_a_repair_that_does_not_fit_says_so(flow, qapp):
    document = Document(validate=lambda _: ())
    document.reset(flow())
    gone = Problem("x", "error", "", "", repair={"op": "unset_field", "node": "gone", "field": "join"})
    assert "no longer fits" in repair(document, gone)
    assert not document.dirty
    assert repair(document, Problem("x", "error", "", "")) != ""
