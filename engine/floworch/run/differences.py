"""Why a node's result no longer holds, in words (contract C7.6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: What of a node's content decides whether it is reached, whatever it would do.
REACH = ("disabled", "edges", "join")


def difference(old: Mapping[str, Any], new: Mapping[str, Any], parts: tuple[str, ...] = ()) -> str:
    """The first difference between two contents (``floworch.run.content``) as a sentence; empty when there is none.

    Args:
        old: The node as it was.
        new: The node as it is.
        parts: Names of the parts to compare, all of them when empty.
    """
    names = parts or tuple(dict.fromkeys((*_ORDER, *new, *old)))
    for name in names:
        before, after = old.get(name), new.get(name)
        if not same(before, after):
            return _SENTENCES.get(name, _changed)(name, before, after)
    return ""


def same(a: Any, b: Any) -> bool:
    """Equal as JSON: true is not 1, and 1 is not 1.0."""
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        return list(a) == list(b) and all(same(item, b[key]) for key, item in a.items())
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
    return type(a) is type(b) and bool(a == b)


def _changed(name: str, _old: Any, _new: Any) -> str:
    return f"{name.replace('_', ' ')} changed"


def _action(_name: str, old: Any, new: Any) -> str:
    return f"action {old} → {new}"


def _version(_name: str, old: Any, new: Any) -> str:
    (asked_before, before), (asked, now) = old or (None, 1), new or (None, 1)
    return f"action version {before} → {now}" if before != now else f"version {asked_before} → {asked}"


def _params(_name: str, old: Any, new: Any) -> str:
    return _named("parameter", old or {}, new or {})


def _inputs(_name: str, old: Any, new: Any) -> str:
    return _named("input", _bare(old), _bare(new))


def _bare(inputs: Any) -> dict[str, Any]:
    return {path.removeprefix("inputs."): value for path, value in (inputs or {}).items()}


def _named(noun: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    either = dict.fromkeys((*old, *new))
    names = [name for name in either if name not in old or name not in new or not same(old[name], new[name])]
    if not names:
        return f"the order of its {noun}s changed"
    shown = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    return f"{noun}{'s' if len(names) > 1 else ''} {shown} changed"


def _disabled(_name: str, _old: Any, new: Any) -> str:
    return "it is disabled now" if new else "it was disabled"


def _edges(_name: str, _old: Any, _new: Any) -> str:
    return "the edges into it changed"


def _layers(_name: str, _old: Any, _new: Any) -> str:
    return "its middleware changed"


def _around(_name: str, _old: Any, _new: Any) -> str:
    return "the workflow's middleware changed"


def _body(_name: str, old: Any, new: Any) -> str:
    before, after = old or {}, new or {}
    for node in dict.fromkeys((*after, *before)):
        if node not in before or node not in after:
            return f"{node} inside it is {'new' if node in after else 'gone'}"
        found = difference(before[node], after[node])
        if found:
            return f"{node} inside it: {found}"
    return "what is inside it changed"


_SENTENCES = {
    "action": _action, "version": _version, "params": _params, "inputs": _inputs, "disabled": _disabled,
    "edges": _edges, "layers": _layers, "around": _around, "body": _body,
}  # fmt: skip
_ORDER = ("action", "version", "params", "inputs", "disabled", "edges", "join", "on_error", "layers", "around", "body")
