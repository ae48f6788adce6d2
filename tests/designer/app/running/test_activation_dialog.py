"""The triggers of a workflow: state, next firing, addresses to copy, and the runs they began."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QLabel

from floworch.host.activation import Board
from floworch.model.workflow import Node, Workflow
from floworch_designer.app.running.activation_dialog import ActivationDialog, _left, served_triggers
from floworch_designer.settings.settings import Settings

FLOW = Workflow(
    id="w",
    nodes={
        "nightly": Node(action="trigger.schedule", title="At two", params={"cron": "0 2 * * *", "tz": "UTC"}),
        "hook": Node(action="trigger.webhook", params={"path": "/orders"}),
        "inbox": Node(action="trigger.file", params={"path": "inbox", "pattern": "*.csv"}),
        "by-hand": Node(action="trigger.manual"),
        "off": Node(action="trigger.schedule", disabled=True),
    },
)


class Fake(QObject):
    """An activation that says what a test wants."""

    changed = Signal()

    def __init__(self):
        super().__init__()
        self.on, self.told, self.begun, self.wrong, self.board = False, [], [], "", Board()

    def active(self, _path):
        return self.on

    def triggers(self, _path):
        return self.told

    def firings(self, _path):
        return self.begun

    def error(self, _path):
        return self.wrong


@pytest.fixture
def fake():
    return Fake()


@pytest.fixture
def dialog(fake, theme, qtbot, tmp_path):
    dialog = ActivationDialog(fake, Settings(tmp_path / "designer.ini"), theme)
    qtbot.addWidget(dialog)
    dialog.show_workflow(FLOW, tmp_path / "w.flow.json", False)
    dialog.show()
    return dialog


def texts(dialog):
    return [label.text() for label in dialog.rows.findChildren(QLabel) if label.text()]


def test_before_it_is_active_the_definition_tells(dialog):
    assert served_triggers(FLOW) == ["nightly", "hook", "inbox"]
    assert dialog.status.text() == "Not active"
    assert texts(dialog)[::2] == ["At two", "hook", "inbox"]
    assert texts(dialog)[1].startswith("At 02:00")
    assert texts(dialog)[3::2] == ["POST /orders", "*.csv in inbox"]
    assert (dialog.button.text(), dialog.button.isEnabled()) == ("Activate", True)


def test_the_button_says_what_is_wanted_and_that_it_saves(dialog, fake, qtbot, tmp_path):
    asked = []
    dialog.wanted.connect(asked.append)
    qtbot.mouseClick(dialog.button, Qt.MouseButton.LeftButton)
    dialog.show_workflow(FLOW, tmp_path / "w.flow.json", True)
    assert dialog.button.text() == "Save and activate"
    fake.on = True
    fake.changed.emit()
    assert (dialog.button.text(), dialog.status.text()) == ("Deactivate", "Starting …")
    assert "save your changes" in dialog.about.text()
    qtbot.mouseClick(dialog.button, Qt.MouseButton.LeftButton)
    assert asked == [True, False]


def test_an_active_one_tells_the_next_time_and_copies_address_and_token(dialog, fake, qtbot, tmp_path):
    (tmp_path / "token").write_text("s3cret\n", encoding="ascii")
    soon = (datetime.now(UTC) + timedelta(seconds=40)).strftime("%Y-%m-%dT%H:%M:%SZ")
    fake.on, fake.board = True, Board(token_file=str(tmp_path / "token"))
    fake.told = [
        {"node": "nightly", "title": "At two", "kind": "schedule", "what": "0 2 * * * UTC: At 02:00", "next": soon},
        {"node": "hook", "title": "hook", "kind": "hook", "what": "POST /orders", "auth": "token",
         "url": "http://127.0.0.1:8787/orders"},
    ]  # fmt: skip
    fake.changed.emit()
    assert dialog.status.text() == "Active"
    assert "Next in " in dialog.next_times[soon].text()
    assert "POST http://127.0.0.1:8787/orders" in texts(dialog)
    qtbot.mouseClick(dialog.copies["Copy address"], Qt.MouseButton.LeftButton)
    assert QApplication.clipboard().text() == "http://127.0.0.1:8787/orders"
    qtbot.mouseClick(dialog.copies["Copy token"], Qt.MouseButton.LeftButton)
    assert QApplication.clipboard().text() == "s3cret"
    assert "s3cret" not in str(texts(dialog))


def test_the_last_runs_are_listed_and_enter_shows_one(dialog, fake, qtbot):
    assert not dialog.firings.isVisible()
    fake.on = True
    fake.begun = [{"at": "2026-01-02T02:00:00Z", "trigger": "nightly", "run_id": f"r{n}", "status": "failed"}
                  for n in range(20)]  # fmt: skip
    fake.changed.emit()
    assert dialog.firings.count() == 8
    assert dialog.firings.item(0).text().endswith("At two   failed")
    chosen = []
    dialog.run_chosen.connect(chosen.append)
    dialog.firings.setCurrentRow(1)
    qtbot.keyClick(dialog.firings, Qt.Key.Key_Return)
    assert chosen == ["r1"]


def test_what_is_wrong_is_said(dialog, fake):
    fake.on, fake.wrong = True, "It is not trusted."
    fake.changed.emit()
    assert dialog.error.isVisible()
    assert dialog.error.text() == "It is not trusted."
    assert dialog.status.text() == "Active, but something is wrong"
    fake.wrong = ""
    fake.changed.emit()
    assert not dialog.error.isVisible()


def test_whether_it_goes_on_without_the_window_is_kept(dialog, tmp_path, qtbot):
    assert dialog.keep.isChecked()
    dialog.keep.click()
    assert Settings(tmp_path / "designer.ini").get("engine/keep_serving") is False


@pytest.mark.parametrize(
    ("seconds", "said"), [(5, "in 5 s"), (200, "in 3 min"), (7500, "in 2 h 5 min"), (-9, "in 0 s")]
)
def test_how_long_until_then(seconds, said):
    at = datetime(2026, 1, 2, 2, 0, tzinfo=UTC)
    assert said in _left("2026-01-02T02:00:00Z", at.timestamp() - seconds)
    assert _left("soon", 0.0) == ""
