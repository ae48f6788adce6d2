"""Every limit has a setting (C13)."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from floworch.expr.sizes import MAX_OUTPUT
from floworch.limits import limits, senseless
from floworch.model.codec import MAX_NODES
from floworch.model.jsontext import MAX_BYTES


def test_the_defaults_are_those_of_the_contract() -> None:
    """C13"""
    assert list(limits({}).values()) == [50 << 20, 100_000, 16 << 20]


@pytest.mark.parametrize("value", ["0", "-1", "1e3", "50MiB", "\u0661", " 5", "9" * 19])
def test_a_value_without_sense_leaves_the_default_and_is_told(value: str) -> None:
    given = {"FLOWORCH_MAX_NODES": value, "FLOWORCH_MAX_DEFINITION_BYTES": "7"}
    assert limits(given)["FLOWORCH_MAX_NODES"] == 100_000
    assert limits(given)["FLOWORCH_MAX_DEFINITION_BYTES"] == 7
    assert senseless(given) == [("FLOWORCH_MAX_NODES", value)]
    assert senseless({"FLOWORCH_MAX_NODES": ""}) == []


def test_a_process_reads_them_when_it_begins() -> None:
    """C13: what is over a limit is named with the limit."""
    code = """if True:
        import json
        from floworch import loads
        from floworch.errors import FlowError
        from floworch.expr.engine import evaluate
        said = []
        two = {"id": "w", "nodes": {name: {"action": "util.log", "params": {"message": "m"}} for name in "ab"}}
        for call in (lambda: loads(json.dumps(two)), lambda: loads(json.dumps(two) + " " * 500),
                     lambda: evaluate("'x' * 200", {})):
            try:
                call()
            except FlowError as error:
                said.append(str(error))
        print(json.dumps(said))
    """
    small = {"FLOWORCH_MAX_NODES": "1", "FLOWORCH_MAX_DEFINITION_BYTES": "500", "FLOWORCH_MAX_EXPRESSION_BYTES": "100"}
    environment = {**os.environ, **small}
    done = subprocess.run([sys.executable, "-c", code], check=True, env=environment, stdout=subprocess.PIPE, text=True)
    nodes, size, text = json.loads(done.stdout)
    assert "2 nodes; at most 1" in nodes
    assert "at most 500" in size
    assert "100 bytes" in text
    assert tuple(limits(os.environ)[name] for name in sorted_names()) == (MAX_BYTES, MAX_NODES, MAX_OUTPUT)


def sorted_names() -> list[str]:
    return ["FLOWORCH_MAX_DEFINITION_BYTES", "FLOWORCH_MAX_NODES", "FLOWORCH_MAX_EXPRESSION_BYTES"]
