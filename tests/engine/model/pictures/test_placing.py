"""Where nodes stand in a picture."""

from __future__ import annotations

import random

from run_dialogue import workflow

from floworch.model.graph import plan_of
from floworch.model.pictures.placing import GAP_X, PAD, Box, place


def _apart(one: Box, two: Box) -> bool:
    return (
        one.x + one.width <= two.x
        or two.x + two.width <= one.x
        or one.y + one.height <= two.y
        or two.y + two.height <= one.y
    )


def test_edges_lead_to_the_right_and_no_two_cards_of_a_graph_meet() -> None:
    dice = random.Random(7)
    for _ in range(20):
        names = [f"n{i:02d}" for i in range(dice.randrange(1, 14))]
        inner = set(names[1:4]) if len(names) > 5 else set()
        nodes = {name: {"parent": "n00"} if name in inner else {} for name in names}
        same = [(a, b) for j, b in enumerate(names) for a in names[:j] if (a in inner) == (b in inner)]
        plan = plan_of(workflow(nodes, *(f"{a}>{b}" for a, b in same if dice.random() < 0.4)))
        boxes = place(plan, {}).boxes
        assert set(boxes) == set(range(len(names)))
        for link in plan.links:
            assert boxes[link.source].x + boxes[link.source].width < boxes[link.target].x
        for members in plan.children.values():
            for a in members:
                assert all(a == b or _apart(boxes[a], boxes[b]) for b in members)


def test_a_body_lies_inside_its_container() -> None:
    plan = plan_of(
        workflow({"outer": {}, "loop": {"parent": "outer"}, "x": {"parent": "loop"}, "y": {"parent": "loop"}})
    )
    boxes = place(plan, {}).boxes
    for child, container in ((plan.index["x"], plan.index["loop"]), (plan.index["loop"], plan.index["outer"])):
        inside, around = boxes[child], boxes[container]
        assert around.x + PAD <= inside.x
        assert inside.x + inside.width + PAD <= around.x + around.width
        assert around.y < inside.y
        assert inside.y + inside.height < around.y + around.height


def test_cards_are_as_far_apart_as_what_stands_on_the_edge_between_them_wants() -> None:
    nodes: dict[str, object] = {"a": {}, "b": {}, "c": {}, "l": {}, "x": {"parent": "l"}, "y": {"parent": "l"}}
    plan = plan_of(workflow(nodes, "a>b", "b>c", "a>c", "c>l", "x>y"))
    wide = {at: 300.0 for at, link in enumerate(plan.links) if plan.ids[link.source] in "ax"}
    boxes = place(plan, {}, gaps=wide).boxes
    a, b, c, x, y = (boxes[plan.index[name]] for name in "abcxy")
    assert b.x - a.right == 300.0
    assert c.x - b.right == GAP_X, "an edge that passes a column has room enough"
    assert y.x - x.right == 300.0
    loop = boxes[plan.index["l"]]
    assert y.right + PAD == loop.right


def test_nothing_has_no_boxes() -> None:
    assert place(plan_of(workflow({})), {}).boxes == {}
