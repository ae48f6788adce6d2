"""``floworch trust FILE``: agree to what a definition does, as it is now; or to all of a folder."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from floworch.cli.support.options import JsonOption

if TYPE_CHECKING:
    from floworch.trust import Report

app = typer.Typer(add_completion=False)


@app.command(rich_help_panel="Definitions")
def trust(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FILE|FOLDER]...", help="Definitions, or folders of them.", show_default=False),
    ] = None,
    secrets: Annotated[
        list[str] | None,
        typer.Option("--secret", metavar="NAME", help="Let it read this stored secret only; may be given again."),
    ] = None,
    connections: Annotated[
        list[str] | None,
        typer.Option("--connection", metavar="NAME", help="Let it use this connection of yours; may be given again."),
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help="List what is trusted.")] = False,
    json: JsonOption = False,
) -> None:
    """Trust definitions as they are now, or everything in a folder; --list shows what is trusted."""
    from floworch.actions.registry import registry
    from floworch.cli.render.text import print_json
    from floworch.errors import UsageError
    from floworch.model.validate import read_checked
    from floworch.trust import TrustStore, inspect

    store = TrustStore()
    if listed:
        _list(store.records(), json)
        return
    if not files:
        raise UsageError("Nothing was named.", "Name a definition or a folder, or list what is trusted with --list.")
    done: list[dict[str, Any]] = []
    for file in files:
        if file.is_dir():
            if secrets or connections:
                raise UsageError(
                    "--secret and --connection are for one definition.",
                    f"Name a definition instead of the folder {file}.",
                )
            folder = store.trust_folder(file)
            done.append({"folder": str(folder)})
            sys.stderr.write(f"Trusted: everything in {folder}, also what is written there later.\n")
            continue
        workflow = read_checked(file, registry)
        if secrets or connections:
            check_named(inspect(workflow, registry), file, secrets or (), connections or ())
        digest = store.trust(workflow, secrets or None, connections or None)
        done.append({"file": str(file), "digest": digest})
        allowed = [*(secrets or ()), *(connections or ())]
        what = f"may use {', '.join(allowed)}" if allowed else "is trusted"
        sys.stderr.write(f"{file} {what} as it is now ({digest[:19]}…).\n")
    if json:
        print_json(done)


def check_named(report: Report, file: Path, secrets: Sequence[str], connections: Sequence[str]) -> None:
    """Refuse consent to what a definition does not use, and say which of it is not kept on this machine yet.

    Raises:
        UsageError: It uses no such secret or connection; one whose names only the run knows may use any.
    """
    from floworch.actions.connections import connections as known_connections
    from floworch.actions.secret_sources import is_known
    from floworch.actions.suggest import closest
    from floworch.errors import UsageError
    from floworch.trust.mentions import ANY

    unclear = any("{{" in each.what for each in [*report.calls, *report.connections])
    kinds = (
        ("secret", "read", secrets, {each.what for each in report.secrets}, is_known, "floworch secrets set {}"),
        ("connection", "use", connections, {each.what for each in report.connections}, known_connections().__contains__,
         "floworch connections set {} --type TYPE ..."),
    )  # fmt: skip
    for noun, verb, names, used, there, line in kinds:
        for name in names:
            if name not in used and not unclear and ANY not in used:
                best = closest(name, used)
                hint = f"It {verb}s {', '.join(sorted(used))}." if used else f"It {verb}s no {noun} at all."
                hint = f"Did you mean '{best}'?" if best is not None else hint
                raise UsageError(f"{file} does not {verb} the {noun} '{name}'.", hint)
            if not there(name):
                sys.stderr.write(f"The {noun} {name} is not set on this machine yet: {line.format(name)}\n")


def _list(records: list[dict[str, Any]], json: bool) -> None:
    from floworch.cli.render.text import print_json, print_table
    from floworch.clock import local_of

    earlier = _earlier(records)
    if json:
        print_json(
            [
                {**{name: value for name, value in each.items() if name != "mac"}, "earlier": old}
                for each, old in zip(records, earlier, strict=True)
            ]
        )
    elif records:
        rows = [
            (
                str(each.get("folder") or each.get("path") or "(in no file)"),
                f"{_scope(each)}{', earlier' if old else ''}",
                str(each.get("digest", ""))[:19],
                local_of(str(each.get("at", ""))),
            )
            for each, old in zip(records, earlier, strict=True)
        ]
        print_table(rows, ("what", "trust", "content", "since"))
        if any(earlier):
            sys.stderr.write(
                "Trust is given to a content: a file that goes back to an earlier one is trusted again.\n"
                "Take all of a file back with: floworch untrust FILE\n"
            )
    else:
        sys.stderr.write("Nothing is trusted yet. Trust a definition with: floworch trust FILE\n")


def _earlier(records: Sequence[dict[str, Any]]) -> list[bool]:
    """Of every line, whether the same file was trusted with another content after it."""
    newest = {each["path"]: each.get("digest") for each in records if "path" in each}
    return ["path" in each and newest[each["path"]] != each.get("digest") for each in records]


def _scope(record: dict[str, Any]) -> str:
    """What a line of the ledger trusts: a folder, the whole content, or the secrets and connections it may use."""
    if "folder" in record:
        return "folder"
    return ", ".join([*record["secrets"], *record.get("connections", ())]) if "secrets" in record else "content"
