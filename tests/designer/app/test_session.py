"""What outlives a window; a definition that is only looked at."""

from __future__ import annotations

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
