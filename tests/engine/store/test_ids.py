"""Run ids (C13)."""

from __future__ import annotations

import pytest

from floworch.errors import UsageError
from floworch.store.ids import check_run_id, new_run_id
from floworch.testing.store_suite import BAD_IDS


@pytest.mark.parametrize("run_id", ["a", "0", "order-1", "A.b_c-d", "x" * 128, "folder-audit-20260101T000000Z-0a1b2c"])
def test_a_good_id_is_returned(run_id: str) -> None:
    assert check_run_id(run_id) == run_id


@pytest.mark.parametrize("run_id", [*BAD_IDS, None, 7, b"a", "ａ", "a" * 5000])
def test_anything_else_is_refused_with_a_short_message(run_id: object) -> None:
    with pytest.raises(UsageError, match="not a run id") as caught:
        check_run_id(run_id)
    assert len(caught.value.message) < 200
    assert "letters" in caught.value.hint


def test_a_run_id_is_made_of_workflow_moment_and_chance() -> None:
    """interfaces.md section 3"""
    assert new_run_id("w", 0.0).startswith("w-19700101T000000-")
    assert len(new_run_id("w" * 64, 0.0)) <= 128
    assert new_run_id("w", 0.0) != new_run_id("w", 0.0)
