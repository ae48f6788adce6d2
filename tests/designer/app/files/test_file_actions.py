"""Open, save and recent files; what cannot be read or written is told and nothing is lost."""

from __future__ import annotations

import pytest

from floworch.model import codec


@pytest.fixture
def path(flow, tmp_path):
    path = tmp_path / "demo.flow.json"
    codec.save(flow(), path)
    return path


def test_open_edit_save(window, path, until):
    assert window.files.load(path)
    assert window.session.settings.get("files/recent") == [str(path)]
    workflow = window.document.workflow
    window.document.apply(workflow.replace(name="Renamed"), "Rename")
    window.commands["file.save"].trigger()
    until(lambda: not window.document.dirty)
    assert codec.load(path).name == "Renamed"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 1}', "\x00"])
def test_a_malformed_file_is_told_and_changes_nothing(window, flow, tmp_path, text):
    window.session.document.reset(flow())
    path = tmp_path / "bad.flow.json"
    path.write_text(text)
    assert not window.files.load(path)
    assert "message" in window.banners.shown
    assert len(window.document.workflow.nodes) == 2


def test_a_missing_file_is_told(window, tmp_path):
    assert not window.files.load(tmp_path / "nope.flow.json")
    assert "nope" in window.banners.shown["message"].accessibleName()


def test_a_failed_save_keeps_the_document_dirty(window, flow, tmp_path, until):
    (tmp_path / "dir.flow.json").mkdir()
    window.session.document.reset(flow(), tmp_path / "dir.flow.json")
    window.document.apply(flow(description="x"), "Edit")
    window.commands["file.save"].trigger()
    until(lambda: "message" in window.banners.shown)
    assert window.document.dirty


def test_recent_files_are_listed(window, path):
    window.files.load(path)
    window.recent.fill()
    assert [action.text() for action in window.recent.actions()] == ["demo.flow.json"]


def test_new_starts_empty(window, path, until):
    window.files.load(path)
    window.commands["file.new"].trigger()
    until(lambda: not window.document.workflow.nodes)
    assert window.document.path is None


def test_a_large_definition_is_kept_out_of_garbage_collections():
    import gc

    from floworch_designer.app.files.file_actions import settle_memory

    before = gc.get_freeze_count()
    settle_memory(10)
    assert gc.get_freeze_count() == before
    settle_memory(10_000)
    try:
        assert gc.get_freeze_count() > before
    finally:
        gc.unfreeze()


def test_a_definition_without_positions_is_laid_out_and_stays_clean(window, flow, tmp_path):
    path = tmp_path / "bare.flow.json"
    codec.save(flow(), path)
    assert window.files.load(path)
    first, second = (window.canvas.node_rect(name) for name in ("first", "second"))
    assert first.right() < second.left()
    assert not window.document.dirty
    assert window.document.path == path


def test_a_file_with_broken_parts_opens_as_a_copy(window, tmp_path):
    import json

    path = tmp_path / "broken.flow.json"
    nodes = {"good": {"action": "data.set", "params": {"fields": {}}}, "bad": {"action": 5}}
    text = json.dumps({"format": 1, "id": "x", "nodes": nodes})
    path.write_text(text)
    assert window.files.load(path)
    assert "good" in window.document.workflow.nodes
    assert window.document.path is None
    assert "opened as a copy" in window.banners.shown["message"].title.text()
    assert path.read_text() == text
