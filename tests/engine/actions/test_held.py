from __future__ import annotations

import copy
import gc
import pickle
from typing import Any

import pytest

from floworch import WorkflowBuilder


def made(order: Any) -> Any:
    def act() -> Any:
        return order

    return act


def test_a_workflow_with_a_local_function_is_copied_and_pickled(monkeypatch: pytest.MonkeyPatch) -> None:
    """(C7.5)"""
    monkeypatch.setattr("floworch.actions.functions.MOST_LOCAL", 2)
    flow = WorkflowBuilder("orders").node("a", made("mine")).build()
    other = copy.deepcopy(flow)
    assert pickle.loads(pickle.dumps(flow)) == flow == other
    for number in range(5):
        WorkflowBuilder("orders").node("a", made(number)).build()
    del flow
    gc.collect()
    assert other.run().nodes["a"].output == "mine"
