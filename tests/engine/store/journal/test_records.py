"""Run headers, snapshots and marks, against the generated reader."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from floworch.model.values import encode
from floworch.store.journal.records import (
    body_of,
    decode_header,
    decode_snapshot,
    encode_header,
    encode_mark,
    encode_snapshot,
    seq_of,
    synced_of,
)
from floworch.store.journal.tables import MARK, RUN_HEADER, SNAPSHOT, BadRecord, Scalar, Table, lay_out
from floworch.store.protocol import RunHeader
from floworch.testing.store_suite import make_header

texts = st.text(max_size=20)
headers = st.builds(
    RunHeader,
    run_id=texts,
    workflow_id=texts,
    definition=st.binary(max_size=50),
    definition_hash=texts,
    inputs=st.dictionaries(texts, st.integers() | texts, max_size=3),
    node_ids=st.lists(texts, max_size=6).map(tuple),
    created_at=st.floats(0, 1e11),
    engine_version=texts,
    options=st.dictionaries(texts, st.booleans(), max_size=2),
)


def table(record: bytes) -> Table:
    return Table.root(memoryview(record))


@given(headers)
def test_a_header_is_read_as_it_was_written(header: RunHeader) -> None:
    record = table(encode_header(header))
    assert (seq_of(record), body_of(record)) == (0, RUN_HEADER)
    assert decode_header(record) == header


def test_the_generated_reader_sees_the_same_header() -> None:
    from floworch.store.journal.generated.Record import RecordT

    header = make_header(node_ids=("a", "bé", "c"))
    body: Any = RecordT.InitFromPackedBuf(encode_header(header), 0).body
    assert (body.runId, body.workflowId, body.engineVersion) == (b"run-1", b"orders", b"0.1.0")
    assert bytes(map(int, body.definition)) == header.definition
    assert bytes(map(int, body.nodeText)).decode() == "abéc"
    assert list(body.nodeEnds) == [1, 4, 5]
    assert (body.format, body.createdAt) == (1, header.created_at)


def test_a_header_of_a_newer_format_is_refused() -> None:
    with pytest.raises(BadRecord, match="newer"):
        decode_header(table(lay_out(0, (1, 0), RUN_HEADER, [Scalar("I", 2)])))
    with pytest.raises(BadRecord, match="no run header"):
        decode_header(table(encode_mark(0, (1, 0))))


packed_states = st.integers(0, 5).flatmap(
    lambda n: st.fixed_dictionaries(
        {
            "node_status": st.lists(st.integers(0, 13), min_size=n, max_size=n),
            "attempts": st.lists(st.integers(0, 2**32 - 1), min_size=n, max_size=n),
            "started": st.lists(st.none() | st.floats(0, 1e11), min_size=n, max_size=n),
            "ended": st.lists(st.none() | st.floats(0, 1e11), min_size=n, max_size=n),
            "output": st.lists(st.none() | st.integers() | texts | st.binary(max_size=5), min_size=n, max_size=n),
            "status": texts,
            "data": st.dictionaries(texts, st.integers(), max_size=3),
        }
    )
)


@given(packed_states)
def test_a_snapshot_is_read_as_it_was_written(packed: dict[str, Any]) -> None:
    record = table(encode_snapshot(12, (1, 90), packed))
    assert (seq_of(record), synced_of(record), body_of(record)) == (12, (1, 90), SNAPSHOT)
    assert decode_snapshot(record) == packed


def test_a_state_of_another_shape_is_kept_whole() -> None:
    odd = {"node_status": [1, 2], "attempts": [1], "other": None}
    assert decode_snapshot(table(encode_snapshot(0, (1, 0), odd))) == odd


def test_the_generated_reader_sees_the_same_snapshot() -> None:
    from floworch.store.journal.generated.Record import RecordT

    packed = {"node_status": b"\x04\x00", "attempts": [2, 0], "started": [1.5, None], "ended": [2.5, None],
              "output": [{"x": 1}, None], "status": "running"}  # fmt: skip
    body: Any = RecordT.InitFromPackedBuf(encode_snapshot(3, (1, 0), packed), 0).body
    assert next((row.status, row.attempts, row.started) for row in body.nodes) == (4, 2, 1.5)
    assert body.nodes[1].started != body.nodes[1].started
    assert bytes(map(int, body.outputs)) == encode([{"x": 1}, None])
    assert bytes(map(int, body.rest)) == encode({"status": "running"})


def test_a_mark_holds_only_its_place() -> None:
    record = table(encode_mark(9, (2, 1234)))
    assert (seq_of(record), synced_of(record), body_of(record)) == (9, (2, 1234), MARK)
    with pytest.raises(BadRecord, match="no snapshot"):
        decode_snapshot(record)
