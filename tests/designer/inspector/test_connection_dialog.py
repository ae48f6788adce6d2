"""The window of a connection: its form follows type and login, it can be tried before it is kept."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from floworch.actions.connections import SECRET_FIELDS, TYPES, checked, connections, save_connection
from floworch.errors import ActionError, ErrorKind
from floworch_designer.inspector.connection_dialog import TITLES, ConnectionDialog, fields_for
from floworch_designer.inspector.form import Form
from floworch_designer.inspector.schema import Kind


@pytest.fixture
def dialog(qtbot, theme):
    def make(*types, known=None, name=""):
        forms = Form((), theme)
        qtbot.addWidget(forms)
        made = ConnectionDialog(forms.nested, types, known, name)
        qtbot.addWidget(made)
        made.show()
        return made

    return make


def write(qtbot, made, **fields):
    for name, text in fields.items():
        qtbot.keyClicks(made.form.rows[name].editor.line, text)


@pytest.mark.parametrize("kind", TYPES)
def test_every_type_has_a_form_with_secrets_by_name(kind):
    assert kind in TITLES
    fields = {field.name: field for field in fields_for(kind)}
    assert set(fields) == {*TYPES[kind][0], *TYPES[kind][1]}
    assert {name for name, field in fields.items() if field.kind is Kind.SECRET} == SECRET_FIELDS & set(fields)


def test_the_login_decides_which_fields_are_shown_and_written(qtbot, dialog):
    made = dialog("http", name="api")
    write(qtbot, made, url="https://api.example")
    auth = made.form.rows["auth"].editor
    shown = {}
    for way in ("basic", "oauth2", "bearer"):
        row = [auth.box.itemText(i) for i in range(auth.box.count())].index(way)
        auth.box.setCurrentIndex(row)
        auth.box.activated.emit(row)
        shown[way] = [name for name, each in made.form.rows.items() if not each.isHidden()]
    assert shown == {
        "basic": ["url", "auth", "user", "password"],
        "oauth2": ["url", "auth", "token_url", "client_id", "client_secret", "scope"],
        "bearer": ["url", "auth", "token"],
    }
    made.save_button.click()
    assert "Still needed: Token" in made.message.text()
    write(qtbot, made, token="API_TOKEN")
    assert made.message.isHidden(), "what was wrong is gone while it is mended"
    with qtbot.waitSignal(made.accepted):
        made.save_button.click()
    assert connections()["api"].fields == {"url": "https://api.example", "auth": "bearer", "token": "API_TOKEN"}


def test_another_type_keeps_what_both_have(qtbot, dialog):
    made = dialog("sql", "ai", name="x")
    write(qtbot, made, url="https://h/v1", password="PW")
    made.type_box.setCurrentIndex(1)
    assert made.values() == {"url": "https://h/v1"}
    assert (made.made().type, list(made.form.rows)) == ("ai", ["url", "key"])


def test_a_name_that_is_taken_and_fields_without_sense_are_said(qtbot, dialog):
    save_connection(checked("shop", "sql", {"url": "x.db"}))
    made = dialog("sql", name="shop")
    write(qtbot, made, url="y.db")
    made.save_button.click()
    assert "already" in made.message.text()
    made.name_line.setText("1")
    made.save_button.click()
    assert "cannot be the name" in made.message.text()
    assert connections()["shop"].get("url") == "x.db"


def test_a_known_one_is_changed(qtbot, dialog):
    save_connection(checked("shop", "sql", {"url": "x.db"}))
    made = dialog(known=connections()["shop"])
    assert (made.name_line.isEnabled(), made.type_box.isEnabled(), made.values()) == (False, False, {"url": "x.db"})
    write(qtbot, made, password="PW")
    made.save_button.click()
    assert connections()["shop"].fields == {"url": "x.db", "password": "PW"}


@pytest.mark.parametrize("works", [True, False])
def test_it_is_tried_without_being_kept(qtbot, dialog, loop, monkeypatch, works):
    tried = []

    async def attempt(made):
        tried.append(made)
        await asyncio.sleep(0)
        if not works:
            raise ActionError("nobody answers", ErrorKind.CONNECTION, hint="Start it.")
        return "it answers"

    monkeypatch.setattr("floworch.host.trying.attempt", attempt)
    made = dialog("sql", name="shop")
    made.test_button.click()
    assert (made.message.text().split(".")[0], tried) == ("Still needed: Address", [])
    write(qtbot, made, url="x.db")

    async def press():
        made.test_button.click()
        assert not made.test_button.isEnabled()
        await made._task

    loop.run_until_complete(press())
    assert made.message.text() == ("It works: it answers." if works else "It does not work: nobody answers Start it.")
    assert made.test_button.isEnabled()
    assert [each.name for each in tried] == ["shop"]
    assert connections() == {}


def test_closing_ends_a_try(qtbot, dialog, loop, monkeypatch):
    ended = []

    async def attempt(made):
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(made.name)

    monkeypatch.setattr("floworch.host.trying.attempt", attempt)
    made = dialog("sql", name="shop")
    write(qtbot, made, url="x.db")

    async def press():
        made.test_button.click()
        task = made._task
        await asyncio.sleep(0)
        made.reject()
        with pytest.raises(asyncio.CancelledError):
            await task

    loop.run_until_complete(press())
    assert ended == ["shop"]


def test_tab_goes_through_the_fields_before_the_buttons(qtbot, dialog):
    made = dialog(*TYPES)
    made.type_box.setCurrentIndex(1)
    made.activateWindow()
    QApplication.processEvents()
    made.name_line.setFocus()
    passed = [made.focusWidget()]
    for _ in range(30):
        qtbot.keyClick(passed[-1], Qt.Key.Key_Tab)
        passed.append(made.focusWidget())
    rows = list(made.form.rows.values())
    fields = [next((at for at, row in enumerate(rows) if row.isAncestorOf(each)), None) for each in passed]
    once = fields[: passed.index(made.save_button)]
    reached = [at for at in once if at is not None]
    assert len(set(reached)) > 1
    assert reached == sorted(reached)
    assert set(fields) == {*reached, None}, "no field comes after the buttons"
