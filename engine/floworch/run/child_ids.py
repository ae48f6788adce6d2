"""The id of a child run: the same however often its parent is killed and resumed (contract C10.3)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

#: The longest run id (C13).
LONGEST = 128


def child_id(parent: str, node: str, scope: Sequence[int] = (), number: int = 1) -> str:
    """The run id of a call's child: ``PARENT.NODE``, then ``._ITEM`` per container around and ``._rN`` from 2 on.

    Node ids hold no dot and do not begin with an underscore, so that two calls never have children of one id. One that
    would be too long ends in a hash of the whole.

    Args:
        parent: Run id of the caller.
        node: Id of the call.
        scope: Item indexes of the containers around it, outermost first.
        number: 1 for its first child; an attempt that cannot go on with the one before begins the next.
    """
    name = f"{parent}.{node}{''.join(f'._{index}' for index in scope)}{f'._r{number}' if number > 1 else ''}"
    if len(name) <= LONGEST:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:24]
    return f"{name[: LONGEST - len(digest) - 1]}.{digest}"
