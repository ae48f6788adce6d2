"""What an import could not convert, or only in part: a list that leads to the steps concerned."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from floworch_designer.settings.findings import said
from floworch_designer.settings.words import mark, tr

if TYPE_CHECKING:
    from floworch.exchange.imported import Finding
    from floworch_designer.theme.theme import Theme

#: The levels of findings, gravest first: heading, icon and colour of it.
LEVELS: Final = {
    "not_converted": (mark("Not converted"), "error", "failed"),
    "partly": (mark("Converted, but look at it"), "warning", "retrying"),
    "note": (mark("Good to know"), "info", "accent"),
}
_NODE = Qt.ItemDataRole.UserRole
#: How the lines of a crontab are called.
_LINE: Final = re.compile(r"line (\d+)")


class ImportReport(QDialog):
    """Every finding of an import by its level; it stays open beside the canvas while one goes from step to step.

    Args:
        title: What was imported and what it has become, in a sentence.
        findings: What a person must know.
    """

    chosen = Signal(str)

    def __init__(self, title: str, findings: Sequence[Finding], theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Report of the import"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        heading = QLabel(title)
        heading.setProperty("role", "heading")
        heading.setTextFormat(Qt.TextFormat.PlainText)
        heading.setWordWrap(True)
        self.tree = QTreeWidget()
        self.tree.setAccessibleName(tr("Report of the import"))
        self.tree.setColumnCount(2)
        self.tree.setHeaderLabels([tr("Step of the original"), tr("What about it")])
        self.tree.setIndentation(14)
        self.tree.setColumnWidth(0, 210)
        self.tree.itemClicked.connect(lambda item, _column: self._go(item))
        self.tree.itemActivated.connect(lambda item, _column: self._go(item))
        self.whole = QLabel()
        self.whole.setTextFormat(Qt.TextFormat.PlainText)
        self.whole.setWordWrap(True)
        self.whole.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.whole.setMinimumHeight(3 * self.whole.fontMetrics().lineSpacing())
        self.tree.currentItemChanged.connect(lambda item, _before: self.whole.setText(item.text(1) if item else ""))
        for level, (words, icon, token) in LEVELS.items():
            self._add(words, [each for each in findings if each.level == level], theme, icon, token)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 14)
        layout.setSpacing(10)
        layout.addWidget(heading)
        layout.addWidget(self.tree, 1)
        layout.addWidget(self.whole)
        layout.addLayout(self._foot(as_text(title, findings)))
        self.resize(720, 460)
        self.tree.setFocus()

    def _foot(self, text: str) -> QHBoxLayout:
        hint = QLabel(tr("Click a line to see its step."))
        hint.setProperty("role", "caption")
        self.copy = QPushButton(tr("Copy"))
        self.copy.setAutoDefault(False)
        self.copy.clicked.connect(lambda _checked=False: QGuiApplication.clipboard().setText(text))
        self.close_ = QPushButton(tr("Close"))
        self.close_.setProperty("kind", "primary")
        self.close_.setAutoDefault(False)
        self.close_.clicked.connect(lambda _checked=False: self.close())
        row = QHBoxLayout()
        row.addWidget(hint, 1)
        row.addWidget(self.copy)
        row.addWidget(self.close_)
        return row

    def _add(self, words: str, found: Sequence[Finding], theme: Theme, icon: str, token: str) -> None:
        if not found:
            return
        head = QTreeWidgetItem(self.tree, [f"{tr(words)} ({len(found)})"])
        head.setIcon(0, theme.icon(icon, token, 16))
        head.setFirstColumnSpanned(True)
        head.setExpanded(True)
        for each in found:
            item = QTreeWidgetItem(head, [_where(each) or tr("the whole workflow"), said(each.message)])
            item.setData(0, _NODE, each.node)
            item.setToolTip(1, item.text(1))
            item.setTextAlignment(0, Qt.AlignmentFlag.AlignTop)
            if self.tree.currentItem() is None:
                self.tree.setCurrentItem(item)

    def _go(self, item: QTreeWidgetItem) -> None:
        if node := item.data(0, _NODE):
            self.chosen.emit(node)


def as_text(title: str, findings: Sequence[Finding]) -> str:
    """The report as lines of text, gravest first."""
    lines = [title]
    for level, (words, _, _) in LEVELS.items():
        found = [each for each in findings if each.level == level]
        lines += ["", f"{tr(words)} ({len(found)})"] if found else []
        lines += [f"- {': '.join(filter(None, (_where(each), said(each.message))))}" for each in found]
    return "\n".join(lines) + "\n"


def _where(finding: Finding) -> str:
    """Where a finding is: the name of a step stays as it is, the number of a line does not."""
    line = _LINE.fullmatch(finding.where)
    return tr("line {number}", number=line[1]) if line is not None else finding.where
