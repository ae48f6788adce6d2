"""Cached pixmaps: painted once, oldest dropped, another scale shown when a frame has no time left."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor

from floworch_designer.canvas import cache as cache_module
from floworch_designer.canvas.cache import PixmapCache, number_of

pytestmark = pytest.mark.usefixtures("qapp")


def test_equal_keys_are_painted_once_per_scale() -> None:
    cache, painted = PixmapCache(), []
    cache.start_frame(1000)
    for scale in (1.0, 1.0, 2.0):
        cache.get("k", scale, (10, 10), 1.0, painted.append)
    assert len(painted) == 2


def test_without_time_the_other_scale_is_shown_and_the_frame_is_short() -> None:
    cache = PixmapCache()
    cache.start_frame(1000)
    cache.get("k", 1.0, (10, 10), 1.0, lambda _: None)
    cache.start_frame(-1)
    pixmap, scale = cache.get("k", 2.0, (10, 10), 1.0, lambda _: None)
    assert pixmap is not None
    assert scale == 1.0
    assert cache.short
    assert cache.get("other", 2.0, (10, 10), 1.0, lambda _: None)[0] is None
    assert cache.get("other", 2.0, (10, 10), 1.0, lambda _: None, must=True)[0] is not None


def test_the_time_of_a_frame_counts_from_its_first_picture_or_from_its_beginning(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [0.0]
    monkeypatch.setattr(cache_module, "perf_counter", lambda: now[0])
    monkeypatch.setattr(cache_module, "AT_LEAST", 1)
    monkeypatch.setattr(cache_module, "PIXELS_AT_LEAST", 0)
    for at_once, painted in ((False, 2), (True, 1)):
        cache = PixmapCache()
        cache.start_frame(8.0, at_once=at_once)
        now[0] += 0.02  # what is painted every time: wires, cards that are there
        made = [cache.get(key, 1.0, (10, 10), 1.0, lambda _: None)[0] for key in "ab"]
        now[0] += 0.02
        made.append(cache.get("c", 1.0, (10, 10), 1.0, lambda _: None)[0])
        assert sum(one is not None for one in made) == painted
        assert cache.short


def test_at_rest_a_frame_paints_as_much_as_it_repeats_whatever_the_clock_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """Full repaints are a matter of some frames also where other programs take most of the time (performance.md)."""
    now = [0.0]
    monkeypatch.setattr(cache_module, "perf_counter", lambda: now[0])
    monkeypatch.setattr(cache_module, "AT_LEAST", 1)
    monkeypatch.setattr(cache_module, "PIXELS_AT_LEAST", 300)
    for at_once, painted in ((False, 3), (True, 1)):
        cache, made = PixmapCache(), []
        cache.start_frame(8.0, at_once=at_once)
        for key in range(6):
            made.append(cache.get(key, 1.0, (10, 10), 1.0, lambda _: None)[0])
            now[0] += 0.02
        assert sum(one is not None for one in made) == painted
        assert cache.short


def test_what_is_painted_upon_a_ground_leaves_the_ground_as_it_was() -> None:
    cache = PixmapCache()
    cache.start_frame(1000)
    ground, _ = cache.get("ground", 2.0, (10, 10), 2.0, lambda p: p.fillRect(0, 0, 10, 10, QColor("red")))
    above, _ = cache.get(
        "card", 2.0, (10, 10), 2.0, lambda p: p.fillRect(5, 0, 5, 10, QColor("blue")), ground=lambda: ground
    )
    assert above is not None
    assert ground is not None
    assert above.devicePixelRatio() == 2.0
    picture, below = above.toImage(), ground.toImage()
    colors = [picture.pixelColor(2, 2), picture.pixelColor(17, 2), below.pixelColor(17, 2)]
    assert [color.name() for color in colors] == ["#ff0000", "#0000ff", "#ff0000"]


def test_what_is_kept_is_told_without_painting_and_stays_longer() -> None:
    cache = PixmapCache(limit=2 * 400)
    cache.start_frame(1000)
    for key in "ab":
        cache.get(key, 1.0, (10, 10), 1.0, lambda _: None)
    assert cache.kept("a", 1.0) is not None
    assert cache.kept("a", 2.0) is None
    cache.get("c", 1.0, (10, 10), 1.0, lambda _: None)
    assert cache.kept("b", 1.0) is None
    assert cache.kept("a", 1.0) is not None


def test_the_least_recently_used_goes_first() -> None:
    cache = PixmapCache(limit=3 * 400)
    cache.start_frame(1000)
    for key in "abc":
        cache.get(key, 1.0, (10, 10), 1.0, lambda _: None)
    cache.get("a", 1.0, (10, 10), 1.0, lambda _: None)
    cache.get("d", 1.0, (10, 10), 1.0, lambda _: None)
    painted: list[object] = []
    cache.get("a", 1.0, (10, 10), 1.0, painted.append)
    assert not painted
    cache.get("b", 1.0, (10, 10), 1.0, painted.append)
    assert painted


def test_equal_values_share_a_number() -> None:
    assert number_of(("x", 1)) == number_of(("x", 1)) != number_of(("x", 2))


def test_numbers_are_never_shared_though_only_so_many_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache_module, "NUMBERED", 3)
    given = {value: number_of(("kept", value)) for value in range(10)}
    assert len(set(given.values())) == 10
    assert len(cache_module._NUMBERS) <= 3


def test_the_size_is_what_the_pixmaps_take() -> None:
    cache = PixmapCache(limit=3 * 400)
    cache.start_frame(1000)
    for key in "abcd":
        cache.get(key, 1.0, (10, 10), 1.0, lambda _: None)
    assert cache.size == 3 * 400
    cache.clear()
    assert cache.size == 0


def test_shrinking_keeps_what_was_used_last() -> None:
    cache = PixmapCache()
    cache.start_frame(1000)
    for key in "abcd":
        cache.get(key, 1.0, (10, 10), 1.0, lambda _: None)
    cache.get("a", 1.0, (10, 10), 1.0, lambda _: None)
    cache.shrink(2 * 400)
    assert cache.size == 2 * 400
    painted: list[object] = []
    for key in "da":
        cache.get(key, 1.0, (10, 10), 1.0, painted.append)
    assert not painted
