"""Reading on past shape errors: what can be read of a broken definition, only to find its other problems (C2.1).

The result is for the validator's eyes alone; it is never saved or run.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError

from floworch.model.problem import Problem
from floworch.model.shape import Place, path_of, places_of
from floworch.model.workflow import Workflow

_ROUNDS = 4  # a mended place may show what was hidden below it
_WORDS = frozenset({"id", "action", "use", "from", "to"})
#: When one of these is broken, everything else would only follow from it.
_ALL_FOLLOWS = frozenset({"nodes", "format"})
#: What may only follow from a broken field of this name, wherever it is said.
_FOLLOWERS = {
    "edges": frozenset({"not_upstream", "parallel_writers", "exclusive_join"}),
    "inputs": frozenset({"unknown_input"}),
    "parent": frozenset({"crossing_edge", "empty_container", "not_upstream", "unknown_name", "parallel_writers"}),
    "params": frozenset({"unknown_port", "exclusive_join"}),
    "run_on": frozenset({"thread_timeout"}),
}


def salvage(data: Any) -> tuple[Workflow | None, list[Place]]:
    """What is left of a definition without its broken fields, and the places of those; None when too little is left.

    ``data`` itself is not changed: only the objects and lists on the way to a broken field are copied.
    """
    broken: list[Place] = []
    owned: set[int] = set()
    keep: list[Any] = []  # so that no id of a copy is given twice
    for _ in range(_ROUNDS):
        try:
            return Workflow.model_validate(data, by_alias=True, by_name=False), broken
        except ValidationError as error:
            found = places_of(error, data)
        if any(not place or (len(place) == 1 and place[0] in _ALL_FOLLOWS) for place in found):
            return None, broken
        broken += found
        data = _own(data, owned, keep)
        for place in found:
            _mend(data, place, owned, keep)
    return None, broken


def independent(problems: Iterable[Problem], broken: Iterable[Place]) -> list[Problem]:
    """The problems that are there whatever the broken places should have been: not in them, and not because of them."""
    places = list(broken)
    paths = frozenset(path_of(place[:2] if place[0] == "edges" else place) for place in places)
    muted: set[str] = set()
    for place in places:
        for name in {str(place[0]), str(place[-1]), str(place[2]) if len(place) > 2 else ""}:
            muted |= _FOLLOWERS.get(name, frozenset())
        if len(place) == 2 and place[0] == "nodes":
            muted |= _FOLLOWERS["parent"]
        if place[0] == "inputs" and len(place) > 1:  # pyright: ignore[reportGeneralTypeIssues]
            muted -= _FOLLOWERS["inputs"]  # the input itself is declared
    return [each for each in problems if each.code not in muted and not _within(each.path, paths)]


def _within(path: str, paths: frozenset[str]) -> bool:
    """Whether a path is one of these or lies below one."""
    ends = [len(path), *(at for at, char in enumerate(path) if char in ".[")]
    return any(path[:end] in paths for end in ends)


def _mend(data: Any, place: Place, owned: set[int], keep: list[Any]) -> None:
    """Take out the value at a place, or put an empty one where the definition needs one."""
    for step in place[:-1]:
        try:
            inner = _own(data[step], owned, keep)
            data[step] = inner
        except (KeyError, IndexError, TypeError):
            return  # already taken out together with what it was in
        data = inner
    last = place[-1]
    empty = _empty(place)
    if empty is not None and isinstance(data, (dict, list)):
        data[last] = empty  # type: ignore[index]
        owned.add(id(empty))
        keep.append(empty)
    elif isinstance(data, dict):
        data.pop(last, None)


def _empty(place: Place) -> Any:
    """A value of the right shape for a place that must have one, or None when it may be left out."""
    top, last = place[0], place[-1]
    if len(place) == 2 and top in {"nodes", "edges", "inputs"}:
        return {"nodes": {"action": ""}, "edges": {"from": "", "to": ""}, "inputs": {}}[str(top)]
    if isinstance(last, int):
        return {"use": ""} if place[-2] == "middleware" else ""
    return "" if last in _WORDS else None


def _own(value: Any, owned: set[int], keep: list[Any]) -> Any:
    """The object or list itself when it is ours already, else a copy that is."""
    if id(value) in owned or not isinstance(value, (dict, list)):
        return value
    made = value.copy()
    owned.add(id(made))
    keep.append(made)
    return made
