"""A header after the run went over to another definition (C7.5)."""

from __future__ import annotations

from dataclasses import replace

from floworch.run.migrated import Migrated
from floworch.run.state import RunState
from floworch.store.current import header_now
from floworch.testing.store_suite import make_header


def test_a_run_with_its_first_definition_has_its_own_header() -> None:
    header = make_header()
    assert header_now(header, RunState.of(header)) is header


def test_a_run_that_went_over_has_the_other_definition_and_everything_else_as_before() -> None:
    header = make_header()
    state = RunState.of(header)
    state.node_ids, state.parents, state.inputs = ("a", "b", "c", "d"), {3: 2}, {"other": 1}
    state.migrated = Migrated(b"{}", "h", options={"max_concurrency": 3})
    found = header_now(header, state)
    assert (found.definition, found.definition_hash, found.node_ids) == (b"{}", "h", ("a", "b", "c", "d"))
    assert (found.options["parents"], found.options["max_concurrency"]) == ([[3, 2]], 3)
    same = {"definition": header.definition, "definition_hash": header.definition_hash, "node_ids": header.node_ids}
    assert replace(found, **same, inputs=header.inputs, options=header.options) == header
