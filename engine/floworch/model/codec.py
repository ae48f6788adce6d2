"""Definitions as files: reading with every problem named, writing the same bytes for the same value."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from floworch.errors import DefinitionError, LimitExceeded, UsageError
from floworch.limits import NODES
from floworch.model.collector import resting_collector
from floworch.model.files import read_bytes, write_text
from floworch.model.jsontext import MAX_BYTES, read_again, read_json
from floworch.model.layout import lay_out
from floworch.model.other_names import with_own_names
from floworch.model.problem import Problem
from floworch.model.python_names import why_not_found_elsewhere
from floworch.model.shape import shape_problems
from floworch.model.values import int_text, to_plain
from floworch.model.workflow import Value, Workflow

#: A definition may have this many nodes (contract C13).
MAX_NODES = NODES

_LARGE = 256 * 1024

_ALWAYS = frozenset({"schema_", "format", "id", "nodes", "edges"})


def parse(text: str | bytes) -> tuple[Workflow | None, list[Problem]]:
    """Read a definition without raising on content.

    Returns:
        The workflow, or None when the text is not a definition at all, and every problem of text and shape.
        What the definition means is ``floworch.model.validate``'s part.
    """
    with resting_collector(len(text) > _LARGE):
        data, problems = read_json(text)
        if data is None and problems:
            return None, problems
        workflow, more = from_data(data)
    return workflow, problems + more


def from_data(data: Any) -> tuple[Workflow | None, list[Problem]]:
    """As ``parse``, for JSON that is already read."""
    if not isinstance(data, dict):
        message = f"A definition is a JSON object, not {json_word(data)}."
        return None, [Problem("not_an_object", "error", "", message, "Start the file with { and an id.")]
    nodes = data.get("nodes")
    if isinstance(nodes, dict) and len(nodes) > MAX_NODES:
        message = f"The definition has {len(nodes)} nodes; at most {MAX_NODES} are allowed."
        fix = "Split it into several workflows, or use flow.foreach."
        return None, [Problem("too_many_nodes", "error", "nodes", message, fix)]
    if isinstance(nodes, dict) and (own := with_own_names(nodes)) is not nodes:
        data = {**data, "nodes": own}
    try:
        return Workflow.model_validate(data, by_alias=True, by_name=False), []
    except ValidationError as error:
        return None, shape_problems(error, data)


def json_word(value: Any) -> str:
    """What JSON calls the type of a value, with its article."""
    words = {dict: "an object", list: "a list", str: "a text", bool: "a boolean", type(None): "null"}
    return words.get(type(value), "a number")


def loads(text: str | bytes) -> Workflow:
    """Read a definition.

    Raises:
        DefinitionError: Its ``problems`` list everything that is wrong with text and shape.
        UsageError: It is no text.
    """
    if not isinstance(text, (str, bytes)):
        raise UsageError(
            f"loads takes the text of a definition, not {type(text).__name__}.",
            "Turn what was read already into text with json.dumps, or read a file with floworch.load.",
        )
    workflow, problems = parse(text)
    if workflow is None or any(problem.severity == "error" for problem in problems):
        raise definition_error("The definition cannot be read", problems)
    return workflow


def loads_again(text: bytes) -> Workflow:
    """Read a definition that was read with ``loads`` before and written by ``dumps``, as the header of a run has it.

    Its text is not examined a second time, which is half of what reading costs. Raises as ``loads``.
    """
    with resting_collector(len(text) > _LARGE):
        try:
            return Workflow.model_validate(read_again(text), by_alias=True, by_name=False)
        except ValueError:  # ``loads`` can read numbers that this cannot, and says what is wrong
            return loads(text)


def load(path: str | Path) -> Workflow:
    """Read a definition file.

    Raises:
        DefinitionError: The file is missing, unreadable, larger than ``MAX_BYTES`` or not a definition.
        UsageError: ``path`` is no path.
    """
    data = read_bytes(path)
    return loads_from(Path(path), data)


def loads_from(path: Path, data: bytes) -> Workflow:
    """As ``loads``, with the file named in the message."""
    workflow, problems = parse(data)
    if workflow is None or any(problem.severity == "error" for problem in problems):
        raise definition_error(f"{path} cannot be read", problems)
    return workflow.at(path)


def definition_error(what: str, problems: list[Problem]) -> DefinitionError:
    """One error that says how many problems there are and shows the first ones."""
    errors = [problem for problem in problems if problem.severity == "error"]
    shown = "; ".join(problem.message.rstrip(".") for problem in errors[:3])
    more = f"; and {len(errors) - 3} more" if len(errors) > 3 else ""
    return DefinitionError(f"{what}: {shown}{more}.", errors[0].fix if len(errors) == 1 else "", problems)


def to_data(workflow: Workflow) -> dict[str, Any]:
    """The definition as plain JSON with its keys in file order: what was written explicitly, and unknown keys."""
    data = _fields(workflow)
    nodes = data.get("nodes")
    if nodes:
        data["nodes"] = dict(sorted(nodes.items()))
    return data


def _fields(value: Value) -> dict[str, Any]:
    wanted = value.model_fields_set | _ALWAYS if isinstance(value, Workflow) else value.model_fields_set
    have = value.__dict__
    data = {file_name: _plain(have[name]) for name, file_name in _names(type(value)) if name in wanted}
    extra = value.model_extra
    if extra:
        data.update((key, _plain(extra[key])) for key in sorted(extra) if key not in data)
    return data


_NAMES: dict[type[Value], tuple[tuple[str, str], ...]] = {}


def _names(kind: type[Value]) -> tuple[tuple[str, str], ...]:
    names = _NAMES.get(kind)
    if names is None:
        names = _NAMES[kind] = tuple((name, field.alias or name) for name, field in kind.model_fields.items())
    return names


def _plain(value: Any) -> Any:
    kind = type(value)
    if kind is dict:
        return {key: _plain(item) for key, item in value.items()} if value else value
    if kind is list or kind is tuple:
        return [_plain(item) for item in value]
    if kind is str or value is None or kind is bool or kind is int or isinstance(value, float):
        return value
    return _fields(value) if isinstance(value, Value) else to_plain(value)


def dumps(workflow: Workflow, *, portable: bool = True) -> str:
    """Write a definition, always the same text for the same value, with a trailing newline.

    Args:
        workflow: What to write.
        portable: Refuse functions and attached workflows that another process cannot find. A run's own header passes
            False, since a lambda runs but cannot be resumed elsewhere.

    Raises:
        UsageError: It holds a lambda, a local function or one of ``__main__``, as an action or a layer, or calls an
            attached workflow, and ``portable`` is true; or something that is not JSON.
        LimitExceeded: The text would be larger than ``MAX_BYTES``.
    """
    require_workflow(workflow)
    if portable:
        _refuse_local_functions(workflow)
    try:
        text = lay_out(to_data(workflow))
    except (TypeError, ValueError, RecursionError) as error:
        raise UsageError(f"Workflow {workflow.id!r} cannot be written: {error}.", "Use JSON values only.") from None
    if len(text) > MAX_BYTES:
        raise LimitExceeded(f"Workflow {workflow.id!r} has {len(text)} characters of text; the limit is {MAX_BYTES}.")
    return text


def _refuse_local_functions(workflow: Workflow) -> None:
    for node_id, node in workflow.nodes.items():
        called = node.params.get("workflow")
        if node.action == "flow.call" and isinstance(called, str) and called in workflow.attached:
            raise UsageError(
                f"Node {node_id!r} calls the workflow {called!r}, which was attached in Python and lies in no file.",
                "Save that one to a file of its own, and name the file.",
            )
        named = [node.action] if node.compensate is None else [node.action, node.compensate.action]
        for action in named:
            _refuse_local(f"Node {node_id!r} runs the function", action)
        for layer in node.middleware:
            _refuse_local(f"Node {node_id!r} runs inside the layer", layer.use)
    for layer in workflow.middleware:
        _refuse_local("Every node runs inside the layer", layer.use)


def _refuse_local(what: str, name: str) -> None:
    reason = why_not_found_elsewhere(name)
    if reason is not None:
        word = name.split(":", 2)[-1].partition("#")[0]
        raise UsageError(f"{what} {word}, which no other process can find: {reason[0]}.", reason[1])


def save(workflow: Workflow, path: str | Path) -> None:
    """Write a definition file so that a crash leaves the old or the new one: temporary file, fsync, rename.

    Raises:
        UsageError: As ``dumps``; or the file cannot be written.
    """
    write_text(path, dumps(workflow))


def require_workflow(given: Any) -> None:
    """Refuse what is no Workflow, such as a builder or a path, in words that say how to get one.

    Raises:
        UsageError: It is none.
    """
    if isinstance(given, Workflow):
        return
    builder = hasattr(given, "build")
    what = "a WorkflowBuilder" if builder else f"a {type(given).__name__}"
    raise UsageError(
        f"A Workflow is wanted here, not {what}.",
        "Give what build() returns." if builder else "Read a file with floworch.load, text with floworch.loads.",
    )


_UNHASHED = {"schema_", "name", "title", "description", "notes", "view"}


def logic_hash(workflow: Workflow) -> str:
    """sha256 hex of what a definition does: without titles, name, description, notes and view (contract C15).

    Two definitions that differ only in those, in the order of keys or in spelled-out defaults have the same hash.
    """
    digest = hashlib.sha256()
    for piece in _pieces(logic_of(workflow)):
        digest.update(piece.encode())
    return digest.hexdigest()


_compact = json.JSONEncoder(sort_keys=True, separators=(",", ":"), default=to_plain).encode
#: Of nodes and edges so many are written at once for the hash.
_PIECE = 64


def _pieces(data: dict[str, Any]) -> Iterator[str]:
    """The text of an object with its keys in order, in pieces.

    One call for all of a large definition would let no other thread of Python go on until it is done: a window that
    starts a run of ten thousand nodes would stand still for 50 ms.
    """
    before = "{"
    for key, value in sorted(data.items()):
        yield f"{before}{_compact(key)}:"
        before = ","
        if not isinstance(value, (dict, list)) or len(value) <= _PIECE:
            yield _compact(value)
            continue
        kind, entries = type(value), sorted(value.items()) if isinstance(value, dict) else value
        text = ""
        for at in range(0, len(entries), _PIECE):
            text = _compact(kind(entries[at : at + _PIECE]))
            yield f"{',' if at else text[0]}{text[1:-1]}"
        yield text[-1]
    yield "}" if data else "{}"


def logic_of(workflow: Workflow) -> dict[str, Any]:
    """What ``logic_hash`` is made from: fields that were written and are no defaults, without those it leaves out."""
    return _logic(workflow)


_HASHED: dict[type[Value], tuple[tuple[str, str, Any], ...]] = {}


def _hashed(kind: type[Value]) -> tuple[tuple[str, str, Any], ...]:
    """Name, name in the file and default of the fields that count; asking pydantic for a default takes long."""
    found = _HASHED.get(kind)
    if found is None:
        fields = kind.model_fields
        found = _HASHED[kind] = tuple(
            (name, file_name, fields[name].get_default(call_default_factory=True))
            for name, file_name in _names(kind)
            if name not in _UNHASHED
        )
    return found


def _logic(value: Value) -> dict[str, Any]:
    written, have = value.model_fields_set, value.__dict__
    data: dict[str, Any] = {}
    for name, file_name, default in _hashed(type(value)):
        if name in written and have[name] != default:
            data[file_name] = _logic_of(have[name])
    for key, item in (value.model_extra or {}).items():
        data[key] = _logic_of(item)
    return data


def _logic_of(value: Any) -> Any:
    kind = type(value)
    if kind is str or kind is bool or kind is float or value is None:
        return value
    if isinstance(value, Value):
        return _logic(value)
    if isinstance(value, dict):
        return {key: _logic_of(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_logic_of(item) for item in value]
    if type(value) is int and value.bit_length() > 10_000:
        return {"int": int_text(value)}
    return value
