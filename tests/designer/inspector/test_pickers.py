"""Secrets and connections are chosen by name, and made where they are missing."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent

from floworch.actions.connections import checked, connections, save_connection
from floworch.actions.secret_sources import _write_names
from floworch.model.workflow import Node
from floworch_designer.inspector.form import Form
from floworch_designer.inspector.pickers import PickerEditor, secret_names
from floworch_designer.inspector.schema import MISSING, Field, Kind


@pytest.fixture
def kept(monkeypatch):
    _write_names(frozenset({"api-key", "SHOP_PW"}))
    monkeypatch.setenv("FLOWORCH_SECRET_API_KEY", "value of api-key")
    monkeypatch.setenv("FLOWORCH_SECRET_FREE", "in the air")
    for name, kind, fields in (
        ("shop", "sql", {"url": "shop.db", "password": "SHOP_PW"}),
        ("api", "http", {"url": "https://api.example"}),
    ):
        save_connection(checked(name, kind, fields))


@pytest.fixture
def picker(qtbot, theme, kept):
    def make(kind, **more):
        form = Form((Field("x", "X", kind, **more),), theme)
        qtbot.addWidget(form)
        form.show()
        editor = form.rows["x"].editor
        assert isinstance(editor, PickerEditor)
        return editor

    return make


def entries(editor):
    editor.fill()
    return [editor.box.itemText(row) for row in range(editor.box.count())]


def choose(editor, text):
    """What a click on an entry does: the box shows its words, then says so."""
    row = entries(editor).index(text)
    editor.box.setCurrentIndex(row)
    editor.box.activated.emit(row)


def test_secrets_of_keyring_and_environment_are_offered_by_name(kept):
    assert secret_names() == ["FREE", "SHOP_PW", "api-key"]


@pytest.mark.parametrize(
    ("kind", "types", "offered"),
    [
        (Kind.SECRET, (), ["FREE", "SHOP_PW", "api-key", "", "Set a secret…"]),
        (Kind.CONNECTION, ("sql",), ["shop", "", "New connection…"]),
        (Kind.CONNECTION, (), ["api", "shop", "", "New connection…"]),
        (Kind.CONNECTION, ("mail",), ["New connection…"]),
    ],
)
def test_what_fits_is_offered_and_a_way_to_make_one(picker, kind, types, offered):
    assert entries(picker(kind, types=types)) == offered


def test_one_is_chosen_typed_and_emptied(qtbot, picker):
    editor = picker(Kind.CONNECTION)
    with qtbot.waitSignal(editor.edited):
        choose(editor, "shop")
    assert editor.value() == "shop"
    assert "Edit shop…" in entries(editor)
    assert editor.line.text() == "shop", "filling the list changes nothing"
    editor.line.selectAll()
    with qtbot.waitSignal(editor.edited):
        qtbot.keyClicks(editor.line, "s")
    assert editor.value() == "s", "what is typed is not completed to something else"
    qtbot.keyClick(editor.line, Qt.Key.Key_Backspace)
    assert editor.value() is MISSING


def test_arrow_keys_open_the_list_and_the_wheel_is_left_to_the_page(qtbot, picker):
    editor = picker(Kind.SECRET)
    editor.set_value("FREE")
    wheel = QWheelEvent(
        QPointF(5, 5), QPointF(5, 5), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    assert editor.eventFilter(editor.box, wheel)
    assert not wheel.isAccepted()
    qtbot.keyClick(editor.box, Qt.Key.Key_Down)
    assert editor.box.view().isVisible()
    assert editor.value() == "FREE"
    editor.box.hidePopup()


def test_a_new_connection_is_made_named_and_kept(qtbot, picker):
    editor = picker(Kind.CONNECTION, types=("mail",))
    qtbot.keyClicks(editor.line, "post")
    choose(editor, "New connection…")
    assert editor.value() == "post", "the words of the entry are no name"
    dialog = editor.dialog
    assert (dialog.name_line.text(), dialog.type_box.isEnabled()) == ("post", False)
    qtbot.keyClicks(dialog.form.rows["host"].editor.line, "smtp.example")
    with qtbot.waitSignal(editor.edited):
        qtbot.mouseClick(dialog.save_button, Qt.MouseButton.LeftButton)
    assert editor.value() == "post"
    assert connections()["post"].fields == {"host": "smtp.example"}


def test_a_known_one_is_changed_and_cancel_changes_nothing(qtbot, picker):
    editor = picker(Kind.CONNECTION)
    editor.set_value("api")
    choose(editor, "Edit api…")
    dialog = editor.dialog
    assert not dialog.name_line.isEnabled()
    assert dialog.values() == {"url": "https://api.example"}
    dialog.reject()
    assert editor.value() == "api"
    assert connections()["api"].fields == {"url": "https://api.example"}


def test_a_secret_is_set_from_the_list(qtbot, picker, monkeypatch):
    set_there = {}
    home = "floworch_designer.inspector.secret_dialog"
    monkeypatch.setattr(f"{home}.keyring_set", set_there.__setitem__)
    monkeypatch.setattr(f"{home}.keyring_title", lambda: "a keyring")
    editor = picker(Kind.SECRET)
    choose(editor, "Set a secret…")
    qtbot.keyClicks(editor.dialog.name_line, "TOKEN")
    qtbot.keyClicks(editor.dialog.value_line, "hunter2222")
    with qtbot.waitSignal(editor.edited):
        editor.dialog.accept()
    assert (editor.value(), set_there) == ("TOKEN", {"TOKEN": "hunter2222"})


def test_the_inspector_shows_pickers_and_hides_what_a_connection_says(qtbot, context, panel, kept):
    context.document.reset(
        context.document.workflow.replace(nodes={"ask": Node(action="ai.chat", params={"model": "m", "prompt": "?"})})
    )
    context.selection.set(["ask"])
    rows = panel.parameters.form.rows
    assert isinstance(rows["connection"].editor, PickerEditor)
    assert isinstance(rows["key"].editor, PickerEditor)
    assert not rows["url"].isHidden()
    qtbot.keyClicks(rows["connection"].editor.line, "model")
    assert rows["url"].isHidden()
    assert rows["key"].isHidden()
    assert context.document.workflow.nodes["ask"].params["connection"] == "model"
