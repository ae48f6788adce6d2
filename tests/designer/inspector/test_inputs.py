"""What a node was given, as far as the record of the run can tell."""

from __future__ import annotations

import pytest

from floworch.run.events import Event, EventKind
from floworch.run.state import RunState
from floworch_designer.inspector.inputs import inputs_of


@pytest.fixture
def state():
    state = RunState("r", "w", ("list", "later"), {"folder": "/tmp"})
    for event in (Event(0, 1.0, EventKind.RUN_CREATED), Event(1, 1.0, EventKind.RUN_STARTED),
                  Event(2, 1.0, EventKind.NODE_STARTED, 0, 1),
                  Event(3, 2.0, EventKind.NODE_COMPLETED, 0, 1, (), {
                      "output": {"files": ["a", {"b c": 7}]}})):  # fmt: skip
        state.apply(event)
    return state


@pytest.mark.parametrize(("written", "value", "left"), [
    ("plain", "plain", 0),
    ("{{ inputs.folder }}", "/tmp", 0),
    ("{{ nodes.list.output.files[0] }}", "a", 0),
    ('{{ nodes.list.output.files[1]["b c"] }}', 7, 0),
    ({"a": ["{{inputs.folder}}", 3]}, {"a": ["/tmp", 3]}, 0),
    ("{{ inputs.folder }}/x", "{{ inputs.folder }}/x", 1),
    ("{{ inputs.none }}", "{{ inputs.none }}", 1),
    ("{{ nodes.later.output }}", "{{ nodes.later.output }}", 1),
    ("{{ data.k }}", "{{ data.k }}", 1),
    (["{{ item }}", "{{ item.path }}"], ["{{ item }}", "{{ item.path }}"], 2),
])  # fmt: skip
def test_plain_paths_show_their_value_and_the_rest_stays_as_written(state, written, value, left):
    assert inputs_of(written, state) == (value, left)


def test_values_are_not_copied(state):
    assert inputs_of("{{ nodes.list.output }}", state)[0] is state.output[0]
