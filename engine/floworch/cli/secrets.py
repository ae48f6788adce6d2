"""``floworch secrets``: values for ``{{ secrets.NAME }}`` in the system's keyring."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from floworch.cli.support.options import JsonOption

app = typer.Typer(add_completion=False, no_args_is_help=True, rich_help_panel="Definitions")
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="Name of the secret.", show_default=False)]


@app.callback(help="Keep, list and remove secrets. Values stay in the system's keyring, definitions hold names.")
def secrets() -> None:
    """Secrets: set, list, rm."""


@app.command("set", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def set_secret(context: typer.Context, name: NameArgument) -> None:
    """Keep a secret in the keyring: the value is asked for, or read from standard input."""
    from floworch.actions.secret_sources import check_name, from_environment, keyring_set, keyring_title, variable_of
    from floworch.errors import UsageError
    from floworch.executor.secret_forms import SHORTEST

    check_name(name)
    if context.args:
        raise UsageError(
            "A value is never given on the command line: others on this machine could read it there.",
            f"Run 'floworch secrets set {name}' and type it, or pipe it in. Change the one you have just shown.",
        )
    title = keyring_title()
    value = _read_value(name)
    if not value:
        raise UsageError("The value is empty.", "Nothing was kept.")
    keyring_set(name, value)
    sys.stderr.write(f"Kept in the keyring ({title}). Definitions read it as {{{{ secrets{_access(name)} }}}}.\n")
    if len(value) < SHORTEST:
        sys.stderr.write(f"It has less than {SHORTEST} characters: only texts that are nothing else will be hidden.\n")
    if from_environment(name) is not None:
        sys.stderr.write(f"The environment variable {variable_of(name)} is set and wins over it.\n")


@app.command("list")
def list_secrets(json: JsonOption = False) -> None:
    """List the names of secrets and where each one is; never values."""
    import os

    from floworch.actions.secret_sources import PREFIX, NoKeyring, keyring_get, stored_names
    from floworch.cli.render.text import print_json, print_table

    rows: list[dict[str, Any]] = [
        {"name": variable.removeprefix(PREFIX), "where": "environment", "variable": variable}
        for variable in sorted(os.environ)
        if variable.startswith(PREFIX) and variable != PREFIX
    ]
    for name in sorted(stored_names()):
        try:
            state = "keyring" if keyring_get(name) is not None else "missing from the keyring"
        except NoKeyring:
            state = "keyring, which cannot be opened"
        rows.append({"name": name, "where": state, "variable": None})
    if json:
        print_json(rows)
    elif rows:
        print_table([(row["name"], row["where"], row["variable"] or "") for row in rows], ("secret", "where", ""))
    else:
        sys.stderr.write("There are no secrets. Set one with: floworch secrets set NAME\n")


@app.command("rm")
def remove_secret(name: NameArgument) -> None:
    """Remove a secret from the keyring; exit code 2 when it is not there."""
    from floworch.actions.secret_sources import (
        NoKeyring,
        check_name,
        from_environment,
        keyring_remove,
        stored_names,
        variable_of,
    )
    from floworch.errors import UsageError

    check_name(name)
    try:
        removed = keyring_remove(name)
    except NoKeyring:
        if name in stored_names():
            raise
        removed = False  # nobody has kept it here
    if not removed:
        at = f" Unset the variable {variable_of(name)} yourself." if from_environment(name) is not None else ""
        raise UsageError(f"There is no secret {name!r} in the keyring.", f"List them with 'floworch secrets list'.{at}")
    sys.stderr.write(f"Removed {name} from the keyring.\n")


def _read_value(name: str) -> str:
    """What was typed without showing it, or everything on standard input but a last line end."""
    if sys.stdin.isatty():
        import getpass

        return getpass.getpass(f"Value of {name}: ", stream=sys.stderr)
    text = sys.stdin.read()
    return text[:-1].removesuffix("\r") if text.endswith("\n") else text


def _access(name: str) -> str:
    return f".{name}" if name.isidentifier() else f"['{name}']"
