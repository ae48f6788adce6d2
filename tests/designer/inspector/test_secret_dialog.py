"""Setting a secret in the window: kept in the keyring, never shown."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLineEdit

from floworch.actions.secret_sources import NoKeyring
from floworch_designer.inspector import secret_dialog
from floworch_designer.inspector.secret_dialog import SecretDialog


@pytest.fixture
def dialog(qtbot, monkeypatch):
    def make(name="", keep=lambda name, value: None, title=lambda: "a keyring"):
        monkeypatch.setattr(secret_dialog, "keyring_set", keep)
        monkeypatch.setattr(secret_dialog, "keyring_title", title)
        made = SecretDialog(name)
        qtbot.addWidget(made)
        made.show()
        return made

    return make


def fail(error):
    def raiser(*_):
        raise error

    return raiser


def test_name_and_value_are_kept_and_the_value_is_gone(qtbot, dialog):
    kept = {}
    made = dialog("TOKEN", kept.__setitem__)
    assert made.value_line.echoMode() is QLineEdit.EchoMode.Password
    qtbot.keyClicks(made.value_line, "hunter2222")
    with qtbot.waitSignal(made.accepted):
        made.save_button.click()
    assert (made.name, kept, made.value_line.text()) == ("TOKEN", {"TOKEN": "hunter2222"}, "")


@pytest.mark.parametrize(
    ("name", "value", "keep", "said"),
    [
        ("1 2", "x", None, "cannot be the name of a secret"),
        ("TOKEN", "", None, "Write the value"),
        ("TOKEN", "x", fail(NoKeyring("The keyring is locked.", "Unlock it.")), "The keyring is locked. Unlock it."),
        ("TOKEN", "x", fail(OSError(28, "No space left on device")), "No space left on device"),
    ],
)
def test_what_does_not_work_is_said_and_the_window_stays(qtbot, dialog, name, value, keep, said):
    made = dialog(name, keep or (lambda *_: pytest.fail("kept")))
    qtbot.keyClicks(made.value_line, value)
    made.save_button.click()
    assert made.isVisible()
    assert said in made.message.text()


def test_without_a_keyring_the_environment_is_told(dialog):
    made = dialog("TOKEN", title=fail(NoKeyring("This machine has no keyring.", "")))
    assert "FLOWORCH_SECRET_TOKEN" in made.message.text()
    assert not made.save_button.isEnabled()
