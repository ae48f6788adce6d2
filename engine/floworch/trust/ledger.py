"""The user's ledger: definitions and folders that are trusted, each line signed with the user's key."""

from __future__ import annotations

import json
import os
import re
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from floworch.errors import StoreError, UsageError
from floworch.trust.changes import Changes, changes, keep
from floworch.trust.places import trust_folder
from floworch.trust.signing import content_digest, is_signed, make_key, read_key, sign

if TYPE_CHECKING:
    from floworch.actions.registry import Registry
    from floworch.model.workflow import Workflow
    from floworch.trust.report import Report

LEDGER_FILE = "trust.json"
#: So many of the newest contents of a file stay trusted: each save adds one, and a run may go on with an older one.
NEWEST = 50
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a definition stands.

    Attributes:
        trusted: Whether the user has agreed to all that it does.
        why: ``content``, ``folder``, ``environment``, ``once``, or empty when it is not trusted.
        secrets: Stored secrets that it may read though it is not trusted.
        connections: The user's connections that it may use though it is not trusted.
        changed: Whether the file was trusted with other content before.
        digest: Its content.
        before: What the file did when it was trusted, for ``floworch.trust.changes``; None when that is not known.
        since: When that was, ISO 8601 in UTC; empty when it was not.
    """

    trusted: bool
    why: str = ""
    secrets: frozenset[str] = frozenset()
    connections: frozenset[str] = frozenset()
    changed: bool = False
    digest: str = ""
    before: Mapping[str, Any] | None = None
    since: str = ""


class TrustStore:
    """What this user trusts.

    Args:
        folder: Where key and ledger stand; that of the user when left out (``places.trust_folder``).
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder if folder is not None else trust_folder()

    def verdict(self, workflow: Workflow) -> Verdict:
        """How a definition stands now, with the files beside it as they are now.

        Raises:
            UsageError: ``FLOWORCH_TRUST`` is not a list of ``sha256:...``.
        """
        digest = content_digest(workflow)
        if digest in _ONCE:
            return Verdict(True, "once", digest=digest)
        if digest in _from_environment():
            return Verdict(True, "environment", digest=digest)
        records = self.records()
        place = str(workflow.source.resolve()) if workflow.source is not None else None
        if place is not None and any("folder" in each and _inside(place, each["folder"]) for each in records):
            return Verdict(True, "folder", digest=digest)
        same = [each for each in records if each.get("digest") == digest]
        if any(each.get("secrets") is None for each in same):
            return Verdict(True, "content", digest=digest)
        allowed, used = (
            frozenset(str(name) for each in same for name in each.get(field, ()))
            for field in ("secrets", "connections")
        )
        earlier = [each for each in records if each.get("path") == place] if place is not None and not same else []
        last = earlier[-1] if earlier else {}
        return Verdict(
            False, "", allowed, used, bool(earlier), digest, last.get("kept"), str(last.get("at", "")),
        )  # fmt: skip

    def trust(
        self,
        workflow: Workflow,
        secrets: Iterable[str] | None = None,
        connections: Iterable[str] | None = None,
        registry: Registry | None = None,
    ) -> str:
        """Trust the content of a definition and return its digest.

        With ``secrets`` or ``connections``, let it read these stored secrets and use these connections of the user,
        and no more. ``registry`` says what its actions would do, to tell later what changed; the global one when left
        out.

        Raises:
            StoreError: The ledger cannot be written.
        """
        record: dict[str, Any] = {"digest": content_digest(workflow)}
        if secrets is not None or connections is not None:
            record["secrets"] = sorted(secrets or ())
        if connections is not None:
            record["connections"] = sorted(connections)
        if workflow.source is not None:
            record["path"] = str(workflow.source.resolve())
            record["kept"] = keep(workflow, registry or _known())
        self._add(record)
        return str(record["digest"])

    def trust_folder(self, path: Path | str) -> Path:
        """Trust every definition in a folder and below, also what is written there later; return its full path.

        Raises:
            UsageError: It is not a folder. StoreError: The ledger cannot be written.
        """
        folder = Path(path).resolve()
        if not folder.is_dir():
            raise UsageError(f"There is no folder {path}.", "Name a definition or a folder that is there.")
        self._add({"folder": str(folder)})
        return folder

    def untrust(self, path: Path | str, digest: str | None = None) -> int:
        """Forget what was said of a file or folder, by its path and its content; return how many lines that were."""
        place = str(Path(path).resolve())
        records = self.records()
        kept = [
            each
            for each in records
            if each.get("path") != place
            and each.get("folder") != place
            and (digest is None or each.get("digest") != digest)
        ]
        if len(kept) < len(records):
            self._write(kept)
        return len(records) - len(kept)

    def records(self) -> list[dict[str, Any]]:
        """Every line that carries the user's signature; those that were written by others are not there."""
        key = read_key(self.folder)
        try:
            found = json.loads((self.folder / LEDGER_FILE).read_bytes())
        except (OSError, ValueError, RecursionError):
            return []
        lines = found.get("trusted") if isinstance(found, dict) else None
        if key is None or not isinstance(lines, list):
            return []
        return [line for line in lines if isinstance(line, dict) and is_signed(key, line)]

    def _add(self, record: dict[str, Any]) -> None:
        key = make_key(self.folder)
        record = {**record, "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}
        record["mac"] = sign(key, record)
        lines = [_without(each, key, record) for each in self.records() if not _same(each, record)]
        self._write(_compact([*lines, record]))

    def _write(self, records: list[dict[str, Any]]) -> None:
        path = self.folder / LEDGER_FILE
        draft = path.with_suffix(f".{os.getpid()}.tmp")
        try:
            with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
                json.dump({"trusted": records}, file, indent=1)
                file.flush()
                os.fsync(file.fileno())  # a crash leaves the whole old ledger or the whole new one
            draft.replace(path)
        except OSError as error:
            raise StoreError(f"{path} cannot be written: {error.strerror or error}.", "Check the folder.") from None


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two lines say the same of the same content at the same place."""
    return all(one.get(name) == other.get(name) for name in ("digest", "folder", "path", "secrets", "connections"))


def _without(line: dict[str, Any], key: bytes, newer: Mapping[str, Any]) -> dict[str, Any]:
    """A line of the ledger; what it keeps to compare is needed of the last line of a file only."""
    if "kept" not in line or line.get("path") != newer.get("path"):
        return line
    bare = {name: value for name, value in line.items() if name != "kept"}
    return {**bare, "mac": sign(key, bare)}


def _compact(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The lines of a ledger, with the newest contents of each file only; consent to secrets and folders stays."""
    seen: Counter[str] = Counter()
    kept = []
    for line in reversed(lines):
        path = line.get("path")
        if path is not None and "secrets" not in line and "connections" not in line:
            seen[path] += 1
            if seen[path] > NEWEST:
                continue
        kept.append(line)
    return kept[::-1]


def _known() -> Registry:
    from floworch.actions.registry import registry

    return registry


def changed_since(verdict: Verdict, workflow: Workflow, report: Report) -> Changes | None:
    """What a definition does otherwise than when it was trusted; None when it was not, or that was not kept.

    Args:
        verdict: How it stands.
        workflow: The definition now.
        report: What it would do now.
    """
    if not verdict.changed or verdict.before is None:
        return None
    return changes(verdict.before, verdict.since, workflow, report)


#: Contents that are trusted in this process alone.
_ONCE: set[str] = set()


def trust_once(workflow: Workflow) -> None:
    """Trust the content of a definition as it is now until this process ends."""
    _ONCE.add(content_digest(workflow))


def trust_own(workflow: Workflow) -> bool:
    """Trust what this user's own program has just written; False when the ledger cannot be written."""
    try:
        TrustStore().trust(workflow)
    except StoreError:
        return False
    return True


def _inside(place: str, folder: str) -> bool:
    return Path(place).is_relative_to(folder)


def _from_environment() -> frozenset[str]:
    words = os.environ.get("FLOWORCH_TRUST", "").replace(",", " ").split()
    for word in words:
        if not _DIGEST.fullmatch(word):
            raise UsageError(
                f"FLOWORCH_TRUST holds {word!r}, which is not the content of a definition.",
                "Write sha256: and 64 digits as 'floworch inspect FILE' prints them; several with commas.",
            )
    return frozenset(words)
