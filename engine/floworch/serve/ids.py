"""Run ids that are made of what fired: the same event never begins two runs, whatever happened in between."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime

from floworch.actions.library.trigger_listing import Mark

_MOST = 128


def id_at(workflow: str, node: str, due: float) -> str:
    """The id of the run for one due time of a schedule."""
    moment = datetime.fromtimestamp(due, UTC).strftime("%Y%m%dT%H%M%SZ")
    return _joined(workflow, node, moment)


def id_of_file(workflow: str, node: str, path: str, mark: Mark, event: str) -> str:
    """The id of the run for one state of a file."""
    return _joined(workflow, node, _digest(path, str(mark.size), str(mark.changed), event))


def id_of_request(workflow: str, node: str, key: str) -> str:
    """The id of the run for a request with this key; a fresh one without a key."""
    return _joined(workflow, node, _digest("key", key) if key else secrets.token_hex(8))


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:20]


def _joined(workflow: str, node: str, last: str) -> str:
    whole = f"{workflow}-{node}-{last}"
    if len(whole) <= _MOST:
        return whole
    return f"{workflow[:60]}-{_digest(workflow, node)}-{last}"
