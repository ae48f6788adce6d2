"""An inspector over a small document and a feed."""

from __future__ import annotations

import pytest

from floworch.actions.registry import registry
from floworch.model.workflow import Edge, Node, Workflow
from floworch_designer.document.document import Document
from floworch_designer.document.selection import Selection
from floworch_designer.inspector.context import Context
from floworch_designer.inspector.panel import InspectorPanel
from floworch_designer.runs.feed import RunFeed

FLOW = Workflow(
    id="demo",
    nodes={
        "log": Node(action="util.log", params={"message": "hi"}),
        "next": Node(action="util.log", params={"message": "{{ nodes.log.output }}"}),
        "odd": Node(action="vendor.unknown", params={"keep": [1]}),
    },
    edges=(Edge(source="log", target="next"),),
)


@pytest.fixture
def context(theme):
    import floworch  # noqa: F401 - installs the loader of the layers

    document = Document(catalog=registry)
    document.reset(FLOW)
    return Context(document, Selection(), theme, registry, RunFeed())


@pytest.fixture
def panel(context, qtbot):
    panel = InspectorPanel(context)
    qtbot.addWidget(panel)
    panel.show()
    return panel


@pytest.fixture
def node(context):
    """Gives a node of the document as it is now."""
    return lambda name="log": context.document.workflow.nodes[name]
