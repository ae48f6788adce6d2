"""Help while an expression is typed: choices at the cursor, the value of the last run, an underlined mistake."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, QObject, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import (
    QColor,
    QKeySequence,
    QShortcut,
    QStandardItem,
    QStandardItemModel,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QAbstractItemView, QCompleter, QHeaderView, QLabel, QTextEdit, QTreeView

from floworch.run.completing import complete, preview
from floworch_designer.inspector.line import Line
from floworch_designer.settings.findings import said
from floworch_designer.settings.words import counted, tr

if TYPE_CHECKING:
    from floworch.model.completion.choices import Choice
    from floworch.run.completing import Preview
    from floworch_designer.inspector.code import AutoHeightEdit
    from floworch_designer.inspector.context import Context
    from floworch_designer.theme.theme import Theme

#: Milliseconds after the last key until the value is shown.
PAUSE = 150
_MOST_ROWS = 9
#: How far below the cursor the list may begin, px.
NEAR = 90


class NodeHelp:
    """What the engine knows for the fields of ``node``, which may become another one with the same fields."""

    def __init__(self, context: Context, node: str, prefix: str = "params") -> None:
        self._context = context
        self.node = node
        self._prefix = prefix

    def below(self, prefix: str) -> NodeHelp:
        """The same for other fields of the node, such as ``middleware[0].with``."""
        return NodeHelp(self._context, self.node, prefix)

    def complete(self, field: str, text: str, cursor: int) -> list[Choice]:
        """What can be written at the cursor of a field."""
        document = self._context.document
        if self.node not in document.workflow.nodes:
            return []
        return complete(
            document.workflow, self.node, f"{self._prefix}.{field}", text, cursor, self._last(), self._context.registry
        )

    def preview(self, field: str, text: str) -> Preview | None:
        """What the text gives with the values of the shown run."""
        document = self._context.document
        if self.node not in document.workflow.nodes:
            return None
        return preview(
            document.workflow, self.node, f"{self._prefix}.{field}", text, self._last(), self._context.registry
        )

    def _last(self) -> Any:
        return self._context.run()


def _shown(found: Preview) -> str:
    """A value in a line; how many items a list has is said in the language of the window."""
    many = re.fullmatch(r"(\d+) items?", found.text) if found.type == "list" else None
    return found.text if many is None else counted(int(many[1]), "1 item", "{n} items")


class BoxEnd:
    """What completion needs of a text box of several lines."""

    def __init__(self, edit: AutoHeightEdit) -> None:
        self._edit = edit

    def text(self) -> str:
        """All of it."""
        return self._edit.toPlainText()

    def position(self) -> int:
        """Where the cursor is."""
        return self._edit.textCursor().position()

    def place(self) -> QRect:
        """The cursor in the box, whose text begins beside its frame: the list must not cover what is being written."""
        return self._edit.cursorRect().translated(self._edit.viewport().pos())

    def replace(self, start: int, end: int, text: str) -> None:
        """Put another text in the place of a part, the cursor behind it."""
        cursor = self._edit.textCursor()
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(text)
        self._edit.setTextCursor(cursor)

    def underline(self, part: tuple[int, int] | None, color: QColor) -> None:
        """Mark a part as a mistake, or none."""
        self._edit.setExtraSelections([] if part is None else [self._selection(*part, color)])

    def _selection(self, start: int, end: int, color: QColor) -> Any:
        selection: Any = QTextEdit.ExtraSelection()
        cursor = self._edit.textCursor()
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        form = QTextCharFormat()
        form.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        form.setUnderlineColor(color)
        selection.cursor, selection.format = cursor, form
        return selection


class LineEnd:
    """What completion needs of a single line; mistakes are told below it only."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def text(self) -> str:
        """All of it."""
        return self._line.text()

    def position(self) -> int:
        """Where the cursor is."""
        return self._line.cursorPosition()

    def place(self) -> QRect:
        """The line itself: the list opens below it."""
        return self._line.rect()

    def replace(self, start: int, end: int, text: str) -> None:
        """Put another text in the place of a part, the cursor behind it."""
        before = self._line.text()
        self._line.setText(before[:start] + text + before[end:])
        self._line.setCursorPosition(start + len(text))
        self._line.textEdited.emit(self._line.text())

    def underline(self, part: tuple[int, int] | None, color: QColor) -> None:
        """Nothing: a line has no formats."""


