"""Text of several lines: plain, code with Pygments colours, JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QMimeData, QSize, Qt, Signal
from PySide6.QtGui import (
    QFontDatabase,
    QFontMetrics,
    QKeyEvent,
    QResizeEvent,
    QSyntaxHighlighter,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from floworch_designer.document.edits import same
from floworch_designer.inspector.braces import answer, pasted
from floworch_designer.inspector.editors import ValueEditor, placeholder, read_json
from floworch_designer.inspector.line import CHOOSING, typed
from floworch_designer.inspector.schema import MISSING, Field, Kind, is_expression
from floworch_designer.settings.words import tr

if TYPE_CHECKING:
    from pygments.lexer import Lexer

    from floworch_designer.theme.theme import Theme

#: Longer lines are shown without colours: a lexer is quadratic on some of them.
_LONGEST_LINE = 2000


class AutoHeightEdit(QPlainTextEdit):
    """A text box that grows with its text from ``least`` to ``most`` lines; Tab moves the focus unless ``code``."""

    edited = Signal()

    def __init__(self, least: int = 2, most: int = 12, code: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._least, self._most = least, most
        self.setTabChangesFocus(not code)
        self._quiet = False
        #: Whether a list of choices is open, which gets Enter, Tab and Escape.
        self.choosing: Callable[[], bool] = bool
        #: Whether what is written may be an expression, whose braces close themselves.
        self.braces = False
        if code:
            self.setProperty("role", "mono")  # the style sheet's font wins over setFont
            self.setFont(mono_font())
            self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
            self.setTabStopDistance(4 * QFontMetrics(mono_font()).horizontalAdvance(" "))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.textChanged.connect(self._on_changed)
        self.document().documentLayout().documentSizeChanged.connect(self._resize)
        self._resize()

    def grow_to(self, most: int) -> None:
        """Let it grow to so many lines."""
        self._most = most
        self._resize()

    def show_text(self, text: str) -> None:
        """Set the text without emitting ``edited``; keeps the cursor when nothing differs."""
        if self.toPlainText() != text:
            self._quiet = True
            self.setPlainText(text)
            self._quiet = False

    def event(self, event: QEvent) -> bool:
        """In code Ctrl+Tab is the editor's, not the one that shows the next document."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._way_out(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape leaves the editor; Tab in code writes four spaces; an open list of choices comes first."""
        way = self._way_out(event)
        if way:
            self.setTabChangesFocus(True)  # else Qt keeps the focus here
            self.focusNextPrevChild(way > 0)
            self.setTabChangesFocus(False)
            return
        if event.key() in CHOOSING and self.choosing():
            event.ignore()
            return
        if event.key() == Qt.Key.Key_Escape:
            self.clearFocus()
            event.ignore()
            return
        if event.key() == Qt.Key.Key_Tab and not self.tabChangesFocus() and not self.isReadOnly():
            self.insertPlainText("    ")
            return
        if not (self.braces and self._pair(event)):
            super().keyPressEvent(event)

    def _pair(self, event: QKeyEvent) -> bool:
        key, cursor = typed(event), self.textCursor()
        if not key or cursor.hasSelection() or self.isReadOnly():
            return False
        done = answer(*_around(cursor), key)
        if done is None:
            return False
        steps, keep = QTextCursor.MoveOperation, QTextCursor.MoveMode.KeepAnchor
        cursor.movePosition(steps.Left, n=done.left)
        cursor.movePosition(steps.Right, keep, done.left + done.right)
        if cursor.hasSelection() or done.insert:
            cursor.insertText(done.insert)  # in the place of what is selected, as one step that can be taken back
        cursor.movePosition(steps.Left if done.move < 0 else steps.Right, n=abs(done.move))
        self.setTextCursor(cursor)
        return True

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste; braces that are there already are not there twice."""
        cursor, text = self.textCursor(), source.text()
        start, end = QTextCursor(cursor), QTextCursor(cursor)
        start.setPosition(cursor.selectionStart())
        end.setPosition(cursor.selectionEnd())
        done = pasted(_around(start)[0], _around(end)[1], text) if self.braces and not self.isReadOnly() else None
        if done is None:
            super().insertFromMimeData(source)
            return
        steps, keep = QTextCursor.MoveOperation, QTextCursor.MoveMode.KeepAnchor
        start.movePosition(steps.Left, n=done.left)
        end.movePosition(steps.Right, n=done.right)
        start.setPosition(end.position(), keep)
        start.insertText(done.insert)
        self.setTextCursor(start)
        self.ensureCursorVisible()

    def _way_out(self, event: QKeyEvent) -> int:
        """Where a key leads out of code, in which Tab writes: 1 to the next field, -1 to the one before, 0 nowhere."""
        held, keys = event.modifiers(), Qt.KeyboardModifier
        if self.tabChangesFocus() or event.key() not in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            return 0
        if event.key() == Qt.Key.Key_Backtab or held & keys.ShiftModifier:
            return 0 if self.choosing() else -1
        return 1 if held & keys.ControlModifier else 0

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width wraps at other places."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._resize()

    def sizeHint(self) -> QSize:
        """The height of the text within the bounds."""
        return QSize(160, self._height())

    def _on_changed(self) -> None:
        self._resize()
        if not self._quiet:
            self.edited.emit()

    def _resize(self, _size: object = None) -> None:
        if self.height() != self._height():
            self.setFixedHeight(self._height())

    def _height(self) -> int:
        lines = max(self._least, min(self._most, int(self.document().size().height())))  # wrapped lines count
        margins = self.contentsMargins().top() + self.contentsMargins().bottom()
        return int(lines * self.fontMetrics().lineSpacing() + 2 * self.document().documentMargin() + margins + 6)


class Highlighter(QSyntaxHighlighter):
    """Colours one line at a time with a Pygments lexer; expressions ``{{ … }}`` get a colour of their own."""

    def __init__(self, document: QTextDocument, language: str, theme: Theme) -> None:
        super().__init__(document)
        self._lexer = lexer_of(language)
        self._theme = theme
        self._formats = _formats(theme)

    def retheme(self) -> None:
        """Colour the text again with the colours the theme has now."""
        self._formats = _formats(self._theme)
        if not self.document().isEmpty():
            self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        """Called by Qt for each changed line."""
        if len(text) > _LONGEST_LINE:
            return
        if self._lexer is not None:
            for start, kind, part in self._lexer.get_tokens_unprocessed(text):
                form = self._format(str(kind))
                if form is not None:
                    self.setFormat(start, len(part), form)
        start = text.find("{{")
        while start >= 0:
            end = text.find("}}", start)
            end = len(text) if end < 0 else end + 2
            self.setFormat(start, end - start, self._formats["Expression"])
            start = text.find("{{", end)

    def _format(self, kind: str) -> QTextCharFormat | None:
        parts = kind.split(".")  # Token.Literal.String.Double
        for size in range(len(parts), 1, -1):
            form = self._formats.get(".".join(parts[1:size]))
            if form is not None:
                return form
        return None


class CodeEditor(ValueEditor):
    """Several lines of text or code; an empty text is MISSING."""

    def __init__(self, field: Field, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        code = field.kind is not Kind.MULTILINE
        self.text = AutoHeightEdit(3 if code else 2, 16, code)
        if code:
            ways = tr("Tab writes spaces. Ctrl+Tab goes to the next field, Shift+Tab to the one before.")
            self.text.setToolTip(ways)
            self.text.setAccessibleDescription(ways)
        self.text.setAccessibleName(field.title)
        self.text.setPlaceholderText(placeholder(field))
        language = "json" if field.kind is Kind.JSON else field.language
        self.highlighter = Highlighter(self.text.document(), language if code else "", theme)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.text)
        self.setFocusProxy(self.text)
        self.text.edited.connect(self.edited)

    def value(self) -> Any:
        """The text, or MISSING."""
        text = self.text.toPlainText()
        return MISSING if text == "" else text

    def set_value(self, value: Any) -> None:
        """Show a text."""
        self.text.show_text("" if value is MISSING or value is None else str(value))

    def accepts(self, value: Any) -> bool:
        """Texts only."""
        return value is MISSING or isinstance(value, str)


class JsonEditor(CodeEditor):
    """Any JSON value as text; text that is no JSON is a text."""

    def value(self) -> Any:
        """The parsed value; MISSING while the text is empty or not complete."""
        text = self.text.toPlainText()
        if not text.strip():
            return MISSING
        try:
            return read_json(text)
        except ValueError:
            return text if not self.problem() else MISSING

    def set_value(self, value: Any) -> None:
        """Show any JSON value, indented."""
        if value is not MISSING and same(self.value(), value):
            return
        if value is MISSING:
            self.text.show_text("")
        else:
            self.text.show_text(value if _reads_as_text(value) else json.dumps(value, indent=2, ensure_ascii=False))

    def accepts(self, value: Any) -> bool:
        """Everything."""
        return True

    def problem(self) -> str:
        """Where the JSON breaks off."""
        text = self.text.toPlainText().strip()
        if not text.startswith(("{", "[", '"')) or is_expression(text):
            return ""
        try:
            read_json(text)
        except json.JSONDecodeError as error:
            return tr(
                "Not JSON: {msg} (line {lineno}, column {colno}).",
                msg=error.msg,
                lineno=error.lineno,
                colno=error.colno,
            )
        except ValueError as error:
            return tr("Not JSON: {error}.", error=error)
        return ""


def _around(cursor: QTextCursor) -> tuple[str, str]:
    """The text before a cursor, and the rest of its line behind it."""
    before, after = QTextCursor(cursor), QTextCursor(cursor)
    before.movePosition(QTextCursor.MoveOperation.Start, QTextCursor.MoveMode.KeepAnchor)
    after.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
    return before.selectedText(), after.selectedText()


def _reads_as_text(value: Any) -> bool:
    """Whether a text stands for itself in a JSON editor: "5" does not, without its quotes it is a number."""
    if not isinstance(value, str) or not value.strip():
        return False
    if value.lstrip().startswith(("{", "[", '"')) and not is_expression(value):
        return False
    try:
        read_json(value)
    except ValueError:
        return True
    return False


def mono_font() -> Any:
    """The fixed-width font of the system at 12 px."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPixelSize(12)
    return font


@lru_cache(maxsize=16)
def lexer_of(language: str) -> Lexer | None:
    """The Pygments lexer of that name, or None when there is none (or no Pygments)."""
    if not language:
        return None
    try:
        from pygments.lexers import get_lexer_by_name
        from pygments.util import ClassNotFound
    except ImportError:
        return None
    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


#: Pygments token (below "Token.") -> colour token of the theme.
_COLOURS = {
    "Keyword": "hue_violet",
    "Name.Builtin": "hue_teal",
    "Name.Function": "hue_blue",
    "Name.Class": "hue_blue",
    "Name.Tag": "hue_blue",
    "Literal.String": "hue_green",
    "Literal.Number": "hue_amber",
    "Comment": "text_secondary",
    "Operator.Word": "hue_violet",
    "Expression": "hue_pink",
}


def _formats(theme: Theme) -> dict[str, QTextCharFormat]:
    formats = {}
    for kind, token in _COLOURS.items():
        form = QTextCharFormat()
        form.setForeground(theme.color(token))
        if kind == "Comment":
            form.setFontItalic(True)
        formats[kind] = form
    return formats
