"""Every edit of a definition under one name: pure functions from a workflow to a workflow that shares the rest."""

from __future__ import annotations

from floworch_designer.document.clipboard import duplicate, insert
from floworch_designer.document.layers import add_layer, layers_of, move_layer, remove_layer, set_layer
from floworch_designer.document.nodes import (
    MISSING,
    add_node,
    connect,
    descendants,
    disconnect,
    downstream,
    fresh_id,
    may_connect,
    move,
    place_of,
    remove,
    replace_node,
    same,
    set_disabled,
    set_field,
    set_meta,
    set_param,
    set_parent,
    upstream,
)
from floworch_designer.document.rename import rename

__all__ = [
    "MISSING",
    "add_layer",
    "add_node",
    "connect",
    "descendants",
    "disconnect",
    "downstream",
    "duplicate",
    "fresh_id",
    "insert",
    "layers_of",
    "may_connect",
    "move",
    "move_layer",
    "place_of",
    "remove",
    "remove_layer",
    "rename",
    "replace_node",
    "same",
    "set_disabled",
    "set_field",
    "set_layer",
    "set_meta",
    "set_param",
    "set_parent",
    "upstream",
]
