"""The page of the settings with the connections of this user: listed, made, changed, tried and removed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from shiboken6 import isValid

from floworch.actions.connections import Connection, connections, read_connections, remove_connection, save_connection
from floworch.errors import ActionError, FlowError
from floworch_designer.app.widgets.named_page import NamedPage
from floworch_designer.inspector.connection_dialog import TITLES, ConnectionDialog
from floworch_designer.inspector.form import Form
from floworch_designer.settings.findings import said, told
from floworch_designer.settings.words import tr

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from floworch_designer.theme.theme import Theme

#: The field that says where a connection leads to, the first one that is set.
_WHERE = ("url", "host", "address", "service")


class ConnectionsPage(NamedPage):
    """Where services are and how to log in; secrets by name only."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(
            tr("Where services are and how to log in, by name. Workflows hold the name only, so that they can be given "
               "away; passwords stay with the secrets."),
            (tr("Connection"), tr("Type"), tr("Where")),
            tr("There are no connections yet. A field of an action that takes one offers to make it, too."),
            parent,
        )  # fmt: skip
        self._forms = Form((), theme, self)  # its nested forms are the dialogs' forms
        self._forms.hide()
        self._task: asyncio.Task[None] | None = None
        self._gone: Connection | None = None
        self.undo_button.clicked.connect(lambda _checked=False: self._bring_back())
        self.add_button = self.button(tr("New…"), lambda _checked=False: self.edit(None))
        self.edit_button = self.button(tr("Edit…"), lambda _checked=False: self.edit(self._chosen()))
        self.test_button = self.button(tr("Test"), lambda _checked=False: self.try_it())
        self.remove_button = self.button(tr("Delete"), lambda _checked=False: self.remove(), stretch=True)
        self.list.itemActivated.connect(lambda _item, _column: self.edit(self._chosen()))
        self.turned.connect(self._on_turned)
        self.fill()

    def fill(self, chosen: str = "") -> None:
        """List what there is now, and say when the file of the connections cannot be read."""
        try:
            found = read_connections()
        except FlowError as error:
            found = {}
            self.say(told(error), "error")
        rows = []
        for each in found.values():
            where = next((each.get(field) for field in _WHERE if each.get(field)), "")
            rows.append((each.name, tr(TITLES.get(each.type, each.type)), where))
        self.show_rows(rows, chosen)

    def edit(self, known: Connection | None) -> None:
        """Make a connection, or change one."""
        dialog = ConnectionDialog(self._forms.nested, (), known, "", self.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self._kept(dialog.name))
        dialog.open()

    def remove(self) -> None:
        """Forget the chosen connection; a button brings it back."""
        known = self._chosen()
        if known is None:
            return
        try:
            remove_connection(known.name)
        except (FlowError, OSError) as error:
            self.say(said(str(error)), "error")
            return
        self.fill()
        self.say(tr("{name} is deleted. Workflows that use it fail until there is one again.", name=known.name))
        self._offer_back(known)

    def try_it(self) -> None:
        """Log in with the chosen connection."""
        known = self._chosen()
        if known is None or self._task is not None:
            return
        self.say(tr("Trying {name} …", name=known.name))
        self._task = asyncio.ensure_future(self._try(known))
        self._on_turned()

    def stop(self) -> None:
        """End a try that is under way."""
        if self._task is not None:
            self._task.cancel()

    async def _try(self, known: Connection) -> None:
        from floworch.host.trying import attempt

        try:
            what = await attempt(known)
        except ActionError as error:
            self.say(tr("{name} does not work: {why}", name=known.name, why=told(error)), "error")
        else:
            self.say(tr("{name} works: {what}.", name=known.name, what=said(what)))
        finally:
            self._task = None
            if isValid(self):  # its dialog may have been closed, which ended the try
                self._on_turned()

    def _offer_back(self, known: Connection) -> None:
        self._gone = known
        self.undo_button.setText(tr("Undo"))
        self.undo_button.show()

    def _bring_back(self) -> None:
        gone, self._gone = self._gone, None
        if gone is None:
            return
        try:
            save_connection(gone)
        except (FlowError, OSError) as error:
            self.say(said(str(error)), "error")
            return
        self._kept(gone.name)

    def _kept(self, name: str) -> None:
        self.fill(name)
        self.say(tr("{name} is kept.", name=name))

    def _chosen(self) -> Connection | None:
        return connections().get(self.name)

    def _on_turned(self) -> None:
        there = bool(self.name)
        for button in (self.edit_button, self.remove_button):
            button.setEnabled(there)
        self.test_button.setEnabled(there and self._task is None)
