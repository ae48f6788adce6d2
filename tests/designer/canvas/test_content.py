"""What a card says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from floworch.model.workflow import Layer, Node, RetryPolicy
from floworch_designer.canvas.content import Chip, Kind, content_of, kind_of, success_ports

KIND = Kind("Request", "globe", "http", subtitle_param="url")


def test_title_subtitle_and_chips_come_from_the_node() -> None:
    node = Node(
        action="http.request",
        title="Fetch",
        params={"url": "{{ inputs.u }}"},
        timeout="30s",
        retry=RetryPolicy(max_attempts=5),
        middleware=(Layer(use="rate_limit"), Layer(use="cache")),
    )
    content = content_of("f", node, KIND)
    assert (content.title, content.subtitle) == ("Fetch", "{{ inputs.u }}")
    assert content.chips == (Chip("retry", "5×"), Chip("timeout", "30s"), Chip("rate_limit", "rate limit"))
    assert content.more == 1


def test_a_node_without_title_shows_its_id_and_without_parameter_its_action() -> None:
    content = content_of("f", Node(action="http.request"), KIND)
    assert (content.title, content.subtitle) == ("f", "Request")
    assert content_of("f", Node(action="x", params={"url": [1]}), KIND).subtitle == "Request"


def test_an_unknown_action_is_a_placeholder_with_its_id() -> None:
    kind = kind_of(None, "acme.thing")
    assert not kind.known
    assert content_of("f", Node(action="acme.thing"), kind).subtitle == "acme.thing"
    assert success_ports(None, Node(action="acme.thing")) == ("out",)


@dataclass
class Broken:
    """A third-party action and layer that raise."""

    def find_action(self, action_id: str) -> Any:
        return self

    def find_layer(self, layer_id: str) -> Any:
        return self

    icon = ""

    def success_ports(self, params: Any) -> Any:
        raise KeyError("half-written")

    def chip(self, options: Any) -> str:
        raise KeyError("half-written")


def test_actions_and_layers_that_raise_do_not_take_the_canvas_down() -> None:
    node = Node(action="x", middleware=(Layer(use="odd"),))
    assert success_ports(Broken(), node) == ("out",)
    assert content_of("f", node, KIND, Broken()).chips == (Chip("odd", "odd"),)
