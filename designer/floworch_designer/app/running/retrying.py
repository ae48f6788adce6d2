"""Retry as two plain choices: from where, and which definition."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from floworch.artifact import loaded
from floworch.model import codec
from floworch.run.status import NODE_STATUSES, NodeStatus, RunStatus
from floworch_designer.app.running.repeating import caution, listed, was_cut_off
from floworch_designer.settings.words import tr

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from floworch.store.protocol import RunHeader
    from floworch_designer.app.main_window import MainWindow

FAILED, HERE, START = "failed", "here", "start"
OLD, NEW = "old", "new"
_DONE = frozenset({NodeStatus.COMPLETED, NodeStatus.REUSED})
_BROKEN = frozenset({NodeStatus.FAILED, NodeStatus.CANCELLED, NodeStatus.IN_DOUBT})


class RetryDialog(QDialog):
    """Two groups of radio buttons. ``choice`` is what was chosen.

    Args:
        wheres: Where it may begin: ``(key, words, hint)``, the first one is the usual one.
        edited: Whether what is edited now differs from what ran, so that there is a choice of the definition.
        mended: The places from which something that was edited runs again: there the edited one is the usual one.
    """

    def __init__(
        self,
        title: str,
        wheres: Sequence[tuple[str, str, str]],
        edited: bool,
        mended: Collection[str] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Retry"))
        self.setMinimumWidth(460)
        self.buttons: dict[str, QRadioButton] = {}
        heading = QLabel(title)
        heading.setProperty("role", "title")
        heading.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(6)
        column.addWidget(heading)
        column.addSpacing(6)
        self._where = self._group(column, tr("From where"), wheres)
        new = tr("As it is edited now")
        alone = [key for key, _, _ in wheres] == [START]
        takes_over = tr("A new run.") if alone else tr("A new run, which takes over what was done.")
        whiches = (
            (OLD, tr("As it ran"), ""),
            (
                NEW,
                new,
                takes_over if edited else tr("Nothing was changed since."),
            ),
        )
        column.addSpacing(8)
        self._which = self._group(column, tr("Which definition"), whiches)
        self.buttons[NEW].setEnabled(edited)
        self._mended = mended
        self._chosen = False
        self._propose()
        self._where.buttonClicked.connect(self._propose)
        self._which.buttonClicked.connect(self._on_chosen)
        column.addStretch(1)
        column.addSpacing(10)
        column.addLayout(self._actions())
        self.buttons[wheres[0][0]].setFocus()

    @property
    def choice(self) -> tuple[str, str]:
        """From where (``failed``, ``here``, ``start``), and with which definition (``old``, ``new``)."""
        names = {button: name for name, button in self.buttons.items()}
        return names[self._where.checkedButton()], names[self._which.checkedButton()]  # type: ignore[index]

    def _on_chosen(self, _button: object) -> None:
        self._chosen = True

    def _propose(self, _button: object = None) -> None:
        """Choose the definition that is usual for the place, unless a person has chosen one."""
        if not self._chosen:
            self.buttons[NEW if self.choice[0] in self._mended else OLD].setChecked(True)

    def _group(self, column: QVBoxLayout, title: str, rows: Sequence[tuple[str, str, str]]) -> QButtonGroup:
        label = QLabel(title)
        label.setProperty("role", "heading")
        column.addWidget(label)
        group = QButtonGroup(self)
        for number, (name, words, hint) in enumerate(rows):
            button = self.buttons[name] = QRadioButton(words)
            button.setAccessibleDescription(hint)
            button.setChecked(number == 0)
            group.addButton(button)
            column.addWidget(button)
            if hint:
                about = QLabel(hint)
                about.setProperty("role", "caption")
                about.setIndent(24)
                about.setWordWrap(True)
                column.addWidget(about)
        return group

    def _actions(self) -> QHBoxLayout:
        self.retry_button = QPushButton(tr("Retry"))
        self.retry_button.setProperty("kind", "primary")
        self.retry_button.setDefault(True)
        self.retry_button.clicked.connect(self.accept)
        cancel = QPushButton(tr("Cancel"))
        cancel.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(cancel)
        row.addWidget(self.retry_button)
        return row


class RetryActions:
    """Handlers of ``retrying.*``."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window

    def choose(self) -> None:
        """Ask from where and with which definition the shown run is retried, and do it."""
        window = self._window
        header = window.controller.feed.header
        if header is None:
            return
        wheres, edited = self.wheres(), self._edited(header)
        mended = [where for where, _, _ in wheres if edited and self._mended(header, where)]
        dialog = RetryDialog(tr("Retry {run}", run=header.run_id), wheres, edited, mended, window)
        dialog.accepted.connect(lambda: self.retry(*dialog.choice))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def wheres(self) -> list[tuple[str, str, str]]:
        """Where the shown run may be begun again, the usual place first; only at the beginning if it was undone."""
        window, found = self._window, []
        if window.controller.undone:
            why = tr("What this run had done was undone, so everything runs again, with the same inputs.")
            return [(START, tr("From the beginning"), why)]
        if self._broken():
            found.append(
                (FAILED, tr("From what failed"), " ".join([tr("What was done stays done."), *self._cautions()]))
            )
        node = window.selection.primary
        state = window.controller.feed.live
        if node is not None and state is not None and node in state.index:
            title = (
                window.document.workflow.nodes[node].title or node if node in window.document.workflow.nodes else node
            )
            words = tr("From the selected step, “{title}”", title=title)
            found.append((HERE, words, tr("It runs again with all that follows; results stand for what is before.")))
        found.append((START, tr("From the beginning"), tr("Everything runs again, with the same inputs.")))
        return found

    def _cautions(self) -> list[str]:
        """What to know of steps that were cut off and may take effect twice (C7.8)."""
        feed = self._window.controller.feed
        if feed.live is None or feed.header is None:
            return []
        names = self._window.runs.repeating.unsafe(feed.live, codec.loads(feed.header.definition), was_cut_off)
        return [f"{listed(names)}: {caution(len(names))}"] if names else []

    def retry(self, where: str, which: str) -> None:
        """Retry the shown run from a place, with one of the definitions."""
        window = self._window
        if (where, which) == (FAILED, OLD) and window.controller.can("retry"):
            window.runs.go(window.controller.retry(), "retry")  # the dialog has said what may be done twice
            return
        window.runs.go(self._retry(where, which), "retry")

    async def _retry(self, where: str, which: str) -> None:
        window, tab = self._window, self._window.tab
        header = window.controller.feed.header
        if header is None:
            return
        source = header.options.get("source")
        ran = codec.loads(header.definition).at(Path(source) if source else None)
        workflow = tab.document.workflow.at(tab.document.path) if which == NEW else ran
        if which == NEW and not await window.trusting.admit(tab, workflow):
            return
        node = window.selection.primary
        chosen = self._broken() if where == FAILED else [node] if where == HERE and node else []
        nodes = tuple(each for each in chosen if each in workflow.nodes)
        options: dict[str, Any] = {"from_": nodes, "reuse": header.run_id} if nodes else {}
        inputs = {name: value for name, value in dict(loaded(header.inputs)).items() if name in workflow.inputs}
        window.banners.remove("message", tab)
        await tab.controller.start(workflow, inputs, **options)
        if tab.controller.feed.header is not None:
            tab.show_definition_of(tab.controller.feed.header)
        window.runs.refresh_history()

    def _broken(self) -> list[str]:
        """The nodes of the shown run that failed or were cut off; none of a run that did not fail."""
        state = self._window.controller.feed.live
        if state is None or state.status not in (RunStatus.FAILED, RunStatus.CANCELLED):
            return []
        return [name for name, index in state.index.items() if NODE_STATUSES[state.node_status[index]] in _BROKEN]

    def _edited(self, header: RunHeader) -> bool:
        workflow = self._window.tab.document.workflow
        return workflow.id == header.workflow_id and codec.logic_hash(workflow) != header.definition_hash

    def _mended(self, header: RunHeader, where: str) -> bool:
        """Whether what was edited concerns what runs again: of a retry from what failed all that is not done."""
        state = self._window.controller.feed.live
        if where != FAILED or state is None:
            return True
        ran, edited = codec.logic_of(codec.loads(header.definition)), codec.logic_of(self._window.tab.document.workflow)
        before, now = ran.pop("nodes", {}), edited.pop("nodes", {})
        changed = {name for name in before.keys() | now.keys() if before.get(name) != now.get(name)}
        done = {name for name in state.index if state.status_of(name) in _DONE}
        return ran != edited or not changed <= done


def can_retry_anyhow(window: MainWindow) -> bool:
    """Whether the shown run has come to its end, so that it can be retried from somewhere."""
    status = window.controller.status
    return status is not None and status.final
