"""Stores that earlier versions wrote: every later one opens, folds and goes on with them (journal.md sections 1 and 7).

``scripts/golden_runs.py`` made them. A folder that is added under ``tests/golden`` is tested without a change here.
"""

from __future__ import annotations

import importlib.util
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from floworch.model.values import decode, encode
from floworch.store.journal.doctor import check
from floworch.store.journal.files import Files
from floworch.store.journal.opening import open_directory
from floworch.store.journal.recovery import find_end, find_state

ROOT = Path(__file__).parents[4]
GOLDEN = ROOT / "tests" / "golden"
STORES = sorted(path.parent for path in GOLDEN.glob("*/*/expected.json"))
UNFINISHED = [path for path in STORES if (path / "resumed.json").exists()]

_spec = importlib.util.spec_from_file_location("golden_runs", ROOT / "scripts" / "golden_runs.py")
assert _spec is not None
assert _spec.loader is not None
golden_runs = importlib.util.module_from_spec(_spec)
sys.modules["golden_runs"] = golden_runs
_spec.loader.exec_module(golden_runs)


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def missing(recorded: Any, found: Any, place: str = "") -> list[str]:
    """Where what is found is not what was recorded; keys that later versions add are fine."""
    if isinstance(recorded, dict) and isinstance(found, dict):
        return [
            line
            for key, value in recorded.items()
            for line in (missing(value, found[key], f"{place}.{key}") if key in found else [f"{place}.{key} is gone"])
        ]
    return [] if recorded == found else [f"{place}: {str(recorded)[:80]} became {str(found)[:80]}"]


def opened(golden: Path, tmp_path: Path) -> Any:
    shutil.copytree(golden / "store", tmp_path / "store")
    return open_directory(tmp_path / "store")


def test_there_are_golden_runs_of_every_scene() -> None:
    assert {path.name for path in STORES} >= set(golden_runs.SCENES)
    assert {path.name for path in UNFINISHED} >= {
        "suspended", "interrupted", "torn", "rolling-back", "called-interrupted", "breakpoint", "in-doubt",
    }  # fmt: skip


@pytest.mark.parametrize("golden", STORES, ids=name_of)
def test_a_stored_run_of_an_earlier_version_is_read_as_it_was(golden: Path, tmp_path: Path) -> None:
    store = opened(golden, tmp_path)
    found = decode(encode(golden_runs.brief(store.load(golden_runs.RUN).to_json())))
    assert missing(decode((golden / "expected.json").read_bytes()), found) == []
    runs = {row.run_id for row in store.list()}
    assert golden_runs.RUN in runs
    assert all(run.startswith(f"{golden_runs.RUN}.") for run in runs - {golden_runs.RUN})
    assert [finding for finding in check(tmp_path / "store") if finding.severity == "error"] == []
    for run in runs:
        directory = tmp_path / "store" / "runs" / run
        assert find_state(directory, run, Files())[0] == find_end(directory, run, Files())
        events = list(store.events(run))
        assert [event.seq for event in events] == list(range(len(events)))
    store.close()


@pytest.mark.parametrize("golden", UNFINISHED, ids=name_of)
async def test_an_unfinished_run_of_an_earlier_version_goes_on_to_its_end(golden: Path, tmp_path: Path) -> None:
    """(C7.2)"""
    recorded = decode((golden / "resumed.json").read_bytes())
    found = await golden_runs.go_on(opened(golden, tmp_path), recorded.pop("answers"))
    assert missing(recorded, decode(encode(found))) == []


async def test_a_scene_can_be_made_again(tmp_path: Path) -> None:
    await golden_runs.make(golden_runs.SCENES["finished"], tmp_path / "finished")
    assert (tmp_path / "finished/expected.json").exists()
    assert list((tmp_path / "finished/store/artifacts").glob("??/*.zst"))
