"""Questions to a person that never block the loop: open() and a future, never exec()."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QIcon, QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QScrollArea,
    QToolButton,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from floworch.model.workflow import Workflow
from floworch_designer.inspector.form import Form
from floworch_designer.inspector.input_fields import input_fields
from floworch_designer.inspector.widgets import restyle
from floworch_designer.settings.words import mark, tr
from floworch_designer.theme.icons import icon_pixmap

if TYPE_CHECKING:
    from floworch_designer.app.inputs.set_row import SetRow
    from floworch_designer.settings.settings import Settings
    from floworch_designer.theme.theme import Theme

FILTER = mark("Workflows (*.flow.json);;JSON files (*.json);;All files (*)")
_ROLES = {
    "accept": QMessageBox.ButtonRole.AcceptRole,
    "destroy": QMessageBox.ButtonRole.DestructiveRole,
    "reject": QMessageBox.ButtonRole.RejectRole,
}


async def finished(dialog: QDialog) -> int:
    """Open a dialog and return its result code when it is closed."""
    future: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def done(code: int) -> None:
        if not future.done():
            future.set_result(code)

    dialog.finished.connect(done)
    dialog.open()
    return await future


async def ask(
    parent: QWidget, title: str, text: str, buttons: Sequence[tuple[str, str]], detail: str = "",
    unless: tuple[Settings, str] | None = None,
) -> str:  # fmt: skip
    """Ask with named buttons (``(text, accept|destroy|reject)``); returns the text of the one pressed, or ``""``.

    The texts of the buttons are shown in the language of the window and returned as they were given. ``unless``: a
    setting that a box below the text turns off, so that it is not asked again; not with a button that rejects.
    """
    box = QMessageBox(parent)
    box.setWindowTitle(title)
    box.setText(text)
    box.setInformativeText(detail)
    box.setIcon(QMessageBox.Icon.NoIcon)
    made = [(box.addButton(tr(words), _ROLES[role]), words) for words, role in buttons]
    if made and isinstance(made[0][0], QPushButton):
        restyle(made[0][0], "kind", "primary")  # its box has dressed it by now
        box.setDefaultButton(made[0][0])
    check = QCheckBox(tr("Do not ask again"), box)
    if unless is not None:
        box.setCheckBox(check)
    else:
        check.hide()
    _align(box)
    await finished(box)
    pressed = box.clickedButton()
    answer, role = next(((words, role) for (button, words), (_, role) in zip(made, buttons, strict=True)
                         if button is pressed), ("", "reject"))  # fmt: skip
    if unless is not None and check.isChecked() and role != "reject":
        unless[0].set(unless[1], False)
    box.deleteLater()
    return answer


def _align(box: QMessageBox) -> None:
    """Let words begin where the buttons do: Qt keeps room for the icon that there is not."""
    grid = box.layout()
    if isinstance(grid, QGridLayout):
        for item in (grid.itemAtPosition(0, column) for column in (0, 1)):
            if item is not None and (spacer := item.spacerItem()) is not None:
                spacer.changeSize(0, 0)
        grid.setColumnStretch(1, 1)
        grid.setHorizontalSpacing(0)
        grid.setContentsMargins(20, 18, 20, 16)


async def ask_open(parent: QWidget, directory: str) -> Path | None:
    """Ask for a definition to open."""
    dialog = QFileDialog(parent, tr("Open workflow"), directory, tr(FILTER))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    return await _chosen(dialog)


async def ask_save(parent: QWidget, directory: str, name: str) -> Path | None:
    """Ask where to save a definition; ``.flow.json`` is added to a name that does not end like one of a JSON file."""
    dialog = QFileDialog(parent, tr("Save workflow as"), directory, tr(FILTER))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix("flow.json")  # Qt asks before it replaces the file that is meant, not one without it
    dialog.selectFile(f"{name}.flow.json")
    path = await _chosen(dialog)
    if path is None or path.suffix.lower() == ".json":
        return path
    return await _free(parent, path.with_name(f"{path.name}.flow.json"))


async def _free(parent: QWidget, path: Path) -> Path | None:
    """A path that is not the one that was typed, unless a file has it and shall keep it."""
    if not path.exists():  # noqa: ASYNC240 - one look, as the dialog before it took many
        return path
    text = tr("{name} is there already. Replace it?", name=path.name)
    buttons = ((mark("Keep it"), "reject"), (mark("Replace"), "destroy"))
    return path if await ask(parent, tr("Replace file"), text, buttons) == "Replace" else None


async def ask_import(parent: QWidget, directory: str) -> Path | None:
    """Ask for a file of another tool, or a bundle, to import."""
    filters = tr("n8n, Node-RED, crontab, cURL or bundle (*);;JSON (*.json);;Bundles (*.zip)")
    dialog = QFileDialog(parent, tr("Import"), directory, filters)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    return await _chosen(dialog)


async def ask_export(parent: QWidget, directory: str, name: str, forms: Mapping[str, str]) -> tuple[Path, str] | None:
    """Ask where to export a definition to and in which form; ``forms`` has the words of each by its suffix."""
    filters = {f"{tr(words)} (*{suffix})": suffix for suffix, words in forms.items()}
    dialog = QFileDialog(parent, tr("Export"), directory, ";;".join(filters))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.selectFile(name)
    path = await _chosen(dialog)
    if path is None:
        return None
    chosen = filters[dialog.selectedNameFilter()]
    if path.suffix in forms:
        return path, path.suffix
    whole = await _free(parent, path.with_name(path.name + chosen))
    return (whole, chosen) if whole is not None else None


#: Buttons of Qt's own file dialog and the icons they get: its pictures are black on any theme.
_FILE_BUTTONS = {
    "backButton": "chevron-left",
    "forwardButton": "chevron-right",
    "toParentButton": "arrow-up",
    "newFolderButton": "folder",
    "listModeButton": "list",
    "detailModeButton": "table",
}


def _dress(dialog: QFileDialog) -> None:
    """Give the buttons of a file dialog icons in the colour of the text around them."""
    color = dialog.palette().text().color().name()
    for name, icon in _FILE_BUTTONS.items():
        button = dialog.findChild(QToolButton, name)
        if button is not None:
            button.setIcon(QIcon(icon_pixmap(icon, color, 16, dialog.devicePixelRatioF())))


class _TypedPath(QObject):
    """Takes a whole path that was typed, and Enter, at its word, whatever the list of suggestions makes of the key.

    Where Qt takes Enter for a folder, as with one that is marked in the list, it goes there and empties the line.

    Attributes:
        path: The file that was typed, or None.
    """

    def __init__(self, dialog: QFileDialog) -> None:
        super().__init__(dialog)
        self._dialog = dialog
        self.path: Path | None = None
        line = self._line = dialog.findChild(QLineEdit, "fileNameEdit")
        if line is None:
            return
        line.installEventFilter(self)
        completer = line.completer()
        self._popup = completer.popup() if completer is not None else None
        if self._popup is not None:
            self._popup.setProperty("role", "suggestions")
            self._popup.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Enter on the path of a file that is there closes the dialog with it."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress or self._line is None:
            return False
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return False
        path = _whole(self._line.text())
        if path is None or self._dialog.acceptMode() is QFileDialog.AcceptMode.AcceptSave:
            return False
        self.path = path
        if self._popup is not None:
            self._popup.hide()
        self._dialog.done(QDialog.DialogCode.Accepted)
        return True


def _whole(text: str) -> Path | None:
    """The file of a whole path, from the root or the home folder on; None when it is none, or not there."""
    try:
        path = Path(text.strip().strip('"')).expanduser()
        return path if path.is_absolute() and path.is_file() else None
    except (OSError, RuntimeError, ValueError):
        return None


#: Size of a file dialog where the screen has the room, and widths of its columns, px: name, size, type, time.
_FILE_SIZE, _COLUMNS = (860, 500), (340, 80, 120, 150)


def _size(dialog: QFileDialog) -> None:
    """Give Qt's own file dialog room for whole names: it opens small, with all columns squeezed."""
    room = dialog.screen().availableGeometry().size()
    dialog.resize(min(_FILE_SIZE[0], room.width()), min(_FILE_SIZE[1], room.height()))
    tree = dialog.findChild(QTreeView, "treeView")
    if tree is not None:
        for column, width in enumerate(_COLUMNS):
            tree.header().resizeSection(column, width)


