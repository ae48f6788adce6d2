"""Journals of real runs, torn and flipped everywhere, and read by a reader that shares no code (journal.md 5 and 7)."""

from __future__ import annotations

import asyncio
import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from engine_kit import Kit
from run_dialogue import workflow

from floworch.errors import CorruptJournal
from floworch.run.events import Event
from floworch.store.journal.doctor import check as damage
from floworch.store.journal.reader import Reader
from floworch.store.journal.segment import segment_path, segments
from floworch.store.journal.store import FlatBuffersStore

SEED = int(os.environ.get("FLOWORCH_TEST_SEED", "20260101"))
FLATC = shutil.which("flatc", path=str(Path(sys.executable).parent))
SCHEMA = Path(__file__).parents[2] / "resources/floworch_resources/schema/journal.fbs"
HEADER, FRAME = 16, 8


async def journal(folder: Path, items: int, output: int, durability: str) -> Path:
    """The directory of a finished run with a loop, and outputs of some size."""
    kit = Kit()
    kit.add("some", lambda: "x" * output, effect="pure")
    body = {"action": "t.some", "effect": "pure", "parent": "loop"}
    loop = {"action": "flow.foreach", "params": {"items": list(range(items))}}
    definition = workflow({"a": {"action": "t.some"}, "loop": loop, "body": body}, "a>loop")
    store = FlatBuffersStore(folder, durability=durability)  # type: ignore[arg-type]
    async with kit.engine(store=store) as engine:
        result = await (await engine.start(definition, run_id="r")).result()
    assert result.status == "completed"
    store.close()
    return folder / "runs" / "r"


def check(directory: Path, whole: list[Event]) -> int:
    """What is read is a prefix, or an error with its place; returns how many events, -1 for an error and
    -2 for one that names another file."""
    try:
        found = list(Reader(directory, "r").events())
    except CorruptJournal as error:
        return -1 if error.file == str(segment_path(directory, 1)) else -2
    assert found == whole[: len(found)], "another run was read than the one that was written"
    return len(found)


def cut(directory: Path, sizes: Iterable[int]) -> None:
    path = segment_path(directory, 1)
    content = path.read_bytes()
    whole = list(Reader(directory, "r").events())
    longest = -1
    for size in sizes:
        path.write_bytes(content[:size])
        count = check(directory, whole)
        assert count >= -1
        assert count >= longest, f"a journal cut later, at {size}, gives less"
        longest = count
    path.write_bytes(content)