class Completing(QObject):
    """Attaches the list, the preview and the underline to one text box or line.

    Args:
        edit: The text box or line.
        field: Name of the field.
        help_: What knows the choices.
        theme: For the colour of a mistake.
        shown: The label under the box that shows the value.
        until: Where on the screen the line ends in which the value or a mistake is told: the list opens below it.
    """

    def __init__(
        self,
        edit: AutoHeightEdit | Line,
        field: str,
        help_: NodeHelp,
        theme: Theme,
        shown: QLabel,
        until: Callable[[], int] | None = None,
    ) -> None:
        super().__init__(edit)
        self._until = until
        self.edit, self.field, self.help, self.shown = edit, field, help_, shown
        self.end: BoxEnd | LineEnd = LineEnd(edit) if isinstance(edit, Line) else BoxEnd(edit)
        self._theme = theme
        self._choices: list[Choice] = []
        self._taking = False
        self._told = ""
        self.model = QStandardItemModel(0, 3, self)
        self.completer = QCompleter(self.model, self)
        self.completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self.completer.setMaxVisibleItems(_MOST_ROWS)
        self.popup = _list()
        self.completer.setPopup(self.popup)
        edit.choosing = self.popup.isVisible
        self.completer.setWidget(edit)
        self.completer.activated[QModelIndex].connect(self._on_activated)  # type: ignore[index]
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.timer.setInterval(PAUSE)
        self.timer.timeout.connect(self.show_preview)
        (edit.textEdited if isinstance(edit, Line) else edit.edited).connect(self._on_edited)
        ask = QShortcut(QKeySequence("Ctrl+Space"), edit)
        ask.setContext(Qt.ShortcutContext.WidgetShortcut)
        ask.activated.connect(lambda: self.offer(True))

    def offer(self, asked: bool = False) -> None:
        """Show the choices at the cursor; without being asked only where something was begun."""
        if self.edit.isReadOnly():
            return
        cursor, text = self.end.position(), self.end.text()
        before = text[:cursor]
        begun = (
            asked or before[-1:].isalnum() or before.endswith((".", "_", "['", '["')) or before.rstrip().endswith("|")
        )
        self._choices = self.help.complete(self.field, text, cursor) if begun else []
        done = (
            len(self._choices) == 1 and self._choices[0].insert == text[self._choices[0].start : self._choices[0].end]
        )
        if not self._choices or (done and not asked):
            self.popup.hide()
            return
        self.model.removeRows(0, self.model.rowCount())
        for choice in self._choices:
            detail = " · ".join(filter(None, (tr("declared") if choice.declared else "", choice.detail)))
            items = [QStandardItem(words) for words in (choice.label, said(choice.type), detail)]
            for item in items:
                item.setToolTip(detail)
            self.model.appendRow(items)
        place = self.end.place()
        place.setWidth(max(300, min(440, self.edit.width())))
        below = self.edit.mapFromGlobal(QPoint(0, self._until())).y() if self._until is not None else 0
        if below - place.bottom() <= NEAR:  # further down, it would be told where nobody looks
            place.setBottom(max(place.bottom(), below))
        self.completer.complete(place)
        self.popup.setCurrentIndex(self.completer.completionModel().index(0, 0))

    def take(self, row: int) -> None:
        """Write a choice in the place of the word at the cursor."""
        if not 0 <= row < len(self._choices):
            return
        choice = self._choices[row]
        self._taking = True
        self.end.replace(choice.start, choice.end, choice.insert)
        self._taking = False

    def show_preview(self) -> None:
        """Show the value that the text would have had in the shown run, or underline its mistake."""
        text = self.end.text()
        found = self.help.preview(self.field, text) if text.strip() else None
        bare = "{{" not in text and "{%" not in text
        mistake = found.mistake if found is not None else None
        self.end.underline(None if mistake is None else (mistake.start, mistake.end), self._theme.color("failed"))
        if mistake is not None and self._told:
            self._say("", "error")  # one mistake at a time: two of them would push what is below about
        elif mistake is not None:
            self._say(f"{said(mistake.message)} {said(mistake.hint)}".strip(), "error")
        elif found is not None and found.text and not (bare and found.text == " ".join(text.split())):
            self._say(f"= {_shown(found)}" + (f"   {found.type}" if found.type else ""), "secondary")
        else:
            self._say("", "secondary")

    def tell(self, problem: str) -> None:
        """Take note of what is said below the box about its text, which is not said a second time."""
        if problem != self._told:
            self._told = problem
            if self.shown.property("role") == "error":
                self.show_preview()

    def _say(self, words: str, role: str) -> None:
        self.shown.setText(words)
        self.shown.setVisible(bool(words))
        if self.shown.property("role") != role:
            self.shown.setProperty("role", role)
            self.shown.style().unpolish(self.shown)
            self.shown.style().polish(self.shown)

    def _on_edited(self, _text: str = "") -> None:
        self.timer.start()
        if not self._taking and self.edit.isVisible():
            self.offer()

    def _on_activated(self, index: QModelIndex) -> None:
        self.take(index.row())


def _list() -> QTreeView:
    """The list of choices: name, type, and value or words."""
    view = QTreeView()
    view.setProperty("role", "suggestions")  # it floats: without a ground of its own it would be black
    view.setRootIsDecorated(False)
    view.setUniformRowHeights(True)
    view.setHeaderHidden(True)
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    header = view.header()
    header.setStretchLastSection(True)
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    view.setAccessibleName(tr("Choices"))
    return view


class LineHelp(QObject):
    """Helps on one line once something is written there that may be an expression: most lines never hold one.

    Args:
        line: The line.
        make: Makes the help.
    """

    def __init__(self, line: Line, make: Callable[[Line], Completing]) -> None:
        super().__init__(line)
        self._line, self._make = line, make
        line.braces = True
        self.completing: Completing | None = None
        line.textEdited.connect(self._on_edited)
        ask = QShortcut(QKeySequence("Ctrl+Space"), line)
        ask.setContext(Qt.ShortcutContext.WidgetShortcut)
        ask.activated.connect(self._asked)
        self._ask = ask

    @property
    def writes(self) -> bool:
        """Whether what is on the line may be an expression."""
        return "{{" in self._line.text()

    def _on_edited(self, text: str) -> None:
        if self.completing is None and "{{" in text:
            self._begin()._on_edited()

    def _begin(self) -> Completing:
        self._ask.setEnabled(False)  # the help has this key itself
        self.completing = self._make(self._line)
        return self.completing

    def _asked(self) -> None:
        if self.completing is None:
            self._begin().offer(True)
