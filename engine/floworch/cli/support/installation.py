"""What is installed on this machine and how it is set up, for ``floworch doctor``: names only, no value of a secret."""

from __future__ import annotations

import os
import sys
from dataclasses import asdict
from typing import Any

import typer

_LIBRARIES = ("pydantic", "msgspec", "minijinja", "networkx", "flatbuffers", "SQLAlchemy", "PySide6-Essentials")
#: What programs are for.
_PURPOSES = {"uv": "makes environments for python.code and python.script that ask for packages"}
#: Variables that hold or may hold a secret: they are named, never shown.
_HIDDEN = ("SECRET", "TOKEN", "PASSWORD", "KEY")


def installation() -> dict[str, Any]:
    """The report as JSON: what is installed, how the machine is set up, and what of it is the user's own."""
    from floworch.host.readiness import extras, keyring_state

    return {
        "versions": _versions(),
        "programs": _programs(),
        "extras": [{**asdict(each), "installed": not each.missing} for each in extras()],
        "keyring": keyring_state(),
        "places": _places(),
        "environment": _environment(),
        "encoding": {"stdout": sys.stdout.encoding, "files": sys.getfilesystemencoding()},
        "connections": _connections(),
        "broken_actions": _broken(),
    }


def print_installation(report: dict[str, Any]) -> None:
    """Print the report for a person; what is missing stands with what it is for and how to get it."""
    from floworch.cli.render.text import paint

    for name, version in report["versions"].items():
        typer.echo(f"{name:<20} {version or 'not installed'}")
    for name, place in report["programs"].items():
        typer.echo(f"{'program ' + name:<20} {place or f'not found ({_PURPOSES[name]})'}")
    for extra in report["extras"]:
        state = "installed" if extra["installed"] else paint("not installed", "yellow")
        typer.echo(f"{'extra ' + extra['name']:<20} {state} ({extra['purpose']})")
        if not extra["installed"]:
            typer.echo(f"{'':<20} {extra['install']}")
    keyring = report["keyring"]
    state = keyring["name"] if keyring["usable"] else f"{paint('not usable', 'yellow')}: {keyring['why']}"
    typer.echo(f"{'keyring':<20} {state}")
    if keyring["hint"]:
        typer.echo(f"{'':<20} {keyring['hint']}")
    for each in report["connections"]:
        unset = f" (secrets not set: {', '.join(each['unset'])})" if each["unset"] else ""
        typer.echo(f"{'connection':<20} {each['name']}, {each['type']}{unset}")
    for name, value in {**report["places"], **report["environment"]}.items():
        typer.echo(f"{name:<20} {value}")
    typer.echo(f"{'encoding':<20} {report['encoding']['stdout']}, files {report['encoding']['files']}")
    for name, why in report["broken_actions"].items():
        typer.echo(f"{paint('warning', 'yellow')}: the action '{name}' cannot be loaded: {why}")


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


def _programs() -> dict[str, str | None]:
    """Programs that actions can make use of: where each is, or None."""
    from shutil import which

    return {"uv": which("uv")}


def _places() -> dict[str, str]:
    from floworch.actions.folders import user_folder
    from floworch.actions.secret_sources import names_file

    return {"program": os.path.abspath(sys.executable), "configuration": str(names_file().parent),
            "own actions": str(user_folder())}  # fmt: skip


def _environment() -> dict[str, str]:
    """The variables of this program that are set; those that may hold a secret without their value."""
    return {
        name: "(set, not shown)" if any(word in name for word in _HIDDEN) else value
        for name, value in sorted(os.environ.items())
        if name.startswith("FLOWORCH_")
    }


def _connections() -> list[dict[str, Any]]:
    from floworch.actions.connections import connections
    from floworch.actions.secret_sources import is_known

    return [
        {"name": each.name, "type": each.type, "unset": [name for name in each.secrets if not is_known(name)]}
        for each in connections().values()
    ]


def _broken() -> dict[str, str]:
    """Actions of the user and of packages that are listed and cannot be loaded; those are imported for it."""
    from floworch.actions.listing import list_actions
    from floworch.actions.registry import outline, registry

    for entry in list_actions(registry):
        if outline(registry, entry.id) is not None:
            registry.find_action(entry.id)
    return dict(registry.broken)
