"""Find a node (Ctrl+F): by title, id or action, or with ``is:failed`` and ``type:http``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QWidget

from floworch.model.workflow import Workflow
from floworch.run.status import NodeStatus
from floworch_designer.app.panels.outline_model import from_top_to_bottom
from floworch_designer.app.widgets.search_popup import SearchPopup
from floworch_designer.settings.words import tr
from floworch_designer.theme.theme import Theme

#: Rows that are listed; more are counted.
LIMIT = 200


@dataclass(frozen=True, slots=True)
class Found:
    """One node: its id and title, what it does, and its status in the shown run as a word."""

    node: str
    title: str
    action: str
    status: str


def find(
    workflow: Workflow, statuses: Mapping[str, NodeStatus | None], query: str, names: Sequence[str] | None = None
) -> list[Found]:
    """Nodes that have every word of the query in title, id or action, those that begin with it first.

    ``is:WORD`` keeps a status, ``type:WORD`` an action; an empty query finds all. They come in
    the order of ``names``, or in the definition's.
    """
    words = query.lower().split()
    states = [word[3:] for word in words if word.startswith("is:")]
    kinds = [word[5:] for word in words if word.startswith("type:")]
    plain = [word for word in words if not word.startswith(("is:", "type:"))]
    found: list[tuple[bool, Found]] = []
    for name in names if names is not None else workflow.nodes:
        node = workflow.nodes[name]
        text = f"{node.title} {name} {node.action}".lower()
        state = statuses.get(name)
        status = str(state).replace("_", " ") if state is not None else ""
        if (
            all(word in text for word in plain)
            and all(word in node.action for word in kinds)
            and all(status.replace(" ", "_").startswith(word) for word in states)
        ):
            starts = bool(plain) and (text.startswith(plain[0]) or name.lower().startswith(plain[0]))
            found.append((not starts, Found(name, node.title or name, node.action, status)))
    found.sort(key=lambda pair: pair[0])
    return [item for _, item in found]


class NodeFinder(SearchPopup):
    """Lists nodes while one types; Enter shows the chosen one, F3 the next of the last search.

    Args:
        workflow, statuses: Return what is shown at the moment.
        show_node: Selects a node and brings it into view.
        icon: The icon of an action, by its id.
    """

    def __init__(
        self,
        parent: QWidget,
        theme: Theme,
        workflow: Callable[[], Workflow],
        statuses: Callable[[], Mapping[str, NodeStatus | None]],
        show_node: Callable[[str], None],
        icon: Callable[[str], QIcon],
    ) -> None:
        super().__init__(parent, theme, tr("Find a node:  name, action,  is:failed,  type:http"))
        self._workflow, self._statuses, self._show_node, self._icon = workflow, statuses, show_node, icon
        self._query = ""
        self._ordered: Workflow | None = None
        self._order: list[str] = []
        self.chosen.connect(self._go)

    def fill(self) -> None:
        """List the nodes that fit."""
        super().fill()
        found = self._find(self.line.text())
        for item in found[:LIMIT]:
            self.add(item.node, item.title, self._icon(item.action), f"{item.status}   {item.action}".strip())
        if len(found) > LIMIT:
            self.add(None, tr("{value:,} more: type on to narrow the search", value=len(found) - LIMIT), enabled=False)
        elif not found:
            self.add(None, tr("No node fits"), enabled=False)
        self.list.setCurrentRow(0)

    def _find(self, query: str) -> list[Found]:
        """What fits, as the outline has it from top to bottom; that order is kept for the letters that follow."""
        workflow = self._workflow()
        if workflow is not self._ordered:
            self._ordered, self._order = workflow, from_top_to_bottom(workflow)
        return find(workflow, self._statuses(), query, self._order)

    def step(self, by: int, current: str | None) -> None:
        """Show the next (1) or the previous (-1) node of the last search, seen from ``current``."""
        names = [item.node for item in self._find(self._query)]
        if names:
            at = names.index(current) if current in names else -1 if by > 0 else 0
            self._show_node(names[(at + by) % len(names)])

    def _go(self, node: str | None) -> None:
        if node is not None:
            self._query = self.line.text()
            self.close()
            self._show_node(node)
