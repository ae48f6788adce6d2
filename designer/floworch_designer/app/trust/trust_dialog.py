"""What a definition would do, to be looked at before it is trusted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from floworch.trust.found import Entry
from floworch_designer.app.widgets import dialogs
from floworch_designer.app.widgets.whole_text import WholeText
from floworch_designer.settings.words import tr

if TYPE_CHECKING:
    from floworch.trust import Changes, Report
    from floworch_designer.theme.theme import Theme

#: Lines of one kind that are shown; the rest is counted.
LINES = 200


class TrustDialog(QDialog):
    """The report of a definition. ``answer`` is the word of the button that closed it, or empty.

    Args:
        title: What the definition is called and how it stands.
        report: What it would do.
        buttons: ``(word, kind)``; kind is ``primary``, or empty.
        changed: What it does otherwise than when it was trusted.
    """

    def __init__(
        self,
        title: str,
        report: Report,
        buttons: Sequence[tuple[str, str]],
        theme: Theme,
        parent: QWidget | None,
        changed: Changes | None = None,
    ) -> None:
        super().__init__(parent)
        self.answer = ""
        self.setWindowTitle(tr("What this workflow would do"))
        heading = QLabel(title)
        heading.setProperty("role", "title")
        heading.setWordWrap(True)
        note = QLabel(
            tr(
                "Read from the file; nothing of it was run. Expressions are shown as their text. "
                "What you trust runs with all your rights."
            )
        )
        note.setProperty("role", "secondary")
        note.setWordWrap(True)
        head = QVBoxLayout()
        head.setContentsMargins(20, 18, 20, 12)
        head.setSpacing(6)
        head.addWidget(heading)
        head.addWidget(note)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self._list(report, changed), 1)
        row = QHBoxLayout()
        row.setContentsMargins(20, 12, 20, 16)
        row.setSpacing(8)
        row.addStretch(1)
        self.buttons: dict[str, QPushButton] = {}
        for word, kind in buttons:
            button = self.buttons[word] = QPushButton(tr(word))
            button.setProperty("kind", kind)
            button.setAutoDefault(False)
            button.clicked.connect(lambda _checked=False, word=word: self._close(word))
            row.addWidget(button)
        layout.addLayout(row)
        self.resize(620, 520)
        next(iter(self.buttons.values())).setFocus()  # the first one changes nothing

    def _list(self, report: Report, changed: Changes | None) -> QScrollArea:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(20, 4, 20, 12)
        column.setSpacing(4)
        column.setAlignment(Qt.AlignmentFlag.AlignTop)
        sections = report.sections()
        if changed is not None and (lines := changed.lines()):
            since = tr("Changed since you trusted it ({since})", since=changed.since[:10])
            sections.insert(0, (since, [Entry(line) for line in lines]))
        if not sections:
            column.addWidget(QLabel(tr("It touches nothing outside of its own run.")))
        for title, entries in sections:
            heading = QLabel(tr(title))
            heading.setProperty("role", "heading")
            column.addSpacing(8)
            column.addWidget(heading)
            for part in _parts(entries, tr(title)):
                column.addWidget(part)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(inner)
        return area

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button with the focus; none is the default, so that it trusts nothing from elsewhere."""
        focused = self.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(focused, QAbstractButton):
            focused.click()
        else:
            super().keyPressEvent(event)

    def _close(self, word: str) -> None:
        self.answer = word
        self.accept()


def _parts(entries: list[Entry], name: str) -> Iterator[QWidget]:
    """Lines of one kind, below those that cut a text all of it, and how many more there are."""
    shown = entries[:LINES]
    if len(entries) > LINES:
        shown.append(Entry(tr("… and {value:,} more", value=len(entries) - LINES)))
    lines: list[str] = []
    for text, whole in shown:
        lines.append(text)
        if whole:
            yield _label(lines, name)
            yield WholeText(whole, name)
            lines = []
    if lines:
        yield _label(lines, name)


def _label(lines: list[str], name: str) -> QLabel:
    text = QLabel("\n".join(lines))
    text.setProperty("role", "mono")
    text.setTextFormat(Qt.TextFormat.PlainText)  # words of a foreign file are never markup
    text.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    text.setWordWrap(True)
    text.setAccessibleName(name)
    return text


async def ask_trust(
    parent: QWidget,
    theme: Theme,
    title: str,
    report: Report,
    buttons: Sequence[tuple[str, str]],
    changed: Changes | None = None,
) -> str:
    """Show what a definition would do; returns the word of the button that was pressed, or an empty text."""
    dialog = TrustDialog(title, report, buttons, theme, parent, changed)
    await dialogs.finished(dialog)
    answer = dialog.answer
    dialog.deleteLater()
    return answer
