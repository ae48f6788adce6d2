"""The examples of the gallery do their real work, each in a folder of its own."""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
import tomllib
from collections.abc import Callable
from contextlib import closing
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from floworch import Engine, load, validate
from floworch.cli.support.demo_servers import package_api
from floworch.run.status import RunStatus

EXAMPLES = Path(str(files("floworch_resources"))) / "examples"
Check = Callable[[Path, Any], bool]


def undone(folder: Path, result: Any) -> bool:
    with closing(sqlite3.connect(folder / "shop.db")) as shop, shop:
        rows = shop.execute("SELECT pieces FROM stock UNION ALL SELECT balance FROM account").fetchall()
    shop.close()
    return rows == [(20,), (100,)] and list(result.compensation["compensated"]) == ["charge", "reserve"]


def triaged(folder: Path, result: Any) -> bool:
    lines = (folder / "log-triage.txt").read_text().splitlines()
    return result.outputs["found"] == 2 and sorted(lines) == ["1 denied app.log", "1 error app.log"]


def loaded(folder: Path, result: Any) -> bool:
    letters = json.loads((folder / "dead-letters.json").read_text())
    return result.outputs["loaded"] > 10 and len(letters) == result.outputs["refused"] >= 1


def migrated(folder: Path, result: Any) -> bool:
    with closing(sqlite3.connect(folder / "members.db")) as members, members:
        rows = members.execute("SELECT last_name FROM member ORDER BY id").fetchall()
    members.close()
    return result.outputs == {"members": 3} and rows == [("Lovelace",), ("Turing",), ("Hopper",)]


def put_back(folder: Path, result: Any) -> bool:
    with closing(sqlite3.connect(folder / "members.db")) as members, members:
        columns = members.execute("SELECT count(*) FROM pragma_table_info('member')").fetchone()
    members.close()
    return columns == (2,) and list(result.compensation["compensated"]) == ["migrate"]


def shrunk(folder: Path, result: Any) -> bool:
    small = [path.read_bytes()[:24] for path in sorted((folder / "pictures" / "thumbnails").iterdir())]
    page = (folder / "pictures" / "index.html").read_text(encoding="utf-8")
    sizes = {(int.from_bytes(each[16:20]), int.from_bytes(each[20:24])) for each in small}
    return result.outputs["thumbnails"] == len(small) == page.count("<img") == 2 and sizes == {(40, 30)}


def digested(folder: Path, result: Any) -> bool:
    page = (folder / "digest.html").read_text(encoding="utf-8")
    return result.outputs == {"mails": 12, "senders": 3, "urgent": 4} and page.count("Disk almost full") == 2


def hashed(folder: Path, result: Any) -> bool:
    with closing(sqlite3.connect(folder / "files.db")) as found, found:
        rows = found.execute("SELECT path, sha256 FROM hash").fetchall()
    found.close()
    right = all(hashlib.sha256(Path(path).read_bytes()).hexdigest() == digest for path, digest in rows)
    return result.outputs["hashed"] == len(rows) == 3 and right


def added_up(folder: Path, result: Any) -> bool:
    parts = result.outputs["packages"]
    return len(parts) == 2 and result.outputs["lines"] == sum(part["lines"] for part in parts) > 1000


CASES: list[tuple[str, dict[str, Any], RunStatus, Check]] = [
    ("order-saga", {}, RunStatus.COMPLETED, lambda _, result: result.outputs["stock"][0]["pieces"] == 18),
    ("order-saga", {"quantity": 5}, RunStatus.FAILED, undone),
    ("log-triage", {"folder": "logs"}, RunStatus.COMPLETED, triaged),
    ("csv-to-sqlite", {}, RunStatus.COMPLETED, loaded),
    ("database-migration", {}, RunStatus.COMPLETED, migrated),
    ("database-migration", {"expected": 4}, RunStatus.FAILED, put_back),
    ("image-thumbnails", {"count": 2}, RunStatus.COMPLETED, shrunk),
    ("mail-digest", {}, RunStatus.COMPLETED, digested),
    ("table-foreach", {"most": 3}, RunStatus.COMPLETED, hashed),
    ("sub-workflows", {"packages": ["json", "sqlite3"]}, RunStatus.COMPLETED, added_up),
    ("circuit-breaker", {"calls": 4}, RunStatus.COMPLETED, lambda _, result: len(result.outputs["answers"]) == 4),
]


@pytest.mark.parametrize(("name", "inputs", "status", "check"), CASES)
async def test_an_example_does_its_work(
    tmp_path: Path, name: str, inputs: dict[str, Any], status: RunStatus, check: Check
) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "app.log").write_text("all is well\nERROR: disk full\nlogin denied for root\n")
    workflow = load(EXAMPLES / f"{name}.flow.json")
    given = {**inputs, **({"folder": str(tmp_path / "logs")} if "folder" in inputs else {})}
    if name == "image-thumbnails":
        given["folder"] = str(tmp_path / "pictures")
    for each in ("database", "csv", "letters", "report", "mailbox", "digest"):
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


def test_the_api_is_asked_about_libraries_that_are_always_there() -> None:
    """Environments of uv, and the packaged program, have no pip."""
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = {re.split(r"[^\w-]", each)[0].lower() for each in project["dependencies"]}
    assert set(load(EXAMPLES / "api-polling.flow.json").inputs["names"].default) <= needed


async def test_the_api_is_asked_once_for_each_name_and_not_too_often(tmp_path: Path) -> None:
    workflow = load(EXAMPLES / "api-polling.flow.json")
    with package_api() as (url, asked):
        async with Engine() as engine:
            names = ["pip", "pytest", "pip", "no-such-package"]
            run = await engine.start(workflow, {"url": url, "names": names[:3]}, folder=tmp_path)
            result = await run.result()
            missing = await (await engine.start(workflow, {"url": url, "names": names[3:4]}, folder=tmp_path)).result()
    assert result.status is RunStatus.COMPLETED, result.error
    assert [each["name"] for each in result.outputs["found"]] == ["pip", "pytest"]
    assert json.loads((tmp_path / "api-report.json").read_text()) == result.outputs["found"]
    assert asked[:5] == ["/health", "/packages/pip", "/packages/pytest", "/health", "/packages/no-such-package"]
    assert missing.error is not None
    assert missing.error["kind"] == "not_found_error"


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*.flow.json")), ids=lambda file: file.name)
def test_every_example_is_valid_described_and_laid_out(file: Path) -> None:
    workflow = load(file)
    assert [problem for problem in validate(workflow) if problem.severity == "error"] == []
    assert workflow.description.endswith(".")
    assert set(workflow.view["nodes"]) == set(workflow.nodes)
    assert len({tuple(place) for place in workflow.view["nodes"].values()}) == len(workflow.nodes)
