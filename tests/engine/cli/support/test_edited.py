"""Which file an edited definition is looked for in, and when a person is told of it (C7.5)."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from floworch.cli.support.edited import edited_definition, edited_note, examine
from floworch.errors import RunNotFound, UsageError
from floworch.model.codec import loads, logic_hash
from floworch.store.journal.store import FlatBuffersStore
from floworch.store.protocol import RunHeader
from floworch.testing.store_suite import make_header

TEXT = '{"id": "w", "nodes": {"a": {"action": "util.log", "params": {"message": "%s"}}}, "edges": []}'


def header_of(file: Path | None) -> RunHeader:
    options = {"source": str(file)} if file is not None else {}
    made = make_header()
    return replace(made, definition_hash=logic_hash(loads(TEXT % "old")), options=options, created_at=1000.0)


def write(file: Path, text: str, at: float = 2000.0) -> Path:
    file.write_text(text)
    os.utime(file, (at, at))
    return file


def test_only_other_logic_in_a_younger_file_is_told(tmp_path: Path) -> None:
    file = tmp_path / "w.flow.json"
    assert edited_note(header_of(None)) == ""
    assert edited_note(header_of(file)) == ""  # not there
    assert edited_note(header_of(write(file, TEXT % "old"))) == ""
    assert edited_note(header_of(write(file, "{"))) == ""
    assert edited_note(header_of(write(file, TEXT % "new", 999.0))) == ""
    note = edited_note(header_of(write(file, TEXT % "new")), " --store x")
    assert note.startswith("w.flow.json was changed after this run began")
    assert note.endswith("floworch resume run-1 --migrate --store x\n")
    assert note.count("\n") == 1


def test_without_a_file_the_one_it_was_started_from_is_read(tmp_path: Path) -> None:
    store = tmp_path / "store"
    with pytest.raises(RunNotFound):
        edited_definition(store, "run-1", None)
    file = tmp_path / "w.flow.json"
    for name, source in (("run-1", file), ("run-2", None)):
        FlatBuffersStore(store).create(replace(header_of(source), run_id=name)).close()
    with pytest.raises(UsageError, match="not known which file"):
        edited_definition(store, "run-2", None)
    with pytest.raises(UsageError, match="not there any more"):
        edited_definition(store, "run-1", None)
    write(file, TEXT % "new")
    assert edited_definition(store, "run-1", None).nodes["a"].params == {"message": "new"}
    other = write(tmp_path / "other.flow.json", TEXT % "other")
    assert edited_definition(store, "run-2", other).nodes["a"].params == {"message": "other"}


def test_examining_a_run_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(RunNotFound):
        examine(tmp_path, "nope", loads(TEXT % "new"))
