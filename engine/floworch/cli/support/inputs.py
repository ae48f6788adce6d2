"""Inputs of a run from the command line, parsed by the types the definition declares (interfaces.md section 3)."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from floworch.cli.support.json_value import TwiceError, decode_once, once
from floworch.cli.support.stdin import NAME as STDIN
from floworch.cli.support.stdin import is_stdin, read_stdin
from floworch.errors import UsageError
from floworch.model.workflow import Input, Workflow

#: A file of inputs may have this many bytes, as many as one record of a journal (journal.md section 5).
MAX_INPUTS = 256 * 2**20
_PIPE = 'echo \'{"name": "value"}\' | floworch run FILE --inputs -'
_TRUE, _FALSE = frozenset({"true", "yes", "on", "1"}), frozenset({"false", "no", "off", "0"})


def gather_inputs(
    workflow: Workflow, file: Path | None, settings: Sequence[str], complete: bool = True
) -> dict[str, Any]:
    """Return the inputs of a run: those of the file (``-``: standard input), then each ``NAME=VALUE``, which wins.

    ``complete`` refuses a missing required input; without it those of an earlier run may stand for it (C7.6).

    Raises:
        UsageError: A name is not declared, a value does not fit its declared type, a required input is missing, the
            file cannot be read, or a setting is not of the form ``NAME=VALUE``.
    """
    inputs = _read_file(file) if file is not None else {}
    for name, value in inputs.items():
        _check(name, value, _declared(workflow, name))
    for setting in settings:
        name, equals, text = setting.partition("=")
        if not equals or not name:
            raise UsageError(f"--set {setting} is not of the form NAME=VALUE.", "Write for example --set limit=10.")
        inputs[name] = parse_value(name, text, _declared(workflow, name))
    if not complete:
        return inputs
    missing = [name for name, spec in workflow.inputs.items() if spec.required and name not in inputs]
    missing = [name for name in missing if workflow.inputs[name].default is None]
    if missing:
        listed = ", ".join(f"'{name}'" for name in missing)
        raise UsageError(
            f"Workflow '{workflow.id}' needs the input {listed}.",
            f"Give it with --set {missing[0]}=VALUE or in a file with --inputs FILE.",
        )
    return inputs


def part_options(
    to: Sequence[str] | None, from_: Sequence[str] | None, reuse: str | None, only_changed: bool
) -> dict[str, Any]:
    """Return those options of ``Engine.start`` that say which part of a workflow runs, as far as they were given."""
    given = {"to": list(to or ()), "from_": list(from_ or ()), "reuse": reuse, "only_changed": only_changed}
    return {name: value for name, value in given.items() if value}


def parse_value(name: str, text: str, spec: Input, what: str = "Input") -> Any:
    """Return the value that a text stands for under a declared type; type ``any`` takes JSON, else the text itself.

    ``what`` is what it is a value of, as a message begins.

    Raises:
        UsageError: The text is no such value.
    """
    try:
        return _PARSERS[spec.type](text)
    except TwiceError as error:
        raise UsageError(f"{what} '{name}' has the key '{error}' twice.", "Give each key of an object once.") from None
    except ValueError:
        article = "an" if spec.type[0] in "aio" else "a"
        raise UsageError(
            f"{what} '{name}' must be {article} {spec.type}; {text!r} is not.", _EXAMPLES.get(spec.type, "")
        ) from None


def _declared(workflow: Workflow, name: str) -> Input:
    found = workflow.inputs.get(name)
    if found is None:
        known = ", ".join(f"'{known}'" for known in workflow.inputs)
        raise UsageError(
            f"Workflow '{workflow.id}' has no input '{name}'.",
            f"It has {known}." if known else "It declares no inputs.",
        )
    return found


def _read_file(path: Path) -> dict[str, Any]:
    name = STDIN if is_stdin(path) else str(path)
    data = _bytes_of(path)
    try:
        found = decode_once(data)
    except TwiceError as error:
        raise UsageError(f"{name} has the key '{error}' twice.", "Give each key of an object once.") from None
    except (ValueError, TypeError, RecursionError) as error:
        raise UsageError(f"{name} is not JSON: {error}.", "It must hold one JSON object of inputs.") from None
    if not isinstance(found, dict):
        raise UsageError(f"{name} does not hold a JSON object.", 'Write {"name": value, ...}.')
    return found


def _bytes_of(path: Path) -> bytes:
    if is_stdin(path):
        return read_stdin("the JSON object of inputs", MAX_INPUTS, _PIPE)
    try:
        with path.open("rb") as file:
            data = file.read(MAX_INPUTS + 1)
    except FileNotFoundError:
        raise UsageError(f"There is no file {path}.", "Check the path given to --inputs.") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from None
    if len(data) > MAX_INPUTS:
        raise UsageError(f"{path} is larger than {MAX_INPUTS} bytes.", "Name a file and let a step read it.")
    return data


def _check(name: str, value: Any, spec: Input) -> None:
    kinds = _KINDS.get(spec.type)
    if kinds is None or value is None:
        return
    if not isinstance(value, kinds) or (isinstance(value, bool) and spec.type in {"integer", "number"}):
        raise UsageError(f"Input '{name}' must be of type {spec.type}, not {type(value).__name__}.")


def _integer(text: str) -> int:
    # int() takes underscores and other alphabets' digits; JSON's integers are what people mean.
    stripped = text.strip()
    if not stripped.lstrip("+-").isascii() or not stripped.lstrip("+-").isdigit():
        raise ValueError(text)
    return int(stripped)


def _number(text: str) -> int | float:
    try:
        return _integer(text)
    except ValueError:
        number = float(text)
        if not math.isfinite(number):
            raise
        return number


def _boolean(text: str) -> bool:
    word = text.strip().lower()
    if word in _TRUE | _FALSE:
        return word in _TRUE
    raise ValueError(text)


def _of_kind(kind: type) -> Callable[[str], Any]:
    def parse(text: str) -> Any:
        value = json.loads(text, object_pairs_hook=once)
        if not isinstance(value, kind):
            raise ValueError(text)
        return value

    return parse


def _any(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=once)
    except TwiceError:
        raise
    except ValueError:
        return text


_PARSERS: Mapping[str, Callable[[str], Any]] = {
    "string": str,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "object": _of_kind(dict),
    "array": _of_kind(list),
    "any": _any,
}
_KINDS: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "object": (dict,),
    "array": (list,),
}
_EXAMPLES = {
    "integer": "Write digits, such as 42.",
    "number": "Write a number, such as 1.5.",
    "boolean": "Write true or false.",
    "object": "Write JSON, such as '{\"a\": 1}'.",
    "array": "Write JSON, such as '[1, 2]'.",
}
