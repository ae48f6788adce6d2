"""NodeGraphQt by the same steps. It is used through its public names, and without the undo steps that cost it more."""

from __future__ import annotations

import importlib
import sys
from typing import Any

from floworch.model.workflow import Workflow
from floworch_designer.app.bench.editors import steps


class NodeGraphQt(steps.Editor):
    """A NodeGraph whose nodes have one input for many pipes and one output."""

    binding, distribution = "PySide6", "NodeGraphQt"

    def open(self) -> None:
        """An empty graph in its widget."""
        found: Any = importlib.import_module("NodeGraphQt")

        class Step(found.BaseNode):
            """One node."""

            __identifier__ = "bench"
            NODE_NAME = "Step"

            def __init__(self) -> None:
                super().__init__()
                self.add_input("in", multi_input=True)
                self.add_output("out")

        self.graph = found.NodeGraph()
        self.graph.register_node(Step)
        self.graph.widget.resize(steps.WIDTH, steps.HEIGHT)
        self.graph.widget.show()
        self.view = self.graph.viewer()

    def build(self, workflow: Workflow) -> None:
        """Create the nodes, then the pipes."""
        places = workflow.view["nodes"]
        made = {
            name: self.graph.create_node(
                "bench.Step", name=node.title, selected=False, pos=list(places[name]), push_undo=False
            )
            for name, node in workflow.nodes.items()
        }
        for edge in workflow.edges:
            made[edge.source].output(0).connect_to(made[edge.target].input(0), push_undo=False)
        self.items = [node.view for node in made.values()]

    def fit(self) -> None:
        """Show everything."""
        self.view.zoom_to_nodes(self.items)

    def full_size(self) -> None:
        """Show the middle at 100 %."""
        self.fit()
        self.graph.reset_zoom()
        self.graph.center_on(self.graph.all_nodes())


if __name__ == "__main__":
    steps.main(NodeGraphQt, sys.argv[1:])
