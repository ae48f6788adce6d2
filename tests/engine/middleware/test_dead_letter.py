from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from layer_kit import Inner, bytes_in, foreach_with, kit_of, letters, logged, names_in, nodes_with, through, use

from floworch import ActionError, UsageError, dead_letter
from floworch.actions.context import Context
from floworch.middleware.dead_letter import chip
from floworch.testing import FakeHost


async def test_failed_work_is_written_as_one_line_and_the_failure_goes_on(tmp_path: Path) -> None:
    """(C5.3)"""
    path = tmp_path / "dead.jsonl"
    error = ActionError("the bank said nö", "external_service_error")
    with pytest.raises(ActionError) as caught:
        await through(
            dead_letter(path), Inner(error), FakeHost(now=0.5), params={"file": Path("x"), "n": 10**30}, attempt=3
        )
    assert caught.value is error
    assert letters(path) == [
        {
            "run_id": "test-run", "workflow": "test", "node": "node", "attempt": 3, "at": "1970-01-01T00:00:00.500Z",
            "error": {"kind": "external_service_error", "message": "the bank said nö"},
            "params": {"file": "x", "n": 10**30},
        }
    ]  # fmt: skip


async def test_success_and_cancelling_write_nothing(tmp_path: Path) -> None:
    layer = dead_letter(tmp_path / "dead.jsonl")
    assert await through(layer, Inner(1)) == 1
    with pytest.raises(asyncio.CancelledError):
        await through(layer, Inner(asyncio.CancelledError()))
    assert names_in(tmp_path) == []


async def test_secrets_are_taken_out(tmp_path: Path) -> None:
    """(C6.5)"""
    path = tmp_path / "dead.jsonl"
    with pytest.raises(ValueError, match="hunter2"):
        await through(
            dead_letter(path), Inner(ValueError("bad hunter2")), FakeHost(secrets={"P": "hunter2"}),
            params={"auth": ["Bearer hunter2"]},
        )  # fmt: skip
    assert b"hunter2" not in bytes_in(tmp_path)
    assert letters(path)[0]["params"] == {"auth": ["Bearer •••"]}


async def test_a_directory_gets_a_file_per_workflow_and_the_path_may_hold_expressions(tmp_path: Path) -> None:
    inner, folder = Inner(ValueError("no")), tmp_path / "letters"
    for path in (f"{folder}/", "{{ inputs.folder }}"):
        with pytest.raises(ValueError, match="no"):
            await through(dead_letter(path), inner, FakeHost(inputs={"folder": str(folder)}), workflow_id="w")
    assert len(letters(folder / "w.jsonl")) == 2


async def test_a_letter_that_cannot_be_written_does_not_hide_the_failure(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    host = FakeHost()
    with pytest.raises(ValueError, match="the failure"):
        await through(dead_letter(tmp_path / "file" / "below"), Inner(ValueError("the failure")), host)
    assert host.logs[0][0] == "error"
    assert "the dead letter could not be written" in host.logs[0][1]


async def test_in_a_real_run_it_gets_what_failed_for_good_item_by_item(tmp_path: Path) -> None:
    async def act(ctx: Context, n: int = 0) -> None:
        if n != 2:
            raise ConnectionError(f"no {n}")

    kit, path = kit_of(act), tmp_path / "dead.jsonl"
    retry = {"max_attempts": 2, "delay": 1, "on": ["all"]}
    layers = [use("dead_letter", path=str(path))]
    result = await kit.run(foreach_with(layers, [1, 2, 3], params={"n": "{{ item }}"}, retry=retry))
    assert result.status == "completed"
    found = sorted(letters(path), key=lambda letter: letter["params"]["n"])
    assert [(each["params"], each["attempt"], each["node"]) for each in found] == [
        ({"n": 1}, 2, "a"),
        ({"n": 3}, 2, "a"),
    ]
    assert logged(kit) == []


async def test_when_leaves_the_layer_out(tmp_path: Path) -> None:
    """(C5.1)"""

    async def act(ctx: Context) -> None:
        raise ValueError("no")

    layers = [use("dead_letter", when="{{ run.id == 'other' }}", path=str(tmp_path / "dead.jsonl"))]
    assert (await kit_of(act).run(nodes_with(layers))).status == "failed"
    assert names_in(tmp_path) == []


def test_options_and_chip() -> None:
    with pytest.raises(UsageError):
        dead_letter("")
    assert [chip({"path": "/var/dead/"}), chip({"path": "a\\b.jsonl"}), chip({})] == ["dead", "b.jsonl", ""]
