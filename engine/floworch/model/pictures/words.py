"""What a picture says about a node and an edge."""

from __future__ import annotations

from floworch.model.workflow import Node


def title_of(node_id: str, node: Node) -> str:
    """The first line of a card: the node's title, else its id."""
    return node.title or node_id


def detail_of(node_id: str, node: Node) -> str:
    """The second line: its action, and its id where the first line is a title."""
    action = node.action.rpartition(":")[2] if node.action.startswith("py:") else node.action
    off = ", disabled" if node.disabled else ""
    return f"{action} ({node_id}{off})" if node.title and node.title != node_id else f"{action}{off}"


def label_of(port: str) -> str:
    """What stands at an edge: its port, unless it is ``out``."""
    return "" if port == "out" else port
