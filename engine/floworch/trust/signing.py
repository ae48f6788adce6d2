"""What trust is given to, as one number (sha256 of content), and the key that shows who gave it (HMAC)."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any

from floworch.errors import FlowError, StoreError
from floworch.model.called import find, references
from floworch.model.codec import logic_hash
from floworch.trust.places import LOCAL_ACTIONS, local_files, modules_beside, python_files

if TYPE_CHECKING:
    from floworch.model.workflow import Workflow

KEY_FILE = "trust.key"
_BYTES = 32
_SIGNED = ("digest", "folder", "secrets", "connections", "kept")


def content_digest(workflow: Workflow) -> str:
    """``sha256:<hex>`` of everything that decides what a definition does.

    That is its logic (``floworch.model.codec.logic_hash``: no titles, notes or positions), every file of the
    ``actions/`` folder beside it, modules of ``py:`` functions that lie beside it, and the same of each definition that
    it calls by a plain text.
    """
    return f"sha256:{_digest(workflow, {})}"


def _digest(workflow: Workflow, known: dict[Path, str]) -> str:
    if workflow.source is not None:
        if workflow.source in known:
            return known[workflow.source]
        known[workflow.source] = "itself"  # a circle of calls: whoever runs it says so
    files: dict[str, str] = {}
    for path in local_files(workflow):
        assert workflow.source is not None
        files[path.relative_to(workflow.source.parent / LOCAL_ACTIONS).as_posix()] = file_digest(path)
    called: dict[str, str] = {}
    for _, reference in references(workflow):
        try:
            called[reference] = _digest(find(workflow, reference), known)
        except FlowError:
            called[reference] = "missing"
    parts: dict[str, Any] = {"logic": logic_hash(workflow), "files": files, "called": called}
    if modules := {name: file_digest(path) for name, path in modules_beside(workflow).items()}:
        parts["modules"] = modules
    digest = hashlib.sha256(json.dumps(parts, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
    if workflow.source is not None:
        known[workflow.source] = digest
    return digest


def files_digest(folder: Path) -> str:
    """``sha256:<hex>`` of the names and contents of every Python file in a folder and below."""
    files = {path.relative_to(folder).as_posix(): file_digest(path) for path in python_files(folder)}
    return f"sha256:{hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()}"


def file_digest(path: Path) -> str:
    """The sha256 of a file, in hex, or a word for one that cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return "unreadable"


def read_key(folder: Path) -> bytes | None:
    """The user's key, or None when there is none that can be used."""
    try:
        key = bytes.fromhex((folder / KEY_FILE).read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        return None
    return key if len(key) == _BYTES else None


def make_key(folder: Path) -> bytes:
    """The user's key; made, readable by the user only, when there is none.

    Raises:
        StoreError: The folder cannot be written.
    """
    known = read_key(folder)
    if known is not None:
        return known
    key = secrets.token_bytes(_BYTES)
    path = folder / KEY_FILE
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.unlink(missing_ok=True)  # damaged: nothing that it signed can be recognised any more
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(key.hex())
    except OSError as error:
        if (first := read_key(folder)) is not None:  # another process was faster
            return first
        raise StoreError(f"{path} cannot be written: {error.strerror or error}.", "Check the folder.") from None
    return key


def sign(key: bytes, record: dict[str, Any]) -> str:
    """The HMAC-SHA256 of a record, in hex; its own field ``mac`` and its time and place do not count."""
    told = {name: record[name] for name in _SIGNED if name in record}
    text = json.dumps(told, sort_keys=True, separators=(",", ":"))
    return hmac.new(key, b"floworch trust 1\n" + text.encode(), hashlib.sha256).hexdigest()


def is_signed(key: bytes, record: dict[str, Any]) -> bool:
    """Whether a record was written with this key and not changed since."""
    return hmac.compare_digest(str(record.get("mac", "")), sign(key, record))
