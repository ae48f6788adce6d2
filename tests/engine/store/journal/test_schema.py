"""The schema, the classes made from it, and the journals of released formats."""

from __future__ import annotations

import ast
import filecmp
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from floworch.run.status import RunStatus
from floworch.store.journal.doctor import check
from floworch.store.journal.store import FlatBuffersStore
from floworch.testing.store_suite import EPOCH, fold, make_header, story

ROOT = Path(__file__).parents[4]
SCHEMA = ROOT / "resources/floworch_resources/schema/journal.fbs"
GENERATED = ROOT / "engine/floworch/store/journal/generated"
GOLDEN = Path(__file__).parent / "golden"
FLATC = shutil.which("flatc", path=str(Path(sys.executable).parent))


@pytest.mark.skipif(FLATC is None, reason="flatc is not installed")
def test_the_committed_classes_are_those_of_the_schema(tmp_path: Path) -> None:
    assert FLATC is not None
    command = [FLATC, "--python", "--gen-object-api", "--python-typing", "-o", str(tmp_path), str(SCHEMA)]
    subprocess.run(command, check=True, capture_output=True)
    fresh = tmp_path / "floworch/store/journal/generated"
    names = sorted(path.name for path in fresh.iterdir())
    committed = sorted(path.name for path in GENERATED.iterdir() if path.suffix in {".py", ".pyi"})
    assert names == committed
    _same, different, errors = filecmp.cmpfiles(fresh, GENERATED, names, shallow=False)
    assert (different, errors) == ([], [])


def test_the_numbers_of_the_union_are_those_of_the_tables() -> None:
    from floworch.store.journal import tables
    from floworch.store.journal.generated.Body import Body

    assert (Body.NONE, Body.RunHeader, Body.Event, Body.Snapshot, Body.Mark) == (
        tables.NONE, tables.RUN_HEADER, tables.EVENT, tables.SNAPSHOT, tables.MARK,
    )  # fmt: skip


@pytest.mark.parametrize("version", sorted(path.name for path in GOLDEN.iterdir()))
def test_a_journal_of_every_released_format_opens(tmp_path: Path, version: str) -> None:
    """journal.md section 1: a file written today opens in every later version."""
    shutil.copytree(GOLDEN / version, tmp_path / "runs" / "run-1")
    store = FlatBuffersStore(tmp_path)
    header = store.header("run-1")
    assert header.node_ids == ("a", "b", "c")
    assert header.inputs == {"order": {"id": "o-1", "amount": Decimal("12.50")}, "big": 2**70}
    assert (header.workflow_id, header.created_at, header.engine_version) == ("orders", EPOCH, "0.1.0")
    assert list(store.events("run-1")) == story()
    assert store.load("run-1").status is RunStatus.COMPLETED
    assert store.load("run-1").to_json() == fold(header, story()).to_json()
    assert [finding for finding in check(tmp_path) if finding.severity == "error"] == []
    store.close()


def test_this_version_writes_the_golden_bytes(tmp_path: Path) -> None:
    """A change of these bytes is a change of the format: add a golden file, never replace one."""
    store = FlatBuffersStore(tmp_path)
    log = store.create(make_header())
    for event in story():
        log.append([event])
    log.boundary()
    log.abandon()
    written = (tmp_path / "runs" / "run-1" / "journal-000001.fbj").read_bytes()
    golden = (GOLDEN / "format-1" / "journal-000001.fbj").read_bytes()
    assert golden.startswith(written)
    store.close()


#: Modules that must stay free of clocks, threads and files (architecture section 2).
PURE = ("frame", "codec", "tables", "records")
BANNED = {"asyncio", "threading", "time", "random", "socket", "os", "pathlib", "sqlite3", "flatbuffers"}


@pytest.mark.parametrize("name", PURE)
def test_the_codec_is_pure(name: str) -> None:
    tree = ast.parse((GENERATED.parent / f"{name}.py").read_text("utf-8"))
    imported = {
        alias.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    } | {node.module.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
    assert not imported & BANNED


def test_writing_and_reading_need_neither_the_generic_runtime_nor_sqlite_at_import() -> None:
    """performance.md: start-up time."""
    script = (
        "import sys; from floworch.store.journal.store import FlatBuffersStore;"
        "print([name for name in ('flatbuffers', 'numpy', 'sqlite3', 'asyncio') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
