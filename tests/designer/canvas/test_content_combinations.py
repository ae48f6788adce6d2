"""Every combination of what a node can have, what its card says of it, and walking odd graphs with the arrow keys."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from floworch.actions.registry import registry
from floworch.model.workflow import Layer, Node, RetryPolicy, Workflow
from floworch.run.status import NodeStatus
from floworch_designer.canvas.content import (
    MAX_CHIPS,
    Chip,
    Kind,
    chips_of,
    content_of,
    duration_text,
    kind_of,
    success_ports,
)
from floworch_designer.canvas.geometry import CARD_HEIGHT
from floworch_designer.canvas.graph import CanvasGraph
from floworch_designer.canvas.items.card import chip_width, fit_chips
from floworch_designer.canvas.items.wires import state_of
from floworch_designer.canvas.live import Live, RunInfo
from floworch_designer.canvas.walking import step
from floworch_designer.canvas.wiring import first_empty, main_port, reference, wire_up
from floworch_designer.document.nodes import make_edge
from floworch_designer.document.positions import with_positions
from floworch_designer.theme.icons import icon_names, resolve

KIND = Kind("Request", "globe", "http", "url")
UNKNOWN = kind_of(None, "acme.thing")


@dataclass
class LayerSpec:
    icon: str = ""
    text: Any = None

    @property
    def chip(self) -> Any:
        return None if self.text is None else lambda options: self.text.format(**options)


@dataclass
class Layers:
    """A catalogue of layers only."""

    layers: dict[str, LayerSpec] = field(default_factory=dict)

    def find_action(self, action_id: str) -> None:
        return None

    def find_layer(self, layer_id: str) -> LayerSpec | None:
        return self.layers.get(layer_id)


FLAGS = list(product([False, True], repeat=4))


@pytest.mark.parametrize(("disabled", "stops", "pinned", "noted"), FLAGS)
@pytest.mark.parametrize("kind", [KIND, UNKNOWN], ids=["known", "unknown"])
def test_marks_are_independent_of_each_other(
    disabled: bool, stops: bool, pinned: bool, noted: bool, kind: Kind
) -> None:
    node = Node(action="acme.thing", disabled=disabled, breakpoint=stops, pin=0 if pinned else None,
                notes="n" if noted else "")  # fmt: skip
    content = content_of("a", node, kind)
    assert (content.disabled, content.breakpoint, content.pinned, content.noted) == (
        disabled,
        stops,
        pinned,
        noted,
    )
    assert content.known is kind.known
    assert hash(content) == hash(content_of("a", node, kind))


@pytest.mark.parametrize("retry", [None, RetryPolicy(max_attempts=1), RetryPolicy(max_attempts=12)])
@pytest.mark.parametrize("timeout", [None, 0, 30, 2.5, "5m"])
@pytest.mark.parametrize("count", range(5))
def test_chips_are_retry_timeout_and_layers_in_order_and_the_rest_is_counted(
    retry: RetryPolicy | None, timeout: Any, count: int
) -> None:
    layers = tuple(Layer(use=f"layer_{index}") for index in range(count))
    node = Node(action="x", retry=retry, timeout=timeout, middleware=layers)
    texts = [f"{retry.max_attempts}×"] if retry else []
    texts += [timeout if isinstance(timeout, str) else f"{timeout:g}s"] if timeout is not None else []
    texts += [f"layer {index}" for index in range(count)]
    content = content_of("a", node, KIND)
    assert [chip.text for chip in chips_of(node)] == texts
    assert [chip.text for chip in content.chips] == texts[:MAX_CHIPS]
    assert content.more == max(0, len(texts) - MAX_CHIPS)


@pytest.mark.parametrize(
    ("spec", "chip"),
    [
        (None, Chip("rate_limit", "rate limit")),
        (LayerSpec(), Chip("rate_limit", "rate limit")),
        (LayerSpec("gauge"), Chip("gauge", "rate limit")),
        (LayerSpec("gauge", "{n}/s"), Chip("gauge", "5/s")),
        (LayerSpec("gauge", ""), Chip("gauge", "rate limit")),
        (LayerSpec("gauge", "{missing}"), Chip("gauge", "rate limit")),
        (LayerSpec("", "a very long text on a chip"), Chip("rate_limit", "a very long text o")),
    ],
)
def test_a_layer_says_what_its_chip_shows_and_never_breaks_the_card(spec: LayerSpec | None, chip: Chip) -> None:
    catalogue = Layers({"rate_limit": spec} if spec else {})
    node = Node(action="x", middleware=(Layer.model_validate({"use": "rate_limit", "with": {"n": 5}}),))
    assert chips_of(node, catalogue) == (chip,)


@pytest.mark.parametrize(
    ("value", "subtitle"),
    [
        ("https://x", "https://x"),
        ("  two\n  lines\t", "two lines"),
        ("", "Request"),
        ("   ", "Request"),
        (None, "Request"),
        (5, "5"),
        (False, "False"),
        ([1], "Request"),
        ({"a": 1}, "Request"),
        ("y" * 200, "y" * 80),
        ("שלום 🎉", "שלום 🎉"),
        ("{{ inputs.url }}", "{{ inputs.url }}"),
    ],
)
def test_the_subtitle_is_the_key_parameter_in_one_short_line(value: Any, subtitle: str) -> None:
    assert content_of("a", Node(action="http.request", params={"url": value}), KIND).subtitle == subtitle


@pytest.mark.parametrize(("title", "shown"), [("", "key"), ("T", "T"), (" ", " "), ("🎉", "🎉"), ("שלום", "שלום")])
def test_the_title_is_the_id_until_there_is_one(title: str, shown: str) -> None:
    assert content_of("key", Node(action="x", title=title), KIND).title == shown


def test_an_unknown_action_keeps_its_name_on_the_card_whatever_its_parameters() -> None:
    content = content_of("a", Node(action="acme.thing", params={"url": "x"}), UNKNOWN)
    assert (content.subtitle, content.category, content.icon) == ("acme.thing", "utility", "unknown")


@pytest.mark.parametrize("action_id", sorted(registry.action_ids()))
def test_every_action_of_the_product_has_a_card_with_an_icon_ports_and_a_title(action_id: str) -> None:
    kind = kind_of(registry, action_id)
    assert kind.known
    assert kind.title
    assert resolve(kind.icon, kind.category) in icon_names()
    assert resolve(kind.icon, kind.category) != "unknown"
    ports = success_ports(registry, Node(action=action_id))
    assert len(set(ports)) == len(ports)
    assert content_of("a", Node(action=action_id), kind, registry).subtitle


@pytest.mark.parametrize("layer_id", sorted(registry.layer_ids()))
def test_every_layer_of_the_product_has_a_chip_with_an_icon(layer_id: str) -> None:
    (chip,) = chips_of(Node(action="x", middleware=(Layer(use=layer_id),)), registry)
    assert 0 < len(chip.text) <= 18
    assert resolve(chip.icon, "utility") != "unknown"


@pytest.mark.usefixtures("qapp")
@given(st.lists(st.text(alphabet="abcW ", max_size=18), max_size=3), st.integers(0, 5), st.floats(60, 320))
@settings(max_examples=60)
def test_chips_never_leave_their_strip(texts: list[str], more: int, width: float) -> None:
    chips = tuple(Chip("retry", text) for text in texts)
    widths, rest = fit_chips(chips, more, width)
    assert len(widths) + rest == len(chips) + more
    assert len(widths) >= min(1, len(chips))
    used = sum(widths) + 4.0 * max(0, len(widths) - 1) + (30.0 if rest else 0.0)
    assert used <= width + 4.0
    assert all(shown <= chip_width(chip) for shown, chip in zip(widths, chips, strict=False))


# figures


@pytest.mark.parametrize(("value", "text"), [(3, "3s"), (2.50, "2.5s"), ("3s", "3s"), ("1h", "1h"), (1e6, "1e+06s")])
def test_durations_of_authors_are_shown_as_written(value: Any, text: str) -> None:
    assert duration_text(value) == text


@pytest.mark.parametrize(
    ("info", "footer", "share"),
    [
        (RunInfo(), "", None),
        (RunInfo(duration=0.0), "0.00 s", None),
        (RunInfo(attempt=1, max_attempts=5), "", None),
        (RunInfo(attempt=2, max_attempts=5), "attempt 2/5", None),
        (RunInfo(attempt=2), "attempt 2", None),
        (RunInfo(items_total=0), "0 / 0 items", None),
        (RunInfo(items_done=1204, items_total=3400), "1,204 / 3,400 items", 1204 / 3400),
        (RunInfo(items_done=9, items_total=3), "9 / 3 items", 1.0),
        (RunInfo(items_failed=2), "2 failed", None),
        (RunInfo(progress=0.25, items_total=10), "0 / 10 items", 0.25),
        (RunInfo(progress=7.0), "", 1.0),
        (RunInfo(progress=-1.0), "", 0.0),
        (RunInfo(1.5, 3, 5, None, 2, 4, 1), "1.50 s  ·  attempt 3/5  ·  2 / 4 items  ·  1 failed", 0.5),
    ],
)
def test_what_a_run_says_under_a_card(info: RunInfo, footer: str, share: float | None) -> None:
    assert info.footer() == footer
    assert info.share == share


@pytest.mark.parametrize("status", [None, *NodeStatus])
@pytest.mark.parametrize("held", [False, True])
def test_only_what_was_being_worked_on_can_be_held(status: NodeStatus | None, held: bool) -> None:
    active = status in {NodeStatus.RUNNING, NodeStatus.RETRYING, NodeStatus.COMPENSATING}
    assert Live(status, RunInfo(held=held)).held is (active and held)
    assert Live(status).held is False


# wires and walking


def graph(places: dict[str, tuple[float, float]], edges: list[str] | None = None) -> CanvasGraph:
    made = CanvasGraph()
    pairs = [edge.split(">") for edge in edges or []]
    workflow = Workflow(
        id="w",
        nodes={key: Node(action="x") for key in places},
        edges=tuple(make_edge(a.split(".")[0], a.split(".")[1] if "." in a else "out", b) for a, b in pairs),
    )
    made.build(with_positions(workflow, places))
    return made


S = NodeStatus


@pytest.mark.parametrize(
    ("port", "source", "target", "expected"),
    [
        ("out", None, None, ""), ("out", None, S.RUNNING, ""), ("out", S.PENDING, S.PENDING, ""),
        ("out", S.RUNNING, S.PENDING, ""), ("out", S.COMPLETED, S.RUNNING, "live"), ("out", S.COMPLETED, None, ""),
        ("out", S.COMPLETED, S.RETRYING, "live"), ("out", S.COMPLETED, S.COMPLETED, "done"),
        ("out", S.REUSED, S.RUNNING, "live"), ("out", S.COMPLETED, S.SKIPPED, "untaken"),
        ("out", S.SKIPPED, S.SKIPPED, "untaken"), ("out", S.FAILED, S.PENDING, ""),
        ("error", S.FAILED, S.RUNNING, "done"),
        ("error", S.COMPLETED, S.SKIPPED, "untaken"), ("error", S.COMPLETED, S.RUNNING, ""),
        ("done", S.COMPLETED, S.COMPLETED, "done"), ("out", S.CANCELLED, S.PENDING, ""),
        ("out", S.BYPASSED, S.COMPLETED, "done"), ("out", S.COMPENSATED, S.COMPLETED, "done"),
    ],
)  # fmt: skip
def test_wires_tell_which_way_a_run_went(
    port: str, source: NodeStatus | None, target: NodeStatus | None, expected: str
) -> None:
    made = graph({"a": (0, 0), "b": (300, 0)}, [f"a.{port}>b"])
    made.boxes["a"].live.status, made.boxes["b"].live.status = source, target
    assert state_of(made.wires[0]) == expected


@pytest.mark.parametrize(
    ("places", "edges", "start", "direction", "expected"),
    [
        ({}, [], None, "right", None),
        ({"a": (0, 0)}, [], "a", "right", None),
        ({"a": (0, 0)}, [], None, "up", "a"),
        ({"a": (0, 0)}, ["a>a"], "a", "right", "a"),
        ({"a": (0, 0), "b": (300, 500), "c": (300, 0)}, ["a>b", "a>c"], "a", "right", "c"),
        ({"a": (0, 0), "b": (300, 500), "c": (300, 0)}, ["a>b"], "a", "right", "b"),
        ({"a": (0, 0), "b": (-300, 0)}, ["a>b"], "a", "right", "b"),
        ({"a": (0, 0), "b": (-300, 0)}, ["a>b"], "b", "left", "a"),
        ({"a": (0, 0), "b": (0, 0)}, [], "a", "down", None),
        ({"a": (0, 0), "b": (0, 200), "c": (0, 400)}, [], "a", "down", "b"),
        ({"a": (0, 0), "b": (900, 100), "c": (0, 400)}, [], "a", "down", "c"),
        ({"a": (0, 0), "b": (0, -200)}, [], "a", "up", "b"),
        ({"a": (0, 0), "b": (300, 0)}, ["a>b"], "b", "right", None),
        ({"a": (0, 0), "b": (300, 0), "c": (600, 0)}, ["a>b", "b>c", "c>a"], "c", "right", "a"),
    ],
)  # fmt: skip
def test_arrow_keys_in_odd_graphs(
    places: dict[str, tuple[float, float]], edges: list[str], start: str | None, direction: str, expected: str | None
) -> None:
    assert step(graph(places, edges), start, direction) == expected


SPOTS = st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), min_size=1, max_size=9, unique=True)


@given(SPOTS, st.sampled_from(["left", "right", "up", "down"]))
@settings(max_examples=60)
def test_without_edges_a_step_goes_strictly_in_its_direction_and_never_round_in_circles(
    spots: list[tuple[int, int]], direction: str
) -> None:
    made = graph({f"n{i}": (x * 250.0, y * 120.0) for i, (x, y) in enumerate(spots)})
    sign = -1 if direction in {"left", "up"} else 1
    at: str | None = "n0"
    for _ in range(len(spots)):
        found = step(made, at, direction)
        if found is None:
            break
        assert at is not None
        a, b = made.boxes[at], made.boxes[found]
        assert sign * ((b.x - a.x) if direction in {"left", "right"} else (b.y - a.y)) > 0
        at = found
    else:
        pytest.fail("walked round in circles")


# values along wires


@pytest.mark.parametrize(
    ("key", "expected"),
    [("a", "{{ nodes.a.output }}"), ("a-b", '{{ nodes["a-b"].output }}'), ("1a", '{{ nodes["1a"].output }}')],
)
def test_references_are_written_so_that_the_engine_reads_them(key: str, expected: str) -> None:
    from floworch.expr import compile_value

    assert reference(key) == expected
    assert compile_value(expected).references == {("nodes", key, "output")}


def test_without_a_catalogue_a_wire_is_only_a_wire() -> None:
    workflow = Workflow(id="w", nodes={"a": Node(action="x"), "b": Node(action="x")})
    assert first_empty(workflow, None, "b") is None
    made = wire_up(workflow, None, "a", "out", "b")
    assert made.nodes is workflow.nodes
    assert len(made.edges) == 1
    assert wire_up(made, None, "a", "out", "b") is made
    assert main_port(made, None, "a") == "out"


def test_cards_of_real_branching_actions_grow_by_their_ports() -> None:
    made = CanvasGraph(registry)
    made.build(Workflow(id="w", nodes={"i": Node(action="flow.if"), "s": Node(action="data.set")}))
    assert made.boxes["s"].shape.height == CARD_HEIGHT
    assert made.boxes["i"].shape.height > CARD_HEIGHT
    assert {port.name for port in made.boxes["i"].shape.ports} == {"true", "false", "error", "done"}
