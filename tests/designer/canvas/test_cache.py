"""Cached pixmaps: painted once, oldest dropped, another scale shown when a frame has no time left."""

from __future__ import annotations

import pytest

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
