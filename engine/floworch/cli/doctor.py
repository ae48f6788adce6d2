"""``floworch doctor``: is the installation sound, and can the store be used?"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from floworch.cli.support.options import JsonOption, StoreOption

app = typer.Typer(add_completion=False)


@app.command(rich_help_panel="History")
def doctor(
    salvage: Annotated[
        str | None,
        typer.Option("--salvage", metavar="RUN", help="Keep the intact beginning of a damaged run."),
    ] = None,
    remove: Annotated[
        str | None, typer.Option("--remove", metavar="RUN", help="Put a damaged run aside, out of the list.")
    ] = None,
    backup: Annotated[
        Path | None, typer.Option("--backup", metavar="DIR", help="Copy every run there; runs may go on meanwhile.")
    ] = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Check the installation and a store: the page to send when something is wrong; exit code 4 for a bad store.

    It holds names of secrets and connections, never values.
    """
    from floworch.cli.render.text import print_json
    from floworch.cli.support.installation import installation, print_installation
    from floworch.cli.support.stores import store_flag

    if salvage is not None:
        _salvage(salvage, store, json)
        return
    if remove is not None:
        _remove(remove, store, json)
        return
    if backup is not None:
        _backup(backup, store, json)
        return
    report: dict[str, Any] = {**installation(), "store": _check_store(store)}
    if json:
        print_json(report)
    else:
        print_installation(report)
        _print(report["store"], store_flag(store))
    if any(finding["severity"] == "error" for finding in report["store"]["findings"]):
        raise typer.Exit(4)


def _salvage(run_id: str, given: Path | None, json: bool) -> None:
    from floworch.cli.render.text import print_json
    from floworch.cli.support.stores import store_directory, store_flag
    from floworch.host.salvaging import salvage_run

    done = salvage_run(store_directory(given), run_id)
    if json:
        print_json(asdict(done))
        return
    typer.echo(f"Run '{run_id}' has the {done.events} events before byte {done.offset} of {done.file}.")
    typer.echo(f"The damaged original is in {done.original}.")
    typer.echo(f"Go on with it: floworch resume {run_id}{store_flag(given)}", err=True)


def _remove(run_id: str, given: Path | None, json: bool) -> None:
    from floworch.cli.render.text import print_json
    from floworch.cli.support.stores import store_directory
    from floworch.store.journal.damaged import put_aside

    target = put_aside(store_directory(given), run_id)
    if json:
        print_json({"run_id": run_id, "original": str(target)})
    else:
        typer.echo(f"Run '{run_id}' is out of the list; its files are in {target}.")


def _backup(target: Path, given: Path | None, json: bool) -> None:
    from floworch.cli.render.text import print_json
    from floworch.cli.support.stores import open_store, store_directory, store_flag
    from floworch.store.journal.damaged import unreadable

    opened = open_store(given)
    done = opened.backup(target)
    left = unreadable(store_directory(given), [run.run_id for run in opened.list()])
    if json:
        counts = {"copied": done.copied, "up_to_date": len(done.same), "not_copied": left}
        print_json({"directory": str(target), **counts})
    else:
        typer.echo(f"{len(done.copied)} runs copied to {target}, {len(done.same)} were up to date.")
    if left:
        typer.echo(f"Not copied, because their journal cannot be read: {', '.join(left)}.", err=True)
        typer.echo(f"See: floworch doctor{store_flag(given)}", err=True)
        raise typer.Exit(4)


def _check_store(given: Path | None) -> dict[str, Any]:
    from floworch.cli.support.stores import open_store, store_directory
    from floworch.errors import FlowError
    from floworch.run.status import RunStatus
    from floworch.store.journal.doctor import check

    directory = store_directory(given)
    report: dict[str, Any] = {
        "directory": str(directory),
        "exists": directory.exists(),
        "runs": 0,
        "findings": [],
    }
    if not report["exists"]:
        return report  # it is made with the first run
    findings: list[dict[str, Any]] = report["findings"]
    findings += [asdict(finding) for finding in check(directory)]
    if directory.is_dir() and not os.access(directory, os.W_OK | os.X_OK):
        findings.append(_finding(directory, f"The store {directory} is not writable.", "Check its permissions."))
    try:
        opened = open_store(given)
        for finding in findings:
            if finding["code"] == "corrupt":
                with suppress(FlowError):  # the list of runs hears of it
                    opened.load(finding["run_id"])
        runs = opened.list()
        report["runs"] = len(runs)
        if cut_off := [run.run_id for run in runs if run.status == RunStatus.INTERRUPTED]:
            report["interrupted"] = cut_off
    except FlowError as error:
        findings.append(_finding(directory, error.message, error.hint))
    return report


def _finding(directory: Path, message: str, hint: str) -> dict[str, Any]:
    from floworch.store.journal.findings import Finding

    return asdict(Finding("error", "unusable", None, str(directory), message, hint))


def _print(store: dict[str, Any], flag: str) -> None:
    from floworch.cli.render.begun import cut_off_text
    from floworch.cli.render.text import paint

    typer.echo(f"{'store':<20} {store['directory']}{'' if store['exists'] else ' (not made yet)'}")
    typer.echo(f"{'runs':<20} {store['runs']}")
    if "interrupted" in store:
        typer.echo(cut_off_text(store["interrupted"], flag))
    colours = {"error": "red", "warning": "yellow"}
    for finding in store["findings"]:
        word = paint(finding["severity"], colours.get(finding["severity"], "dim"))
        typer.echo(f"{word}: {finding['message']}")
        if finding["hint"]:
            typer.echo(f"  {finding['hint']}")
    if not store["findings"]:
        typer.echo(paint("No problems found in the store.", "green"))
