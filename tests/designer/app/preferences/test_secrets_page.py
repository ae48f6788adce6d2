"""Secrets in the settings: their names, where they are, and never their values."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel, QLineEdit

from floworch.actions import secret_sources
from floworch_designer.app.preferences import secrets_page
from floworch_designer.app.preferences.secrets_page import SecretsPage
from floworch_designer.app.widgets import dialogs
from floworch_designer.inspector.secret_dialog import SecretDialog


@pytest.fixture
def page(qtbot, loop, monkeypatch):
    kept = {"MAIL": "hunter2-mail"}
    monkeypatch.setenv("FLOWORCH_SECRET_SHOP", "hunter2-shop")
    for module in (secret_sources, secrets_page):
        monkeypatch.setattr(module, "stored_names", lambda: frozenset(kept))
    monkeypatch.setattr("floworch_designer.inspector.pickers.stored_names", lambda: frozenset(kept))
    monkeypatch.setattr(secrets_page, "keyring_remove", lambda name: kept.pop(name, None) is not None)
    monkeypatch.setattr("floworch_designer.inspector.secret_dialog.keyring_set", kept.__setitem__)
    monkeypatch.setattr("floworch_designer.inspector.secret_dialog.keyring_title", lambda: "a keyring")
    page = SecretsPage()
    page.kept = kept
    qtbot.addWidget(page)
    page.show()
    return page


def rows(page):
    tree = page.list
    return [[tree.topLevelItem(row).text(column) for column in range(2)] for row in range(tree.topLevelItemCount())]


def choose(page, name):
    page.show_rows(rows(page), name)


def test_names_and_places_are_listed_and_no_value(page):
    assert rows(page) == [["MAIL", "Keyring"], ["SHOP", "Environment (FLOWORCH_SECRET_SHOP)"]]
    shown = [each.text() for kind in (QLabel, QLineEdit) for each in page.findChildren(kind)]
    assert "hunter2" not in str((rows(page), shown))


def test_a_new_one_is_set_and_an_old_one_changed(page, qtbot):
    page.add_button.click()
    dialog = page.window().findChild(SecretDialog)
    qtbot.keyClicks(dialog.name_line, "API_TOKEN")
    qtbot.keyClicks(dialog.value_line, "hunter2-api")
    dialog.save_button.click()
    assert page.kept["API_TOKEN"] == "hunter2-api"
    assert page.name == "API_TOKEN"
    assert "hunter2" not in page.message.text()
    dialog.deleteLater()
    qtbot.waitUntil(lambda: page.window().findChild(SecretDialog) is None)
    choose(page, "MAIL")
    page.set_button.click()
    dialog = page.window().findChild(SecretDialog)
    assert dialog.name_line.text() == "MAIL"
    assert dialog.value_line.text() == "", "the value that is kept is not read"


@pytest.mark.parametrize("answer", ["Delete", "Cancel", ""])
def test_one_is_deleted_only_when_the_answer_says_so(page, until, monkeypatch, answer):
    asked = []

    async def ask(_parent, _title, text, *_):
        asked.append(text)
        return answer

    monkeypatch.setattr(dialogs, "ask", ask)
    choose(page, "MAIL")
    page.remove_button.click()
    until(lambda: asked and (answer != "Delete" or page.message.text()))
    assert "MAIL" in asked[0]
    assert ("MAIL" in page.kept) is (answer != "Delete")


def test_what_comes_from_the_environment_cannot_be_deleted_here(page):
    choose(page, "SHOP")
    assert not page.remove_button.isEnabled()
    assert "environment" in page.remove_button.toolTip()
