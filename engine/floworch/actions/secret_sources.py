"""Where the values of secrets come from: the environment, then the system's keyring (contract C6.5).

A definition holds names only. The secret ``api-key`` is the environment variable ``FLOWORCH_SECRET_API_KEY``, else the
entry ``api-key`` of the service ``floworch`` in the keyring. A keyring cannot list its entries, so the names (never the
values) that were set stand in ``secrets.json`` in the user's configuration directory.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from floworch.errors import ActionError, ErrorKind, FlowError, UsageError
from floworch.model import secret_names

PREFIX, variable_of = secret_names.PREFIX, secret_names.variable_of
SERVICE = "floworch"
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")


class NoKeyring(FlowError):  # noqa: N818 - reads as what it is
    """This machine has no keyring, or it cannot be used."""

    exit_code = 4


def check_name(name: str) -> str:
    """Return the name of a secret.

    Raises:
        UsageError: It does not have the form of one.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"{name[:80]!r} cannot be the name of a secret.",
            "Use at most 64 letters, digits, _ and -, beginning with a letter, such as API_TOKEN.",
        )
    return name


def from_environment(name: str) -> str | None:
    """The value in the environment, or None."""
    return os.environ.get(variable_of(name))


def environment_values() -> list[str]:
    """Every secret value in the environment: what child processes see and may print."""
    found = (os.environ.get(key) for key in os.environ if key.startswith(PREFIX))  # reads no value of the many others
    return [value for value in found if value]


def find_secret(name: str) -> str | None:
    """The value of a secret from the environment, else from the keyring; None when there is none.

    Raises:
        ActionError: permission_error when the keyring holds it and does not give it.
    """
    value = from_environment(name)
    if value is not None or not _NAME.fullmatch(name):
        return value
    try:
        return keyring_get(name)
    except NoKeyring as error:
        if name not in stored_names():
            return None
        raise ActionError(
            f"the keyring does not give the secret {name!r}: {error.message}",
            ErrorKind.PERMISSION,
            hint=f"Unlock the keyring, or set the environment variable {variable_of(name)}.",
        ) from None


def how_to_set(name: str) -> str:
    """How a secret that is not set can be set on this machine; the variable first where there is no keyring."""
    command, variable = f"'floworch secrets set {name}'", f"the environment variable {variable_of(name)}"
    try:
        _backend()
    except NoKeyring:
        return f"Set {variable}; for {command} this machine first needs a keyring."
    return f"Run {command}, or set {variable}."


def is_known(name: str) -> bool:
    """Whether a secret seems to be set on this machine, without opening the keyring."""
    return from_environment(name) is not None or name in stored_names()


# the keyring


def _backend() -> Any:
    import keyring
    from keyring.backends import fail, null

    backend = keyring.get_keyring()
    if isinstance(backend, (fail.Keyring, null.Keyring)):
        raise NoKeyring(
            "This machine has no keyring to keep secrets in.",
            "Set the environment variable FLOWORCH_SECRET_<NAME> instead, or start a service such as GNOME Keyring.",
        )
    return backend


def _ask(operation: str, *arguments: str) -> Any:
    backend = _backend()
    try:
        return getattr(backend, operation)(SERVICE, *arguments)
    except Exception as error:  # noqa: BLE001 - backends raise whatever the system's service does
        if type(error).__name__ == "PasswordDeleteError":
            return None
        words = type(error).__name__ if operation == "set_password" else str(error) or type(error).__name__
        raise NoKeyring(
            f"The keyring ({keyring_title(backend)}) cannot be used: {words}.",
            "Unlock it, or set the environment variable FLOWORCH_SECRET_<NAME> instead.",
        ) from None


def keyring_title(backend: Any = None) -> str:
    """What the keyring of this machine is called. Raises NoKeyring."""
    backend = backend if backend is not None else _backend()
    return str(getattr(backend, "name", None) or type(backend).__name__)


def keyring_get(name: str) -> str | None:
    """The value in the keyring, or None. Raises NoKeyring."""
    value = _ask("get_password", name)
    return None if value is None else str(value)


def keyring_set(name: str, value: str) -> None:
    """Keep a value in the keyring, and note its name. Raises NoKeyring, OSError."""
    _ask("set_password", name, value)
    _write_names(stored_names() | {name})


def keyring_remove(name: str) -> bool:
    """Remove a value from the keyring, and its name; False when there was none. Raises NoKeyring, OSError."""
    there = keyring_get(name) is not None
    if there:
        _ask("delete_password", name)
    names = stored_names()
    if name in names:
        _write_names(names - {name})
    return there


# the names that are in the keyring


def names_file() -> Path:
    """Where the names stand: below ``FLOWORCH_CONFIG_DIR``, else the user's configuration directory."""
    folder = os.environ.get("FLOWORCH_CONFIG_DIR")
    if folder:
        return Path(folder) / "secrets.json"
    from platformdirs import user_config_path

    return user_config_path("floworch", appauthor=False) / "secrets.json"


def stored_names() -> frozenset[str]:
    """Names that were set in the keyring; none when the list is missing or damaged."""
    try:
        found = json.loads(names_file().read_bytes())
    except (OSError, ValueError):
        return frozenset()
    names = found.get("keyring") if isinstance(found, Mapping) else None
    return frozenset(name for name in names if isinstance(name, str)) if isinstance(names, list) else frozenset()


def _write_names(names: frozenset[str]) -> None:
    path = names_file()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump({"keyring": sorted(names)}, file)
    temporary.replace(path)
