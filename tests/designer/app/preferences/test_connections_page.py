"""Connections in the settings: listed, made, changed, tried, deleted and brought back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from floworch.actions.connections import checked, connections, connections_file, save_connection
from floworch.errors import ActionError, ErrorKind
from floworch_designer.app.preferences.connections_page import ConnectionsPage
from floworch_designer.inspector.connection_dialog import ConnectionDialog

SHOP = checked("shop", "http", {"url": "https://shop.example", "auth": "bearer", "token": "SHOP_TOKEN"})
BASE = checked("base", "sql", {"url": "postgresql://me@db.example/x"})


@pytest.fixture
def page(qtbot, theme, loop):
    save_connection(SHOP)
    save_connection(BASE)
    page = ConnectionsPage(theme)
    qtbot.addWidget(page)
    page.show()
    return page


def rows(page):
    tree = page.list
    return [[tree.topLevelItem(row).text(column) for column in range(3)] for row in range(tree.topLevelItemCount())]


def dialog_of(page):
    return page.window().findChild(ConnectionDialog)


def test_they_are_listed_with_type_and_place_and_no_secret(page):
    assert rows(page) == [["base", "Database (SQL)", "postgresql://me@db.example/x"],
                          ["shop", "Web API (HTTP)", "https://shop.example"]]  # fmt: skip
    assert "SHOP_TOKEN" not in str(rows(page))


def test_one_is_made_and_one_is_changed(page, qtbot):
    page.add_button.click()
    dialog = dialog_of(page)
    qtbot.keyClicks(dialog.name_line, "api")
    qtbot.keyClicks(dialog.form.rows["url"].editor.line, "https://api.example")
    dialog.save_button.click()
    assert page.name == "api"
    assert "api is kept" in page.message.text()
    assert connections()["api"].get("url") == "https://api.example"
    dialog.deleteLater()
    qtbot.waitUntil(lambda: dialog_of(page) is None)
    page.list.setFocus()
    qtbot.keyClick(page.list, Qt.Key.Key_Return)
    dialog = dialog_of(page)
    assert dialog.name == "api"
    line = dialog.form.rows["url"].editor.line
    line.selectAll()
    qtbot.keyClicks(line, "https://new.example")
    dialog.save_button.click()
    assert connections()["api"].get("url") == "https://new.example"
    assert ["api", "Web API (HTTP)", "https://new.example"] in rows(page)


def test_one_is_deleted_and_brought_back_as_it_was(page):
    page.show_rows([("shop", "", "")])
    page.remove_button.click()
    assert set(connections()) == {"base"}
    assert "Workflows that use it fail" in page.message.text()
    assert page.undo_button.isVisible()
    page.undo_button.click()
    assert connections()["shop"] == SHOP
    assert page.name == "shop"
    assert page.undo_button.isHidden()


@pytest.mark.parametrize(
    ("answer", "said", "role"),
    [
        ("it answers", "base works: it answers.", "caption"),
        (
            ActionError("refused", ErrorKind.CONNECTION, hint="Start it."),
            "base does not work: refused Start it.",
            "error",
        ),
    ],
)
def test_one_is_tried(page, monkeypatch, until, answer, said, role):
    async def attempt(connection):
        assert connection == BASE
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr("floworch.host.trying.attempt", attempt)
    page.test_button.click()
    assert page.message.text() == "Trying base …"
    assert not page.test_button.isEnabled()
    until(page.test_button.isEnabled)
    assert (page.message.text(), page.message.property("role")) == (said, role)


def test_a_damaged_file_is_told_and_left_alone(page):
    connections_file().write_text("{", encoding="utf-8")
    page.fill()
    assert "it is not JSON" in page.message.text()
    assert rows(page) == []
    assert not page.edit_button.isEnabled()
    assert connections_file().read_text(encoding="utf-8") == "{"
