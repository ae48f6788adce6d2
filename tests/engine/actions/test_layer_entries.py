"""Layers of Python as entries of a definition (C5.1)."""

from __future__ import annotations

from typing import Any

import pytest

from floworch import Context, UsageError, action, conditional, logging, metrics, registry, retry, timeout
from floworch.actions.layer_entries import entry_of, unwrapped
from floworch.middleware.measures import Metrics
from floworch.model.workflow import Layer


def plain(value: Any) -> Any:
    return value if not isinstance(value, Layer) else value.model_dump(by_alias=True, exclude_unset=True)


def double(n: int = 1) -> int:
    return 2 * n


async def nameless(call_next: Any, ctx: Context) -> Any:
    return await call_next(ctx)


@pytest.mark.parametrize(
    ("layer", "entry"),
    [
        ("logging", {"use": "logging"}),
        ({"use": "x", "when": "a"}, {"use": "x", "when": "a"}),
        (Layer(use="cache"), {"use": "cache"}),
        (retry(3, delay="1s"), {"use": "retry", "with": {"max_attempts": 3, "delay": "1s"}}),
        (logging, {"use": "logging"}),
        (
            conditional("{{ inputs.careful }}", timeout("5s")),
            {"use": "timeout", "with": {"after": "5s"}, "when": "{{ inputs.careful }}"},
        ),
    ],
)
def test_every_form_of_a_layer_becomes_an_entry(layer: Any, entry: dict[str, Any]) -> None:
    assert entry_of(layer, registry, plain) == entry


@pytest.mark.parametrize(
    "layer",
    [
        nameless, 3, metrics(registry=Metrics()), conditional(lambda ctx: True, retry(3)),
        conditional("{{ a }}", conditional("{{ b }}", retry(3))),
    ],
)  # fmt: skip
def test_what_no_definition_can_hold_is_refused_or_stays_around_the_function(layer: Any) -> None:
    with pytest.raises(UsageError, match=r"A middleware is a name|A definition cannot hold <layer"):
        entry_of(layer, registry, plain)
    if layer != 3 and layer is not nameless:
        action = layer(double)
        assert unwrapped(action, registry, plain) == (action, [])


def test_a_function_is_taken_out_of_its_layers() -> None:
    action = logging()(conditional("{{ run.id }}", retry(2))(double))
    entries = [{"use": "logging"}, {"use": "retry", "with": {"max_attempts": 2}, "when": "{{ run.id }}"}]
    assert unwrapped(action, registry, plain) == (double, entries)
    assert unwrapped("util.log", registry, plain) == ("util.log", [])


def test_an_action_with_a_layer_inside_stays_the_action_it_is_registered_as() -> None:
    """@action above @retry(3) or below it: both are the action, once with the layer in it and once around it."""
    into = registry.copy()
    inside = action("layers.inside", into=into)(retry(3)(double))
    assert unwrapped(inside, into, plain) == (inside, [])
    assert inside.spec.id == "layers.inside"
    around = retry(3)(action("layers.around", into=into)(lambda n=1: n))
    found, layers = unwrapped(around, into, plain)
    assert (found.spec.id, [each["use"] for each in layers]) == ("layers.around", ["retry"])
