"""Import and export in the window, and a pasted cURL command."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox

from floworch.model import codec
from floworch_designer.app.files.autosave import is_draft, offer
from floworch_designer.app.files.exchange import FORMS
from floworch_designer.app.widgets import dialogs

FIXTURES = Path(__file__).parents[3] / "engine" / "exchange" / "fixtures"
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
BEGINS = {".svg": b"<svg", ".png": b"\x89PNG", ".pdf": b"%PDF", ".mmd": b"flowchart", ".dot": b"digraph", ".py": b'"""',
          ".zip": b"PK"}  # fmt: skip


def answering(monkeypatch, name, answer):
    async def ask(*_arguments):
        return answer

    monkeypatch.setattr(dialogs, name, ask)


@pytest.mark.parametrize("suffix", list(FORMS))
def test_export_writes_every_form(window, flow, tmp_path, monkeypatch, until, suffix):
    window.session.document.reset(flow(), tmp_path / "demo.flow.json")
    target = tmp_path / f"out{suffix}"
    answering(monkeypatch, "ask_export", (target, suffix))
    window.commands["file.export"].trigger()
    until(target.exists)
    assert target.read_bytes().startswith(BEGINS[suffix])
    until(lambda: "Exported" in window.statusBar().currentMessage())


def test_a_bundle_that_needs_more_than_it_holds_says_so(window, flow, tmp_path, monkeypatch, until):
    from floworch.model.workflow import Node

    made = flow().replace(nodes={"a": Node(action="py:shop:total")}, edges=())
    window.session.document.reset(made, tmp_path / "demo.flow.json")
    answering(monkeypatch, "ask_export", (tmp_path / "x.zip", ".zip"))
    window.commands["file.export"].trigger()
    until(lambda: "message" in window.banners.shown)
    assert "py:shop:total" in window.banners.shown["message"].accessibleName()


def test_what_cannot_be_exported_is_told(window, flow, tmp_path, monkeypatch, until):
    window.session.document.reset(flow())
    answering(monkeypatch, "ask_export", (tmp_path / "x.zip", ".zip"))
    window.commands["file.export"].trigger()
    until(lambda: "message" in window.banners.shown)
    assert "in a file" in window.banners.shown["message"].accessibleName()
    assert not (tmp_path / "x.zip").exists()


def test_import_opens_a_new_workflow_and_tells_what_is_missing(window, monkeypatch, until):
    answering(monkeypatch, "ask_import", FIXTURES / "orders.n8n.json")
    window.commands["file.import"].trigger()
    until(lambda: "get_orders" in window.document.workflow.nodes)
    until(lambda: "message" in window.banners.shown)
    assert "2 of them placeholders" in window.banners.shown["message"].accessibleName()
    assert window.document.path is None, "saving asks where"
    assert window.canvas.graph.boxes["get_orders"].rect[0] == 286


def test_what_cannot_be_imported_is_told_and_changes_nothing(window, flow, tmp_path):
    window.session.document.reset(flow())
    (tmp_path / "x.json").write_text("{")
    assert not window.parts["exchange"].open_import(tmp_path / "x.json")
    assert "cannot be imported" in window.banners.shown["message"].accessibleName()
    assert len(window.document.workflow.nodes) == 2


def test_a_pasted_curl_command_is_a_request_and_one_undo_step(window, flow):
    window.session.document.reset(flow())
    before = window.document.workflow
    command = "curl -X POST https://api.example.com/v1 -H 'Authorization: Bearer abc' --json '{\"a\": 1}'"
    QGuiApplication.clipboard().setText(command)
    window.commands["edit.paste"].trigger()
    (name,) = window.selection.nodes
    node = window.document.workflow.nodes[name]
    assert (node.action, node.params["method"], node.params["json"]) == ("http.request", "POST", {"a": 1})
    assert "abc" not in str(node)
    assert "floworch secrets set API_EXAMPLE_COM_TOKEN" in window.banners.shown["message"].accessibleName()
    window.commands["edit.undo"].trigger()
    assert window.document.workflow == before


def test_a_broken_curl_command_says_so(window, flow):
    window.session.document.reset(flow())
    QGuiApplication.clipboard().setText("curl 'https://x")
    window.parts["edit"].paste_at((10.0, 10.0))
    assert "no cURL command" in window.statusBar().currentMessage()
    assert len(window.document.workflow.nodes) == 2


def press(window, until, key, modifiers):
    window.activateWindow()  # without a window manager nobody does it
    until(window.isActiveWindow)
    QTest.keyClick(window, key, modifiers)


@pytest.fixture
def imported(window, flow, tmp_path, monkeypatch, until):
    """A cURL command imported with the key, after a workflow that has a file."""
    codec.save(flow(), tmp_path / "demo.flow.json")
    window.files.load(tmp_path / "demo.flow.json")
    (tmp_path / "request.txt").write_text("curl https://api.example.com/v1/orders")
    answering(monkeypatch, "ask_import", tmp_path / "request.txt")
    press(window, until, Qt.Key.Key_O, CONTROL | SHIFT)
    until(lambda: len(window.tabs.all) == 2)
    return window.tab


def test_an_import_is_unsaved_work_until_it_is_saved(window, imported, tmp_path):
    assert imported.document.dirty
    assert window.isWindowModified()
    assert is_draft(imported) is (imported.autosave is not None)
    imported.document.apply(imported.document.workflow.replace(name="Orders"), "Rename")
    imported.document.undo_stack.undo()
    assert imported.document.dirty, "taking an edit back saves nothing"
    imported.document.save(tmp_path / "orders.flow.json")
    assert not imported.document.dirty


@pytest.mark.parametrize("words", ["Cancel", "Don't save"])
def test_closing_an_import_asks_and_the_key_brings_back_what_was_not_saved(window, imported, until, words):
    workflow, restricted = imported.document.workflow, imported.restricted
    press(window, until, Qt.Key.Key_W, CONTROL)
    until(lambda: window.findChildren(QMessageBox))
    (box,) = window.findChildren(QMessageBox)
    next(button for button in box.buttons() if button.text() == words).click()
    until(lambda: not window.files._busy)
    assert len(window.tabs.all) == (2 if words == "Cancel" else 1)
    if words == "Don't save":
        press(window, until, Qt.Key.Key_T, CONTROL | SHIFT)
        assert window.document.workflow == workflow
        assert window.document.dirty
        assert window.tab.restricted is restricted


def test_an_import_comes_back_as_a_draft(window, flow, tmp_path):
    window.session.recovery = tmp_path / "recovery"
    window.files.show(flow())  # the first tab is older than the folder
    (tmp_path / "request.txt").write_text("curl https://api.example.com/v1/orders")
    assert window.parts["exchange"].open_import(tmp_path / "request.txt")
    tab, workflow = window.tab, window.document.workflow
    assert is_draft(tab)
    tab.autosave.leave(True)
    offer(window, window.session.recovery)
    assert window.tab is not tab
    assert window.document.workflow == workflow
    assert window.tab.restricted, "nobody has agreed to what it does"
