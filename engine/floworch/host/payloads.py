"""Headers, summaries and states as plain JSON values, for the control channel."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from floworch.executor.begin import noted
from floworch.model import codec
from floworch.model.called import calls
from floworch.model.workflow import Workflow
from floworch.run.state import RunState
from floworch.run.status import RunStatus
from floworch.store.protocol import RunHeader, RunSummary


def pack_workflow(workflow: Workflow) -> dict[str, Any]:
    """Return a definition with its file and what is attached to it as a JSON object.

    Raises:
        UsageError: It holds a lambda or local function, or the name of its file is no text.
    """
    packed: dict[str, Any] = {"text": codec.dumps(workflow.detached())}
    source = workflow.source
    if source is None and calls(workflow):
        source = Path.cwd() / f"{workflow.id}.flow.json"  # paths in it start in the folder of this process
    if source is not None:
        packed["source"] = noted(str(source))
    if workflow.attached:
        packed["attached"] = [pack_workflow(called) for called in workflow.attached.values()]
    return packed


def unpack_workflow(packed: dict[str, Any]) -> Workflow:
    """Return the definition that ``pack_workflow`` described. Raises DefinitionError, KeyError, TypeError."""
    workflow = codec.loads(packed["text"]).at(packed.get("source"))
    attached = [unpack_workflow(called) for called in packed.get("attached", ())]
    return workflow.attach(*attached) if attached else workflow


def pack_header(header: RunHeader) -> dict[str, Any]:
    """Return a run header as a JSON object; the definition's canonical UTF-8 JSON travels as text."""
    packed = {name: getattr(header, name) for name in RunHeader.__slots__}
    packed["definition"] = header.definition.decode("utf-8")
    packed["node_ids"] = list(header.node_ids)
    return packed


def unpack_header(packed: dict[str, Any]) -> RunHeader:
    """Return the run header that ``pack_header`` described.

    Raises:
        KeyError, TypeError: A field is missing or of another type.
    """
    fields = dict(packed)
    fields["definition"] = fields["definition"].encode("utf-8")
    fields["node_ids"] = tuple(fields["node_ids"])
    return RunHeader(**fields)


def pack_summary(summary: RunSummary) -> dict[str, Any]:
    """Return one line of a run list as a JSON object."""
    return msgspec.structs.asdict(summary)


def unpack_summary(packed: dict[str, Any]) -> RunSummary:
    """Return the line that ``pack_summary`` described. Raises TypeError on unknown or missing fields."""
    return RunSummary(**{**packed, "tags": tuple(packed.get("tags", ()))})


def pack_state(state: RunState) -> dict[str, Any]:
    """Return a run's state with what its header contributes, as plain values."""
    return {
        "run_id": state.run_id,
        "workflow_id": state.workflow_id,
        "node_ids": list(state.node_ids),
        "inputs": state.inputs,
        "created_at": state.created_at,
        "parents": [[child, container] for child, container in state.parents.items()],
        "compensates": state.saga.declaration if state.saga is not None else None,
        "status": str(state.status),
        "fold": state.pack(),
    }


def unpack_state(packed: dict[str, Any]) -> RunState:
    """Return the state that ``pack_state`` described. Raises KeyError or ValueError when it is of another version."""
    parents = {int(child): int(container) for child, container in packed["parents"]}
    state = RunState(
        packed["run_id"],
        packed["workflow_id"],
        packed["node_ids"],
        packed["inputs"],
        packed["created_at"],
        parents,
        packed.get("compensates"),
    )
    state.unpack(packed["fold"])
    state.status = RunStatus(packed["status"])  # ``interrupted`` is derived and not part of the fold
    return state
