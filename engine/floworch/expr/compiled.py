"""Parameters compiled once and evaluated for every attempt."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from floworch.artifact import Artifact
from floworch.errors import ExpressionError
from floworch.expr import engine
from floworch.expr.choice import arms_of
from floworch.expr.derived import tell_derived
from floworch.expr.frozen import Exact, FrozenDict, FrozenView, _WatchedDict, freeze, noted, thaw
from floworch.expr.paths import CODE, Path, missing, plain_path, references, shorten, walk
from floworch.expr.whole import names_of_whole

Reference = tuple[str, ...]
_Tree = dict[str, Any]
_NONE: frozenset[Reference] = frozenset()

#: Words with which an expression may deal with something undefined itself.
_LENIENT = re.compile(r"\b(?:default|d|defined|undefined|if|elif|else|and|or|for|set|selectattr|rejectattr)\b")
#: What compares or tests values, which would be wrong for values the engine cannot see (decimals, huge integers).
_COMPARES = re.compile(
    r"[<>]|==|!=|\b(?:in|if|elif|and|or|not|sort|min|max|unique|groupby|dictsort|select|reject|selectattr|rejectattr|bool)\b"
    r"|\bis\s+(?!(?:not\s+)?(?:defined|undefined|none|string|mapping|sequence|iterable)\b)"
)


class Compiled:
    """One parameter value.

    Attributes:
        constant: It holds no expression; ``value`` is then the value itself.
        value: The constant value, else None.
        references: The names it reads, as far as they are static: ``("nodes", "pay", "output")``.
    """

    __slots__ = ("constant", "references", "value")

    def __init__(self, value: Any = None, references: frozenset[Reference] = _NONE, constant: bool = True) -> None:
        self.constant = constant
        self.value = value
        self.references = references

    def evaluate(self, context: Mapping[str, Any]) -> Any:
        """The value in this context (contract C6.4). Raises ExpressionError."""
        return self.value


class _PathValue(Compiled):
    """A whole expression that is a plain path: no engine, the value untouched."""

    __slots__ = ("path", "source")

    def __init__(self, source: str, path: Path) -> None:
        static = next((place for place, step in enumerate(path) if isinstance(step, int)), len(path))
        super().__init__(None, frozenset({tuple(str(step) for step in path[:static])}), constant=False)
        self.source = source
        self.path = path

    def evaluate(self, context: Mapping[str, Any]) -> Any:
        return walk(context, self.path, self.source)


class _Dynamic(Compiled):
    """Text for the engine: one expression (native result) or a template (text)."""

    __slots__ = ("arms", "compares", "last", "lenient", "secret", "source", "tree", "truth", "whole")
    fuel = engine.FUEL

    def __init__(self, source: str, whole: bool, truth: bool = False) -> None:
        used = engine.names(source, whole)
        code = source if whole else " ".join(CODE.findall(source))
        found = references(code)
        known = {path for path in found if path[0] in used}
        known |= {(name,) for name in used - {path[0] for path in known}}
        super().__init__(None, frozenset(known), constant=False)
        self.source = source
        self.whole = whole
        self.tree = _tree(known)
        self.secret = "secrets" in self.tree
        self.truth = truth  # only whether it holds is wanted
        self.lenient = truth or bool(_LENIENT.search(code))
        self.compares = truth or bool(_COMPARES.search(code))
        self.arms: list[tuple[Compiled, Compiled]] = []
        self.last: Compiled | None = None
        if whole and not truth and "else" in source and (choice := arms_of(source)) is not None:
            self.arms = [(type(self)(test, True, True), self._part(value)) for test, value in choice[0]]
            self.last = self._part(choice[1])

    def _part(self, source: str) -> Compiled:
        path = plain_path(source)
        return _PathValue(source, path) if path else type(self)(source, True)

    def evaluate(self, context: Mapping[str, Any]) -> Any:
        if self.last is not None:
            chosen = next((value for test, value in self.arms if test.evaluate(context)), self.last)
            return chosen.evaluate(context)
        result = self._evaluated(context)
        if self.secret:
            tell_derived(self.source, context, result, self._evaluated)
        return result

    def _evaluated(self, context: Mapping[str, Any]) -> Any:
        cut = _cut_context(context, self.tree, "" if self.lenient else self.source)
        if not self.compares:
            return self._result(cut)
        seen: list[Exact] = [value for value in cut.values() if isinstance(value, Exact)]
        token = noted.set(seen)
        try:
            result = self._result(cut)
        finally:
            noted.reset(token)
        if seen:
            raise ExpressionError(
                f"{shorten(self.source)} compares a decimal or an integer beyond 128 bits, which would round it.",
                self.source, None, "Do it in an action such as python.code, which keeps every digit.",
            )  # fmt: skip
        return result

    def _result(self, context: dict[str, Any]) -> Any:
        if not self.whole:
            return engine.render(self.source, context, fuel=self.fuel)
        result = engine.evaluate(self.source, context, self.fuel, self.truth)
        try:
            return thaw(result)
        except ExpressionError as error:
            raise ExpressionError(f"{shorten(self.source)}: {error.message}", self.source, None, error.hint) from None


class _Object(Compiled):
    """An object some of whose entries hold expressions."""

    __slots__ = ("parts",)

    def __init__(self, parts: dict[str, Compiled]) -> None:
        super().__init__(None, frozenset().union(*(part.references for part in parts.values())), constant=False)
        self.parts = parts

    def evaluate(self, context: Mapping[str, Any]) -> Any:
        return {key: part.evaluate(context) for key, part in self.parts.items()}


class _Items(Compiled):
    """A list some of whose entries hold expressions."""

    __slots__ = ("parts",)

    def __init__(self, parts: list[Compiled]) -> None:
        super().__init__(None, frozenset().union(*(part.references for part in parts)), constant=False)
        self.parts = parts

    def evaluate(self, context: Mapping[str, Any]) -> Any:
        return [part.evaluate(context) for part in self.parts]


class _Condition(Compiled):
    """An expression that must give true or false."""

    __slots__ = ("inner", "source")

    def __init__(self, inner: Compiled, source: str) -> None:
        super().__init__(None, inner.references, constant=False)
        self.inner = inner
        self.source = source

    def evaluate(self, context: Mapping[str, Any]) -> bool:
        result = self.inner.evaluate(context)
        if result is True or result is False:
            return result
        word = "null" if result is None else type(result).__name__
        raise ExpressionError(
            f"The condition {shorten(self.source)} gave {word} instead of true or false.", self.source, None,
            "Compare it: ... == 1, ... is defined, ... | length > 0.",
        )  # fmt: skip


def _tree(paths: set[Reference]) -> _Tree:
    """The paths as nested objects; None stands for everything below."""
    tree: _Tree = {}
    for path in sorted(paths):
        place = tree
        for step in path[:-1]:
            below = place.setdefault(step, {})
            if below is None:
                break
            place = below
        else:
            place[path[-1]] = None
    return tree


def _cut_context(context: Mapping[str, Any], tree: _Tree, strict: str) -> dict[str, Any]:
    """The frozen part of the context that an expression mentions.

    ``strict`` is the expression's text when nothing of it may be missing, else empty.
    """
    cut: dict[str, Any] = {}
    for name, below in tree.items():
        if name in context:
            cut[name] = _cut(context[name], below, (name,), strict)
        elif strict and name not in _GLOBALS:
            raise missing(context, (name,), 0, strict)
    return cut


_GLOBALS = frozenset({"range", "dict", "namespace", "joiner", "cycler", "loop", "self", "super", "caller"})


def _cut(value: Any, tree: _Tree | None, path: Reference, strict: str) -> Any:
    if type(value) is Artifact:
        value = value.load()
    if tree and len(path) == 3 and tree.keys() <= names_of_whole(value, path):
        return FrozenDict(dict.fromkeys(tree, freeze(value)))
    if tree is None or not isinstance(value, Mapping):
        if tree and strict:
            raise missing(value, (*path, next(iter(tree))), len(path), strict)
        return freeze(value)
    made: dict[str, Any] = {}
    for key, below in tree.items():
        try:
            item = value[key]
        except KeyError:
            if strict:
                raise missing(value, (*path, key), len(path), strict) from None
            continue
        made[key] = _cut(item, below, (*path, key), strict)
    return (_WatchedDict if any(isinstance(item, Exact) for item in made.values()) else FrozenDict)(made)


def is_template(text: str) -> bool:
    """Whether a text holds an expression or a template statement."""
    return "{{" in text or "{%" in text


def whole_expression(text: str) -> str | None:
    """The expression of a text that is nothing but one ``{{ expression }}``, without the braces; else None."""
    stripped = text.strip()
    if not (stripped.startswith("{{") and stripped.endswith("}}")) or len(stripped) < 5:
        return None
    start, end = 2 + (stripped[2] in "-+"), -2 - (stripped[-3] in "-+")  # signs beside braces control white space
    inner = stripped[start:end].strip()
    return inner if inner and _balanced(inner) else None


_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'|([\[({])|([\])}])|["\']', re.DOTALL)


def _balanced(inner: str) -> bool:
    depth = 0
    for match in _PIECE.finditer(inner):
        if match[1]:
            depth += 1
        elif match[2]:
            depth -= 1
            if depth < 0:
                return False
        elif len(match[0]) == 1:
            return False
    return depth == 0


def compile_text(text: str) -> Compiled:
    """Compile one text. Raises ExpressionError when it does not parse, with the place in it."""
    if not is_template(text):
        return Compiled(text if type(text) is str else str.__str__(text))
    inner = whole_expression(text)
    if inner is None:
        return _Dynamic(text, whole=False)
    return _expression(inner)


def _expression(source: str) -> Compiled:
    path = plain_path(source)
    return _PathValue(source, path) if path else _Dynamic(source, whole=True)


def compile_value(value: Any) -> Compiled:
    """Compile any JSON value; texts in lists and objects may hold expressions, keys may not.

    Raises:
        ExpressionError: An expression does not parse; ``source`` and ``offset`` say where.
    """
    if isinstance(value, str):
        return compile_text(value)
    if isinstance(value, Mapping):
        parts = {key: compile_value(item) for key, item in value.items()}
        if all(part.constant for part in parts.values()):
            return Compiled({key: part.value for key, part in parts.items()})
        return _Object(parts)
    if isinstance(value, (list, tuple)):
        items = [compile_value(item) for item in value]
        if all(part.constant for part in items):
            return Compiled([part.value for part in items])
        return _Items(items)
    if isinstance(value, float) and type(value) is not float:
        return Compiled(float(value))
    return Compiled(value)


def compile_condition(condition: str | bool) -> Compiled:
    """Compile a condition: true, false, or an expression with or without braces that must give a bool.

    Raises:
        ExpressionError: It does not parse, is empty, or is text around an expression.
    """
    if isinstance(condition, bool):
        return Compiled(condition)
    if not isinstance(condition, str):
        raise ExpressionError(f"A condition is an expression, true or false, not {type(condition).__name__}.")
    source = condition.strip()
    inner = whole_expression(source)
    if inner is None and is_template(source):
        compile_text(source)  # what does not parse, such as one that is not closed, is said as everywhere
        raise ExpressionError(f"The condition {shorten(source)} has text around an expression.", source, None,
                              "Write one expression that gives true or false.")  # fmt: skip
    source = source if inner is None else inner
    if source in {"true", "True", "false", "False"}:
        return Compiled(source.lower() == "true")
    if not source:
        raise ExpressionError("The condition is empty.", condition)
    return _Condition(_expression(source), source)


def render_template(text: str, context: Mapping[str, Any], autoescape: bool = False) -> str:
    """Render a template of the action ``data.template``; ``autoescape`` escapes values for HTML.

    The context holds native values under any names. Raises ExpressionError.
    """

    def rendered(names: Mapping[str, Any]) -> str:
        frozen = {key: FrozenView(value) if _lazy(value) else freeze(value) for key, value in names.items()}
        return engine.render(text, frozen, autoescape)

    result = rendered(context)
    if "secrets" in text:
        tell_derived(text, context, result, rendered)
    return result


def _lazy(value: Any) -> bool:
    return isinstance(value, Mapping) and not isinstance(value, (dict, FrozenView))
