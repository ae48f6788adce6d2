"""Flows of Node-RED."""

from __future__ import annotations

import copy
import json
import random
from contextlib import suppress
from pathlib import Path

import pytest

from floworch import UsageError
from floworch.actions.registry import registry
from floworch.exchange import node_red
from floworch.exchange.imported import Imported
from floworch.exchange.node_red import from_node_red
from floworch.model.validate import validate

TEXT = (Path(__file__).parent / "fixtures" / "house.node-red.json").read_text()


@pytest.fixture(scope="module")
def house() -> Imported:
    return from_node_red(TEXT)


def test_the_definition_is_valid_and_has_the_layout(house: Imported) -> None:
    assert not [problem for problem in validate(house.workflow, registry) if problem.severity == "error"]
    places = house.workflow.view["nodes"]
    assert places["weather"] == [480, 128]
    assert places["text"][1] > places["debug"][1], "the second tab stands below the first"
    (note,) = house.workflow.view["notes"]
    assert note["text"] == "### The blinds\n\nClose them *early*"


def test_messages_become_paths(house: Imported) -> None:
    nodes = house.workflow.nodes
    assert nodes["weather"].params["url"] == "https://api.example.com/weather?place={{ inputs.topic }}"
    assert nodes["warm"].params["cases"][0] == {
        "when": "{{ (nodes.weather.output.body.main.temp) > 25 }}", "port": "case_0",
    }  # fmt: skip
    assert nodes["text"].params["template"] == "It has {{ nodes.weather.output.body.main.temp }} degrees.", (
        "over a link"
    )
    assert nodes["change"].params["fields"]["extra"] == {"temp": "{{ nodes.weather.output.body.main.temp }}"}
    assert ("warm", "case_2", "text") in {(edge.source, edge.port, edge.target) for edge in house.workflow.edges}


def test_a_disabled_tab_is_disabled_and_circles_are_cut(house: Imported) -> None:
    assert house.workflow.nodes["exec"].disabled
    told = "\n".join(finding.message for finding in house.findings)
    assert "makes a circle" in told
    assert "The rule 'delete headers' was not converted." in told
    assert set(house.placeholders) >= {"count"}


def test_starts_become_triggers_where_there_are_such(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(node_red, "known", lambda action: True)
    nodes = from_node_red(TEXT).workflow.nodes
    assert nodes["every_5_min"].params == {"cron": "*/5 * * * *"}
    hook = [{"id": "h", "type": "http in", "url": "/a", "method": "post", "x": 0, "y": 0, "wires": [["d"]]},
            {"id": "d", "type": "debug", "x": 1, "y": 1, "wires": []}]  # fmt: skip
    assert from_node_red(json.dumps(hook)).workflow.nodes["http_in"].params == {
        "path": "/a", "method": "POST", "respond": "end",
    }  # fmt: skip


def test_a_hostile_file_gives_a_message_or_a_definition() -> None:
    """Any field of any node is replaced by any other value."""
    dice = random.Random(5)
    junk = [None, 7, -1e308, "", "{{{", [], [[]], {}, {"a": []}, True, "\x00", [[None, 3, "h1"]], [{"t": []}]]
    for _ in range(200):
        data = json.loads(TEXT)
        node = dice.choice(data)
        node[dice.choice(list(node))] = copy.deepcopy(dice.choice(junk))
        with suppress(UsageError):  # and nothing else
            assert from_node_red(json.dumps(data)).workflow.nodes


def test_a_request_is_answered_by_what_reads_it() -> None:
    flow = [{"id": "h", "type": "http in", "url": "/a", "method": "post", "x": 0, "y": 0, "wires": [["r"]]},
            {"id": "r", "type": "http response", "name": "Re", "statusCode": "202", "x": 9, "wires": []}]  # fmt: skip
    reply = from_node_red(json.dumps(flow)).workflow.nodes["re"]
    assert (reply.action, reply.params) == ("http.respond", {"body": "{{ nodes.http_in.output.body }}", "status": 202})
