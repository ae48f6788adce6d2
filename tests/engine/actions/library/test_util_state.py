"""util.state: across runs, once, and never a secret (C7.8, C11)."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from floworch import FlatBuffersStore, WorkflowBuilder
from floworch.actions.library.state_shelf import FILE
from floworch.errors import ActionError
from floworch.testing import FakeHost, call_action


async def state(host: FakeHost, key: str = "k", run_id: str = "r", **params: Any) -> Any:
    workflow = params.pop("workflow_id", "w")
    return await call_action("util.state", {"key": key, **params}, host, run_id=run_id, workflow_id=workflow)


async def test_values_are_set_read_counted_and_removed(tmp_path: Path) -> None:
    for host in (FakeHost(), FakeHost(path=tmp_path)):
        assert await state(host) == {"value": None, "existed": False}
        assert await state(host, value=7) == {"value": 7, "existed": False}
        assert await state(host, op="increment", run_id="1") == {"value": 1, "existed": False}
        assert await state(host, op="increment", run_id="2", value=2.5) == {"value": 3.5, "existed": True}
        assert await state(host, op="set", run_id="3", value={"a": [b"x"]}) == {"value": {"a": [b"x"]}, "existed": True}
        assert await state(host) == {"value": {"a": [b"x"]}, "existed": True}
        assert await state(host, workflow_id="other") == {"value": None, "existed": False}
        assert await state(host, scope="global") == {"value": None, "existed": False}
        assert await state(host, op="delete", run_id="4") == {"value": None, "existed": True}
        assert await state(host) == {"value": None, "existed": False}


async def test_a_step_that_is_repeated_counts_once(tmp_path: Path) -> None:
    """(C7.8, C11)"""
    host = FakeHost(path=tmp_path)
    assert await state(host, op="increment", run_id="a") == {"value": 1, "existed": False}
    assert await state(host, op="increment", run_id="b") == {"value": 2, "existed": True}
    assert await state(host, op="increment", run_id="a") == {"value": 1, "existed": False}  # as it was the first time
    assert (await state(host))["value"] == 2


def test_the_next_run_goes_on_counting(tmp_path: Path) -> None:
    flow = WorkflowBuilder("w").node("n", "util.state", key="invoice", op="increment").build()
    counts = [
        flow.run(store=FlatBuffersStore(tmp_path / "store")).nodes["n"].output["value"]  # type: ignore[call-overload]
        for _ in range(3)
    ]
    assert counts == [1, 2, 3]


async def test_a_secret_is_not_kept() -> None:
    host = FakeHost(secrets={"KEY": "hunter2hunter2"})
    with pytest.raises(ActionError, match="holds a secret and is not kept") as caught:
        await state(host, op="set", value="x hunter2hunter2")
    assert "hunter2" not in str(caught.value)
    assert (await state(host))["existed"] is False


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"op": "increment", "value": "x"}, "'value' must be a number to add, not 'x'."),
        ({"op": "increment", "value": True}, "'value' must be a number to add, not true."),
        ({"op": "set", "value": "x" * (2 << 20)}, "The value for 'k' has 2.0 MiB, over the limit of 1 MiB."),
        ({"op": "set"}, "'value' is missing."),
        ({"key": ""}, "'key' must be text that is not empty, not ''."),
    ],
)
async def test_bad_input(params: dict[str, Any], message: str) -> None:
    with pytest.raises(ActionError) as caught:
        await state(FakeHost(), **params)
    assert (caught.value.kind, str(caught.value)) == ("validation_error", message)


async def test_only_numbers_are_counted_with_and_damage_is_told(tmp_path: Path) -> None:
    host = FakeHost(path=tmp_path)
    await state(host, op="set", value="text")
    with pytest.raises(ActionError, match="'k' holds 'text', which is no number to add to"):
        await state(host, op="increment", run_id="2")
    (tmp_path / "state.sqlite").write_bytes(b"garbage " * 1000)
    with pytest.raises(ActionError, match="The kept values cannot be used") as caught:
        await state(host)
    assert caught.value.kind == "processing_error"


async def test_a_cancel_leaves_a_change_whole_and_a_repeat_changes_once(tmp_path: Path) -> None:
    """(C4.5, C11)"""
    host = FakeHost(path=tmp_path)
    assert await state(host, op="increment", run_id="a") == {"value": 1, "existed": False}
    shelf = tmp_path / FILE
    with closing(sqlite3.connect(shelf, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")  # another run is in the middle of its change
        waiting = asyncio.ensure_future(state(host, op="increment", run_id="b"))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(waiting, 5)
        other.execute("ROLLBACK")
    assert await state(host, op="increment", run_id="b") == {"value": 2, "existed": True}
    assert (await state(host))["value"] == 2
