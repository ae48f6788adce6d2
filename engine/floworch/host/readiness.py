"""What this machine lacks for a definition, and for the program as a whole: libraries, a keyring."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from floworch.actions.library.extras import NEEDS, install_line
from floworch.errors import FlowError
from floworch.model.problem import Problem
from floworch.versions import pip_line

if TYPE_CHECKING:
    from floworch.model.workflow import Workflow

#: Extra -> the libraries that it brings and what they are for; those of single actions stand in ``NEEDS``.
EXTRAS: dict[str, tuple[tuple[str, ...], str]] = {
    "designer": (("PySide6", "qasync", "pygments"), "floworch design, PNG and PDF pictures"),
    "data": (("duckdb", "python_calamine", "xlsxwriter", "yaml"), "Excel and Parquet files, YAML"),
    "postgres": (("asyncpg",), "db.* with PostgreSQL"),
    "mail": (("aiosmtplib", "markdown_it"), ""),
    "ssh": (("asyncssh",), ""),
    "mqtt": (("aiomqtt",), ""),
    "cloud": (("obstore",), ""),
    "cluster": (("dask", "distributed"), "steps with run_on cluster, floworch worker"),
    "otel": (("opentelemetry.sdk",), "the middleware tracing"),
}
#: Seconds that a keyring has to answer in: one that is locked may be asking a person meanwhile.
PATIENCE = 5.0


@dataclass(frozen=True, slots=True)
class Extra:
    """One extra of the installation: its name, the libraries that are missing, what it is for and how to install it."""

    name: str
    missing: tuple[str, ...]
    purpose: str
    install: str


def extras() -> list[Extra]:
    """Every extra, and what of it is missing here; nothing is imported for it."""
    found = []
    for name, (libraries, purpose) in EXTRAS.items():
        actions = sorted(action for action, (_, extra) in NEEDS.items() if extra == name)
        missing = tuple(library for library in libraries if not _there(library))
        uses = ", ".join([*actions, *([purpose] if purpose else [])])
        found.append(Extra(name, missing, uses, pip_line(f"floworch[{name}]")))
    return found


def keyring_state(patience: float = PATIENCE) -> dict[str, Any]:
    """Whether secrets can be kept on this machine.

    Args:
        patience: Seconds that the keyring has to answer in.

    Returns:
        ``{"usable": bool, "name": its title or None, "why": what is wrong, "hint": what to do}``.
    """
    from floworch.actions.secret_sources import NoKeyring, keyring_get, keyring_title

    said: list[dict[str, Any]] = []

    def ask() -> None:
        title = None
        try:
            title = keyring_title()
            keyring_get("floworch-doctor")
        except NoKeyring as error:
            said.append({"usable": False, "name": title, "why": error.message, "hint": error.hint})
        except Exception as error:  # noqa: BLE001 - a backend of the system may raise anything
            said.append({"usable": False, "name": title, "why": f"It fails: {error}.", "hint": _OTHERWISE})
        else:
            said.append({"usable": True, "name": title, "why": "", "hint": ""})

    thread = threading.Thread(target=ask, name="keyring", daemon=True)
    thread.start()
    thread.join(patience)
    why = f"The keyring did not answer within {patience:g} s: it may be asking for its password."
    return said[0] if said else {"usable": False, "name": None, "why": why, "hint": _OTHERWISE}


_OTHERWISE = "Unlock it, or set the environment variable FLOWORCH_SECRET_<NAME> instead."


def lacking(workflow: Workflow) -> list[Problem]:
    """Warnings about what a definition needs and this machine lacks; its own nodes, not those of what it calls.

    The libraries of its actions are looked up, never imported; the keyring is looked at only when a secret that is kept
    there is named.
    """
    return [*missing_libraries(workflow), *_keyring(workflow)]


def missing_libraries(workflow: Workflow, at_each: bool = False) -> Iterator[Problem]:
    """Those of the warnings that are about libraries: nothing is asked for them that could keep anybody waiting.

    Args:
        workflow: The definition.
        at_each: Every step that needs a library has its warning; else only the first with that action.
    """
    looked = set()
    for node, place, action in _actions(workflow):
        if (action in looked and not at_each) or action not in NEEDS:
            continue
        looked.add(action)
        line = install_line(action)
        if line:
            library = NEEDS[action][0]
            yield Problem("missing_library", "warning", place, f"{action} needs the library {library}, which is not "
                          "installed here.", f"Install it: {line}", node)  # fmt: skip
    for name, each in workflow.nodes.items():
        if each.run_on == "cluster" and not _there("distributed"):
            yield Problem("missing_library", "warning", f"nodes.{name}.run_on", "Steps on a cluster need the library "
                          "distributed, which is not installed here.", f"Install it: {pip_line('floworch[cluster]')}",
                          name)  # fmt: skip
            if not at_each:
                return


def _actions(workflow: Workflow) -> Iterator[tuple[str, str, str]]:
    """Node, place and id of every action that may run."""
    for name, node in workflow.nodes.items():
        if node.disabled:
            continue
        yield name, f"nodes.{name}.action", node.action
        if node.compensate is not None:
            yield name, f"nodes.{name}.compensate.action", node.compensate.action


def _keyring(workflow: Workflow) -> Iterator[Problem]:
    from floworch.actions.secret_sources import from_environment, keyring_title, stored_names
    from floworch.trust.mentions import secrets_in

    kept = stored_names()
    for name, node in workflow.nodes.items() if kept else ():
        needed = sorted(each for each in secrets_in(node.params) & kept if from_environment(each) is None)
        if not needed:
            continue
        try:
            keyring_title()
        except FlowError as error:
            yield Problem("no_keyring", "warning", f"nodes.{name}.params", f"The secret {needed[0]!r} is kept in a "
                          f"keyring: {error.message}", error.hint, name)  # fmt: skip
        return


def _there(library: str) -> bool:
    if library in sys.modules:
        return sys.modules[library] is not None
    try:
        return find_spec(library) is not None
    except (ImportError, ValueError):
        return False