def flip(directory: Path, bits: Iterable[int]) -> None:
    path = segment_path(directory, 1)
    content = bytearray(path.read_bytes())
    whole = list(Reader(directory, "r").events())
    for bit in bits:
        content[bit // 8] ^= 1 << bit % 8
        path.write_bytes(content)
        assert check(directory, whole) >= -1
        content[bit // 8] ^= 1 << bit % 8
    path.write_bytes(content)


@pytest.mark.parametrize("durability", ["power", "process"])
async def test_a_cut_anywhere_gives_a_prefix_or_a_named_error(tmp_path: Path, durability: str) -> None:
    directory = await journal(tmp_path, 60, 150, durability)
    size = segment_path(directory, 1).stat().st_size
    assert size > 40_000
    cut(directory, sorted(random.Random(SEED).sample(range(size), 150)))


@pytest.mark.parametrize("durability", ["power", "process"])
async def test_a_flip_anywhere_gives_a_prefix_or_a_named_error(tmp_path: Path, durability: str) -> None:
    directory = await journal(tmp_path, 4, 10, durability)
    size = segment_path(directory, 1).stat().st_size
    flip(directory, random.Random(SEED).sample(range(size * 8), 300))


@pytest.mark.proof
@pytest.mark.timeout(600)
@pytest.mark.parametrize("durability", ["power", "process"])
async def test_a_journal_of_some_ten_thousand_bytes_is_cut_at_every_byte(tmp_path: Path, durability: str) -> None:
    directory = await journal(tmp_path, 30, 150, durability)
    assert 20_000 < segment_path(directory, 1).stat().st_size <= 65_536
    cut(directory, range(segment_path(directory, 1).stat().st_size + 1))


@pytest.mark.proof
@pytest.mark.timeout(600)
@pytest.mark.parametrize("durability", ["power", "process"])
async def test_a_small_journal_is_flipped_at_every_bit(tmp_path: Path, durability: str) -> None:
    """With header, loop, marks and the snapshot of an orderly end."""
    directory = await journal(tmp_path, 2, 1, durability)
    size = segment_path(directory, 1).stat().st_size
    flip(directory, range(size * 8))


async def paused_in_segments(folder: Path) -> tuple[Kit, Path]:
    """A paused run of several sealed segments, with the snapshot of its pause in the last one."""
    kit = Kit(some=lambda: "x" * 30)
    loop = {"action": "flow.foreach", "params": {"items": list(range(6))}}
    nodes = {
        "loop": loop,
        "body": {"action": "t.some", "effect": "pure", "parent": "loop"},
        "end": {"action": "t.some"},
    }
    kit.store = FlatBuffersStore(folder, segment_size=600)  # type: ignore[assignment]
    async with kit.engine() as engine:
        run = await engine.start(
            workflow({**nodes, "end": {"action": "t.some", "breakpoint": True}}, "loop>end"), run_id="r"
        )
        assert (await run.result()).status == "paused"
    return kit, folder / "runs" / "r"


async def test_a_flip_before_the_snapshot_leaves_the_state_and_is_named_by_whoever_reads_the_history(
    tmp_path: Path,
) -> None:
    """(journal.md 5, 7) The state comes from the snapshot, whose checksum is its own."""
    kit, directory = await paused_in_segments(tmp_path)
    number = len(segments(directory)) - 2
    assert number >= 2
    path = segment_path(directory, number)
    content = bytearray(path.read_bytes())
    content[HEADER + FRAME + 6] ^= 16
    path.write_bytes(content)
    before = kit.store.load("r")
    assert (before.status, before.node("loop").output) == ("paused", ["x" * 30] * 6)
    async with kit.engine() as engine:
        result = await (await engine.resume("r")).result()
    assert (result.status, result.nodes["end"].status) == ("completed", "completed")
    with pytest.raises(CorruptJournal) as caught:
        list(kit.store.events("r"))
    assert (caught.value.file, caught.value.offset) == (str(path), HEADER)
    found = [each for each in damage(tmp_path) if each.code == "corrupt"]
    assert [(each.run_id, "The run is whole" in each.hint) for each in found] == [("r", True)]
    assert kit.store.load("r").status == "completed"


@pytest.mark.skipif(FLATC is None, reason="flatc is not installed")
def test_flatc_reads_the_journal_of_a_run_as_we_do(tmp_path: Path) -> None:
    directory = asyncio.run(journal(tmp_path / "store", 5, 10, "power"))
    ours = list(Reader(directory, "r").events())
    content = segment_path(directory, 1).read_bytes()
    files: list[Path] = []
    place = HEADER
    while place < len(content):
        size = int.from_bytes(content[place : place + 4], "little")
        path = tmp_path / f"frame{len(files):04}.bin"
        path.write_bytes(content[place + FRAME : place + FRAME + size])
        files.append(path)
        place += FRAME + size
    assert place == len(content)
    command = [str(FLATC), "--json", "--strict-json", "--raw-binary", "-o", str(tmp_path), str(SCHEMA), "--"]
    subprocess.run([*command, *map(str, files)], check=True, capture_output=True, timeout=60)
    records = [json.loads(path.with_suffix(".json").read_text().replace(" nan", " NaN")) for path in files]
    assert records[0]["body_type"] == "RunHeader"
    assert "Snapshot" in {record["body_type"] for record in records}
    theirs = [
        (record.get("seq", 0), record["body"].get("kind", 0), record["body"].get("node", -1))
        for record in records
        if record["body_type"] == "Event"
    ]
    assert theirs == [(event.seq, event.kind, event.node) for event in ours]
