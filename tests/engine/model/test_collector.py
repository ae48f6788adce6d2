from __future__ import annotations

import gc

import pytest

from floworch.model.collector import resting_collector


def test_the_collector_rests_inside_and_runs_again_after() -> None:
    assert gc.isenabled()
    with resting_collector():
        assert not gc.isenabled()
        with resting_collector():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_runs_again_after_an_error_and_is_left_alone_where_it_is_not_worth_it() -> None:
    with pytest.raises(ValueError), resting_collector():
        raise ValueError
    assert gc.isenabled()
    with resting_collector(False):
        assert gc.isenabled()


def test_somebody_who_switched_it_off_finds_it_off() -> None:
    gc.disable()
    try:
        with resting_collector():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
