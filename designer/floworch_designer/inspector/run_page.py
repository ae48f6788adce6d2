"""What a node did in the shown run: status, times, error, output, input and log lines."""

from __future__ import annotations

import time
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QTextOption
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from floworch.run.status import NodeStatus
from floworch_designer.inspector.context import Context
from floworch_designer.inspector.inputs import inputs_of
from floworch_designer.inspector.items_view import ItemsView, number_text
from floworch_designer.inspector.pager import Pager
from floworch_designer.inspector.value_view import ValueView
from floworch_designer.inspector.values import bounded_text, cell_text
from floworch_designer.inspector.widgets import Facts, Page, Section, caption, empty
from floworch_designer.runs.instances import Instance
from floworch_designer.runs.item_values import UNKNOWN
from floworch_designer.runs.words import RUN_COLORS, RUN_ICONS, RUN_WORDS, moment_text, took_text
from floworch_designer.settings.findings import said
from floworch_designer.settings.words import counted, local_number, tr
from floworch_designer.theme.passage import Passage

#: Log lines of a node that are shown at once.
LINES = 500
#: Characters of one log line and of an error's message that are shown.
MESSAGE = 4000
_MOVING = frozenset({NodeStatus.RUNNING, NodeStatus.RETRYING, NodeStatus.COMPENSATING})


