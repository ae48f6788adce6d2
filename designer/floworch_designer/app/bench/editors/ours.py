"""This designer's canvas, by the steps that its rivals take."""

from __future__ import annotations

import sys
from typing import Any

from floworch.actions.registry import registry
from floworch.model.workflow import Workflow
from floworch_designer.app.bench.editors import steps
from floworch_designer.canvas import CanvasView
from floworch_designer.document import Document, Selection
from floworch_designer.theme import Theme


class Designer(steps.Editor):
    """A CanvasView with its document."""

    def open(self) -> None:
        """An empty document in a view."""
        theme = Theme("dark")
        theme.apply(self.app)
        self.document = Document(validate=lambda _: ())
        self.view = CanvasView(self.document, Selection(), theme, registry)
        self.view.resize(steps.WIDTH, steps.HEIGHT)
        self.view.show()

    def build(self, workflow: Workflow) -> None:
        """Open the workflow."""
        self.document.reset(workflow)

    def fit(self) -> None:
        """Show everything."""
        self.view.fit()

    def full_size(self) -> None:
        """Show the middle at 100 %."""
        self.view.fit()
        self.view.zoom_to(1.0)

    def settle(self) -> None:
        """Paint frames until no tile is missing."""
        self.view._settle.stop()
        self.view._settled()
        self.view.viewport().repaint()
        for _ in range(200):
            if self.view.complete:
                return
            self.view.viewport().repaint()

    def spots(self) -> list[tuple[Any, Any]]:
        """The middle of every card."""
        camera = self.view.camera()
        return [(name, camera.rect(box.rect).center()) for name, box in self.view.graph.boxes.items()]

    def place(self, node: Any) -> tuple[float, float]:
        """What the document says, which knows of a drag when it has ended."""
        x, y = self.document.workflow.view["nodes"][node]
        return float(x), float(y)


if __name__ == "__main__":
    steps.main(Designer, sys.argv[1:])
