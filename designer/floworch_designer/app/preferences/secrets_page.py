"""The page of the settings with the secrets of this machine: their names, never their values."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from shiboken6 import isValid

from floworch.actions.secret_sources import PREFIX, keyring_remove, stored_names, variable_of
from floworch.errors import FlowError
from floworch_designer.app.runtime.loop import spawn
from floworch_designer.app.widgets import dialogs
from floworch_designer.app.widgets.named_page import NamedPage
from floworch_designer.inspector.pickers import secret_names
from floworch_designer.inspector.secret_dialog import SecretDialog
from floworch_designer.settings.findings import said, told
from floworch_designer.settings.words import tr

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


class SecretsPage(NamedPage):
    """Names of secrets and where each one is kept."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            tr("Passwords, tokens and keys. Workflows read them as {{ secrets.NAME }}; values are never shown here and "
               "never written into a run."),
            (tr("Secret"), tr("Kept in")),
            tr("There are no secrets yet. A field of an action that takes one offers to make it, too."),
            parent,
        )  # fmt: skip
        self.add_button = self.button(tr("New…"), lambda _checked=False: self.set_value(""))
        self.set_button = self.button(tr("Set another value…"), lambda _checked=False: self.set_value(self.name))
        self.remove_button = self.button(tr("Delete…"), lambda _checked=False: self.remove(), stretch=True)
        self.list.itemActivated.connect(lambda _item, _column: self.set_value(self.name))
        self.turned.connect(self._on_turned)
        self.fill()

    def fill(self, chosen: str = "") -> None:
        """List the names there are now."""
        kept = stored_names()
        rows = []
        for name in secret_names():
            variable = variable_of(name)
            places = [tr("Keyring")] if name in kept else []
            if os.environ.get(variable) or os.environ.get(PREFIX + name):
                places.append(tr("Environment ({variable})", variable=variable))
            rows.append((name, ", ".join(places)))
        self.show_rows(rows, chosen)

    def set_value(self, name: str) -> None:
        """Set a secret, a new one for an empty name."""
        dialog = SecretDialog(name, self.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self._kept(dialog.name))
        dialog.open()

    def remove(self) -> None:
        """Remove the chosen secret from the keyring, after asking: its value cannot be brought back."""
        if self.name:
            spawn(self._remove(self.name), "remove a secret")

    async def _remove(self, name: str) -> None:
        answer = await dialogs.ask(
            self.window(),
            tr("Delete a secret"),
            tr("Delete {name} from the keyring?", name=name),
            ((tr("Delete"), "destroy"), (tr("Cancel"), "reject")),
            tr("Its value cannot be brought back. Workflows that read it fail until it is set again."),
        )
        if answer != tr("Delete"):
            return
        trouble = ""
        try:
            await asyncio.to_thread(keyring_remove, name)
        except (FlowError, OSError) as error:
            trouble = told(error) if isinstance(error, FlowError) else said(str(error))
        if not isValid(self):  # its dialog was closed meanwhile
            return
        if trouble:
            self.say(trouble, "error")
            return
        self.fill()
        self.say(tr("{name} is deleted.", name=name))

    def _kept(self, name: str) -> None:
        self.fill(name)
        self.say(tr("{name} is kept in the keyring.", name=name))

    def _on_turned(self) -> None:
        self.set_button.setEnabled(bool(self.name))
        own = self.name in stored_names()
        self.remove_button.setEnabled(own)
        self.remove_button.setToolTip(
            "" if own or not self.name else tr("It comes from the environment; unset the variable there.")
        )
