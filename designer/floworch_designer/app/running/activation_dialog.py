"""The triggers of a workflow: whether they are served, when they fire next, what they began, and their addresses."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from floworch.model.triggers import MANUAL, triggers_of
from floworch_designer.inspector.widgets import restyle
from floworch_designer.settings.findings import said
from floworch_designer.settings.words import tr

if TYPE_CHECKING:
    from floworch.model.workflow import Workflow
    from floworch_designer.runs.activation import Activation
    from floworch_designer.settings.settings import Settings
    from floworch_designer.theme.theme import Theme

_ICONS = {"schedule": "clock", "hook": "webhook", "folder": "folder"}
_ACTIONS = {"trigger.schedule": "schedule", "trigger.webhook": "hook", "trigger.file": "folder"}
#: Begun runs that are listed.
LISTED = 8
_LINE = 26


def served_triggers(workflow: Workflow) -> list[str]:
    """The triggers that can be served: all that are enabled but those by hand."""
    found = (name for name in triggers_of(workflow))
    return [name for name in found if workflow.nodes[name].action != MANUAL and not workflow.nodes[name].disabled]


class ActivationDialog(QDialog):
    """Follows the service while it is open.

    Signals:
        wanted: The triggers are to be served (True) or not (False).
        run_chosen: A run that a trigger began is to be shown.
    """

    wanted = Signal(bool)
    run_chosen = Signal(str)

    def __init__(self, activation: Activation, settings: Settings, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Triggers"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(620)
        self._activation, self._theme = activation, theme
        self._path: Path | None = None
        self._workflow: Workflow | None = None
        self._dirty = False
        self._shown: object = None
        self.glyph, self.status, self.about = QLabel(), QLabel(), QLabel()
        self.status.setProperty("role", "title")
        self.error = QLabel()
        self.error.setProperty("role", "error")
        for label in (self.about, self.error):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.about.setProperty("role", "secondary")
        self.rows = QWidget()
        self.copies: dict[str, QPushButton] = {}
        self.next_times: dict[str, QLabel] = {}
        self.firings = QListWidget()
        self.firings.setAccessibleName(tr("Last runs"))
        self.firings.itemActivated.connect(lambda item: self.run_chosen.emit(str(item.data(Qt.ItemDataRole.UserRole))))
        self.keep = QCheckBox(tr("Go on while this window is closed"))
        self.keep.setChecked(settings.get("engine/keep_serving"))
        self.keep.toggled.connect(lambda on: settings.set("engine/keep_serving", on))
        self._lay_out()
        self._tick = QTimer(self)
        self._tick.timeout.connect(self._on_tick)
        self._tick.start(1000)
        activation.changed.connect(self.refresh)

    def show_workflow(self, workflow: Workflow, path: Path | None, dirty: bool) -> None:
        """Tell of this workflow."""
        self._workflow, self._path, self._dirty = workflow, path, dirty
        self._shown = None
        self.refresh()

    def refresh(self) -> None:
        """Write how it stands now."""
        activation, path = self._activation, self._path
        active = activation.active(path)
        triggers = self._triggers()
        error = activation.error(path) if active and path is not None else ""
        color, icon, words = self._standing(active, error)
        self.glyph.setPixmap(self._theme.pixmap(icon, color, 20))
        self.status.setText(words)
        self.about.setText(self._about(active))
        self.error.setText(said(error))
        self.error.setVisible(bool(error))
        self.button.setText(self._verb(active))
        self.button.setEnabled(active or bool(triggers))
        restyle(self.button, "kind", "" if active else "primary")
        self._show_firings()
        if self._shown != (triggers, active):
            self._shown = (triggers, active)
            self._show_triggers(triggers)
        self._on_tick()

    def _standing(self, active: bool, error: str) -> tuple[str, str, str]:
        if not active:
            return "text_secondary", "clock", tr("Not active")
        if error:
            return "failed", "error", tr("Active, but something is wrong")
        if self._path is None or not self._activation.triggers(self._path):
            return "pending", "clock", tr("Starting …")
        return "success", "check", tr("Active")

    def _about(self, active: bool) -> str:
        if active and self._dirty:
            return tr("It serves what is saved; save your changes to serve them.")
        if active:
            return tr("Its triggers start runs by themselves. What you save is served from then on.")
        return tr("Once active, its triggers start runs by themselves, in a process of their own.")

    def _verb(self, active: bool) -> str:
        if active:
            return tr("Deactivate")
        return tr("Save and activate") if self._dirty or self._path is None else tr("Activate")

    def _triggers(self) -> list[dict[str, Any]]:
        """What the service says of the triggers, else what the definition does."""
        found = self._activation.triggers(self._path) if self._path is not None else []
        if found or self._workflow is None:
            return found
        nodes = self._workflow.nodes
        return [
            {"node": name, "title": nodes[name].title or name, "kind": _ACTIONS.get(nodes[name].action, ""),
             "what": _what(nodes[name].action, nodes[name].params)}
            for name in served_triggers(self._workflow)
        ]  # fmt: skip

    def _show_triggers(self, triggers: list[dict[str, Any]]) -> None:
        fresh = QWidget()
        column = QVBoxLayout(fresh)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.copies, self.next_times = {}, {}
        for trigger in triggers:
            column.addWidget(self._card(trigger))
        if not triggers:
            column.addWidget(QLabel(tr("This workflow has no trigger that can be served. Add one from the palette.")))
        self._column.replaceWidget(self.rows, fresh)
        self.rows.hide()
        self.rows.deleteLater()
        self.rows = fresh

    def _card(self, trigger: dict[str, Any]) -> QFrame:
        card = QFrame()
        card.setProperty("role", "card")
        grid = QGridLayout(card)
        grid.setContentsMargins(12, 9, 12, 9)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(2)
        icon, title, what = QLabel(), QLabel(str(trigger.get("title", ""))), QLabel(_words(trigger))
        icon.setPixmap(self._theme.pixmap(_ICONS.get(str(trigger.get("kind")), "clock"), "text_secondary", 18))
        title.setProperty("role", "heading")
        what.setProperty("role", "secondary")
        for label in (title, what):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        grid.addWidget(icon, 0, 0, 2, 1, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(title, 0, 1)
        grid.addWidget(what, 1, 1)
        grid.setColumnStretch(1, 1)
        grid.addLayout(self._right(trigger), 0, 2, 2, 1)
        return card

    def _right(self, trigger: dict[str, Any]) -> QHBoxLayout:
        """When it fires next, or its address to be copied."""
        line = QHBoxLayout()
        line.setSpacing(6)
        if trigger.get("next"):
            label = self.next_times[str(trigger["next"])] = QLabel()
            label.setProperty("role", "secondary")
            label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            line.addWidget(label)
        if trigger.get("url"):
            self._copy(line, tr("Copy address"), str(trigger["url"]))
            if trigger.get("auth") == "token":
                self._copy(line, tr("Copy token"), "")
        return line

    def _copy(self, line: QHBoxLayout, words: str, text: str) -> None:
        button = QPushButton(words)
        button.setAutoDefault(False)
        button.clicked.connect(lambda _checked=False: self._take(button, words, text or self._token()))
        self.copies[words] = button
        line.addWidget(button)

    def _take(self, button: QPushButton, words: str, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        button.setText(tr("Copied"))
        QTimer.singleShot(1500, button, lambda: button.setText(words))

    def _token(self) -> str:
        try:
            return Path(self._activation.board.token_file).read_text(encoding="ascii").strip()
        except (OSError, ValueError):
            return ""

    def _show_firings(self) -> None:
        found = self._activation.firings(self._path)[:LISTED] if self._path is not None else []
        titles = {each.get("node"): each.get("title") for each in self._triggers()}
        texts = [
            f"{_clock(str(each.get('at')))}   {titles.get(name := each.get('trigger')) or name}   {_status(each)}"
            for each in found
        ]
        if texts != [self.firings.item(row).text() for row in range(self.firings.count())]:
            self.firings.clear()
            for each, text in zip(found, texts, strict=True):
                item = QListWidgetItem(text)
                item.setData(Qt.ItemDataRole.UserRole, each.get("run_id"))
                item.setToolTip(tr("{run}: Enter shows it", run=each.get("run_id")))
                self.firings.addItem(item)
        self.firings.setFixedHeight(len(found) * _LINE + 4)
        self.firings.setVisible(bool(found))
        self._heading.setVisible(bool(found))

    def _on_tick(self) -> None:
        for at, label in self.next_times.items():
            label.setText(_left(at, time.time()))

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.glyph)
        head.addWidget(self.status, 1)
        self._heading = QLabel(tr("Last runs"))
        self._heading.setProperty("role", "heading")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(20, 18, 20, 16)
        self._column.setSpacing(10)
        self._column.addLayout(head)
        for widget in (self.about, self.error, self.rows, self._heading, self.firings):
            self._column.addWidget(widget)
        self._column.addStretch(1)
        self._column.addWidget(self.keep)
        self.button = QPushButton()
        self.button.setDefault(True)
        self.button.clicked.connect(lambda _checked=False: self.wanted.emit(not self._activation.active(self._path)))
        close = QPushButton(tr("Close"))
        close.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(close)
        buttons.addWidget(self.button)
        self._column.addLayout(buttons)


def _status(firing: dict[str, Any]) -> str:
    return tr(str(firing.get("status", "")).replace("_", " "))


def _what(action: str, params: Any) -> str:
    """What a trigger waits for, from its parameters."""
    if action == "trigger.schedule":
        from floworch.actions.library.cron_times import explain

        if not params.get("cron"):
            return tr("No schedule is set yet.")

        try:
            return f"{params.get('cron')} {params.get('tz', 'UTC')}: {explain(str(params.get('cron')))}"
        except ValueError:
            return str(params.get("cron"))
    if action == "trigger.webhook":
        if not params.get("path"):
            return tr("No path is set yet.")
        return f"{params.get('method', 'POST')} /{str(params.get('path', '')).strip('/')}"
    if action == "trigger.file":
        if not params.get("path"):
            return tr("No folder is set yet.")
        return tr("{pattern} in {path}", pattern=params.get("pattern", "*"), path=params.get("path"))
    return action


def _words(trigger: dict[str, Any]) -> str:
    """The second line of a trigger: the schedule in words first, the address in whole."""
    what = str(trigger.get("what", ""))
    if trigger.get("url"):
        return f"{what.partition(' ')[0]} {trigger['url']}"
    rule, colon, words = what.partition(": ")
    return f"{words} ({rule})" if colon and trigger.get("kind") == "schedule" else what


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).astimezone()
    except ValueError:
        return None


def _clock(text: str) -> str:
    """A point in time on the clock of this machine; with its day when that is not today."""
    at = _moment(text)
    if at is None:
        return ""
    return at.strftime("%H:%M:%S" if at.date() == datetime.now().astimezone().date() else "%Y-%m-%d %H:%M:%S")


def _left(text: str, now: float) -> str:
    """How long until a point in time, and when that is."""
    at = _moment(text)
    if at is None:
        return ""
    left = max(0, round(at.timestamp() - now))
    if left < 60:
        span = tr("in {n} s", n=left)
    elif left < 3600:
        span = tr("in {n} min", n=left // 60)
    else:
        span = tr("in {h} h {m} min", h=left // 3600, m=left % 3600 // 60)
    return tr("Next {span}, at {time}", span=span, time=_clock(text))
