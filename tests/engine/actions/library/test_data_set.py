from __future__ import annotations

import pytest

from floworch.actions.registry import registry
from floworch.errors import ActionError, ErrorKind
from floworch.testing.actions import FakeHost, run_action


def test_fields_become_an_object_and_keep_their_types() -> None:  # (C6.4)
    host = FakeHost(inputs={"n": 10**30, "list": [1, None], "name": "x"})
    output = run_action("data.set", host, fields={
        "n": "{{ inputs.n }}", "list": "{{ inputs.list }}", "text": "a {{ inputs.name }}", "plain": {"a": [True]},
    })  # fmt: skip
    assert output == {"n": 10**30, "list": [1, None], "text": "a x", "plain": {"a": [True]}}
    assert host.workflow_data.changes() is None


def test_target_data_writes_the_runs_data() -> None:
    host = FakeHost(data={"kept": 1, "old": 1})
    assert run_action("data.set", host, fields={"old": 2, "new": [3]}, target="data") == {"old": 2, "new": [3]}
    assert host.workflow_data.changes() == {"set": {"old": 2, "new": [3]}, "delete": []}
    assert host.workflow_data.get("kept") == 1


def test_the_fields_of_another_object_can_be_kept() -> None:
    host = FakeHost(nodes={"a": {"x": 1, "y": 1}})
    output = run_action("data.set", host, fields={"y": 2}, keep="all", value="{{ nodes.a.output }}")
    assert output == {"x": 1, "y": 2}
    assert host.nodes["a"] == {"x": 1, "y": 1}


def test_keeping_the_fields_of_no_object_is_refused() -> None:
    host = FakeHost(inputs={"list": [1, 2]})
    with pytest.raises(ActionError, match="'value' must be an object to keep its fields, but it is a list of 2"):
        run_action("data.set", host, fields={}, keep="all", value="{{ inputs.list }}")
    spec = registry.resolve("data.set")
    (issue,) = spec.check_params({"fields": {}, "keep": "all"})
    assert (issue.path, issue.message) == ("value", "'value' is missing: it is the object whose fields are kept.")


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({}, "'fields' is missing."),
        ({"fields": [1]}, "'fields' must be an object, not a list of 1."),
        ({"fields": {}, "target": "disk"}, "'target' must be one of 'output' or 'data', not 'disk'."),
        ({"fields": {}, "field": 1}, "There is no parameter 'field'."),
    ],
)
def test_wrong_parameters_are_named(params: dict[str, object], message: str) -> None:
    with pytest.raises(ActionError) as caught:
        run_action("data.set", **params)
    assert (caught.value.message, caught.value.kind) == (message, ErrorKind.VALIDATION)
