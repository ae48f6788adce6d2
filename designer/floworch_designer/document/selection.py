"""What is selected: shared by canvas, inspector and outline."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal


class Selection(QObject):
    """Selected nodes (by id), edges (by index in the workflow), notes and frames (by key), with one primary node.

    ``changed`` is emitted once per change, never when nothing changed.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._nodes: frozenset[str] = frozenset()
        self._edges: frozenset[int] = frozenset()
        self._decor: frozenset[str] = frozenset()
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
    def decor(self) -> frozenset[str]:
        """Keys of the selected notes and frames."""
        return self._decor

    @property
    def primary(self) -> str | None:
        """The node that was selected last: the one the inspector shows."""
        return self._primary

    def __bool__(self) -> bool:
        """Whether anything is selected."""
        return bool(self._nodes or self._edges or self._decor)

    def set(
        self,
        nodes: Iterable[str] = (),
        edges: Iterable[int] = (),
        primary: str | None = None,
        decor: Iterable[str] = (),
    ) -> None:
        """Select exactly these; the last of ``nodes`` becomes primary unless another of them is named."""
        wanted = list(nodes)
        chosen, cut, areas = frozenset(wanted), frozenset(edges), frozenset(decor)
        if primary is None or primary not in chosen:
            primary = self._primary if self._primary in chosen and len(chosen) > 1 else (wanted[-1] if wanted else None)
        if (chosen, cut, primary, areas) == (self._nodes, self._edges, self._primary, self._decor):
            return
        self._nodes, self._edges, self._primary, self._decor = chosen, cut, primary, areas
        self.changed.emit()

    def clear(self) -> None:
        """Select nothing."""
        self.set()

    def add(self, nodes: Iterable[str] = (), edges: Iterable[int] = (), decor: Iterable[str] = ()) -> None:
        """Select these as well; the last of ``nodes`` becomes primary."""
        wanted = list(nodes)
        primary = wanted[-1] if wanted else self._primary
        self.set(self._nodes.union(wanted), self._edges.union(edges), primary, self._decor.union(decor))

    def toggle(self, nodes: Iterable[str] = (), edges: Iterable[int] = (), decor: Iterable[str] = ()) -> None:
        """Select what is not selected among these and deselect what is."""
        wanted = list(nodes)
        fresh = [key for key in wanted if key not in self._nodes]
        self.set(
            self._nodes.symmetric_difference(wanted),
            self._edges.symmetric_difference(edges),
            fresh[-1] if fresh else self._primary,
            self._decor.symmetric_difference(decor),
        )

    def keep(self, nodes: Iterable[str], edge_count: int) -> None:
        """Drop everything that no longer exists: nodes not among ``nodes``, edges from ``edge_count`` on."""
        edges = (edge for edge in self._edges if edge < edge_count)
        self.set(self._nodes.intersection(nodes), edges, self._primary, self._decor)
