from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from floworch.actions.library.trigger_listing import Mark
from floworch.serve.arrivals import Change, arrivals

ONE, TWO = Mark(1, 10), Mark(2, 20)
ALL = ("created", "modified", "deleted")


def test_a_file_starts_a_run_once_it_has_not_changed_for_long_enough() -> None:
    first = arrivals({}, {}, {"a": ONE}, ["created"], 100.0, 2.0)
    assert (first.changes, first.unsettled, first.wake) == ((), {"a": (ONE, 100.0)}, 102.0)
    growing = arrivals({}, first.unsettled, {"a": TWO}, ["created"], 101.0, 2.0)
    assert (growing.changes, growing.wake) == ((), 103.0)
    settled = arrivals({}, growing.unsettled, {"a": TWO}, ["created"], 103.0, 2.0)
    assert settled.changes == (Change("a", "created", TWO, True),)
    assert arrivals({"a": TWO}, {}, {"a": TWO}, ["created"], 104.0, 2.0).changes == ()


def test_changes_that_do_not_count_are_remembered_only() -> None:
    assert arrivals({"a": ONE}, {}, {"a": TWO}, ["created"], 0.0, 0.0).changes == (Change("a", "modified", TWO, False),)
    assert arrivals({"a": ONE}, {}, {}, ["created"], 0.0, 0.0).changes == (Change("a", "deleted", ONE, False),)
    assert arrivals({"a": ONE}, {}, {}, ALL, 0.0, 0.0).changes == (Change("a", "deleted", ONE, True),)


def test_a_file_that_goes_before_it_settles_starts_nothing() -> None:
    first = arrivals({}, {}, {"a": ONE}, ALL, 0.0, 2.0)
    assert arrivals({}, first.unsettled, {}, ALL, 5.0, 2.0).changes == ()


looks = st.lists(st.dictionaries(st.sampled_from("abc"), st.sampled_from([ONE, TWO]), max_size=3), max_size=12)


@given(looks=looks, settle=st.sampled_from([0.0, 1.0, 2.5]))
def test_what_is_remembered_ends_as_what_is_seen_and_every_state_fires_once(
    looks: list[dict[str, Mark]], settle: float
) -> None:
    known: dict[str, Mark] = {}
    unsettled: dict[str, tuple[Mark, float]] = {}
    now = 0.0
    for seen in [*looks, *([looks[-1]] * 4 if looks else [])]:
        now += 1.0
        found = arrivals(known, unsettled, seen, ALL, now, settle)
        unsettled = found.unsettled
        for change in found.changes:
            assert change.fires
            if change.event == "deleted":
                assert known.pop(change.path) == change.mark
            else:
                assert known.get(change.path) != change.mark
                assert (change.event == "modified") == (change.path in known)
                known[change.path] = change.mark
    assert known == (looks[-1] if looks else {})
