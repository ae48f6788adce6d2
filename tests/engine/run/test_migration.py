"""The shape of what an edited definition would do (C7.5)."""

from __future__ import annotations

from floworch.model.diff import Difference
from floworch.run.migration import Migration, NodeFate


def test_a_refused_node_and_a_refused_run_make_it_impossible() -> None:
    fine = Migration("r", Difference(added=("n",)), (NodeFate("n", "new"),))
    assert (fine.possible, fine.needed, fine.of("new"), fine.refused) == (True, True, ("n",), ())
    node = Migration("r", Difference(), (NodeFate("a", "refused", "because", "completed"),))
    assert (node.possible, node.needed, node.refused) == (False, False, ("a: because",))
    assert Migration("r", Difference(), refusals=("no",)).refused == ("no",)


def test_running_again_alone_is_reason_enough() -> None:
    """C15: stale nodes of an earlier edit."""
    assert Migration("r", Difference(), payload={"reset": ["a"]}).needed


def test_the_json_names_every_node_once() -> None:
    shape = Migration("r", Difference(), (NodeFate("a", "kept", "", "completed"), NodeFate("b", "new"))).to_json()
    assert shape["nodes"] == [
        {"node": "a", "what": "kept", "reason": "", "status": "completed"},
        {"node": "b", "what": "new", "reason": "", "status": None},
    ]
    assert (shape["run_id"], shape["possible"], shape["needed"], shape["refused"]) == ("r", True, False, [])
