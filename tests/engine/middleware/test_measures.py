from __future__ import annotations

from floworch.middleware.measures import Metrics, Timing


def test_counters_add_up_over_the_labels_that_are_not_asked_for() -> None:
    metrics = Metrics()
    metrics.count("done", {"node": "a", "kind": "x"})
    metrics.count("done", {"node": "a", "kind": "y"}, by=2)
    metrics.count("done", {"node": "b", "kind": "x"})
    assert metrics.value("done") == 4
    assert metrics.value("done", node="a") == 3
    assert metrics.value("done", node="a", kind="y") == 2
    assert metrics.value("other") == 0


def test_timings_keep_count_sum_and_bounds() -> None:
    metrics = Metrics()
    metrics.time("took", 1.0, {"node": "a"})
    metrics.time("took", 3.0, {"node": "a"})
    metrics.time("took", 5.0, {"node": "b"})
    assert metrics.timing("took", node="a") == Timing(2, 4.0, 1.0, 3.0)
    assert metrics.timing("took").mean == 3.0
    assert metrics.timing("never").mean == 0.0


def test_a_snapshot_is_plain_and_sorted_and_clear_forgets() -> None:
    metrics = Metrics()
    metrics.count("b", {})
    metrics.count("a", {"node": "n"})
    metrics.time("t", 0.5, {})
    assert metrics.snapshot() == {
        "counters": [{"name": "a", "labels": {"node": "n"}, "value": 1}, {"name": "b", "labels": {}, "value": 1}],
        "timings": [{"name": "t", "labels": {}, "count": 1, "total": 0.5, "shortest": 0.5, "longest": 0.5}],
    }
    metrics.clear()
    assert metrics.snapshot() == {"counters": [], "timings": []}
