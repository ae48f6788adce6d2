"""What a Python file offers as actions and middleware, read from its syntax tree: nothing of it is run."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from floworch.actions.docstrings import summary_of


@dataclass(frozen=True, slots=True)
class Listed:
    """One action, or layer of middleware, as far as it is known without importing it.

    Attributes:
        id: ``namespace.name``; of a layer the word for ``use``.
        title, summary, category, icon, version, container: As in ActionSpec.
        source: Where it comes from: ``built in``, the name of a package, or the path of a file.
        function: Name of the function; empty when its source was not found.
    """

    id: str
    title: str
    summary: str = ""
    category: str = "python"
    icon: str = ""
    version: int = 1
    container: bool = False
    source: str = ""
    function: str = ""


def read_actions(text: str | bytes, source: str = "") -> list[Listed]:
    """Return the functions of a file that are decorated with ``@action("namespace.name")``, in its order.

    Only what stands there as a literal is known. A file that does not parse offers nothing.
    """
    return [listed for function in _functions(text) if (listed := _listed(function, source)) is not None]


def read_layers(text: str | bytes, source: str = "") -> list[Listed]:
    """Return the functions of a file that are decorated with ``@middleware("name")``, in its order, likewise."""
    found = (_listed(function, source, decorator="middleware") for function in _functions(text))
    return [listed for listed in found if listed is not None]


def read_function(text: str | bytes, name: str, action_id: str, source: str = "") -> Listed | None:
    """Return one function of a file as the action of that id, decorated or plain; None when it is not there."""
    for function in _functions(text):
        if function.name == name:
            return _listed(function, source, action_id)
    return None


def _functions(text: str | bytes) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    yield from (part for part in tree.body if isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef)))


def _listed(
    function: ast.FunctionDef | ast.AsyncFunctionDef,
    source: str,
    action_id: str | None = None,
    decorator: str = "action",
) -> Listed | None:
    call = next((each for each in function.decorator_list if _is_call(each, decorator)), None)
    written: dict[str, Any] = {}
    if isinstance(call, ast.Call):
        written = {word.arg: word.value.value for word in call.keywords if word.arg and _literal(word.value)}  # type: ignore[attr-defined]
        if action_id is None and call.args and isinstance(call.args[0], ast.Constant):
            action_id = call.args[0].value if isinstance(call.args[0].value, str) else None
    if not action_id:
        return None
    return Listed(
        action_id,
        str(written.get("title") or function.name.strip("_").replace("_", " ").capitalize() or action_id),
        str(written.get("summary") or summary_of(ast.get_docstring(function))),
        str(written.get("category", "python")),
        str(written.get("icon", "")),
        written["version"] if isinstance(written.get("version"), int) else 1,
        written.get("container") is True,
        source,
        function.name,
    )


def _is_call(decorator: ast.expr, word: str) -> bool:
    if not isinstance(decorator, ast.Call):
        return False
    name = decorator.func
    return (isinstance(name, ast.Name) and name.id == word) or (isinstance(name, ast.Attribute) and name.attr == word)


def _literal(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant)
