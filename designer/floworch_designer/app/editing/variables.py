"""Handlers of the ``variables.*`` actions: the names a workflow uses, listed, found and renamed everywhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QObject, Qt, QTimer

from floworch.artifact import shown
from floworch_designer.app.panels.outline import FRAME
from floworch_designer.document.variables import Kind, Variable, rename_variable, variables
from floworch_designer.settings.words import tr

if TYPE_CHECKING:
    from floworch_designer.app.main_window import MainWindow

#: Milliseconds after an edit until the list follows.
PAUSE = 200


class VariableActions(QObject):
    """Keeps the panel of variables true while it is seen."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._known: dict[str, tuple[Any, Mapping[str, str]]] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE)
        self._timer.timeout.connect(self.fill)
        panel = window.variables
        panel.asked.connect(self._fill_soon)
        window.front_feed.grew.connect(self.follow)
        window.front_feed.moved.connect(self.follow)
        window.front_feed.replaced.connect(self.follow)
        panel.used.connect(self._show_use)
        panel.renamed.connect(self._rename)
        panel.chosen_changed.connect(self._on_chosen)

    def toggle(self) -> None:
        """Show the variables with the keyboard in their list; hide them when it is there already."""
        window, dock = self._window, self._window.docks["variables"]
        if dock.isVisible() and window.variables.tree.hasFocus():
            dock.hide()
            window.canvas.setFocus()
            return
        fresh = not dock.isVisible()
        window.show_panel("variables")
        if fresh:  # half of the side: below the palette it would have next to nothing
            window.resizeDocks([window.docks["palette"], dock], [1, 1], Qt.Orientation.Vertical)
        window.variables.tree.setFocus()

    def rename(self) -> None:
        """Type another name for the chosen variable."""
        if not self._window.viewing:
            self._window.variables.edit()

    def follow(self, *_: object) -> None:
        """The definition in front changed, or the run went on."""
        if self._window.variables.isVisible() and not self._timer.isActive():
            self._timer.start()

    def _fill_soon(self) -> None:
        QTimer.singleShot(FRAME, self, self.fill)

    def fill(self) -> None:
        """List the variables of what is in front."""
        window = self._window
        if window.variables.editing:
            self._timer.start()  # what somebody types is not taken away
            return
        workflow, state = window.document.workflow, window.controller.feed.state
        nodes, found = workflow.nodes, variables(workflow, self._names)
        values: dict[tuple[str, str], Any] = {}
        if state is not None:
            values |= {("data", name): value for name, value in dict(shown(state.data)).items()}
            values |= {("input", name): value for name, value in dict(shown(state.inputs)).items()}
        known = {(row.kind, row.name) for row in found}
        found += [
            Variable("data", name, True, ()) for kind, name in values if kind == "data" and (kind, name) not in known
        ]
        window.variables.show_variables(
            found, lambda node: nodes[node].title or node if node in nodes else node, values
        )

    def _names(self, action: str) -> Mapping[str, str]:
        """Parameters of an action that hold the name of a secret or of a connection."""
        spec = self._window.tab.sheet.actions.find_action(action)
        if spec is None:
            return {}
        if action not in self._known or self._known[action][0] is not spec:
            self._known[action] = spec, _named(spec.params.model_json_schema())
        return self._known[action][1]

    def _rename(self, kind: str, old: str, new: str) -> None:
        window = self._window
        try:
            if window.viewing:
                raise ValueError(tr("What is shown is only looked at."))
            made = rename_variable(window.document.workflow, cast("Kind", kind), old, new, self._names)
        except ValueError as error:
            window.flash(str(error))
        else:
            window.document.apply(made, tr("Rename {old} to {new}", old=old, new=new))
            if kind == "secret":
                window.flash(tr("{new} is used instead of {old}; the secret itself is not renamed.", new=new, old=old))
            elif kind == "connection":
                window.flash(
                    tr("{new} is used instead of {old}; the connection itself is not renamed.", new=new, old=old)
                )
        self.fill()

    def _show_use(self, node: str) -> None:
        if node in self._window.document.workflow.nodes:
            self._window.reactions.show_node(node)
            self._window.reactions.on_node_activated(node)

    def _on_chosen(self) -> None:
        if hasattr(self._window, "commands"):
            self._window.refresh_actions()


def _named(schema: Mapping[str, Any]) -> dict[str, str]:
    properties: Mapping[str, Any] = schema.get("properties") or {}
    found = {name: each.get("widget") for name, each in properties.items() if isinstance(each, dict)}
    return {name: str(widget) for name, widget in found.items() if widget in ("secret", "connection")}