class ErrorBox(QFrame):
    """Kind and message of an error, with its traceback folded."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "error-box")
        self.kind = QLabel()
        self.kind.setProperty("role", "error")
        self.message = Passage()
        self.message.setAccessibleName(tr("Message of the error"))
        self.trace = QPlainTextEdit()
        self.trace.setReadOnly(True)
        self.trace.setProperty("role", "mono")
        self.trace.setAccessibleName(tr("Traceback of the error"))
        self.trace.setMinimumHeight(160)
        self.section = Section(tr("Traceback"), self.trace, open_=False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 12, 10)
        layout.setSpacing(6)
        for widget in (self.kind, self.message, self.section):
            layout.addWidget(widget)

    def show_error(self, error: dict[str, Any] | None) -> None:
        """Show an error, or hide for None."""
        self.setVisible(bool(error))
        if error:
            self.kind.setText(tr(str(error.get("kind", "error")).replace("_", " ").capitalize()))
            self.message.setText(bounded_text(said(str(error.get("message", ""))), MESSAGE))
            trace = bounded_text(str(error.get("traceback") or ""))
            if self.trace.toPlainText() != trace:
                self.trace.setPlainText(trace)
            self.section.setVisible(bool(trace))


class RunPage(Page):
    """The run tab of a node. ``run_opened(run id)`` asks for the run that it called."""

    run_opened = Signal(str)

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context
        self.node: str | None = None
        self._log_seen: tuple[Any, ...] = ()
        self._back = 0
        self.nothing = empty(tr("Not run yet"), tr("Press F5 to run the workflow. What this node did is shown here."))
        self.status = QLabel()
        self.status.setProperty("role", "title")
        self.glyph = QLabel()
        self.facts = Facts()
        self.call = QPushButton(tr("Open the called run"))
        self.call.setIcon(context.theme.icon("subflow", "text_secondary", 14))
        self.call.clicked.connect(lambda: self.run_opened.emit(self.call.toolTip()))
        self.error = ErrorBox()
        self.output = ValueView(context)
        self.input = ValueView(context)
        self.input_note = caption("")
        self.items = ItemsView(context)
        self.items.chosen_changed.connect(self._on_item)
        self.items.filled.connect(self._on_filled)
        self._input_of: tuple[Any, ...] | None = None
        self.log = QPlainTextEdit()
        self.log.setReadOnly(True)
        self.log.setProperty("role", "mono")
        self.log.setMinimumHeight(140)
        self.log.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.log.setAccessibleName(tr("Log of this node"))
        self.log_pager = Pager(context)
        self.log_pager.turned.connect(self._on_turned)
        self.items_section = Section(tr("Items"), self.items)
        self.output_section = Section(tr("Output"), self.output)
        self.input_section = Section(tr("Input"), _stacked(self.input_note, self.input), open_=False)
        self.log_section = Section(tr("Log"), _stacked(self.log, self.log_pager), open_=False)
        self.details = QWidget()
        self._build()

    def show_node(self, node: str) -> None:
        """Show what a node did in the feed's run."""
        if node != self.node:
            self.node, self._log_seen, self._back = node, (), 0
        state = self.context.feed.state if self.context.feed is not None else None
        known = state is not None and node in state.index
        self.nothing.setVisible(not known)
        self.details.setVisible(known)
        if state is not None and known:
            view = state.node(node)
            looped = view.counts is not None or view.items is not None
            self.items.follow(node if looped else None)
            self._show_view(state, view)

    def _on_filled(self) -> None:
        """More is known of the items."""
        self.items_section.setVisible(self.items.any)
        if self.items.chosen is not None:
            self._on_item()

    def _on_item(self) -> None:
        """Another item is looked at, or none in particular."""
        self._log_seen, self._back = (), 0
        if self.node is not None:
            self.show_node(self.node)

    def _on_turned(self, by: int) -> None:
        """Go to earlier lines of the log, or to later ones."""
        self._log_seen, self._back = (), self._back - by
        self.show_log()

    def show_log(self) -> None:
        """Show the node's newest log lines, or earlier ones that one has turned to."""
        feed = self.context.feed
        item = self.items.chosen
        # another run may have as many lines
        seen = None if feed is None else (id(feed.header), feed.log_count, item and (item.scope, len(item.spoken)))
        if feed is None or self.node is None or self._log_seen == seen:
            return
        self._log_seen = seen or ()
        own = self.items.lines() if item is not None else [line for line in feed.logs if line.node == self.node]
        last = max(0, len(own) - self._back * LINES)
        first = max(0, last - LINES)
        lines = own[first:last]
        now = time.time()
        self.log.setPlainText(
            "\n".join(
                f"{moment_text(line.at, now)}  {line.level:<7}  "
                + bounded_text(feed.told(line.node, line.message), MESSAGE)
                for line in lines
            )
        )
        self.log.moveCursor(self.log.textCursor().MoveOperation.End)
        where = tr("Lines {first:,} to {last:,}", first=first + 1, last=last)
        self.log_pager.show_place(where, first > 0, last < len(own))
        self.log_section.header.setText(tr("Log ({n})", n=len(own)) if own else tr("Log (empty)"))

    def _show_view(self, state: Any, view: Any) -> None:
        item = self.items.chosen
        status = view.status if item is None else item.status
        look = self.context.theme.status_look(status)
        glyph, color, label = look.glyph or "status-pending", look.color, tr(look.label)
        if status in _MOVING and not state.status.live:  # begun, and nobody works on it now
            glyph, color, label = RUN_ICONS[state.status], RUN_COLORS[state.status], tr(RUN_WORDS[state.status])
        self.glyph.setPixmap(self.context.theme.pixmap(glyph, color, 18))
        self.status.setText(label)
        index = state.index[view.id]
        ended = status in {NodeStatus.COMPLETED, NodeStatus.REUSED, NodeStatus.COMPENSATED, NodeStatus.BYPASSED}
        if item is None:
            self.error.show_error(state.errors.get(index) or _item_error(state, view, index))
            self.facts.show_facts(self._facts(state, view, index))
            self.output_section.setVisible(ended and view.counts is None)
        else:
            self.error.show_error(item.error)
            self.facts.show_facts(_facts_of(item, self.items.value()))
            self.output_section.setVisible(ended)
        if ended:
            self.output.set_stored(view.stored if item is None else item.output)
        self._show_call(state, index)
        self._show_input(state, view)
        self.show_log()

    def _show_call(self, state: Any, index: int) -> None:
        """Offer the run that the node called, in the chosen item or last."""
        item = self.items.chosen
        found = [run for (node, scope), run in state.children.items()
                 if node == index and (item is None or scope == item.scope)]  # fmt: skip
        self.call.setVisible(bool(found))
        self.call.setToolTip(found[-1] if found else "")

    def _facts(self, state: Any, view: Any, index: int) -> list[tuple[str, str]]:
        now = time.time()
        items, feed = view.items, self.context.feed
        progress = feed.progress.get(index) if feed is not None else None
        facts = [
            (tr("Attempts"), str(view.attempts) if view.attempts else ""),
            (tr("Started"), moment_text(view.started_at, now)),
            (tr("Ended"), moment_text(view.ended_at, now)),
            (tr("Duration"), took_text(view.duration)),
            (tr("Items"), _items_text(items) if items else ""),
            (tr("Instances"), _counts_text(view.counts)),
            (tr("Waits for"), _wait_text(view.wait)),
            (tr("Next attempt"), moment_text(view.retry_due, now)),
        ]
        if progress is not None:
            fraction, message = progress
            message = feed.told(view.id, message) if feed is not None else message
            share = f"{fraction:.0%}" if fraction is not None else ""
            facts.append((tr("Progress"), " · ".join(filter(None, (share, message)))))
        return facts

    def _show_input(self, state: Any, view: Any) -> None:
        item = self.items.chosen
        key = (self.context.feed.header if self.context.feed is not None else None, view.id, view.status,
               item and item.scope)  # fmt: skip
        if key == self._input_of:
            return
        self._input_of = key
        definition = self.context.feed.definition if self.context.feed is not None else {}
        around: dict[str, Any] = {}
        if item is not None and view.counts is not None:
            value = self.items.value()
            around = {"index": item.scope[-1], **({"item": value} if value is not UNKNOWN else {})}
        value, left = inputs_of(definition.get("nodes", {}).get(view.id, {}).get("params", {}), state, around)
        self.input_note.setText(_input_note(left))
        self.input.set_value(value)

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.glyph)
        head.addWidget(self.status, 1)
        column = QVBoxLayout(self.details)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(head)
        column.addWidget(self.items_section)
        column.addWidget(self.facts)
        column.addWidget(self.call, 0, Qt.AlignmentFlag.AlignLeft)
        for widget in (self.error, self.output_section, self.input_section,
                       self.log_section):  # fmt: skip
            column.addWidget(widget)
        self.column.addWidget(self.nothing)
        self.column.addWidget(self.details)
        self.details.hide()
        self.items_section.hide()
        self.call.hide()


