"""A window that makes, changes and tries a connection of the user."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from floworch.actions.connections import (
    AUTHS,
    CHOICES,
    SECRET_FIELDS,
    TYPES,
    Connection,
    checked,
    connections,
    save_connection,
)
from floworch.errors import ActionError, FlowError, UsageError
from floworch_designer.inspector.schema import MISSING, Field, Kind
from floworch_designer.inspector.widgets import caption, restyle
from floworch_designer.settings.findings import said, told
from floworch_designer.settings.words import mark, tr
from floworch_designer.theme.tab_order import tab_as_they_stand

TITLES = {
    "http": mark("Web API (HTTP)"),
    "sql": mark("Database (SQL)"),
    "ssh": mark("Server (SSH)"),
    "mail": mark("Mail server"),
    "broker": mark("Message broker (MQTT)"),
    "storage": mark("Object store"),
    "ai": mark("AI endpoint"),
    "chat": mark("Chat"),
    "dask": mark("Dask cluster"),
}
_FIELDS = {
    "url": (mark("Address"), ""),
    "auth": (mark("Login"), ""),
    "password": (mark("Password"), mark("The name of the secret that holds it.")),
    "token": (mark("Token"), mark("The name of the secret that holds it.")),
    "key": (mark("Key"), mark("The name of the secret that holds it.")),
    "client_secret": (mark("Client secret"), mark("The name of the secret that holds it.")),
    "secret_key": (mark("Secret key"), mark("The name of the secret that holds it.")),
    "passphrase": (mark("Passphrase"), mark("The name of the secret that holds it.")),
    "webhook": (mark("Webhook"), mark("The name of the secret that holds its address.")),
    "header": (mark("Header field"), mark("Such as X-API-Key.")),
    "token_url": (mark("Address of tokens"), ""),
    "client_id": (mark("Client"), ""),
    "tls": ("TLS", ""),
    "host": (mark("Host"), ""),
    "port": (mark("Port"), ""),
    "user": (mark("User"), ""),
    "key_file": (mark("Key file"), ""),
    "known_hosts": (mark("Known hosts"), ""),
    "security": (mark("Security"), ""),
    "service": (mark("Service"), ""),
    "endpoint": (mark("Endpoint"), ""),
    "region": (mark("Region"), ""),
    "access_key": (mark("Access key"), ""),
}
_PLACES = {
    "http": "https://api.example.org/v1",
    "sql": "postgresql://user@host/name",
    "ai": "https://api.openai.com/v1",
    "storage": "s3://bucket",
    "dask": "tcp://host:8786",
}


def fields_for(kind: str) -> tuple[Field, ...]:
    """The form of a type of connections; what a way to log in needs is shown for that way only."""
    required, optional = TYPES[kind]
    return tuple(_field(kind, name, name in required) for name in (*required, *optional))


def _field(kind: str, name: str, required: bool) -> Field:
    title, about = _FIELDS.get(name, (name.replace("_", " ").capitalize(), ""))
    choices = tuple(AUTHS) if name == "auth" else CHOICES.get((kind, name), ())
    ways = tuple(way for way, needs in AUTHS.items() if name in needs) if kind == "http" else ()
    ways = ("oauth2",) if kind == "http" and name == "scope" else ways
    return Field(
        name,
        title,
        Kind.SECRET if name in SECRET_FIELDS else Kind.ENUM if choices else Kind.TEXT,
        about,
        required or bool(ways and name != "scope"),
        choices[0] if choices else MISSING,
        choices,
        placeholder=_PLACES.get(kind, "") if name in ("url", "address") else "",
        show_if=(("auth", ways),) if ways else (),
    )


class ConnectionDialog(QDialog):
    """A connection as a form, with a button that tries it. Accepted once it is kept, under ``name``.

    Args:
        make_form: Makes a form of fields; with a second False its values are literal.
        types: Types that may be chosen; all when empty.
        known: The connection to change, None for a new one.
        name: The name that a new one begins with.
        parent: The window it belongs to.
    """

    def __init__(
        self,
        make_form: Callable[..., Any],
        types: tuple[str, ...] = (),
        known: Connection | None = None,
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._make_form, self._known = make_form, known
        self._task: asyncio.Task[None] | None = None
        self._types = (known.type,) if known is not None else types or tuple(TYPES)
        self.name = known.name if known is not None else name
        self.setWindowTitle(tr("Connection {name}", name=known.name) if known is not None else tr("New connection"))
        self.name_line = QLineEdit(self.name)
        self.name_line.setPlaceholderText(tr("Such as shop"))
        self.name_line.setAccessibleName(tr("Name"))
        self.name_line.setEnabled(known is None)
        self.type_box = QComboBox()
        self.type_box.setAccessibleName(tr("Type"))
        for kind in self._types:
            self.type_box.addItem(tr(TITLES.get(kind, kind)), kind)
        self.type_box.setEnabled(len(self._types) > 1)
        self.type_box.currentIndexChanged.connect(self._show_type)
        self.message = caption("")
        self.message.hide()
        self.form = make_form((), False)
        self._lay_out()
        self._show_type()
        if known is not None:
            self.form.set_values(dict(known.fields))
        self.resize(480, 600)
        if known is None:
            self.name_line.setFocus()
        else:
            self.form.focus_first()

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes through the fields of the chosen type before the buttons, which were there earlier."""
        tab_as_they_stand(self)
        return super().focusNextPrevChild(forward)

    def values(self) -> dict[str, str]:
        """The fields that are set and shown."""
        shown = {name: row.value() for name, row in self.form.rows.items() if not row.isHidden()}
        return {name: str(value) for name, value in shown.items() if value is not MISSING}

    def made(self) -> Connection:
        """What the form says. Raises UsageError."""
        values = self.values()
        needed = [
            row.field.title
            for name, row in self.form.rows.items()
            if row.field.required and not row.isHidden() and name not in values
        ]
        if needed:
            raise UsageError(tr("Still needed: {join}.", join=", ".join(needed)))
        return checked(self.name_line.text().strip(), str(self.type_box.currentData()), values)

    def accept(self) -> None:
        """Keep the connection and close, or say why that cannot be."""
        try:
            made = self.made()
            if self._known is None and made.name in connections():
                self._say(tr("There is a connection {name} already. Choose another name.", name=made.name))
                return
            save_connection(made)
        except FlowError as error:
            self._say(told(error))
            return
        except OSError as error:
            self._say(tr("It cannot be kept: {value}.", value=said(error.strerror or str(error))))
            return
        self.name = made.name
        super().accept()

    def done(self, code: int) -> None:
        """Close; a try that is under way ends."""
        if self._task is not None:
            self._task.cancel()
        super().done(code)

    def try_it(self) -> None:
        """Log in with what the form says, without keeping it."""
        try:
            made = self.made()
        except FlowError as error:
            self._say(told(error))
            return
        self._say(tr("Trying …"), "caption")
        self.test_button.setEnabled(False)
        self._task = asyncio.ensure_future(self._try(made))

    async def _try(self, made: Connection) -> None:
        from floworch.host.trying import attempt

        try:
            what = await attempt(made)
        except ActionError as error:
            self._say(
                tr("It does not work: {message} {hint}", message=said(error.message), hint=said(error.hint)).strip()
            )
        else:
            self._say(tr("It works: {said}.", said=said(what)), "caption")
        finally:
            self._task = None
            if isValid(self):
                self.test_button.setEnabled(True)

    def _show_type(self) -> None:
        kept = self.form.values()
        fresh = self._make_form(fields_for(str(self.type_box.currentData())), False)
        fresh.layout().setSpacing(14)
        fresh.set_values({name: value for name, value in kept.items() if name in fresh.rows})
        fresh.edited.connect(self.message.hide)
        self._column.replaceWidget(self.form, fresh)
        self.form.hide()
        self.form.deleteLater()
        self.form = fresh
        self.message.hide()

    def _say(self, text: str, role: str = "error") -> None:
        self.message.setText(text)
        restyle(self.message, "role", role)
        self.message.show()

    def _lay_out(self) -> None:
        inner = QWidget()
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(20, 16, 20, 8)
        self._column.setSpacing(3)
        for title, widget in ((tr("Name"), self.name_line), (tr("Type"), self.type_box)):
            label = QLabel(title)
            label.setProperty("role", "field")
            label.setBuddy(widget)
            self._column.addWidget(label)
            self._column.addWidget(widget)
            self._column.addSpacing(11)
        self._column.addWidget(self.form)
        self._column.addStretch(1)
        scroll = QScrollArea()
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Tab goes to what is in it, which is seen
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inner)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(scroll, 1)
        self.message.setContentsMargins(20, 4, 20, 4)
        layout.addWidget(self.message)
        layout.addLayout(self._buttons())

    def _buttons(self) -> QHBoxLayout:
        self.test_button = QPushButton(tr("Test"))
        self.test_button.setToolTip(tr("Log in with these fields, without keeping them"))
        self.test_button.clicked.connect(self.try_it)
        cancel = QPushButton(tr("Cancel"))
        cancel.clicked.connect(self.reject)
        self.save_button = QPushButton(tr("Save"))
        self.save_button.setProperty("kind", "primary")
        self.save_button.setDefault(True)
        self.save_button.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(20, 8, 20, 16)
        buttons.setSpacing(8)
        buttons.addWidget(self.test_button)
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self.save_button)
        return buttons
