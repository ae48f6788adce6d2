"""Stable identities (contract C11)."""

from __future__ import annotations

import hashlib
import json


def idempotency_key(run_id: str, node: str, scope: tuple[int, ...] = (), purpose: str = "run") -> str:
    """Return the idempotency key of a node: the same across attempts and resumes, 64 hex digits.

    It is sha256 over the JSON list ``[run_id, node, [item indexes], purpose]``; ``purpose`` is ``run`` or
    ``compensate``, so that a compensation has its own key.
    """
    return hashlib.sha256(json.dumps([run_id, node, list(scope), purpose]).encode()).hexdigest()
