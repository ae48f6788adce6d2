"""What is selected: shared by canvas, inspector and outline."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal


class Selection(QObject):
    """Selected nodes (by id) and edges (by index in the workflow), with one primary node.

    ``changed`` is emitted once per change, never when nothing changed.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._nodes: frozenset[str] = frozenset()
        self._edges: frozenset[int] = frozenset()
        self._primary: str | None = None

    @property
    def nodes(self) -> frozenset[str]:
        """Ids of the selected nodes."""
        return self._nodes

    @property
    def edges(self) -> frozenset[int]:
        """Indexes of the selected edges."""
        return self._edges

    @property
    def primary(self) -> str | None:
        """The node that was selected last: the one the inspector shows."""
        return self._primary

    def __bool__(self) -> bool:
        """Whether anything is selected."""
        return bool(self._nodes or self._edges)

    def set(self, nodes: Iterable[str] = (), edges: Iterable[int] = (), primary: str | None = None) -> None:
        """Select exactly these; the last of ``nodes`` becomes primary unless another of them is named."""
        wanted = list(nodes)
        chosen, cut = frozenset(wanted), frozenset(edges)
        if primary is None or primary not in chosen:
            primary = self._primary if self._primary in chosen and len(chosen) > 1 else (wanted[-1] if wanted else None)
        if (chosen, cut, primary) == (self._nodes, self._edges, self._primary):
            return
        self._nodes, self._edges, self._primary = chosen, cut, primary
        self.changed.emit()

    def clear(self) -> None:
        """Select nothing."""
        self.set()

    def add(self, nodes: Iterable[str] = (), edges: Iterable[int] = ()) -> None:
        """Select these as well; the last of ``nodes`` becomes primary."""
        wanted = list(nodes)
        self.set(self._nodes.union(wanted), self._edges.union(edges), wanted[-1] if wanted else self._primary)

    def toggle(self, nodes: Iterable[str] = (), edges: Iterable[int] = ()) -> None:
        """Select what is not selected among these and deselect what is."""
        wanted = list(nodes)
        fresh = [key for key in wanted if key not in self._nodes]
        self.set(
            self._nodes.symmetric_difference(wanted),
            self._edges.symmetric_difference(edges),
            fresh[-1] if fresh else self._primary,
        )

    def keep(self, nodes: Iterable[str], edge_count: int) -> None:
        """Drop everything that no longer exists: nodes not among ``nodes``, edges from ``edge_count`` on."""
        self.set(self._nodes.intersection(nodes), (edge for edge in self._edges if edge < edge_count), self._primary)
