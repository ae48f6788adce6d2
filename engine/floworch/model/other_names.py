"""Other names of parameters of built-in actions: what a definition may write, and what it is read as.

Reading a definition replaces them, so that forms, validation, reports of trust and files that are written again know
one name only. A parameter that is given by both of its names keeps the other one, which validation does not know.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: A target that is no parameter but the node's own field ``join``.
NODE_JOIN = "the node's own field 'join'"

#: By action: another name of a parameter, and its name.
OTHER_NAMES: dict[str, dict[str, str]] = {
    "file.object": {"path": "local"},
    "file.wait": {"pattern": "path"},
    "flow.join": {"mode": NODE_JOIN},
    "http.download": {"auth": "connection"},
    "http.request": {"auth": "connection"},
    "http.rss": {"auth": "connection"},
    "mqtt.publish": {"broker": "host"},
    "mqtt.wait": {"broker": "host"},
}


def with_own_names(nodes: Mapping[str, Any]) -> Mapping[str, Any]:
    """The nodes of a definition, as JSON, with every parameter under its own name; themselves when there is no other.

    What has not the shape of a node is left as it is.
    """
    changed: dict[str, Any] = {}
    for node_id, node in nodes.items():
        if not isinstance(node, dict):
            continue
        found = _renamed(node)
        undo = node.get("compensate")
        if isinstance(undo, dict) and (mended := _renamed(undo)) is not undo:
            found = {**found, "compensate": mended}
        if found is not node:
            changed[node_id] = found
    return {**nodes, **changed} if changed else nodes


def _renamed(node: dict[str, Any]) -> dict[str, Any]:
    action, params = node.get("action"), node.get("params")
    if action == "http.request" and isinstance(params, dict) and isinstance(params.get("paginate"), dict):
        params = _pages(params)
        node = {**node, "params": params}
    names = OTHER_NAMES.get(action) if isinstance(action, str) else None
    if names is None or not isinstance(params, dict) or names.keys().isdisjoint(params):
        return node
    own = {names.get(name, name): value for name, value in params.items() if names.get(name, "") not in params}
    own |= {name: value for name, value in params.items() if names.get(name) in params}
    if NODE_JOIN not in own:
        return {**node, "params": own}
    if "join" in node:
        return node
    return {**node, "join": own.pop(NODE_JOIN), "params": own}


#: By word of ``paginate``: what a text in its place means.
_PAGES = {"none": "", "link": "items", "cursor": "cursor", "page": "page_param"}
_OF_PAGES = ("items", "cursor", "page_param", "max_pages")


def _pages(params: dict[str, Any]) -> dict[str, Any]:
    """``{"paginate": {"cursor": {"cursor": "meta.next", "items": "data"}}}`` as the parameters it stands for.

    A text instead of the inner object is what that way needs: the field of the cursor, the parameter of the page, the
    field of the items. What has another shape, or names what is given beside it too, is left to validation.
    """
    ways = params["paginate"]
    way, about = next(iter(ways.items())) if len(ways) == 1 else ("", None)
    if way not in _PAGES:
        return params
    if isinstance(about, str) and _PAGES[way]:
        about = {_PAGES[way]: about}
    about = about or {}
    if not isinstance(about, dict) or not about.keys() <= set(_OF_PAGES) or not about.keys().isdisjoint(params):
        return params
    return {**params, "paginate": way, **about}
