"""Which scheduler is meant: an address, the name of a connection, or none."""

from __future__ import annotations

import os
import re

from floworch.actions.connections import checked, read_connections
from floworch.errors import UsageError

VARIABLE = "FLOWORCH_CLUSTER"
_ADDRESS = re.compile(r"(tcp|tls|ucx|ws|wss|inproc)://\S+")


def is_address(text: str) -> bool:
    """Whether a text is the address of a scheduler, and not the name of a connection."""
    return _ADDRESS.fullmatch(text) is not None


def address_of(named: str = "") -> str:
    """The address of a scheduler.

    Args:
        named: An address or the name of a connection of the type ``dask``; when empty what ``FLOWORCH_CLUSTER`` says,
            else the only such connection there is.

    Raises:
        UsageError: It is neither, or nothing is named and there is not exactly one connection.
    """
    text = (named or os.environ.get(VARIABLE, "")).strip()
    if is_address(text):
        return text
    known = {name: each for name, each in read_connections().items() if each.type == "dask"}
    listed = ", ".join(known) or "none"
    if not text and len(known) == 1:
        text = next(iter(known))
    if not text:
        many = "more than one is known, and none is named" if known else "none is known"
        hint = f"Name one with --cluster or {VARIABLE}; known: {listed}." if known else _HOW
        raise UsageError(f"It is not said which cluster is meant: {many}.", hint)
    if text not in known:
        raise UsageError(
            f"{text[:200]!r} is neither the address of a Dask scheduler nor a known cluster.",
            f"Known: {listed}. {_HOW}",
        )
    found = checked(text, "dask", known[text].fields).get("address")
    if not is_address(found):
        raise UsageError(f"The address {found!r} of the cluster {text!r} is none that Dask knows.", _HOW)
    return found


_HOW = "Add one: floworch cluster add NAME tcp://host:8786"