def _stacked(*widgets: QWidget) -> QWidget:
    """Widgets one below the other, without a margin."""
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(4)
    for widget in widgets:
        column.addWidget(widget)
    return box


def _input_note(left: int) -> str:
    """Says how far the values shown as input are those of the run."""
    if not left:
        return tr("Parameters with the values they had in this run.")
    return counted(
        left,
        "Parameters with the values they had in this run; 1 expression is shown as written.",
        "Parameters with the values they had in this run; {n} expressions are shown as written.",
    )


def _facts_of(item: Instance, value: Any) -> list[tuple[str, str]]:
    """What is known of one item of a loop."""
    now = time.time()
    number = number_text(item.scope)
    return [
        (tr("Item"), number if value is UNKNOWN else f"{number}: {cell_text(value)}"),
        (tr("Attempts"), str(item.attempts) if item.attempts else ""),
        (tr("Started"), moment_text(item.started, now)),
        (tr("Ended"), moment_text(item.ended, now)),
        (tr("Duration"), took_text(item.duration)),
        (tr("Waits for"), _wait_text(item.wait)),
    ]


def _counts_text(counts: dict[str, int] | None) -> str:
    """``1,204 completed · 3 failed`` of a node in a container's body."""
    return " · ".join(
        f"{local_number(f'{count:,}')} {tr(word.replace('_', ' '))}" for word, count in (counts or {}).items() if count
    )


def _item_error(state: Any, view: Any, index: int) -> dict[str, Any] | None:
    """The last failed item: of a container, or of a node in its body."""
    container = state.parents.get(index, index)
    inside = index in state.parents
    for (owner, _scope), items in state.items.items():
        if owner != container:
            continue
        for number in reversed(items.errors):
            error = items.errors[number]
            if not inside or error.get("node") in (view.id, None):
                words = tr("Item {number}: {message}", number=number, message=said(str(error.get("message", ""))))
                return {**error, "message": words}
    return None


def _items_text(items: dict[str, int]) -> str:
    failed = tr(", {n} failed", n=items["failed"]) if items["failed"] else ""
    return tr("{done} of {all}", done=items["completed"] + items["failed"], all=items["total"]) + failed


def _wait_text(wait: dict[str, Any] | None) -> str:
    if not wait:
        return ""
    signal = tr("the signal “{name}”", name=wait.get("name", ""))
    words = {
        "call": tr("the run that it called"),
        "timer": tr("a timer"),
        "signal": signal,
        "approval": tr("an approval"),
        "form": tr("a form"),
    }
    due = wait.get("due")
    until = tr(" until {due}", due=moment_text(due, time.time())) if isinstance(due, int | float) else ""
    return words.get(str(wait.get("kind")), tr("something outside")) + until
