"""Notes and frames are painted in both regimes, folded ones follow the run, and what is hidden is not painted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtGui import QImage

from floworch.run.status import NodeStatus
from floworch_designer.canvas.decor_painting import stacked
from floworch_designer.document import decor as stored


@pytest.fixture
def keys(view: Any) -> tuple[str, str]:
    made, frame = stored.add_group(view.document.workflow, ["a", "b"], "Load", "pink")
    made, note = stored.add_note(made, "# Note", (320, 560))
    view.document.apply(made, "Decorate")
    return frame, note


def pixel(image: QImage, view: Any, at: tuple[float, float]) -> str:
    point = view.camera().point(*at).toPoint()
    return str(image.pixelColor(point).name())


@pytest.mark.parametrize("zoom", [1.0, 0.6, 0.4, 0.15])
def test_both_are_painted_at_every_zoom(view: Any, keys: Any, picture: Callable[[Any], QImage], zoom: float) -> None:
    view.zoom_to(zoom)
    image, canvas = picture(view), view.theme.tokens["canvas"].lower()
    between, sheet = pixel(image, view, (270, 84)), pixel(image, view, (550, 690))
    assert canvas not in {between, sheet}
    assert between != sheet
    view.document.undo_stack.undo()
    assert pixel(picture(view), view, (270, 84)) == canvas


@pytest.mark.parametrize("zoom", [1.0, 0.3])
def test_a_folded_frame_hides_its_cards_and_follows_the_run(
    view: Any, keys: Any, picture: Callable[[Any], QImage], zoom: float
) -> None:
    view.zoom_to(zoom)
    opened = picture(view)
    view.areas.fold([keys[0]], True)
    view.selection.clear()
    folded = picture(view)
    assert pixel(opened, view, (420, 60)) != pixel(folded, view, (420, 60)) == view.theme.tokens["canvas"].lower()
    view.set_statuses({"a": NodeStatus.FAILED, "b": NodeStatus.FAILED})
    red = view.camera().point(100, 12).toPoint()
    assert picture(view).pixelColor(red).red() > 20 + folded.pixelColor(red).red()
    view.areas.fold([keys[0]], False)
    view.clear_run()
    view.selection.clear()
    assert picture(view) == opened


def test_frames_and_containers_lie_by_size_and_notes_above_them(view: Any, keys: Any) -> None:
    areas = view.graph.decor.near((-500, -500, 2000, 2000))
    below = stacked([view.graph.boxes["e"]], areas)
    assert [getattr(item, "key", "e") for item in below] == ["e", *keys]


def test_selected_ones_have_rings(view: Any, keys: Any, picture: Callable[[Any], QImage]) -> None:
    plain = picture(view)
    view.selection.set(decor=keys)
    assert picture(view) != plain
    view.selection.clear()
    assert picture(view) == plain
