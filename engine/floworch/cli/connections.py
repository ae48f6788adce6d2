"""``floworch connections``: where services are and how to log in, without any secret."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from floworch.cli.support.options import JsonOption

app = typer.Typer(add_completion=False, no_args_is_help=True, rich_help_panel="Definitions")
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="Name of the connection.", show_default=False)]


@app.callback(help="Keep, list, try and remove named connections. They hold names of secrets, never values.")
def connections() -> None:
    """Connections: set, list, test, rm."""


@app.command("set")
def set_connection(
    name: NameArgument,
    fields: Annotated[
        list[str], typer.Argument(metavar="FIELD=VALUE...", help="Its fields, such as url=...", show_default=False)
    ],
    kind: Annotated[
        str,
        typer.Option(
            "--type",
            metavar="TYPE",
            help="http, sql, ssh, mail, broker, storage, ai, chat or dask.",
            show_default=False,
        ),
    ],
) -> None:
    """Keep a connection, or replace it. Fields for passwords, tokens and keys hold the name of a secret."""
    from floworch.actions.connections import checked, save_connection
    from floworch.actions.secret_sources import is_known, variable_of
    from floworch.errors import UsageError

    pairs = [field.partition("=") for field in fields]
    wrong = [word for word, equals, _ in pairs if not equals or not word]
    if wrong:
        raise UsageError(f"{wrong[0]!r} is not a field.", "Write FIELD=VALUE, such as url=https://api.example.org.")
    made = checked(name, kind, {word: value for word, _, value in pairs if value})
    save_connection(made)
    sys.stderr.write(f"Kept the connection {name}.\n")
    for secret in made.secrets:
        if not is_known(secret):
            either = f"floworch secrets set {secret}, or the environment variable {variable_of(secret)}"
            sys.stderr.write(f"Its secret {secret} is not set yet: {either}\n")


@app.command("list")
def list_connections(json: JsonOption = False) -> None:
    """List every connection with its fields; secrets by name."""
    from floworch.actions.connections import read_connections
    from floworch.cli.render.text import print_json, print_table

    found = read_connections()
    if json:
        print_json([{"name": each.name, "type": each.type, **each.fields} for each in found.values()])
    elif found:
        rows = [
            (each.name, each.type, ", ".join(f"{field}={value}" for field, value in each.fields.items()))
            for each in found.values()
        ]
        print_table(rows, ("connection", "type", "fields"))
    else:
        sys.stderr.write("There are no connections. Make one with: floworch connections set NAME --type TYPE ...\n")


@app.command("rm")
def remove(name: NameArgument) -> None:
    """Forget a connection; exit code 2 when there is none of that name. Its secrets stay where they are."""
    from floworch.actions.connections import remove_connection
    from floworch.errors import UsageError

    if not remove_connection(name):
        raise UsageError(f"There is no connection {name!r}.", "List them with 'floworch connections list'.")
    sys.stderr.write(f"Removed the connection {name}.\n")


@app.command("test")
def test(name: NameArgument) -> None:
    """Try a connection: log in, or reach its address; exit code 1 when that fails."""
    import asyncio

    from floworch.actions.connections import read_connections
    from floworch.errors import ActionError, UsageError
    from floworch.host.trying import attempt

    found = read_connections().get(name)
    if found is None:
        raise UsageError(f"There is no connection {name!r}.", "List them with 'floworch connections list'.")
    try:
        said = asyncio.run(attempt(found))
    except ActionError as error:
        sys.stderr.write(f"{name} does not work: {error.message}\n{error.hint and f'Hint: {error.hint}' + chr(10)}")
        raise typer.Exit(1) from None
    sys.stderr.write(f"{name} works: {said}\n")
