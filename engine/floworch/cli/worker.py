"""``floworch worker``: this machine takes steps of a Dask cluster, until it is stopped (contract C14)."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Annotated, Any

import typer

app = typer.Typer(add_completion=False)


@app.command(rich_help_panel="Run")
def worker(
    named: Annotated[
        str,
        typer.Argument(
            metavar="[CLUSTER]", help="Address or name of the cluster.", show_default="FLOWORCH_CLUSTER or the only one"
        ),
    ] = "",
    threads: Annotated[
        int | None,
        typer.Option("--threads", min=1, max=4096, help="Steps at a time.", show_default="the number of processors"),
    ] = None,
    tags: Annotated[
        list[str] | None,
        typer.Option("--tag", metavar="TAG[=N]", help="What it offers, such as gpu=1; may be given again."),
    ] = None,
    name: Annotated[str | None, typer.Option("--name", help="Its name.", show_default="its address")] = None,
) -> None:
    """Be a worker of a Dask cluster: take steps that run on it, until it is stopped."""
    import asyncio

    from floworch.distributed.host import tags_of
    from floworch.distributed.library import dask_distributed
    from floworch.distributed.places import address_of

    address = address_of(named)
    tags_of(tags or (), 1)
    dask_distributed()
    if not asyncio.run(_serve(address, threads, tags or [], name)):
        sys.stderr.write("The scheduler is gone, and so is this worker.\n")
        raise typer.Exit(1)


async def _serve(address: str, threads: int | None, tags: list[str], name: str | None) -> bool:
    import asyncio

    from floworch.cli.support.stopping import Stopping
    from floworch.distributed.host import serve_worker

    stop = asyncio.Event()

    def ready(said: Mapping[str, Any]) -> None:
        offered = ", ".join(f"{tag}={amount:g}" for tag, amount in said["tags"].items()) or "none"
        sys.stderr.write(
            f"Worker {said['name']} of {address}: {said['threads']} steps at a time, tags: {offered}. "
            "Stop it with Ctrl+C.\n"
        )

    with Stopping(stop.set):
        return await serve_worker(address, threads, tags, name, stop, ready)
