"""The names of connections in a definition, held against those of this user before anything runs."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from floworch.actions.connections import checked, is_name, read_connections
from floworch.actions.suggest import closest
from floworch.errors import UsageError
from floworch.model.catalog import ConnectionIssue

if TYPE_CHECKING:
    from pydantic import BaseModel

#: How many names a fix lists.
_MOST = 12


@lru_cache(maxsize=512)  # a schema takes a millisecond, and every edit asks
def wanted(model: type[BaseModel]) -> Mapping[str, tuple[tuple[str, ...], bool]]:
    """Parameters that name a connection: the types that fit, and whether an address or a path may stand there, too."""
    found: dict[str, tuple[tuple[str, ...], bool]] = {}
    for name, part in model.model_json_schema().get("properties", {}).items():
        if part.get("widget") == "connection":
            found[name] = (tuple(map(str, part.get("types") or ())), bool(part.get("free")))
    return found


def connection_issues(
    model: type[BaseModel], params: Mapping[str, Any], locate: Callable[[str], str] | None = None
) -> list[ConnectionIssue]:
    """What is wrong with the connections that literal parameters name, as this user has them now.

    Args:
        model: The parameters of the action.
        params: Values as a definition holds them; those with expressions are left out.
        locate: Where a relative path leads, from the current folder when left out: a bare word may be a file there.
    """
    issues: list[ConnectionIssue] = []
    for param, (types, free) in wanted(model).items():
        value = params.get(param)
        if not isinstance(value, str) or not value.strip() or "{{" in value or "{%" in value:
            continue
        name = value.strip()
        if free and not is_name(name):
            continue  # an address, or the path of a file
        found = _issue(name, types, free, locate or os.path.expanduser)
        if found is not None:
            issues.append(ConnectionIssue(param, *found))
    return issues


def _issue(
    name: str, types: tuple[str, ...], free: bool, locate: Callable[[str], str]
) -> tuple[str, str, str, str | None] | None:
    """``(code, message, fix, the name that was probably meant)``, or None when the connection can be used."""
    try:
        known = read_connections()
    except UsageError as error:
        return "unknown_connection", error.message, error.hint, None
    found = known.get(name)
    fitting = sorted(each.name for each in known.values() if not types or each.type in types)
    if found is None:
        if free and os.path.exists(locate(name)):
            return None
        close = closest(name, fitting)
        message = f"There is no connection {name!r} on this machine."
        return "unknown_connection", message, _fix(name, types, free, fitting, close), close
    if types and found.type not in types:
        message = f"The connection {name!r} is of the type {found.type}, not {' or '.join(types)}."
        return "wrong_connection", message, _fix("", types, free, fitting, None), None
    try:
        checked(found.name, found.type, found.fields)
    except UsageError as error:
        return "wrong_connection", f"The connection {name!r} cannot be used: {error.message}", error.hint, None
    return None


def _fix(name: str, types: tuple[str, ...], free: bool, fitting: list[str], close: str | None) -> str:
    kind = types[0] if types else "TYPE"
    parts = [f"Did you mean {close!r}?"] if close else []
    if fitting:
        more = f" and {len(fitting) - _MOST} more" if len(fitting) > _MOST else ""
        parts.append(f"Connections of the type {kind}: {', '.join(fitting[:_MOST])}{more}.")
    if not close:
        parts.append(f"Make one: floworch connections set {'NAME' if fitting or not name else name} --type {kind} ...")
    if free and name and not close:
        parts.append(f"For a database in a file write its path: ./{name}")
    return " ".join(parts)
