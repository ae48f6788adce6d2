"""What outlives a window; a definition that is only looked at."""

from __future__ import annotations

from floworch_designer.app.session import ViewedDocument


def test_a_viewed_definition_cannot_be_edited(flow, qapp):
    document = ViewedDocument()
    document.reset(flow())
    told = []
    document.changed.connect(told.append)
    document.apply(flow(description="x"), "Edit")
    assert document.workflow == flow()
    assert told[0].everything  # forms go back to what the record says
    assert not document.dirty


def test_a_session_uses_the_global_registry(session):
    assert session.registry.find_action("data.set") is not None
    assert "logging" in session.registry.layer_ids()
