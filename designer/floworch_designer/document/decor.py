"""Notes and frames: what ``view`` holds beside the places of nodes, read tolerantly and edited as pure functions.

A frame keeps the nodes it holds together; it is as large as they need, or larger where a person made it so. Both are
told apart from nodes by a key with a colon, which no node id has: ``note:n1``, ``frame:f1``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from floworch.model.workflow import Workflow
from floworch_designer.document.positions import Point, Rect, as_point

Kind = Literal["notes", "frames", "knots", "portals"]

#: Colours by the name a file holds, the usual ones first.
COLORS: Final[tuple[str, ...]] = ("yellow", "blue", "teal", "green", "violet", "pink", "grey")
NOTE_SIZE: Final[Point] = (240.0, 144.0)
LEAST: Final[Point] = (96.0, 48.0)
#: What keys begin with, by kind.
PREFIX: Final[dict[Kind, str]] = {"notes": "note:", "frames": "frame:", "knots": "knot:", "portals": "portal:"}
_LETTER: Final[dict[Kind, str]] = {"notes": "n", "frames": "f", "knots": "k", "portals": "p"}


@dataclass(frozen=True, slots=True)
class Note:
    """A note on the canvas: Markdown text, top left corner and size in scene units, and the name of a colour."""

    id: str
    text: str
    at: Point
    size: Point = NOTE_SIZE
    color: str = "yellow"


@dataclass(frozen=True, slots=True)
class Group:
    """A frame around nodes.

    Attributes:
        id: Its name in the file.
        title: What its bar says.
        color: Name of a colour.
        nodes: Ids of the nodes it holds.
        at, size: What a person gave it at least, scene units; None for as large as the nodes need.
    """

    id: str
    title: str = ""
    color: str = "blue"
    nodes: tuple[str, ...] = ()
    at: Point | None = None
    size: Point | None = None


def note_key(note_id: str) -> str:
    """The key of a note in selections."""
    return f"note:{note_id}"


def frame_key(frame_id: str) -> str:
    """The key of a frame in selections."""
    return f"frame:{frame_id}"


def raw(workflow: Workflow, kind: Kind) -> list[Any]:
    """``view.notes``, ``view.frames`` … as stored; an empty list when it is missing or no list."""
    stored = workflow.view.get(kind)
    return stored if isinstance(stored, list) else []


def named(workflow: Workflow, kind: Kind) -> list[tuple[str, Any]]:
    """Every entry with its id, one made up where the file has none; an empty one for what is no object."""
    return _ids(raw(workflow, kind), kind)


def _ids(entries: list[Any], kind: Kind) -> list[tuple[str, Any]]:
    given = {entry["id"] for entry in entries if isinstance(entry, dict) and isinstance(entry.get("id"), str)}
    taken, found = set(given), []
    seen: set[str] = set()
    for number, entry in enumerate(entries, 1):
        name = entry.get("id") if isinstance(entry, dict) else ""
        if isinstance(entry, dict) and (not isinstance(name, str) or not name or name in seen):
            name = fresh(taken, f"{_LETTER[kind]}{number}", kind)
            taken.add(name)
        seen.add(str(name))
        found.append((str(name), entry))
    return found


def fresh(taken: Collection[str], wanted: str, kind: Kind) -> str:
    """``wanted``, or the first free id of its kind."""
    number = 1
    while wanted in taken or not wanted:
        wanted, number = f"{_LETTER[kind]}{number}", number + 1
    return wanted


def _size(value: Any, default: Point | None) -> Point | None:
    found = as_point(value)
    if found is None:
        return default
    return min(max(LEAST[0], found[0]), 20_000.0), min(max(LEAST[1], found[1]), 20_000.0)


def _color(value: Any, default: str) -> str:
    return value if value in COLORS else default


def notes(workflow: Workflow) -> dict[str, Note]:
    """The notes by key, in the order of the file; what has no place is left out, and stays in the file."""
    found: dict[str, Note] = {}
    for name, entry in named(workflow, "notes"):
        at = as_point(entry.get("at")) if isinstance(entry, dict) else None
        if at is not None:
            size = _size(entry.get("size"), NOTE_SIZE) or NOTE_SIZE
            found[note_key(name)] = Note(
                name, str(entry.get("text", "")), at, size, _color(entry.get("color"), "yellow")
            )
    return found


def groups(workflow: Workflow) -> dict[str, Group]:
    """The frames by key, in the order of the file; members that do not exist are left out."""
    found: dict[str, Group] = {}
    for name, entry in named(workflow, "frames"):
        if not isinstance(entry, dict):
            continue
        listed = entry.get("nodes")
        members = tuple(key for key in listed if key in workflow.nodes) if isinstance(listed, list) else ()
        at = as_point(entry.get("at"))
        size = _size(entry.get("size"), None) if at is not None else None
        if members or size is not None:
            title, color = str(entry.get("title", "")), _color(entry.get("color"), "blue")
            found[frame_key(name)] = Group(name, title, color, members, at if size else None, size)
    return found


def add_note(workflow: Workflow, text: str, at: Point, size: Point = NOTE_SIZE) -> tuple[Workflow, str]:
    """Add a note; return the workflow and the note's key."""
    return _add(workflow, "notes", {"text": text, "at": whole(at), "size": whole(size)})


