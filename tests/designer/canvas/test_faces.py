"""A card in full: painted when there is time for it, then shown from what is kept."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtGui import QPainter, QPixmap

from floworch.run.status import NodeStatus
from floworch_designer.canvas import faces
from floworch_designer.canvas.cache import PixmapCache
from floworch_designer.canvas.painting import Camera


def shown(view: Any, cache: PixmapCache, camera: Camera) -> tuple[bool, Any]:
    picture = QPixmap(400, 200)
    picture.fill("black")
    painter, box = QPainter(picture), view.graph.boxes["a"]
    done = faces.paint_face(painter, view.theme, cache, camera, box, view.painter.look(box), True)
    painter.end()
    return done, picture.toImage()


@pytest.mark.parametrize("detail", [0.0, 0.5])
def test_a_card_looks_alike_whether_it_is_new_or_kept(
    view: Any, detail: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    box, cache = view.graph.boxes["a"], PixmapCache()
    camera = Camera(1.0, 40.0 - box.x, 40.0 - box.y, detail=detail)
    cache.start_frame(1000)
    new, first = shown(view, cache, camera)
    paint_new = faces._paint_new  # the view itself goes on painting
    monkeypatch.setattr(faces, "_paint_new", lambda *a: pytest.fail("it is kept") if a[2] is cache else paint_new(*a))
    again, second = shown(view, cache, camera)
    assert new is again is True
    assert first == second != shown(view, cache, Camera(1.0, 5000.0, 0.0, detail=detail))[1]


def test_a_card_for_which_there_is_no_time_is_left_to_who_asked(view: Any) -> None:
    box, cache = view.graph.boxes["a"], PixmapCache()
    cache.start_frame(-1.0)
    done, picture = shown(view, cache, Camera(1.0, 40.0 - box.x, 40.0 - box.y))
    assert not done
    assert picture.pixelColor(100, 60).name() == "#000000"
    assert cache.short


def test_a_card_that_comes_back_to_a_status_is_known_without_hashing_its_rim(
    view: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run takes thousands of cards from status to status, and hashing takes longer than a blit."""
    box, looks = view.graph.boxes["a"], [view.theme.status_look(status) for status in (None, *NodeStatus)]
    first = [faces._rim_number(box, look) for look in looks]
    assert len({number for number, _ in first}) == len(set(looks))
    with monkeypatch.context() as patched:
        patched.setattr(faces, "number_of", lambda _: pytest.fail("it has a number"))
        assert [faces._rim_number(box, look) for look in looks] == first
    box.badge = "error"
    assert faces._rim_number(box, looks[0])[1].badge == "error"
