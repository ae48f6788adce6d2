"""What outlives a window; a definition that is only looked at."""

from __future__ import annotations

from floworch.model.workflow import Edge, Node, Workflow
from floworch.run.events import EventKind
from floworch_designer.app.session import ViewedDocument


def test_a_viewed_definition_cannot_be_edited(flow, qapp):
    document = ViewedDocument()
    document.reset(flow())
    told, refused = [], []
    document.changed.connect(told.append)
    document.refused.connect(lambda: refused.append(True))
    document.apply(flow(description="x"), "Edit")
    assert document.workflow == flow()
    assert told[0].everything  # forms go back to what the record says
    assert refused == [True]
    assert not document.dirty


def test_a_session_uses_the_global_registry(session):
    assert session.registry.find_action("data.set") is not None
    assert "logging" in session.registry.layer_ids()


def test_every_sheet_has_a_document_and_a_run_of_its_own(session, loop):
    first, second = session.front, session.new_sheet()
    assert first.document is not second.document
    assert first.controller.feed is not second.controller.feed
    session.front = second
    assert (session.document, session.selection, session.controller) == (
        second.document,
        second.selection,
        second.controller,
    )
    loop.run_until_complete(session.drop_sheet(first))
    assert session.sheets == [second]
    loop.run_until_complete(session.close())


def test_what_a_run_gave_tells_of_a_list_that_no_schema_declares(window, session, host, until):
    """A fix for what only the run shows: the step gave an object, of which one field is the list."""
    nodes = {
        "code": Node(action="python.code", params={"code": "return 1"}),
        "each": Node(action="flow.foreach", params={"items": "{{ nodes.code.output }}"}),
    }
    workflow = Workflow(id="demo", nodes=nodes, edges=(Edge(source="code", target="each"),))
    session.document.reset(workflow)
    assert "whole_output" not in {problem.code for problem in session.document.check_now()}
    run_id = host.add(workflow, "r-1")
    host.push(run_id, EventKind.RUN_STARTED)
    host.push(run_id, EventKind.NODE_STARTED, 0)
    host.push(run_id, EventKind.NODE_COMPLETED, 0, {"output": {"orders": [1, 2], "count": 2}})
    host.push(run_id, EventKind.RUN_FAILED, payload={"error": {"kind": "x", "message": "y"}})
    window.runs.open_run(run_id)
    until(lambda: any(problem.code == "whole_output" for problem in session.document.problems))
    (found,) = [problem for problem in session.document.problems if problem.code == "whole_output"]
    assert found.repair["new"] == "nodes.code.output.orders"
