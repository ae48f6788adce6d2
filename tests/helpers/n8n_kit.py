"""Workflows of n8n with one step."""

from __future__ import annotations

import json
from typing import Any

from floworch.exchange.imported import Imported
from floworch.exchange.n8n import from_n8n


def one(kind: str, parameters: dict[str, Any], **more: Any) -> Imported:
    """A workflow with one step behind a start."""
    node = {"name": "Step", "type": f"n8n-nodes-base.{kind}", "parameters": parameters, "position": [0, 0], **more}
    start = {"name": "Go", "type": "n8n-nodes-base.manualTrigger", "position": [0, 0], "parameters": {}}
    wires = {"Go": {"main": [[{"node": "Step", "type": "main", "index": 0}]]}}
    return from_n8n(json.dumps({"name": "One", "nodes": [start, node], "connections": wires}))
