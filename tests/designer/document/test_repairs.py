"""Quick fixes are one undo step, and say why when they no longer fit."""

from __future__ import annotations

import pytest

from floworch.model.problem import Problem
from floworch.model.workflow import Node, Workflow
from floworch_designer.document.document import Document
from floworch_designer.document.repairs import choices, repair, repair_label


@pytest.mark.parametrize(("given", "label"), [
    ({"op": "set_field", "field": "join", "value": "any"}, "Set join"),
    ({"op": "replace_text", "path": "p", "old": "a", "new": "pay"}, "Use “pay”"),
    ({"op": "set_param", "node": "a", "param": "respond", "value": "end"}, "Set respond to end"),
    ({"op": "declare_input", "name": "order"}, "Declare input “order”"),
    ({"op": "replace_text", "path": "p", "old": "ls {{ a }}", "new": "ls {{ a | quote }}"}, "Add “| quote”"),
    ({"op": "replace_text", "path": "p", "old": "nodes.a.output", "new": "nodes.a.output.files"}, "Use “.files”"),
    ({"op": "choose", "choices": []}, "Choose…"),
    ({"op": "set_layers", "node": "a", "value": [], "unset": []}, "Mend the middleware"),
    ({"op": "from the future"}, "Fix"),
    ({"op": "set_field"}, "Fix"),
])  # fmt: skip
def test_labels(given, label):
    assert repair_label(given) == label


def flow():
    return Workflow(id="demo", nodes={"first": Node(action="util.log", params={"message": "hi"})})


def test_a_repair_is_one_undo_step(qapp):
    document = Document(validate=lambda _: ())
    document.reset(flow())
    given = {"op": "set_field", "node": "first", "field": "join", "value": "any"}
    assert repair(document, Problem("x", "error", "", "", node="first", repair=given)) == ""
    assert document.workflow.nodes["first"].join == "any"
    document.undo_stack.undo()
    assert document.workflow.nodes["first"].join == "all"


def test_a_repair_that_does_not_fit_says_so(qapp):
    document = Document(validate=lambda _: ())
    document.reset(flow())
    gone = Problem("x", "error", "", "", repair={"op": "unset_field", "node": "gone", "field": "join"})
    assert "no longer fits" in repair(document, gone)
    assert not document.dirty
    assert repair(document, Problem("x", "error", "", "")) != ""


def test_a_problem_is_offered_by_each_of_its_repairs():
    ways = [{"op": "unset_field", "node": "a", "field": name} for name in ("join", "timeout")]
    several = Problem("x", "error", "", "", repair={"op": "choose", "choices": ways})
    assert [each.repair for each in choices(several)] == ways
    one = Problem("x", "error", "", "", repair=ways[0])
    assert choices(one) == [one]
    assert choices(Problem("x", "error", "", "")) == []