async def _chosen(dialog: QFileDialog) -> Path | None:
    _dress(dialog)
    _size(dialog)
    typed = _TypedPath(dialog)
    code = await finished(dialog)
    files = dialog.selectedFiles()
    dialog.deleteLater()
    return typed.path or (Path(files[0]) if code and files else None)


def missing_inputs(workflow: Workflow, given: dict[str, Any]) -> list[str]:
    """Names of required inputs that have neither a value nor a default."""
    return [
        name
        for name, value in workflow.inputs.items()
        if value.required and value.default is None and name not in given
    ]


class InputsDialog(QDialog):
    """The inputs of a run as a form. ``values()`` after it was accepted."""

    def __init__(
        self,
        workflow: Workflow,
        given: dict[str, Any],
        theme: Theme,
        parent: QWidget | None = None,
        sets: SetRow | None = None,
    ) -> None:
        super().__init__(parent)
        self._workflow = workflow
        self.setWindowTitle(tr("Run {value}", value=workflow.name or workflow.id))
        self.setMinimumWidth(460)
        self.form = Form(input_fields(workflow.inputs), theme, expressions=False, as_json=True)
        self.form.set_values(given)
        self.message = QLabel()
        self.message.setProperty("role", "error")
        self.message.setWordWrap(True)
        self.message.hide()
        self.run_button = QPushButton(tr("Run"))
        self.run_button.setProperty("kind", "primary")
        self.run_button.setDefault(True)
        self.run_button.clicked.connect(self.accept)
        cancel = QPushButton(tr("Cancel"))
        cancel.clicked.connect(self.reject)
        scroll, height = scrolling(self.form)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(20, 8, 20, 16)
        buttons.setSpacing(8)
        buttons.addWidget(self.message, 1)
        buttons.addStretch(0)
        buttons.addWidget(cancel)
        buttons.addWidget(self.run_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        if sets is not None:
            sets.bind(self.form, self.values)
            layout.addWidget(sets)
        layout.addWidget(scroll, 1)
        layout.addLayout(buttons)
        self.resize(480, min(680, height + (84 if sets is None else 134)))
        self.form.focus_first()

    def values(self) -> dict[str, Any]:
        """The inputs that were given; an empty check box that must be answered says no."""
        boxes = {name: False for name, value in self._workflow.inputs.items()
                 if value.required and value.type == "boolean" and value.default is None}  # fmt: skip
        return {**boxes, **self.form.values()}

    def accept(self) -> None:
        """Close with Run, unless something required is missing or half-typed."""
        missing = missing_inputs(self._workflow, self.values())
        wrong = [row.field.title for row in self.form.rows.values() if row.editor.problem()]
        if missing or wrong:
            names = ", ".join(self._workflow.inputs[name].title or name for name in missing) or ", ".join(wrong)
            self.message.setText(
                tr("Still needed: {names}", names=names) if missing else tr("Please correct: {names}", names=names)
            )
            self.message.show()
            self.form.ask_for(missing)
            return
        super().accept()


def scrolling(form: Form) -> tuple[QScrollArea, int]:
    """A form that scrolls when it must, and the height in pixels that it would like."""
    scroll = QScrollArea()
    scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Tab goes to what is in it, which is seen
    scroll.setWidgetResizable(True)
    scroll.setFrameShape(QFrame.Shape.NoFrame)
    inner = QWidget()
    column = QVBoxLayout(inner)
    column.setContentsMargins(20, 16, 20, 8)
    column.setAlignment(Qt.AlignmentFlag.AlignTop)
    column.addWidget(form)
    scroll.setWidget(inner)
    return scroll, column.heightForWidth(480) if column.hasHeightForWidth() else inner.sizeHint().height()


async def ask_inputs(
    parent: QWidget, workflow: Workflow, given: dict[str, Any], theme: Theme, sets: SetRow | None = None
) -> dict[str, Any] | None:
    """Ask for the inputs of a run, with its parameter sets above; None when the person cancelled."""
    dialog = InputsDialog(workflow, given, theme, parent, sets)
    code = await finished(dialog)
    values = dialog.values()
    dialog.deleteLater()
    return values if code == QDialog.DialogCode.Accepted else None
