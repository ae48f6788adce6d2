"""The file that a run's definition came from, and what resuming with an edited one would do (contract C7.5)."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

from floworch.errors import FlowError, UsageError

if TYPE_CHECKING:
    from floworch.model.workflow import Workflow
    from floworch.run.migration import Migration
    from floworch.store.protocol import RunHeader


def edited_note(header: RunHeader, store: str = "") -> str:
    """One line, with its end, when the file of a run says something else than the run; empty otherwise.

    Args:
        header: The run's header as it stands now (``floworch.store.current.header_now``).
        store: Text that names the store in the suggested command.
    """
    from floworch.model import codec
    from floworch.model.files import read_bytes

    source = header.options.get("source")
    try:
        path = Path(str(source))
        if not source or path.stat().st_mtime < header.created_at:
            return ""
        if codec.logic_hash(codec.loads_from(path, read_bytes(path))) == header.definition_hash:
            return ""
    except (OSError, FlowError):
        return ""  # moved, or being edited just now: the run has its own definition
    return (
        f"{path.name} was changed after this run began; the run keeps its own definition. "
        f"Take the changed one with: floworch resume {header.run_id} --migrate{store}\n"
    )


def edited_definition(store: Path | None, run_id: str, file: Path | None) -> Workflow:
    """Read the definition that a run is to go over to.

    Args:
        store: The store as given on the command line.
        run_id: The run.
        file: The definition; when None, the file that the run was started from.

    Raises:
        RunNotFound: There is no such run.
        UsageError: No file is given and none is known, or it is gone.
        DefinitionError: It is invalid.
    """
    from floworch.actions.registry import registry
    from floworch.cli.support.stores import open_store
    from floworch.model.validate import read_checked

    header = open_store(store).header(run_id)
    if file is None:
        source = header.options.get("source")
        if not source:
            raise UsageError(
                f"It is not known which file run '{run_id}' was started from.",
                f"Name the edited definition: floworch resume {run_id} --migrate FILE",
            )
        file = Path(str(source))
        if not file.exists():
            raise UsageError(
                f"Run '{run_id}' was started from {file}, which is not there any more.",
                f"Name the edited definition: floworch resume {run_id} --migrate FILE",
            )
    return read_checked(file, registry)


def examine(store: Path | None, run_id: str, workflow: Workflow, **options: Any) -> Migration:
    """Return what resuming a run with a definition would do; changes nothing.

    Raises:
        RunNotFound, StoreError: As the store says.
        UsageError: A process works on the run.
    """
    from floworch.cli.support.stores import open_store
    from floworch.engine import Engine

    async def ask() -> Migration:
        async with Engine(open_store(store)) as engine:
            return await engine.resume(run_id, workflow=workflow, dry_run=True, **options)

    return asyncio.run(ask())
