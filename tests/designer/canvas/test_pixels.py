"""What is really painted: statuses in both themes, tiles that follow every change, and the arithmetic of the camera."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFontDatabase, QImage, QPainter

from floworch.model.workflow import Node
from floworch.run.status import NodeStatus
from floworch_designer.canvas import RunInfo
from floworch_designer.canvas.cache import PixmapCache, render
from floworch_designer.canvas.content import Content
from floworch_designer.canvas.geometry import Rect, card_shape, overlaps
from floworch_designer.canvas.items.card import paint_card
from floworch_designer.canvas.items.mini import flat_color, paint_mini
from floworch_designer.canvas.items.status import Rim, paint_rim
from floworch_designer.canvas.painting import NEAR, Camera
from floworch_designer.canvas.tiles import LIMIT, TILE, TileCache
from floworch_designer.canvas.tools.zoom import LARGEST, SMALLEST, clamped
from floworch_designer.document import edits
from floworch_designer.theme import StatusLook, Theme, look
from floworch_designer.theme.statuses import HUMAN, IDLE, LOOKS, PAUSED, TIMED_OUT

LOOK_LIST = [IDLE, PAUSED, TIMED_OUT, HUMAN, *LOOKS.values()]
SHAPE = card_shape(("out",))
BORDER_WORDS = {one.label: one for one in LOOK_LIST}


def image(paint: Any, width: float = 240.0, height: float = 96.0, shift: float = 12.0) -> QImage:
    def shifted(painter: QPainter) -> None:
        painter.translate(shift, shift)
        paint(painter)

    return render(1.0, (width, height), 1.0, shifted).toImage()


def rim(theme: Theme, one: StatusLook, **changes: Any) -> QImage:
    made = Rim(one, SHAPE, frozenset(), False, 20.0, **changes)
    return image(lambda painter: paint_rim(painter, theme, made))


def grey(made: QImage) -> bytes:
    alpha = made.convertToFormat(QImage.Format.Format_Alpha8)  # its bits are gone when it is
    return bytes(alpha.constBits())


def different(first: QImage, second: QImage) -> int:
    """How many pixels differ."""
    assert first.size() == second.size()
    a, b = first.convertToFormat(QImage.Format.Format_RGB32), second.convertToFormat(QImage.Format.Format_RGB32)
    left, right = memoryview(bytes(a.constBits())).cast("I"), memoryview(bytes(b.constBits())).cast("I")
    return sum(1 for one, other in zip(left, right, strict=True) if one != other)


# statuses


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("name", ["dark", "light"])
def test_any_two_states_differ_in_shape_whatever_the_colours(name: str) -> None:
    theme = Theme(name)  # type: ignore[arg-type]
    drawn = {one.label: grey(rim(theme, one)) for one in LOOK_LIST}
    alike = [(a, b) for a, b in combinations(drawn, 2) if drawn[a] == drawn[b]]
    assert alike == []


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("name", ["dark", "light"])
@pytest.mark.parametrize("label", sorted(BORDER_WORDS))
def test_the_border_of_a_state_has_its_colour_and_pattern(name: str, label: str) -> None:
    theme, one = Theme(name), BORDER_WORDS[label]  # type: ignore[arg-type]
    made = rim(theme, one)
    row = [made.pixelColor(x, 12) for x in range(40, 200)]
    full = [pixel.alpha() > 200 for pixel in row]
    if one.pattern:
        assert 0.15 < sum(full) / len(full) < 0.9
    else:
        assert all(full)
    inked = next(pixel for pixel, is_full in zip(row, full, strict=True) if is_full)
    assert inked.name() == theme.color(one.color).name()
    second = [made.pixelColor(x, 13).alpha() > 200 for x in range(40, 200)]
    assert any(second) is (one.width == 2.0)
    inner = [made.pixelColor(x, 15).alpha() > 100 for x in range(60, 180)]
    assert any(inner) is one.double


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("name", ["dark", "light"])
@pytest.mark.parametrize("label", sorted(BORDER_WORDS))
def test_glyph_and_left_bar_are_there_exactly_when_the_look_says_so(name: str, label: str) -> None:
    theme, one = Theme(name), BORDER_WORDS[label]  # type: ignore[arg-type]
    made = rim(theme, one)
    left = 12 + int(SHAPE.width) - 12 - 16
    ink = sum(made.pixelColor(x, y).alpha() > 60 for x in range(left, left + 16) for y in range(32, 48))
    assert (ink > 10) is bool(one.glyph and one.glyph != "status-running")
    bar = [made.pixelColor(12 + 2, y).alpha() > 200 for y in range(57, 70)]
    assert all(bar) is one.bar
    assert any(bar) is (one.bar or one.hatched)


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize(
    "changes", [{"breakpoint": True}, {"badge": "error"}, {"badge": "warning"}, {"disabled": True}, {"known": False}]
)
@pytest.mark.parametrize("name", ["dark", "light"])
def test_every_mark_shows_on_the_rim(changes: dict[str, Any], name: str) -> None:
    theme = Theme(name)  # type: ignore[arg-type]
    assert different(rim(theme, IDLE), rim(theme, IDLE, **changes)) > 20


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("name", ["dark", "light"])
def test_from_very_far_every_colour_of_a_status_is_its_own(name: str) -> None:
    theme = Theme(name)  # type: ignore[arg-type]
    colors = {one.color: flat_color(theme, one, "data").name() for one in LOOKS.values()}
    assert len(set(colors.values())) == len(colors)
    idle = {flat_color(theme, IDLE, category).name() for category in ("data", "files", "http", "human", "database")}
    assert len(idle) == 5
    assert not idle & set(colors.values())
    assert flat_color(theme, IDLE, "data", known=False) != flat_color(theme, IDLE, "data")


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("name", ["dark", "light"])
def test_small_cards_show_status_category_and_whether_they_are_disabled(name: str) -> None:
    theme = Theme(name)  # type: ignore[arg-type]

    def mini(one: StatusLook, category: str = "data", dim: bool = False) -> QImage:
        return image(lambda painter: paint_mini(painter, theme, one, category, SHAPE, dim))

    plain = mini(IDLE)
    assert different(plain, mini(look(NodeStatus.FAILED))) > 500
    assert different(plain, mini(IDLE, "human")) > 500
    assert different(plain, mini(IDLE, dim=True)) > 2000
    assert different(mini(look(NodeStatus.FAILED)), mini(look(NodeStatus.COMPLETED))) > 500


# faces

PLAIN = Content("Fetch", "GET", "globe", "http", True, (), 0, False, False, False, False)


def face(theme: Theme, **changes: Any) -> QImage:
    values = {name: getattr(PLAIN, name) for name in Content.__dataclass_fields__} | changes
    return image(lambda painter: paint_card(painter, theme, Content(**values), SHAPE))


TITLES = ["x", "A title that is far too long for any card in the world", "שלום עולם", "🎉🚀 deploy", "日本語の題名",
          "e\u0301te\u0301", "tab\tand\nnewline", "<b>not rich</b>", "&amp; && &x", "\u202eevil"]  # fmt: skip


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("title", TITLES)
def test_every_title_is_drawn_between_icon_and_glyph(title: str) -> None:
    if "題" in title and not QFontDatabase.families(QFontDatabase.WritingSystem.Japanese):
        pytest.skip("no font here has Japanese letters")
    theme = Theme("dark")
    made, empty = face(theme, title=title), face(theme, title="")
    changed = [
        (x, y) for x in range(made.width()) for y in range(made.height()) if made.pixel(x, y) != empty.pixel(x, y)
    ]
    assert changed
    assert min(x for x, _ in changed) >= 12 + 56 - 2
    assert max(x for x, _ in changed) < 12 + SHAPE.width - 12 - 16
    assert min(y for _, y in changed) >= 12
    assert max(y for _, y in changed) < 12 + 42


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize(
    "changes",
    [{"subtitle": "POST"}, {"icon": "terminal"}, {"category": "human"}, {"known": False}, {"disabled": True},
     {"pinned": True}, {"noted": True}],
)  # fmt: skip
@pytest.mark.parametrize("name", ["dark", "light"])
def test_everything_a_card_says_changes_its_picture(changes: dict[str, Any], name: str) -> None:
    theme = Theme(name)  # type: ignore[arg-type]
    assert different(face(theme), face(theme, **changes)) > 5


# tiles


def snapshot(view: Any, picture: Any) -> QImage:
    made: QImage = picture(view)
    return made


def anew(view: Any, picture: Any) -> QImage:
    """The view with every tile painted from nothing."""
    view._tiles.clear()
    return snapshot(view, picture)


FAR_EDITS: dict[str, Any] = {
    "move": lambda wf: edits.move(wf, {"b": (400.0, 250.0)}),
    "move a frame": lambda wf: edits.move(wf, {"x": (90.0, 520.0)}),
    "remove": lambda wf: edits.remove(wf, {"b"}),
    "add": lambda wf: edits.add_node(wf, "data.set", {}, (700.0, 400.0))[0],
    "connect": lambda wf: edits.connect(wf, "a", "out", "u"),
    "disconnect": lambda wf: edits.disconnect(wf, [0]),
    "another action": lambda wf: edits.set_field(wf, "b", "action", "flow.if"),
    "disable": lambda wf: edits.set_disabled(wf, ["b"]),
    "into a frame": lambda wf: edits.set_parent(wf, {"u"}, "e"),
    "longer title": lambda wf: edits.set_field(wf, "b", "title", "t" * 60),
}


@pytest.mark.parametrize(
    ("name", "zoom"), [(name, zoom) for name in FAR_EDITS for zoom in (0.15, 0.4) if (name, zoom) != ("disable", 0.15)]
)
def test_after_an_edit_the_far_view_is_as_if_painted_anew(view: Any, picture: Any, zoom: float, name: str) -> None:
    view.zoom_to(zoom)
    before = snapshot(view, picture)
    view.document.apply(FAR_EDITS[name](view.document.workflow), name)
    after = snapshot(view, picture)
    assert different(before, after) > 0
    assert different(after, anew(view, picture)) == 0
    view.document.undo_stack.undo()
    assert different(snapshot(view, picture), before) == 0


@pytest.mark.parametrize(
    "statuses",
    [
        {"a": NodeStatus.COMPLETED, "b": NodeStatus.RUNNING},
        {"a": NodeStatus.COMPLETED, "b": NodeStatus.SKIPPED, "c": NodeStatus.SKIPPED},
        {"x": NodeStatus.COMPLETED, "y": NodeStatus.RETRYING},
    ],
)
def test_wires_follow_the_run_in_the_far_view_too(view: Any, picture: Any, statuses: Any) -> None:
    view.zoom_to(0.4)
    snapshot(view, picture)
    for key, status in statuses.items():
        view.set_statuses({key: status})
        snapshot(view, picture)
    wires = [wire for wire in view.graph.wires if wire.target.id in statuses]
    shown, fresh = snapshot(view, picture), anew(view, picture)
    for wire in wires:
        area = view.camera().rect(wire.bounds).toAlignedRect().adjusted(8, -3, -8, 3)
        assert different(shown.copy(area), fresh.copy(area)) == 0


@given(st.lists(st.tuples(st.integers(-4000, 4000), st.integers(-4000, 4000), st.integers(0, 900)), max_size=4))
@settings(max_examples=30, deadline=None)
def test_exactly_the_tiles_under_a_change_are_stale(spots: list[tuple[int, int, int]]) -> None:
    tiles = TileCache(None)  # type: ignore[arg-type]
    scale = tiles._scale = 0.2
    side = TILE / scale
    keys = [(scale, column, row) for column in range(-3, 3) for row in range(-3, 3)]
    tiles._tiles = dict.fromkeys(keys, None)  # type: ignore[arg-type]
    rects: list[Rect] = [(float(x), float(y), float(x + size), float(y + size)) for x, y, size in spots]
    tiles.invalidate(rects)
    for key in keys:
        place = (key[1] * side, key[2] * side, (key[1] + 1) * side - 1e-6, (key[2] + 1) * side - 1e-6)
        assert (key in tiles._stale) is any(overlaps(place, rect) for rect in rects)


def test_tiles_of_other_zooms_are_dropped_by_an_edit_and_their_number_is_bounded(view: Any, picture: Any) -> None:
    for zoom in (0.1, 0.2, 0.3, 0.4):
        view.zoom_to(zoom)
        for step in range(6):
            view.pan(400 * (step % 2 * 2 - 1) * step, 300)
            snapshot(view, picture)
    assert len(view._tiles._tiles) <= LIMIT
    assert len({key[0] for key in view._tiles._tiles}) > 1
    view.document.apply(edits.move(view.document.workflow, {"a": (5.0, 5.0)}), "Move")
    assert len({key[0] for key in view._tiles._tiles}) == 1


@pytest.mark.parametrize("zoom", [NEAR, 0.75, 1.0, 2.0, 0.49, 0.25, 0.1])
def test_one_regime_paints_at_each_zoom(view: Any, picture: Any, zoom: float) -> None:
    view.zoom_to(zoom)
    view._tiles.clear()
    view.painter.cache.clear()
    snapshot(view, picture)
    assert bool(view._tiles._tiles) is (zoom < NEAR)
    view.zoom_to(1.0)
    near = snapshot(view, picture)
    view.zoom_to(zoom)
    snapshot(view, picture)
    view.zoom_to(1.0)
    assert different(near, snapshot(view, picture)) == 0


def test_progress_and_footers_are_shown_only_where_they_can_be_read(view: Any, picture: Any) -> None:
    view.set_still(True)
    view.set_statuses({"u": NodeStatus.RUNNING})
    for zoom, readable in ((1.0, True), (0.55, False)):
        view.zoom_to(zoom)
        before = snapshot(view, picture)
        view.set_run_info({"u": RunInfo(duration=2.0, progress=0.5)})
        box = view.graph.boxes["u"]
        under = view.camera().rect((box.x, box.y + 74, box.x + 200, box.y + 90)).toAlignedRect()
        after = snapshot(view, picture)
        assert (different(before.copy(under), after.copy(under)) > 0) is readable
        view.set_run_info({"u": None})


# pixmaps


@pytest.mark.usefixtures("qapp")
@given(st.lists(st.tuples(st.integers(0, 9), st.sampled_from([0.5, 1.0, 2.0])), max_size=60))
@settings(max_examples=30)
def test_the_cache_never_holds_more_than_its_limit_and_never_shows_another_key(asked: list[tuple[int, float]]) -> None:
    limit = 12 * 4 * 100
    cache = PixmapCache(limit)
    cache.start_frame(10_000)
    for key, scale in asked:
        color = QColor(key * 20, 10, 10)
        found, real = cache.get(key, scale, (10, 10), 1.0, lambda p, c=color: p.fillRect(QRectF(0, 0, 10, 10), c))
        assert found is not None
        assert real == scale
        assert found.toImage().pixelColor(3, 3) == color
        assert found.width() == round(10 * scale)
        assert cache._bytes == sum(one.width() * one.height() * 4 for one in cache._kept.values())
        assert cache._bytes <= limit or len(cache) == 1
    cache.clear()
    assert (len(cache), cache._bytes) == (0, 0)


# camera


@given(st.floats(0.02, 4.0), st.floats(-1e5, 1e5), st.floats(-1e5, 1e5), st.sampled_from([1.0, 1.25, 2.0]))
@settings(max_examples=60)
def test_scene_and_pixels_are_inverse(zoom: float, dx: float, dy: float, ratio: float) -> None:
    camera = Camera(zoom, dx, dy, ratio)
    area = QRectF(10, 20, 300, 200)
    rect = camera.rect(camera.scene(area))
    assert (rect.x(), rect.y(), rect.width(), rect.height()) == pytest.approx((10, 20, 300, 200), abs=1e-4)
    point, snapped = camera.point(7, 9), camera.snapped(7, 9)
    assert abs(point.x() - snapped.x()) <= 0.5 / ratio + 1e-6
    assert camera.scale == zoom * ratio


@pytest.mark.parametrize(
    ("asked", "given_"),
    [(0.0, SMALLEST), (-3.0, SMALLEST), (9.0, LARGEST), (1.01, 1.0), (0.985, 1.0), (1.03, 1.03), (0.97, 0.97),
     (float("inf"), LARGEST)],
)  # fmt: skip
def test_zoom_factors_are_clamped_and_meet_one_hundred_percent(asked: float, given_: float) -> None:
    assert clamped(asked) == given_


@pytest.mark.parametrize("factor", [0.05, 0.3, 0.5, 0.8, 2.0, 4.0])
@pytest.mark.parametrize("anchor", [(0, 0), (600, 400), (1199, 799), (37, 650)])
def test_zooming_keeps_the_point_under_the_mouse(view: Any, factor: float, anchor: tuple[int, int]) -> None:
    spot = QPointF(*anchor)
    before = view.scene_point(spot)
    view.zoom_to(factor, spot)
    after = view.scene_point(spot)
    assert abs(after[0] - before[0]) * factor <= 1.0
    assert abs(after[1] - before[1]) * factor <= 1.0
    assert view.zoom == factor


@pytest.mark.parametrize("step", [(0, 0), (17, -5), (-300, 220), (5000, 5000)])
@pytest.mark.parametrize("zoom", [0.1, 1.0, 2.5])
def test_panning_moves_the_picture_by_just_so_many_pixels_at_every_zoom(
    view: Any, zoom: float, step: tuple[int, int]
) -> None:
    view.zoom_to(zoom)
    before = view.camera()
    view.pan(*step)
    after = view.camera()
    assert (after.dx - before.dx, after.dy - before.dy) == step
    view.pan(-step[0], -step[1])
    assert view.camera() == before


@pytest.mark.parametrize("rect", [(0, 0, 100, 100), (-5000, -100, 5000, 100), (10, 10, 12, 12), (0, 0, 9e5, 9e5)])
def test_looking_at_a_rectangle_centres_it_and_never_enlarges(view: Any, rect: Rect) -> None:
    view.look_at(rect)
    shown = view.camera().rect(rect)
    assert view.zoom <= 1.0
    assert (shown.center().x(), shown.center().y()) == pytest.approx((600, 400), abs=1.5)
    if view.zoom > SMALLEST:
        assert QRectF(0, 0, 1200, 800).contains(shown)
        assert view.zoom == 1.0 or shown.width() > 1100 or shown.height() > 700


def test_fitting_nothing_or_framing_nothing_does_no_harm(view: Any) -> None:
    view.document.new()
    before = view.camera()
    view.fit()
    view.frame_selection()
    view.reveal("nobody")
    assert view.camera() == before


def test_unknown_nodes_in_statuses_and_figures_are_ignored(view: Any, picture: Any) -> None:
    before = snapshot(view, picture)
    view.set_statuses({"nobody": NodeStatus.FAILED})
    view.set_run_info({"nobody": RunInfo(duration=1.0)})
    assert different(before, snapshot(view, picture)) == 0
    assert isinstance(view.graph.boxes["a"].node, Node)
