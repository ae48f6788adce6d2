"""Which node of Node-RED becomes what."""

from __future__ import annotations

import json
from typing import Any

import pytest

from floworch.exchange.node_red import from_node_red


def one(kind: str, **fields: Any) -> Any:
    """The node that one node behind a button becomes."""
    nodes = [{"id": "i", "type": "inject", "x": 0, "y": 0, "wires": [["n"]]},
             {"id": "n", "type": kind, "name": "Step", "x": 9, "y": 0, "wires": [], **fields}]  # fmt: skip
    return from_node_red(json.dumps(nodes)).workflow.nodes["step"]


@pytest.mark.parametrize(
    ("kind", "fields", "action", "params"),
    [
        ("exec", {"command": "ls", "append": "-l", "addpay": False}, "shell.run", {"command": "ls -l"}),
        ("delay", {"pauseType": "delay", "timeout": "5", "timeoutUnits": "minutes"}, "flow.wait", {"for": "5m"}),
        ("json", {"property": "payload"}, "data.parse", {"text": "{{ inputs.payload }}", "format": "json"}),
        ("file in", {"filename": "a.txt", "format": "utf8"}, "file.read", {"path": "a.txt", "as": "text"}),
        ("http request", {"method": "POST", "url": "http://h/{{payload.id}}", "ret": "txt"}, "http.request",
         {"method": "POST", "url": "http://h/{{ inputs.payload.id }}", "json": "{{ inputs.payload }}",
          "parse": "text"}),
        ("template", {"template": "{% x %}{{payload}}", "syntax": "plain"}, "data.template",
         {"template": '{{ "{% x %}{{payload}}" }}', "format": "text"}),
    ],
)  # fmt: skip
def test_nodes(kind: str, fields: dict[str, Any], action: str, params: dict[str, Any]) -> None:
    node = one(kind, **fields)
    assert (node.action, node.params) == (action, params)


def test_values_of_rules_have_their_types() -> None:
    rules = [{"t": "set", "p": name, "pt": "msg", "to": to, "tot": kind} for name, to, kind in (
        ("a.b", "3", "num"), ("a.c", "true", "bool"), ("j", '{"x": 1}', "json"), ("e", "HOME", "env"),
        ("t", "{{ text }}", "str"), ("g", "x", "global"), ("bad", "{", "json"),
    )]  # fmt: skip
    fields = one("change", rules=rules).params["fields"]
    assert fields == {
        "a": {"b": 3, "c": True}, "j": {"x": 1}, "e": '{{ "HOME" | env }}', "t": '{{ "{{ text }}" }}',
        "g": "[not converted: x]", "bad": "{", "payload": "{{ inputs.payload }}",
    }  # fmt: skip
