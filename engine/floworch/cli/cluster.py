"""``floworch cluster``: which Dask clusters there are, and what their workers have (contract C14)."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from floworch.cli.support.options import JsonOption

app = typer.Typer(add_completion=False, no_args_is_help=True, rich_help_panel="Definitions")


@app.callback(help="Add, list and check the Dask clusters that steps with 'run on cluster' run on.")
def cluster() -> None:
    """Clusters: add, check, list."""


@app.command("add")
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Its name.", show_default=False)],
    address: Annotated[
        str, typer.Argument(metavar="ADDRESS", help="Its scheduler, such as tcp://host:8786.", show_default=False)
    ],
) -> None:
    """Keep the address of a cluster under a name: a connection of the type dask."""
    from floworch.actions.connections import checked, read_connections, save_connection
    from floworch.distributed.places import is_address
    from floworch.errors import UsageError

    if not is_address(address):
        raise UsageError(f"{address!r} is not the address of a Dask scheduler.", "Write it like tcp://host:8786.")
    other = read_connections().get(name)
    if other is not None and other.type != "dask":
        raise UsageError(f"{name!r} is a connection of the type {other.type}.", "Choose another name.")
    save_connection(checked(name, "dask", {"address": address}))
    sys.stderr.write(f"Kept the cluster {name}. See what it has: floworch cluster check {name}\n")


@app.command("list")
def list_clusters(json: JsonOption = False) -> None:
    """List the clusters that are known; remove one with 'floworch connections rm NAME'."""
    from floworch.actions.connections import read_connections
    from floworch.cli.render.text import print_json, print_table

    found = [(each.name, each.get("address")) for each in read_connections().values() if each.type == "dask"]
    if json:
        print_json([{"name": name, "address": address} for name, address in found])
    elif found:
        print_table(found, ("cluster", "address"))
    else:
        sys.stderr.write("There are no clusters. Add one with: floworch cluster add NAME tcp://host:8786\n")


@app.command("check")
def check(
    named: Annotated[
        str,
        typer.Argument(metavar="[CLUSTER]", help="Address or name.", show_default="FLOWORCH_CLUSTER or the only one"),
    ] = "",
    tags: Annotated[
        list[str] | None, typer.Option("--tag", metavar="TAG", help="A tag that is needed; may be given again.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Show versions, workers and tags of a cluster; exit code 1 when nothing can run there."""
    import asyncio

    from floworch.cli.render.text import print_json
    from floworch.distributed.library import dask_distributed
    from floworch.distributed.places import address_of
    from floworch.distributed.survey import survey
    from floworch.errors import ActionError

    address = address_of(named)
    dask_distributed()
    try:
        found = asyncio.run(survey(address, tags or ()))
    except ActionError as error:
        if json:
            print_json({"address": address, "ok": False, "problems": [error.message]})
        sys.stderr.write(f"{error.message}\nHint: {error.hint}\n" if error.hint else f"{error.message}\n")
        raise typer.Exit(1) from None
    if json:
        print_json(found)
    else:
        _show(found)
    if not found["ok"]:
        raise typer.Exit(1)


def _show(found: dict[str, Any]) -> None:
    from floworch.cli.render.text import print_table

    own = found["here"]
    sys.stdout.write(
        f"Cluster {found['address']}\n"
        f"here: floworch {own['floworch']}, Python {own['python']}, distributed {own['distributed']}\n"
    )
    rows = [
        (
            row["name"] or row["address"], row["address"], str(row["threads"]), _tags(row["tags"]),
            row["versions"].get("floworch", "?"), row["versions"].get("python", "?"), row["problem"] or "ok",
        )
        for row in found["workers"]
    ]  # fmt: skip
    if rows:
        print_table(rows, ("worker", "address", "threads", "tags", "floworch", "python", "state"))
    if found["attempts"]:
        sys.stdout.write(f"attempts under way or kept: {len(found['attempts'])}\n")
        sys.stdout.writelines(f"  {name}\n" for name in found["attempts"][:20])
    for problem in found["problems"]:
        sys.stderr.write(f"{problem}\n")


def _tags(tags: dict[str, float]) -> str:
    return ", ".join(f"{tag}={amount:g}" for tag, amount in sorted(tags.items())) or "-"
