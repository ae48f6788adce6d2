"""A small window that keeps the value of a secret in the system's keyring."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from floworch.actions.secret_sources import check_name, keyring_set, keyring_title, variable_of
from floworch.errors import FlowError
from floworch_designer.inspector.widgets import caption
from floworch_designer.settings.findings import said, told
from floworch_designer.settings.words import tr


class SecretDialog(QDialog):
    """Name and value of a secret. Accepted once it is kept; ``name`` is what a definition writes."""

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = name
        self.setWindowTitle(tr("Set a secret"))
        self.setMinimumWidth(420)
        self.name_line = QLineEdit(name)
        self.name_line.setPlaceholderText(tr("Such as API_TOKEN"))
        self.name_line.setAccessibleName(tr("Name"))
        self.value_line = QLineEdit()
        self.value_line.setEchoMode(QLineEdit.EchoMode.Password)
        self.value_line.setAccessibleName(tr("Value"))
        self.message = caption("", "error")
        self.message.hide()
        self.save_button = QPushButton(tr("Save"))
        self.save_button.setProperty("kind", "primary")
        self.save_button.setDefault(True)
        self.save_button.clicked.connect(self.accept)
        cancel = QPushButton(tr("Cancel"))
        cancel.clicked.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(4)
        for title, line in ((tr("Name"), self.name_line), (tr("Value"), self.value_line)):
            label = QLabel(title)
            label.setProperty("role", "field")
            label.setBuddy(line)
            column.addWidget(label)
            column.addWidget(line)
            column.addSpacing(8)
        self.about = caption("")
        column.addWidget(self.about)
        column.addWidget(self.message)
        column.addSpacing(8)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self.save_button)
        column.addLayout(buttons)
        (self.value_line if name else self.name_line).setFocus()
        self._tell_where()

    def accept(self) -> None:
        """Keep the value and close, or say why that cannot be."""
        try:
            name = check_name(self.name_line.text().strip())
            if not self.value_line.text():
                self._say(tr("Write the value."))
                return
            keyring_set(name, self.value_line.text())
        except FlowError as error:
            self._say(told(error))
            return
        except OSError as error:
            self._say(tr("The name of the secret cannot be noted: {value}.", value=said(error.strerror or str(error))))
            return
        self.name = name
        self.value_line.clear()
        super().accept()

    def _tell_where(self) -> None:
        try:
            where = keyring_title()
        except FlowError as error:
            variable = variable_of(self.name or "NAME")
            self._say(
                tr(
                    "{message} Set the environment variable {variable} before the program starts.",
                    message=said(error.message),
                    variable=variable,
                )
            )
            self.save_button.setEnabled(False)
            return
        self.about.setText(
            tr("The value is kept in the keyring ({where}). The definition holds the name only.", where=where)
        )

    def _say(self, text: str) -> None:
        self.message.setText(text)
        self.message.show()
