"""Workflows of n8n."""

from __future__ import annotations

import copy
import json
import random
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from floworch import UsageError
from floworch.actions.registry import registry
from floworch.exchange.imported import Imported
from floworch.exchange.n8n import from_n8n
from floworch.model.validate import validate

TEXT = (Path(__file__).parent / "fixtures" / "orders.n8n.json").read_text()


@pytest.fixture(scope="module")
def orders() -> Imported:
    return from_n8n(TEXT)


def messages(imported: Imported) -> str:
    return "\n".join(f"{finding.where}: {finding.message}" for finding in imported.findings)


def test_the_definition_is_valid_and_has_the_layout(orders: Imported) -> None:
    assert not [problem for problem in validate(orders.workflow, registry) if problem.severity == "error"]
    assert (orders.workflow.id, orders.workflow.name) == ("orders-to-slack", "Orders to Slack")
    assert orders.workflow.view["nodes"]["get_orders"] == [286, 390]
    (note,) = orders.workflow.view["notes"]
    assert note["text"].startswith("## Orders")


def test_paths_and_simple_expressions_are_converted(orders: Imported) -> None:
    nodes = orders.workflow.nodes
    request = nodes["get_orders"].params
    assert request["url"] == "https://shop.example.com/api/{{ inputs.shop }}/orders"
    assert request["json"] == {"limit": 50, "shop": "{{ inputs.shop }}"}
    assert set(orders.workflow.inputs) == {"shop", "since"}
    fields = nodes["edit_fields"].params["fields"]
    assert fields["total"] == "{{ nodes.get_orders.output.body.total + 1 }}"
    assert fields["who"] == "{{ (nodes.get_orders.output.body.customer.name | upper) }}"
    assert fields["ids"] == "[not converted: $json.lines.map(l => l.id)]"
    assert fields["braces"] == '{{ "keep {{ this }}" }}'
    assert nodes["tell_the_team"].params["text"].startswith("Large order of {{ nodes.edit_fields.output.who }}"), (
        "an if passes on what it got"
    )


def test_conditions_ports_loops_and_failures(orders: Imported) -> None:
    nodes = orders.workflow.nodes
    assert nodes["large"].params["condition"] == (
        '{{ (nodes.edit_fields.output.total > 100) and (nodes.edit_fields.output.who != "BOT") }}'
    )
    edges = {(edge.source, edge.port, edge.target) for edge in orders.workflow.edges}
    assert {
        ("large", "true", "tell_the_team"),
        ("large", "false", "code"),
        ("which_kind", "other", "google_sheets"),
    } <= edges
    assert nodes["wait"].parent == nodes["print"].parent == "loop_over_items"
    assert nodes["print"].params["command"] == "echo {{ item.n }}"
    assert nodes["loop_over_items"].action == "flow.foreach"
    retry = nodes["get_orders"].retry
    assert retry is not None
    assert (retry.max_attempts, retry.delay) == (4, "2000ms")
    assert nodes["postgres"].disabled
    assert nodes["google_sheets"].on_error == "continue"


def test_what_has_no_counterpart_is_a_placeholder_that_holds_the_original(orders: Imported) -> None:
    assert set(orders.placeholders) == {"code", "google_sheets"}
    code = orders.workflow.nodes["code"]
    assert code.action == "flow.fail"
    assert "i.json.total" in code.notes
    told = messages(orders)
    for part in (
        "Edit Fields: The expression $json.lines.map",
        "credentials",
        "Shop"[:0],
    ):
        assert part in told


def test_triggers_become_nodes(orders: Imported) -> None:
    imported = orders
    trigger = imported.workflow.nodes["every_morning"]
    assert (trigger.action, trigger.params) == ("trigger.schedule", {"cron": "0 9 * * 1-5"})
    assert ("every_morning", "get_orders") in {(edge.source, edge.target) for edge in imported.workflow.edges}


def test_circles_are_cut_where_they_lead_back() -> None:
    nodes = [
        {"name": name, "type": "n8n-nodes-base.noOp", "position": [x, 0], "parameters": {}}
        for x, name in enumerate("abc")
    ]
    wires = {a: {"main": [[{"node": b}]]} for a, b in ("ab", "bc", "ca")}
    imported = from_n8n(json.dumps({"nodes": nodes, "connections": wires}))
    assert [(edge.source, edge.target) for edge in imported.workflow.edges] == [("a", "b"), ("b", "c")]
    assert "makes a circle" in messages(imported)


def test_a_hostile_file_gives_a_message_or_a_definition() -> None:
    """Any value anywhere in the file is replaced by any other."""
    dice = random.Random(11)
    junk = [None, 7, -1e308, "", "={{ }}", [], [[]], {}, {"a": []}, True, "\x00", "={{" * 50, [None, {"node": {}}]]
    for _ in range(150):
        data = json.loads(TEXT)
        place: Any = data
        while isinstance(place, (dict, list)) and place:
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))
            key = dice.choice(keys)
            if dice.random() < 0.35 or not isinstance(place[key], (dict, list)) or not place[key]:
                place[key] = copy.deepcopy(dice.choice(junk))
                break
            place = place[key]
        with suppress(UsageError):  # and nothing else
            assert from_n8n(json.dumps(data)).workflow.nodes


def test_a_webhook_is_a_trigger_whose_request_the_steps_read_and_answer() -> None:
    nodes = [
        {"name": "Hook", "type": "n8n-nodes-base.webhook", "position": [0, 0],
         "parameters": {"path": "orders", "httpMethod": "POST", "responseMode": "responseNode"}},
        {"name": "Answer", "type": "n8n-nodes-base.respondToWebhook", "position": [9, 0],
         "parameters": {"respondWith": "json", "responseBody": "={{ $json.body.id }}",
                        "options": {"responseCode": 201,
                                    "responseHeaders": {"entries": [{"name": "X-A", "value": "b"}]}}}},
    ]  # fmt: skip
    made = from_n8n(json.dumps({"nodes": nodes, "connections": {"Hook": {"main": [[{"node": "Answer"}]]}}})).workflow
    assert made.nodes["hook"].params == {"path": "/orders", "method": "POST", "respond": "end"}
    assert (made.nodes["answer"].action, made.nodes["answer"].params) == (
        "http.respond", {"status": 201, "body": "{{ nodes.hook.output.body.id }}", "headers": {"X-A": "b"}},
    )  # fmt: skip
    assert made.inputs == {}