def add_group(workflow: Workflow, nodes: Iterable[str], title: str = "", color: str = "blue") -> tuple[Workflow, str]:
    """Put a frame around nodes; return the workflow and the frame's key."""
    wanted = set(nodes)
    members = [key for key in workflow.nodes if key in wanted]
    return _add(workflow, "frames", {"title": title, "color": color, "nodes": members})


def _add(workflow: Workflow, kind: Kind, entry: dict[str, Any]) -> tuple[Workflow, str]:
    old = named(workflow, kind)
    name = fresh({key for key, _ in old}, f"{_LETTER[kind]}{len(old) + 1}", kind)
    return write(workflow, kind, [*old, (name, {"id": name, **entry})]), PREFIX[kind] + name


def entries(workflow: Workflow, keys: Collection[str]) -> dict[str, dict[str, Any]]:
    """Notes, frames, knots and portals as the file holds them, by key, in its order."""
    return {key: entry for key, entry in entries_of(workflow.view).items() if key in keys}


def entries_of(view: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Every note, frame, knot and portal of a ``view`` as it is stored, by key; what is no object is left out."""
    return {
        PREFIX[kind] + name: entry
        for kind in PREFIX
        if isinstance(stored := view.get(kind), list)
        for name, entry in _ids(stored, kind)
        if isinstance(entry, dict)
    }


def insert_entries(
    workflow: Workflow, found: Mapping[str, dict[str, Any]], names: Mapping[str, str], by: Point
) -> tuple[Workflow, dict[str, str]]:
    """Add copied notes, frames, knots and portals, moved, under fresh ids; ``names`` says what nodes became.

    Returns the workflow and the new key of each; what nobody could see, such as an empty frame, is left out.
    """
    keys: dict[str, str] = {}
    for key, entry in found.items():
        made = _moved({field: value for field, value in entry.items() if field != "id"}, by)
        placed = as_point(entry.get("at")) is not None
        if kind_of(key) == "frames":
            listed = entry.get("nodes")
            members = [name for name in listed if isinstance(name, str)] if isinstance(listed, list) else []
            made["nodes"] = [names[name] for name in members if name in names]
            placed = bool(made["nodes"]) or (placed and as_point(entry.get("size")) is not None)
        elif kind_of(key) in {"knots", "portals"}:
            ends = [names.get(str(made.get(end))) for end in ("from", "to")]
            made, placed = {**made, "from": ends[0], "to": ends[1]}, None not in ends
        if placed:
            workflow, keys[key] = _add(workflow, kind_of(key), made)
    return workflow, keys


def set_decor(workflow: Workflow, key: str, **changes: Any) -> Workflow:
    """Change fields of a note or frame as the file spells them; None removes one. Unknown keys change nothing."""
    kind = kind_of(key)
    entries = []
    for name, entry in named(workflow, kind):
        mine = name and PREFIX[kind] + name == key
        merged = {**entry, **changes} if mine else entry
        entries.append(
            (name, {field: value for field, value in merged.items() if value is not None} if mine else entry)
        )
    return write(workflow, kind, entries)


def remove_decor(workflow: Workflow, keys: Collection[str]) -> Workflow:
    """Remove notes, frames and knots; the nodes of a frame stay, and so does the edge of a knot."""
    for kind in PREFIX:
        old = named(workflow, kind)
        kept = [(name, entry) for name, entry in old if not name or PREFIX[kind] + name not in keys]
        if len(kept) < len(old):
            workflow = write(workflow, kind, kept)
    return workflow


def move_decor(workflow: Workflow, keys: Collection[str], by: Point) -> Workflow:
    """Move notes, and what a person gave frames as their place; what a frame holds is moved apart from it."""
    for kind in PREFIX:
        old = named(workflow, kind)
        made = [(name, _moved(entry, by) if name and PREFIX[kind] + name in keys else entry) for name, entry in old]
        workflow = write(workflow, kind, made)
    return workflow


def put_areas(workflow: Workflow, rects: Mapping[str, Rect]) -> Workflow:
    """Put notes to other places, and give frames a place and a size."""
    kinds: tuple[Kind, ...] = ("notes", "frames")
    for kind in kinds:
        made = []
        for name, entry in named(workflow, kind):
            rect = rects.get(PREFIX[kind] + name) if name and isinstance(entry, dict) else None
            made.append((name, entry if rect is None else {**entry, **_placed(rect, kind == "frames")}))
        workflow = write(workflow, kind, made)
    return workflow


def _placed(rect: Rect, sized: bool) -> dict[str, list[int]]:
    left, top, right, bottom = rect
    return {"at": whole((left, top)), **({"size": whole((right - left, bottom - top))} if sized else {})}


def _moved(entry: dict[str, Any], by: Point) -> dict[str, Any]:
    at = as_point(entry.get("at"))
    return entry if at is None else {**entry, "at": whole((at[0] + by[0], at[1] + by[1]))}


def put_into(workflow: Workflow, nodes: Collection[str], keys: Collection[str], keep: Collection[str] = ()) -> Workflow:
    """Have nodes belong to these frames, and of all others to those in ``keep`` only, where they stay.

    A frame that its last node leaves goes, unless a person gave it a size.
    """

    def change(key: str, members: list[str]) -> list[str]:
        if key in keep:
            return members
        left = [name for name in members if name not in nodes or key in keys]
        return [*left, *(nodes if key in keys else ())]

    return _members(workflow, change)


def forget(workflow: Workflow, gone: Collection[str]) -> Workflow:
    """Take nodes that are no more out of every frame."""
    return _members(workflow, lambda _key, members: [name for name in members if name not in gone])


def renamed(workflow: Workflow, names: Mapping[str, str]) -> Workflow:
    """Have frames follow new ids of their nodes."""
    return _members(workflow, lambda _key, members: [names.get(name, name) for name in members])


def _members(workflow: Workflow, change: Callable[[str, list[str]], Iterable[str]]) -> Workflow:
    entries = []
    for name, entry in named(workflow, "frames"):
        listed = entry.get("nodes") if isinstance(entry, dict) else None
        members = listed if isinstance(listed, list) else []
        wanted = list(dict.fromkeys(change(frame_key(name), members))) if isinstance(entry, dict) else members
        if wanted == members:
            entries.append((name, entry))
        elif wanted or as_point(entry.get("size")) is not None:
            entries.append((name, {**entry, "nodes": wanted}))
    return write(workflow, "frames", entries)


def kind_of(key: str) -> Kind:
    """``notes``, ``frames``, ``knots`` or ``portals``, by a key."""
    for kind, prefix in PREFIX.items():
        if key.startswith(prefix):
            return kind
    return "frames"


def whole(point: Point) -> list[int]:
    """A point or size as a file holds it: two whole numbers."""
    return [round(point[0]), round(point[1])]


def write(workflow: Workflow, kind: Kind, entries: list[tuple[str, Any]]) -> Workflow:
    """Store entries, each under its id; the same workflow when nothing but missing ids would change."""
    old = raw(workflow, kind)
    if [entry for _, entry in entries] == old:
        return workflow
    made = [
        {"id": name, **{field: value for field, value in entry.items() if field != "id"}}
        if isinstance(entry, dict)
        else entry
        for name, entry in entries
    ]
    if made:
        return workflow.replace(view={**workflow.view, kind: made})
    return workflow.replace(view={key: value for key, value in workflow.view.items() if key != kind})
