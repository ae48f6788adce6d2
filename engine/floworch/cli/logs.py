"""``floworch logs RUN [NODE]``: what the steps of a run wrote to their logs."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from floworch.cli.support.options import JsonOption, RunArgument, StoreOption

app = typer.Typer(add_completion=False)


@app.command(rich_help_panel="History")
def logs(
    run: RunArgument,
    node: Annotated[str | None, typer.Argument(metavar="[NODE]", help="Only of this node.", show_default=False)] = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Print the log lines of a run, or of one of its steps."""
    from floworch.cli.render.text import print_json
    from floworch.cli.support.stores import open_store
    from floworch.clock import local_of
    from floworch.errors import UsageError

    opened = open_store(store)
    header = opened.header(run)
    if node is not None and node not in header.node_ids:
        known = opened.load(run).node_ids  # it may have got more (C7.5)
        if node not in known:
            raise UsageError(f"Run '{run}' has no node '{node}'.", f"It has {', '.join(known[:20])}.")
    lines = _lines(opened, header, node)
    if json:
        print_json(list(lines))
        return
    for line in lines:
        item = "" if line["item"] is None else f"[{line['item']}]"
        typer.echo(f"{local_of(line['at'], millis=True)} {line['level']:<7} {line['node']}{item}: {line['message']}")


def _lines(store: Any, header: Any, node: str | None) -> Any:
    from floworch.run.events import EventKind
    from floworch.run.public import PublicEvents

    public = PublicEvents(header.run_id, header.node_ids)
    for event in store.events(header.run_id):
        if event.kind not in (EventKind.NODE_LOGGED, EventKind.RUN_MIGRATED):
            continue
        line = public(event)
        if event.kind == EventKind.NODE_LOGGED and node in (None, line["node"]):
            names = ("seq", "at", "level", "node", "attempt", "item", "message")
            yield {name: line.get(name) for name in names}
