"""A run's header as it stands now: with the definition that the run went over to, if it did (contract C7.5)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from floworch.store.protocol import RunHeader

if TYPE_CHECKING:
    from floworch.run.state import RunState


def header_now(header: RunHeader, state: RunState) -> RunHeader:
    """Return the header with the run's present definition, node table, inputs and slots.

    Args:
        header: As the store has it: what was fixed when the run was created.
        state: The fold of the run's events.
    """
    moved = state.migrated
    if moved is None:
        return header
    options = {**header.options, **moved.options, "parents": [list(pair) for pair in state.parents.items()]}
    options.pop("compensates", None)
    if state.saga is not None:
        options["compensates"] = state.saga.declaration
    return replace(
        header,
        definition=moved.definition,
        definition_hash=moved.definition_hash,
        node_ids=state.node_ids,
        inputs=state.inputs,
        options=options,
    )
