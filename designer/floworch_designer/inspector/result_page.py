"""What the whole run came to: status, outputs with files to open, inputs, data and error."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from floworch.artifact import shown
from floworch_designer.inspector.context import Context
from floworch_designer.inspector.run_page import ErrorBox
from floworch_designer.inspector.value_view import ValueView
from floworch_designer.inspector.widgets import Facts, Page, Section, clear, empty
from floworch_designer.runs.words import (
    RUN_COLORS,
    RUN_ICONS,
    counts_text,
    moment_text,
    run_word,
    time_passes,
    time_text,
)
from floworch_designer.settings.words import tr

#: Files among the outputs that get a button.
FILES = 6
#: Kinds of files that are shown by their own program; of any other the folder is opened, so that nothing is executed.
SHOWN = frozenset({
    ".bmp", ".csv", ".gif", ".htm", ".html", ".jpeg", ".jpg", ".json", ".log", ".md", ".ods", ".odt", ".pdf", ".png",
    ".svg", ".tsv", ".txt", ".webp", ".xlsx", ".xml",
})  # fmt: skip


def files_in(outputs: Any) -> list[tuple[str, Path]]:
    """``(name, path)`` of the outputs that are absolute paths of files or folders that exist, at most :data:`FILES`."""
    return list(_files(outputs))[:FILES]


def _files(outputs: Any) -> Iterator[tuple[str, Path]]:
    for name, value in outputs.items() if isinstance(outputs, dict) else ():
        if isinstance(value, str) and 1 < len(value) < 4096 and "\0" not in value:
            path = Path(value)
            try:
                if path.is_absolute() and path.exists():
                    yield str(name), path
            except OSError:
                continue


class ResultPage(Page):
    """The run tab of the workflow."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self._seen: tuple[Any, ...] = ()
        self.nothing = empty(tr("Not run yet"), tr("Press F5 to run the workflow. Its result is shown here."))
        self.glyph = QLabel()
        self.status = QLabel()
        self.status.setProperty("role", "title")
        self.facts = Facts()
        self.error = ErrorBox()
        self.outputs, self.inputs, self.data = ValueView(context), ValueView(context), ValueView(context)
        self.links: dict[str, QPushButton] = {}
        self._link_box = QWidget()
        self._link_column = QVBoxLayout(self._link_box)
        self._link_column.setContentsMargins(0, 0, 0, 0)
        self._link_column.setSpacing(4)
        self.outputs_section = Section(tr("Outputs"), self._with_links())
        self.inputs_section = Section(tr("Inputs"), self.inputs, open_=False)
        self.data_section = Section(tr("Data"), self.data, open_=False)
        self.details = QWidget(self.inner)
        self._build()

    def show_run(self) -> None:
        """Show the feed's run as it is now."""
        feed = self.context.feed
        state = feed.state if feed is not None else None
        self.nothing.setVisible(state is None)
        self.details.setVisible(state is not None)
        if feed is None or state is None:
            self._seen = ()
            return
        color = RUN_COLORS[state.status]
        self.glyph.setPixmap(self.context.theme.pixmap(RUN_ICONS[state.status], color, 18))
        self.status.setText(run_word(state.status, state.counted_running()))
        self.facts.show_facts([
            (tr("Run id"), state.run_id),
            (tr("Workflow"), state.workflow_id),
            (tr("Started"), moment_text(state.started_at, time.time())),
            (tr("Time"), time_text(state, feed.now() if time_passes(state.status) else feed.last_at)),
            (tr("Nodes"), counts_text(state)),
        ])  # fmt: skip
        self.error.show_error(state.error)
        seen = (state.run_id, state.status, state.ended_at, feed.cursor)
        if seen != self._seen:
            self._seen = seen
            self._show_values(state)

    def _show_values(self, state: Any) -> None:
        self.outputs_section.setVisible(bool(state.outputs))
        outputs = shown(state.outputs)
        self.outputs.set_value(outputs)
        self.inputs_section.setVisible(bool(state.inputs))
        self.inputs.set_value(shown(state.inputs))
        data = dict(shown(state.data))
        self.data_section.setVisible(bool(data))
        self.data.set_value(data)
        clear(self._link_column)
        self.links.clear()
        for name, path in files_in(outputs):
            can_show = path.is_file() and path.suffix.lower() in SHOWN
            button = QPushButton(
                tr("Open {name}", name=path.name) if can_show else tr("Show the folder of {name}", name=path.name)
            )
            button.setToolTip(str(path))
            button.setIcon(self.context.theme.icon("external" if can_show else "folder", "text_secondary", 14))
            target = path if can_show or path.is_dir() else path.parent
            button.clicked.connect(lambda _checked=False, target=target: _open(target))
            self._link_column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
            self.links[name] = button

    def _with_links(self) -> QWidget:
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self._link_box)
        column.addWidget(self.outputs)
        return box

    def _build(self) -> None:
        self.column.addWidget(self.nothing)
        self.column.addWidget(self.details)  # before it is filled: what it holds is styled once then
        self.details.hide()
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.glyph)
        head.addWidget(self.status, 1)
        column = QVBoxLayout(self.details)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(head)
        for widget in (self.facts, self.error, self.outputs_section, self.inputs_section, self.data_section):
            column.addWidget(widget)


def _open(path: Path) -> None:
    """Show a file in its own program, or a folder in the file manager."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
