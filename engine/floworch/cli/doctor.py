"""``floworch doctor``: is the installation sound, and can the store be used?"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import typer

from floworch.cli.support.options import JsonOption, StoreOption

app = typer.Typer(add_completion=False)
_LIBRARIES = ("pydantic", "msgspec", "minijinja", "networkx", "flatbuffers", "SQLAlchemy", "PySide6-Essentials")


@app.command(rich_help_panel="History")
def doctor(store: StoreOption = None, json: JsonOption = False) -> None:
    """Check the installation and a store; exit code 4 when the store has a problem."""
    from floworch.cli.render.text import print_json

    report = {"versions": _versions(), "store": _check_store(store)}
    if json:
        print_json(report)
    else:
        _print(report)
    if report["store"]["problems"]:
        raise typer.Exit(4)


def _versions() -> dict[str, str | None]:
    import platform
    import sqlite3
    from importlib.metadata import PackageNotFoundError, version

    from floworch.versions import VERSION

    found: dict[str, str | None] = {
        "floworch": VERSION,
        "python": platform.python_version(),
        "system": platform.platform(),
        "sqlite": sqlite3.sqlite_version,
    }
    for name in _LIBRARIES:
        try:
            found[name.lower()] = version(name)
        except PackageNotFoundError:
            found[name.lower()] = None
    return found


def _check_store(given: Path | None) -> dict[str, Any]:
    from floworch.cli.support.stores import open_store, store_directory
    from floworch.errors import FlowError

    directory = store_directory(given)
    report: dict[str, Any] = {"directory": str(directory), "exists": directory.is_dir(), "runs": 0, "problems": []}
    if not report["exists"]:
        return report
    problems: list[dict[str, Any]] = report["problems"]
    if not os.access(directory, os.W_OK | os.X_OK):
        problems.append({"run_id": None, "message": f"The store {directory} is not writable.", "hint": ""})
    try:
        store = open_store(given)
        summaries = store.list()
    except FlowError as error:
        problems.append({"run_id": None, "message": error.message, "hint": error.hint})
        return report
    report["runs"] = len(summaries)
    for run_id in sorted({summary.run_id for summary in summaries} | _directories(directory)):
        try:
            store.header(run_id)
            for _ in store.events(run_id):
                pass  # every frame's checksum is verified on the way
        except FlowError as error:
            problems.append({"run_id": run_id, "message": error.message, "hint": error.hint})
    return report


def _directories(directory: Path) -> set[str]:
    from floworch.store.ids import RUN_ID

    try:
        return {
            entry.name for entry in (directory / "runs").iterdir() if entry.is_dir() and RUN_ID.fullmatch(entry.name)
        }
    except OSError:
        return set()


def _print(report: dict[str, Any]) -> None:
    from floworch.cli.render.text import paint

    for name, version in report["versions"].items():
        typer.echo(f"{name:<20} {version or 'not installed'}")
    store = report["store"]
    typer.echo(f"{'store':<20} {store['directory']}{'' if store['exists'] else ' (not made yet)'}")
    typer.echo(f"{'runs':<20} {store['runs']}")
    for problem in store["problems"]:
        typer.echo(f"{paint('problem', 'red'):<20} {problem['message']}")
    if not store["problems"]:
        typer.echo(paint("No problems found.", "green"))
