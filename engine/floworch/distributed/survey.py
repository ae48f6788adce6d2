"""What a cluster has, for ``floworch cluster check``: versions, workers and their tags, attempts under way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from floworch.distributed.facts import here
from floworch.distributed.fit import WorkerFacts
from floworch.distributed.library import loaded_library
from floworch.distributed.names import PREFIX
from floworch.distributed.session import Session


async def survey(address: str, tags: Sequence[str] = ()) -> dict[str, Any]:
    """Ask a scheduler and its workers what they have.

    Args:
        address: Address of the scheduler.
        tags: Tags that at least one worker is to offer together.

    Returns:
        ``{"address", "ok", "here": versions, "workers": [{"address", "name", "threads", "tags", "versions",
        "problem"}], "attempts": [names], "problems": [text]}``; ``ok`` says that something can run there.

    Raises:
        ActionError: connection_error when it cannot be reached, not_found_error without the library.
    """
    library = await loaded_library()
    session = Session(address)
    try:
        workers = await session.workers()
        client = await session.client()
        published = [str(name) for name in await client.list_datasets() if str(name).startswith(PREFIX)]
    finally:
        await session.close()
    own = {**here(), "distributed": str(library.__version__)}
    del own["actions"]
    rows = [{**_row(worker), "problem": _problem(worker, own)} for worker in workers]
    usable = [worker for worker, row in zip(workers, rows, strict=True) if not row["problem"]]
    problems = [] if workers else [f"it has no worker; start one: floworch worker {address}"]
    if workers and not usable:
        problems.append("none of its workers can be used")
    lacking = [tag for tag in tags if all(worker.lacks_tags([tag]) for worker in usable)]
    problems += [f"no worker offers the tag {tag}" for tag in lacking]
    if tags and not lacking and all(worker.lacks_tags(tags) for worker in usable):
        problems.append(f"no worker offers all of the tags {', '.join(tags)} together")
    return {
        "address": address, "ok": not problems, "here": own, "workers": rows, "attempts": published,
        "problems": problems,
    }  # fmt: skip


def _row(worker: WorkerFacts) -> dict[str, Any]:
    return {
        "address": worker.address, "name": worker.name, "threads": worker.threads, "tags": dict(worker.tags),
        "versions": dict(worker.versions),
    }  # fmt: skip


def _problem(worker: WorkerFacts, own: dict[str, Any]) -> str:
    """Why a worker cannot be used, or empty; Python may differ in its last number."""
    if worker.problem:
        return worker.problem
    said = worker.versions
    if said.get("floworch") != own["floworch"]:
        return f"floworch {said.get('floworch')} there, {own['floworch']} here"
    if said.get("distributed") != own["distributed"]:
        return f"distributed {said.get('distributed')} there, {own['distributed']} here"
    if said.get("python", "").rsplit(".", 1)[0] != own["python"].rsplit(".", 1)[0]:
        return f"Python {said.get('python')} there, {own['python']} here"
    return ""
