"""The examples of the gallery do their real work, each in a folder of its own."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from floworch import Engine, load, validate
from floworch.run.status import RunStatus

EXAMPLES = Path(str(files("floworch_resources"))) / "examples"
Check = Callable[[Path, Any], bool]


def undone(folder: Path, result: Any) -> bool:
    with sqlite3.connect(folder / "shop.db") as shop:
        rows = shop.execute("SELECT pieces FROM stock UNION ALL SELECT balance FROM account").fetchall()
    shop.close()
    return rows == [(20,), (100,)] and list(result.compensation["compensated"]) == ["charge", "reserve"]


def triaged(folder: Path, result: Any) -> bool:
    lines = (folder / "log-triage.txt").read_text().splitlines()
    return result.outputs["found"] == 2 and sorted(lines) == ["1 denied app.log", "1 error app.log"]


def loaded(folder: Path, result: Any) -> bool:
    letters = json.loads((folder / "dead-letters.json").read_text())
    return result.outputs["loaded"] > 10 and len(letters) == result.outputs["refused"] >= 1


CASES: list[tuple[str, dict[str, Any], RunStatus, Check]] = [
    ("order-saga", {}, RunStatus.COMPLETED, lambda _, result: result.outputs["stock"][0]["pieces"] == 18),
    ("order-saga", {"quantity": 5}, RunStatus.FAILED, undone),
    ("log-triage", {"folder": "logs"}, RunStatus.COMPLETED, triaged),
    ("csv-to-sqlite", {}, RunStatus.COMPLETED, loaded),
    ("circuit-breaker", {"calls": 4}, RunStatus.COMPLETED, lambda _, result: len(result.outputs["answers"]) == 4),
]


@pytest.mark.parametrize(("name", "inputs", "status", "check"), CASES)
async def test_an_example_does_its_work(
    tmp_path: Path, name: str, inputs: dict[str, Any], status: RunStatus, check: Check
) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "app.log").write_text("all is well\nERROR: disk full\nlogin denied for root\n")
    given = {**inputs, **({"folder": str(tmp_path / "logs")} if "folder" in inputs else {})}
    for each in ("database", "csv", "letters", "report"):
        workflow = load(EXAMPLES / f"{name}.flow.json")
        if each in workflow.inputs:  # python.code opens files by their own paths
            given[each] = str(tmp_path / workflow.inputs[each].default)
    async with Engine() as engine:
        result = await (await engine.start(workflow, given, folder=tmp_path)).result()
    assert result.status is status, result.error
    assert check(tmp_path, result)


@pytest.mark.parametrize(
    ("first", "second", "approved"), [(True, True, True), (True, False, False), (False, None, False)]
)
async def test_the_approval_chain_asks_one_after_the_other(first: bool, second: bool | None, approved: bool) -> None:
    async with Engine() as engine:
        run = await engine.start(load(EXAMPLES / "approval-chain.flow.json"))
        for node, answer in (("lead", first), ("director", second)):
            if answer is not None:
                await run.result()
                await (run.approve(node) if answer else run.reject(node))
        assert (await run.result()).outputs == {"approved": approved}


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*.flow.json")), ids=lambda file: file.name)
def test_every_example_is_valid_described_and_laid_out(file: Path) -> None:
    workflow = load(file)
    assert [problem for problem in validate(workflow) if problem.severity == "error"] == []
    assert workflow.description.endswith(".")
    assert set(workflow.view["nodes"]) == set(workflow.nodes)
    assert len({tuple(place) for place in workflow.view["nodes"].values()}) == len(workflow.nodes)
