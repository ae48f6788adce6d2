"""orange-canvas-core by the same steps, on PyQt6. It is used through its public names."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Sequence
from typing import Any

from floworch.model.workflow import Workflow
from floworch_designer.app.bench.editors import steps


class Orange(steps.Editor):
    """A SchemeEditWidget whose nodes have one input for many links and one output."""

    binding, distribution = "PyQt6", "orange-canvas-core"

    def open(self) -> None:
        """An empty scheme in its editor."""
        described: Any = importlib.import_module("orangecanvas.registry.description")
        registry: Any = importlib.import_module("orangecanvas.registry")
        many = described.Multiple
        self.kind = described.WidgetDescription(
            "Step",
            "bench.step",
            category="Bench",
            qualified_name="orangecanvas.Step",  # it looks for an icon in this package
            inputs=[described.InputSignal("in", "builtins.object", "set", flags=many)],
            outputs=[described.OutputSignal("out", "builtins.object")],
        )
        known = registry.WidgetRegistry()
        known.register_category(described.CategoryDescription("Bench"))
        known.register_widget(self.kind)
        edit: Any = importlib.import_module("orangecanvas.document.schemeedit")
        self.editor = edit.SchemeEditWidget()
        self.editor.setRegistry(known)
        self.editor.resize(steps.WIDTH, steps.HEIGHT)
        self.editor.show()
        self.view = self.editor.view()

    def build(self, workflow: Workflow) -> None:
        """Make the scheme, and edit it; it need not look for loops, as this designer's document does not here."""
        scheme: Any = importlib.import_module("orangecanvas.scheme")
        made = scheme.Scheme()
        made.set_loop_flags(scheme.Scheme.AllowLoops)
        places = workflow.view["nodes"]
        nodes = {
            name: scheme.SchemeNode(self.kind, title=node.title, position=tuple(places[name]))
            for name, node in workflow.nodes.items()
        }
        for node in nodes.values():
            made.add_node(node)
        for edge in workflow.edges:
            made.add_link(scheme.SchemeLink(nodes[edge.source], "out", nodes[edge.target], "in"))
        self.editor.setScheme(made)
        scene = self.editor.scene()
        self.items = [scene.item_for_node(node) for node in nodes.values()]

    def fit(self) -> None:
        """Show everything."""
        whole = self.view.scene().itemsBoundingRect()
        self.view.fitInView(whole, self.core.Qt.AspectRatioMode.KeepAspectRatio)

    def full_size(self) -> None:
        """Show the middle at 100 %."""
        self.view.resetTransform()
        self.view.centerOn(self.view.scene().itemsBoundingRect().center())

    def spots(self) -> list[tuple[Any, Any]]:
        """The middle of every node's disc: its bounds take in the title."""
        return [(item, self.view.mapFromScene(item.scenePos())) for item in self.items]

    def pan(
        self, at: tuple[int, int], steps: Sequence[tuple[int, int]], timed: Callable[[Callable[[], None]], float]
    ) -> list[float]:
        """Pan with the scroll bars: it knows no other way."""
        across, along = self.view.horizontalScrollBar(), self.view.verticalScrollBar()
        x, y = across.value(), along.value()

        def go(to: tuple[int, int]) -> None:
            across.setValue(x - to[0])
            along.setValue(y - to[1])

        return [timed(lambda to=to: go(to)) for to in steps]  # type: ignore[misc]


if __name__ == "__main__":
    steps.main(Orange, sys.argv[1:])
