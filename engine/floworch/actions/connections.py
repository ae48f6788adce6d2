"""Named connections: where a service is and how to log in, kept in a file of the user instead of in definitions.

An action asks ``connection(ctx, name, "http")`` and gets the fields of one; a field that holds a secret holds its name,
and ``Connection.secret`` reads the value through the run, which hides it and asks for trust.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from floworch.actions.secret_sources import check_name, names_file
from floworch.actions.suggest import one_of
from floworch.errors import ActionError, ErrorKind, UsageError
from floworch.model.catalog import ParamIssue

if TYPE_CHECKING:
    from floworch.actions.context import Context

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
#: Fields of each type: the required ones first. Those in ``SECRET_FIELDS`` hold the name of a secret.
TYPES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "http": (
        ("url",),
        ("auth", "user", "password", "token", "header", "key", "token_url", "client_id", "client_secret", "scope"),
    ),
    "sql": (("url",), ("password",)),
    "ssh": (("host",), ("port", "user", "password", "key_file", "passphrase", "known_hosts")),
    "mail": (("host",), ("port", "security", "user", "password")),
    "broker": (("host",), ("port", "user", "password", "tls")),
    "storage": (("url",), ("region", "endpoint", "access_key", "secret_key")),
    "ai": (("url",), ("key",)),
    "chat": (("webhook",), ("service",)),
    "dask": (("address",), ()),
}
SECRET_FIELDS = frozenset({"password", "token", "key", "client_secret", "passphrase", "secret_key", "webhook"})
#: Fields that hold one of a few words, by type.
CHOICES: dict[tuple[str, str], tuple[str, ...]] = {
    ("mail", "security"): ("starttls", "tls", "none"),
    ("chat", "service"): ("slack", "teams", "discord", "mattermost", "telegram", "ntfy"),
    ("broker", "tls"): ("true", "false"),
}
#: What each way to log in over HTTP needs.
AUTHS = {
    "none": (),
    "basic": ("user", "password"),
    "bearer": ("token",),
    "api_key": ("header", "key"),
    "oauth2": ("token_url", "client_id", "client_secret"),
}


@dataclass(frozen=True, slots=True)
class Connection:
    """One connection: its name, its type (a key of ``TYPES``) and its fields."""

    name: str
    type: str
    fields: Mapping[str, str]

    def get(self, field: str, default: str = "") -> str:
        """A field, or ``default``."""
        return self.fields.get(field, default)

    def secret(self, ctx: Context, field: str) -> str | None:
        """The value of the secret that a field names; None when the field is not set. Raises as ``ctx.secret``."""
        name = self.fields.get(field)
        return ctx.secret(name) if name else None

    @property
    def secrets(self) -> list[str]:
        """Names of the secrets that it uses."""
        return [value for field, value in self.fields.items() if field in SECRET_FIELDS]


_TRIED: ContextVar[Connection | None] = ContextVar("floworch_tried_connection", default=None)


def connections_file() -> Path:
    """Where they stand: beside the list of secret names."""
    return names_file().with_name("connections.json")


def is_name(text: str) -> bool:
    """Whether a text can be the name of a connection."""
    return _NAME.fullmatch(text) is not None


def connections() -> dict[str, Connection]:
    """Every connection of this user by name; none when the file is missing or damaged."""
    try:
        return read_connections()
    except UsageError:
        return {}


def read_connections() -> dict[str, Connection]:
    """Every connection of this user by name, as ``connections``. Raises UsageError for a file that is damaged."""
    found = _read()
    known = {
        name: Connection(name, str(each["type"]), {k: str(v) for k, v in each.items() if k != "type"})
        for name, each in sorted(found.items())
        if isinstance(each, dict) and each.get("type") in TYPES
    }
    tried = _TRIED.get()
    return known if tried is None else {**known, tried.name: tried}


@contextmanager
def trying(made: Connection) -> Iterator[None]:
    """Let what runs inside see a connection that need not be kept yet, in place of one of that name."""
    token = _TRIED.set(made)
    try:
        yield
    finally:
        _TRIED.reset(token)


def _read() -> dict[str, Any]:
    """The file as it is, also with what this version does not know.

    Raises:
        UsageError: It is damaged, or cannot be read.
    """
    path = connections_file()
    try:
        found = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        why = (error.strerror or str(error)) if isinstance(error, OSError) else "it is not JSON"
        raise UsageError(f"{path} cannot be read: {why}.", "Mend it, or move it away.") from None
    if not isinstance(found, dict):
        raise UsageError(f"{path} cannot be read: it is not an object.", "Mend it, or move it away.")
    return found


def connection(ctx: Context, name: str, *types: str) -> Connection:
    """The connection of that name.

    Raises:
        ActionError: not_found_error when there is none, validation_error when it is of another type.
    """
    try:
        found = read_connections().get(name.strip())
    except UsageError as error:
        raise ActionError(error.message, ErrorKind.VALIDATION, hint=error.hint) from None
    if found is None:
        raise ActionError(
            f"There is no connection {name!r} on this machine.",
            ErrorKind.NOT_FOUND,
            hint=f"Make it: floworch connections set {name} --type {types[0]} ...",
        )
    if found.type not in types:
        raise ActionError(
            f"The connection {name!r} is of the type {found.type}, not {' or '.join(types)}.",
            ErrorKind.VALIDATION,
            hint="List them with 'floworch connections list'.",
        )
    try:
        return checked(found.name, found.type, found.fields)  # whoever edits the file may write anything
    except UsageError as error:
        raise ActionError(
            f"The connection {name!r} cannot be used: {error.message}", ErrorKind.VALIDATION, hint=error.hint
        ) from None


def place_or_connection(ctx: Context, name: str, kind: str, field: str, place: str | None) -> Connection | None:
    """The connection when one is named, None when ``place``, the value of the parameter ``field``, says where to.

    Raises:
        ActionError: validation_error when both or neither are given; as ``connection``.
    """
    for issue in check_place(field, kind)({"connection": name, field: place}):
        raise ActionError(issue.message, ErrorKind.VALIDATION, hint=issue.fix)
    return connection(ctx, name, kind) if name else None


def check_place(field: str, kind: str) -> Callable[[Mapping[str, Any]], list[ParamIssue]]:
    """The check of an action that wants either its parameter ``field`` or the name of a connection of a type."""

    def check(params: Mapping[str, Any]) -> list[ParamIssue]:
        place, name = params.get(field), params.get("connection")
        if not place and not name:
            fix = f"Give '{field}' a value, or name a connection of the type {kind}."
            return [ParamIssue(field, f"'{field}' is missing.", fix)]
        if place and name and "{{" not in f"{place}{name}":
            return [ParamIssue(field, f"'{field}' and 'connection' both say where to.", "Remove one of them.")]
        return []

    return check


def checked(name: str, kind: str, fields: Mapping[str, str]) -> Connection:
    """A new connection.

    Raises:
        UsageError: Its name, type or fields make no sense, or a password stands in an address.
    """
    if not is_name(name):
        raise UsageError(f"{name[:80]!r} cannot be the name of a connection.", "Use letters, digits, _ and -.")
    if kind not in TYPES:
        raise UsageError(f"There is no type {kind!r} of connections.", one_of(kind, TYPES))
    required, optional = TYPES[kind]
    auth = fields.get("auth", "none") if kind == "http" else "none"
    if auth not in AUTHS:
        raise UsageError(f"There is no way {auth!r} to log in.", one_of(auth, AUTHS))
    missing = [field for field in (*required, *AUTHS[auth]) if not fields.get(field)]
    if missing:
        raise UsageError(f"A connection of the type {kind} needs {missing[0]}.", f"Add {missing[0]}=...")
    unknown = [field for field in fields if field not in (*required, *optional)]
    if unknown:
        raise UsageError(
            f"A connection of the type {kind} has no {unknown[0]!r}.", f"It has {', '.join((*required, *optional))}."
        )
    for field, value in fields.items():
        _check_field(kind, field, value)
    return Connection(name, kind, dict(fields))


def _check_field(kind: str, field: str, value: str) -> None:
    words = CHOICES.get((kind, field))
    if words is not None and value not in words:
        raise UsageError(f"{field} cannot be {value[:80]!r}.", one_of(value[:80], words))
    if field == "port" and not _is_port(value):
        raise UsageError(f"{value[:80]!r} is not a port.", "Write a number from 1 to 65535.")
    if field in SECRET_FIELDS:
        check_name(value)
    elif re.match(r"[^/?#]*://[^/?#]*:[^/?#]*@", value):
        raise UsageError(
            f"A password stands in {field}.",
            "Leave it out there, keep it with 'floworch secrets set NAME', and add password=NAME.",
        )


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdigit() and 0 < int(text[:6]) < 1 << 16


def save_connection(made: Connection) -> None:
    """Keep a connection; one of the same name is replaced.

    Raises:
        UsageError: The file is damaged; it is left as it is. OSError: It cannot be written.
    """
    _write({**_read(), made.name: {"type": made.type, **made.fields}})


def remove_connection(name: str) -> bool:
    """Forget a connection; False when there was none. Raises as ``save_connection``."""
    known = _read()
    if known.pop(name, None) is None:
        return False
    _write(known)
    return True


def _write(known: Mapping[str, Any]) -> None:
    path = connections_file()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_suffix(".tmp")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(dict(sorted(known.items())), file, indent=1)
    draft.replace(path)
