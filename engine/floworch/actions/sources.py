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

    Known is what stands there as a literal, or as the name of one that the file assigns at its top. Functions below
    ``if``, ``try`` and ``with`` count, too. A file that does not parse offers nothing.
    """
    return list(_decorated(text, source, "action"))


def read_layers(text: str | bytes, source: str = "") -> list[Listed]:
    """Return the functions of a file that are decorated with ``@middleware("name")``, in its order, likewise."""
    return list(_decorated(text, source, "middleware"))


def read_function(text: str | bytes, name: str, action_id: str, source: str = "") -> Listed | None:
    """Return one function of a file as the action of that id, decorated or plain; None when it is not there."""
    file = _File(text)
    for function in file.functions:
        if function.name == name:
            return file.listed(function, source, "action", action_id)
    return None


def _decorated(text: str | bytes, source: str, decorator: str) -> Iterator[Listed]:
    file = _File(text)
    for function in file.functions:
        listed = file.listed(function, source, decorator)
        if listed is not None:
            yield listed


class _File:
    """What the syntax tree of a file says.

    Attributes:
        functions: Those of its top level, in its order; also those that only some condition lets be defined.
        words: What the names at its top stand for: literals that are assigned, and names that are imported.
    """

    def __init__(self, text: str | bytes) -> None:
        self.functions: list[ast.FunctionDef | ast.AsyncFunctionDef] = []
        self.words: dict[str, Any] = {}
        self._imported: dict[str, str] = {}
        try:
            self._read(ast.parse(text).body)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            self.functions = []

    def _read(self, body: list[ast.stmt]) -> None:
        for part in body:
            if isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self.functions.append(part)
            elif isinstance(part, ast.ImportFrom):
                self._imported.update({each.asname or each.name: each.name for each in part.names})
            elif isinstance(part, ast.Assign):
                self.words.update({to.id: self.value(part.value) for to in part.targets if isinstance(to, ast.Name)})
            elif isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name) and part.value is not None:
                self.words[part.target.id] = self.value(part.value)
            elif isinstance(part, (ast.If, ast.Try, ast.With)):
                for inner in ("body", "handlers", "orelse", "finalbody"):
                    for each in getattr(part, inner, []):
                        self._read(each.body if isinstance(each, ast.ExceptHandler) else [each])

    def value(self, part: ast.expr | None) -> Any:
        """The literal that an expression is; None for any other."""
        if isinstance(part, ast.Constant):
            return part.value
        if isinstance(part, ast.Name):
            return self.words.get(part.id)
        if isinstance(part, ast.JoinedStr):
            texts = [self.value(each.value if isinstance(each, ast.FormattedValue) else each) for each in part.values]
            return _put_together(texts)
        if isinstance(part, ast.BinOp) and isinstance(part.op, ast.Add):
            return _put_together([self.value(part.left), self.value(part.right)])
        return None

    def listed(
        self,
        function: ast.FunctionDef | ast.AsyncFunctionDef,
        source: str,
        decorator: str,
        action_id: str | None = None,
    ) -> Listed | None:
        """A function as an entry; None when it has no such decorator, or one whose id is worked out."""
        call = next((each for each in function.decorator_list if self._is_call(each, decorator)), None)
        written: dict[str, Any] = {}
        if isinstance(call, ast.Call):
            written = {word.arg: self.value(word.value) for word in call.keywords if word.arg}
            if action_id is None:
                first = call.args[0] if call.args else None
                found = self.value(first) if first is not None else written.get(_NAMED[decorator])
                action_id = found if isinstance(found, str) else None
        if not action_id:
            return None
        return Listed(
            action_id,
            str(written.get("title") or function.name.strip("_").replace("_", " ").capitalize() or action_id),
            str(written.get("summary") or summary_of(ast.get_docstring(function))),
            str(written.get("category") or "python"),
            str(written.get("icon") or ""),
            written["version"] if isinstance(written.get("version"), int) else 1,
            written.get("container") is True,
            source,
            function.name,
        )

    def _is_call(self, decorator: ast.expr, word: str) -> bool:
        if not isinstance(decorator, ast.Call):
            return False
        name = decorator.func
        if isinstance(name, ast.Name):
            return self._imported.get(name.id, name.id) == word
        return isinstance(name, ast.Attribute) and name.attr == word


def _put_together(texts: list[Any]) -> str | None:
    """One short text of several; None when one is no text, or it is longer than a name or a summary is."""
    if not all(isinstance(each, str) for each in texts) or sum(map(len, texts)) > _LONGEST:
        return None
    return "".join(texts)


#: Longer texts are not put together: a file could double one with each of its lines.
_LONGEST = 1000
#: The first parameter of each decorator.
_NAMED = {"action": "action_id", "middleware": "name"}
