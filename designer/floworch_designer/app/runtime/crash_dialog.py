"""What is shown of an unexpected error: its report, which can be copied or saved."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from floworch_designer.app.runtime.program_log import TextDialog, write_report
from floworch_designer.settings.words import tr


class CrashDialog(TextDialog):
    """The report of an error. ``saved`` says where it was written to.

    Args:
        text: What went wrong, in a sentence.
        report: The report.
        folder: Where reports are written to.
    """

    def __init__(self, text: str, report: str, folder: Path, parent: QWidget | None = None) -> None:
        about = tr("The report below holds versions, the error and the program's log, and nothing of your workflows.")
        super().__init__(tr("Something went wrong"), f"{text} {about}", report, parent)
        self._folder = folder
        self.saved = QLabel()
        self.saved.setProperty("role", "secondary")
        self.save = QPushButton(tr("Save report"))
        self.save.clicked.connect(lambda _checked=False: self._save())
        self.row.insertWidget(0, self.saved, 1)
        self.row.insertWidget(self.row.indexOf(self.copy), self.save)

    def _save(self) -> None:
        try:
            path = write_report(self._folder, self.text.toPlainText())
        except OSError as error:
            self.saved.setText(tr("The report cannot be written: {error}", error=error.strerror or str(error)))
            return
        self.saved.setText(tr("Saved as {path}", path=path.name))
        self.saved.setToolTip(str(path))
        self.save.setEnabled(False)
