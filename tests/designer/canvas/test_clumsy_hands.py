"""Whatever a hand does, with whatever key, while a run goes on and frames fold: a gesture that is over leaves nothing
behind, and undo leads back to the beginning. designer.md 4: every gesture, in combination; Esc cancels any."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from floworch.run.status import NodeStatus
from floworch_designer.document.decor import add_group, add_note

M, B, K = Qt.KeyboardModifier, Qt.MouseButton, Qt.Key
BUTTONS = (B.LeftButton, B.LeftButton, B.LeftButton, B.MiddleButton, B.RightButton)
HELD = (M.NoModifier, M.NoModifier, M.ControlModifier, M.ShiftModifier, M.AltModifier, M.AltModifier | M.ShiftModifier)
SLIPS = (K.Key_Plus, K.Key_Delete, K.Key_Tab, K.Key_D, K.Key_Right, K.Key_Escape)


def left_over(view: Any) -> tuple[object, ...]:
    """Everything that a gesture shows or holds while it goes on."""
    overlay = view.overlay
    return (
        overlay.wire, overlay.targets, overlay.aim, overlay.band, overlay.guides, overlay.cut, overlay.cut_edges,
        overlay.ghost, overlay.frame_aim, overlay.drop_edge, view._drag, view._interaction.tool,
    )  # fmt: skip


def somewhere(view: Any, dice: Random) -> tuple[float, float]:
    """A card, a port, or anywhere."""
    box = view.graph.boxes[dice.choice(list(view.graph.boxes))] if view.graph.boxes and dice.random() < 0.7 else None
    if box is None:
        return dice.uniform(-80, 1000), dice.uniform(-80, 640)
    middle = (box.x + box.shape.width / 2, box.y + 20)
    found: tuple[float, float] = dice.choice([middle, box.input_point, box.port_point("out")])
    return found


def gesture(view: Any, hand: Any, dice: Random) -> None:
    """Press, move about with slips of other fingers, and release."""
    button, held, (x, y) = dice.choice(BUTTONS), dice.choice(HELD), somewhere(view, dice)
    if dice.random() < 0.1:
        hand.again((x, y), held, button)
    else:
        hand.press((x, y), held, button)
    for _ in range(dice.randint(0, 5)):
        x, y = x + dice.uniform(-200, 200), y + dice.uniform(-150, 150)
        hand.move((x, y), held)
        slip = dice.random()
        if slip < 0.1:
            hand.key(dice.choice(SLIPS))
        elif slip < 0.15:
            view.set_statuses({key: dice.choice(list(NodeStatus)) for key in view.graph.boxes})
        elif slip < 0.2:
            hand.wheel((x, y), dice.choice([-120, 240]), dice.choice(HELD[:3]))
        elif slip < 0.23:
            hand.hover((x, y))
    hand.release((x, y), held, button)
    for _ in range(2):
        hand.key(K.Key_Escape)


@pytest.mark.parametrize("seed", range(6))
def test_a_gesture_that_is_over_leaves_nothing_behind(view: Any, hand: Any, seed: int) -> None:
    dice, stack = Random(seed), view.document.undo_stack
    made, frame = add_group(add_note(view.document.workflow, "A note", (900.0, 400.0))[0], ["u", "n"], "Frame")
    view.document.reset(made)
    clean, nothing = left_over(view), view.document.workflow
    for number in range(40):
        view.jump(dice.choice([0.2, 0.3, 0.5, 1.0, 2.0]), (dice.uniform(0, 800), dice.uniform(0, 500)))
        if dice.random() < 0.2:
            view.areas.fold([frame, "e"], dice.random() < 0.5)
        gesture(view, hand, dice)
        assert left_over(view) == clean, number
        assert view.graph.boxes.keys() == view.document.workflow.nodes.keys()
        assert view.overlay.hover is None or view.overlay.hover in view.graph.boxes
        assert view.overlay.hover_edge is None or view.overlay.hover_edge < len(view.document.workflow.edges)
    QTest.keyClick(view, K.Key_Escape)
    last = view.document.workflow
    while stack.can_undo():
        stack.undo()
    assert view.document.workflow == nothing
    while stack.can_redo():
        stack.redo()
    assert view.document.workflow == last
