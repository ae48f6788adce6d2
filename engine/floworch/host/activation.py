"""Definitions whose triggers are served in the background: the wish beside a store, and what its service says.

A window writes the wish, ``activated.json``; the service of the store, ``floworch serve --activated``, follows it and
writes the board, ``serving.json``. It ends by itself when nothing is wished any more, so nobody has to signal it.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from floworch.errors import UsageError
from floworch.host.channel import HostUnavailable
from floworch.host.launch import detached
from floworch.store.journal.lock import owner_of

WISH_FILE, BOARD_FILE, LOCK_FILE, LOG_FILE = "activated.json", "serving.json", "serving.lock", "serving.log"
_TAIL_BYTES = 2000


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be served.

    Attributes:
        files: Absolute paths of definitions.
        serve: Whether they are to be served now; False keeps the list for later.
    """

    files: tuple[str, ...] = ()
    serve: bool = True


@dataclass(frozen=True, slots=True)
class Board:
    """What the service of a store says about itself.

    Attributes:
        since: When it began, ISO 8601 in UTC.
        workflows: What it serves: ``file``, ``id`` and ``triggers``, each with ``node``, ``title``, ``kind``, ``what``
            and, where it has one, ``next`` or ``url`` with ``auth``.
        firings: The last runs it began, newest first: ``at``, ``file``, ``trigger``, ``run_id``, ``status``.
        errors: What is wrong, by path of the definition; an empty path for what concerns the service.
        token_file: Where the token of webhooks stands, or empty.
    """

    since: str = ""
    workflows: Sequence[dict[str, Any]] = ()
    firings: Sequence[dict[str, Any]] = ()
    errors: dict[str, str] = field(default_factory=dict)
    token_file: str = ""


def read_wish(store: Path) -> Wish:
    """What is to be served beside a store; nothing when nobody said so, or the file is damaged."""
    found = _read(store / WISH_FILE)
    files = found.get("files")
    names = files if isinstance(files, list) else []
    return Wish(tuple(name for name in names if isinstance(name, str)), found.get("serve") is not False)


def write_wish(store: Path, wish: Wish) -> None:
    """Say what is to be served beside a store, from the next moment on. Raises OSError."""
    store.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_json(store / WISH_FILE, {"files": list(wish.files), "serve": wish.serve})


def read_board(store: Path) -> Board:
    """What the service of a store said last; empty when there was none."""
    found = _read(store / BOARD_FILE)
    lists = {
        name: tuple(each for each in found.get(name) or () if isinstance(each, dict))
        for name in ("workflows", "firings")
    }
    errors = found.get("errors")
    return Board(
        str(found.get("since", "")), lists["workflows"], lists["firings"],
        {str(path): str(text) for path, text in errors.items()} if isinstance(errors, dict) else {},
        str(found.get("token_file", "")),
    )  # fmt: skip


def serving(store: Path) -> bool:
    """Whether a service of this store is alive."""
    return owner_of(store / LOCK_FILE) is not None


def serving_command(store: Path) -> list[str]:
    """The command line of the service of a store, which imports nothing from the current folder. Raises UsageError."""
    if not sys.executable:
        raise UsageError("The Python interpreter of this program cannot be found, so nothing can be served.")
    return [sys.executable, "-P", "-m", "floworch", "serve", "--activated", "--store", str(store.absolute())]


def launch_serving(store: Path, command: Sequence[str] | None = None) -> subprocess.Popen[bytes]:
    """Start the service of a store, which outlives this process. A second one ends at once by itself.

    Raises:
        HostUnavailable: It cannot be started.
        UsageError: This program is not run by a Python interpreter.
    """
    try:
        store.mkdir(mode=0o700, parents=True, exist_ok=True)
        log = os.open(store / LOG_FILE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600)
        try:
            return subprocess.Popen(  # pyright: ignore[reportReturnType] - bytes: no text=
                list(command or serving_command(store)),
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log, **detached(),
            )  # fmt: skip
        finally:
            os.close(log)
    except OSError as error:
        raise HostUnavailable(
            f"The service of {store} cannot be started: {error.strerror or error}.",
            "Check that the store can be written.",
        ) from error


def last_words(store: Path) -> str:
    """The last line that a service wrote before it ended; empty when it wrote none."""
    try:
        lines = (store / LOG_FILE).read_bytes()[-_TAIL_BYTES:].decode("utf-8", "replace").split("\n")
    except OSError:
        return ""
    return next((line.strip() for line in reversed(lines) if line.strip()), "")


def write_json(path: Path, content: Any) -> None:
    """Write a small file at once or not at all, readable by this user only. Raises OSError."""
    handle, draft = tempfile.mkstemp(prefix=".serving-", dir=path.parent)  # mkstemp makes it 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(content, file, ensure_ascii=False, indent=1)
        os.replace(draft, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(draft)
        raise


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
