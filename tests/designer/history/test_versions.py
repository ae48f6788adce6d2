"""The definitions that runs used, each once."""

from __future__ import annotations

from floworch.store.protocol import RunHeader
from floworch_designer.history.versions import of_runs


def header(run_id: str, made_of: str, at: float) -> RunHeader:
    return RunHeader(run_id, "w", b"{}", made_of, {}, (), at)


def test_a_definition_is_named_by_its_latest_run_and_counts_the_others():
    found = of_runs([header("r3", "x", 3.0), header("r2", "y", 2.0), header("r1", "x", 1.0)])
    assert [(version.key, version.detail, version.at) for version in found] == [
        ("r3", "2 runs, this the latest", 3.0), ("r2", "1 run", 2.0),
    ]  # fmt: skip
