"""Small JavaScript expressions, as n8n and Node-RED hold them, as expressions of this product."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from floworch.errors import ExpressionError, FlowError
from floworch.expr import compile_text

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<name>[A-Za-z_$][\w$]*)|(?P<text>\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')"
    r"|(?P<template>`(?:[^`\\]|\\.)*`)|(?P<mark>\?\.|\?\?|===|!==|==|!=|<=|>=|&&|\|\||=>|[-+*/%<>!?:.,()\[\]{}]))",
    re.DOTALL,
)
_BINARY = {
    "??": (1, ""), "||": (1, "or"), "&&": (2, "and"), "===": (3, "=="), "==": (3, "=="), "!==": (3, "!="),
    "!=": (3, "!="), "<": (4, "<"), "<=": (4, "<="), ">": (4, ">"), ">=": (4, ">="), "+": (5, "+"), "-": (5, "-"),
    "*": (6, "*"), "/": (6, "/"), "%": (6, "%"),
}  # fmt: skip
_WORDS = {"true": "true", "false": "false", "null": "none", "undefined": "none"}
#: Method -> filter, with the number of arguments it takes.
_METHODS = {
    "toLowerCase": ("lower", 0), "toUpperCase": ("upper", 0), "trim": ("trim", 0), "split": ("split", 1),
    "join": ("join", 1), "replace": ("replace", 2), "replaceAll": ("replace", 2), "slice": ("slice", 2),
    "toString": ("string", 0), "first": ("first", 0), "last": ("last", 0), "reverse": ("reverse", 0),
    "toJsonString": ("to_json", 0), "sum": ("sum", 0), "toFixed": ("round", 1), "toInt": ("int", 0),
    "toNumber": ("float", 0), "toTitleCase": ("title", 0), "flat": ("sum", 0),
}  # fmt: skip
_FUNCTIONS = {
    "JSON.stringify": "to_json", "JSON.parse": "from_json", "Number": "float", "parseInt": "int",
    "parseFloat": "float", "String": "string", "Math.round": "round", "Math.abs": "abs", "Object.keys": "list",
}  # fmt: skip
_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_DEEPEST = 40


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path: ``.name``, ``[index]`` (text of an expression) or ``(arguments)``."""

    kind: str
    text: str = ""
    arguments: tuple[str, ...] = ()

    @property
    def key(self) -> str | None:
        """The name that the step goes to; None for a call or a computed index."""
        if self.kind == "name":
            return self.text
        if self.kind == "index" and self.text[:1] == '"':
            return str(json.loads(self.text))
        return None


#: Turns the beginning of a path into an expression and the steps that are left; None when it does not know the name.
Resolve = Callable[[str, Sequence[Step]], "tuple[str, Sequence[Step]] | None"]


class NotConverted(ValueError):  # noqa: N818
    """What an expression holds that has no counterpart; the message is a few words."""


def convert(source: str, resolve: Resolve) -> str:
    """Return the expression, without braces.

    Args:
        source: JavaScript.
        resolve: What names of the original stand for.

    Raises:
        NotConverted: Something in it has no counterpart.
    """
    parser = _Parser(_tokens(source), resolve)
    text, _ = parser.expression(0)
    if parser.kind:
        raise NotConverted(f"{parser.text!r} is not understood")
    try:
        compile_text("{{ " + text + " }}")
    except (ExpressionError, FlowError) as error:
        raise NotConverted(str(error)) from None
    return text


def path_of(base: str, steps: Sequence[str]) -> str:
    """The text of a path."""
    return base + "".join(f".{step}" if _NAME.fullmatch(step) else f"[{json.dumps(step)}]" for step in steps)


def _tokens(source: str) -> list[tuple[str, str]]:
    found, at = [], 0
    source = source.strip()
    while at < len(source):
        match = _TOKEN.match(source, at)
        if match is None or match.end() == at:
            raise NotConverted(f"{source[at : at + 12]!r} is not understood")
        at = match.end()
        found.append((str(match.lastgroup), match[str(match.lastgroup)]))
    return found


class _Parser:
    """Precedence climbing; every method returns the text and how tightly it binds (9 is a plain value)."""

    def __init__(self, tokens: list[tuple[str, str]], resolve: Resolve, depth: int = 0) -> None:
        self._tokens = tokens
        self._at = 0
        self._resolve = resolve
        self._depth = depth

    @property
    def kind(self) -> str:
        return self._tokens[self._at][0] if self._at < len(self._tokens) else ""

    @property
    def text(self) -> str:
        return self._tokens[self._at][1] if self._at < len(self._tokens) else ""

    def _is(self, mark: str) -> bool:
        return self.kind == "mark" and self.text == mark

    def _take(self, mark: str) -> None:
        if not self._is(mark):
            raise NotConverted(f"{mark!r} is missing")
        self._at += 1

    def expression(self, least: int) -> tuple[str, int]:
        """One expression of operators that bind at least so tightly."""
        self._depth += 1
        if self._depth > _DEEPEST:
            raise NotConverted("it is nested too deep")
        left, tight = self._unary()
        while self.kind == "mark" and self.text in _BINARY and _BINARY[self.text][0] > least:
            mark = self.text
            level = _BINARY[mark][0]
            self._at += 1
            right, right_tight = self.expression(level)
            left, tight = self._joined(mark, (left, tight), (right, right_tight)), (9 if mark == "??" else level)
            if left.endswith(", true))") and mark == "||":
                tight = 9
        if least == 0 and self._is("?"):
            self._at += 1
            yes, _ = self.expression(0)
            self._take(":")
            no, _ = self.expression(0)
            left, tight = f"({yes} if {left} else {no})", 9
        self._depth -= 1
        return left, tight

    def _joined(self, mark: str, left: tuple[str, int], right: tuple[str, int]) -> str:
        level, word = _BINARY[mark]
        one = left[0] if left[1] >= level else f"({left[0]})"
        two = right[0] if right[1] > level else f"({right[0]})"
        if mark == "??":
            return f"({one} | default({right[0]}))"
        if mark == "||" and right[0][:1] in "\"'0123456789[{":
            return f"({one} | default({right[0]}, true))"
        if mark == "+" and any(side[0][:1] in "\"'" or " ~ " in side[0] for side in (left, right)):
            return f"{one} ~ {two}"
        return f"{one} {word} {two}"

    def _unary(self) -> tuple[str, int]:
        if self._is("!"):
            self._at += 1
            inner, tight = self._unary()
            return f"not {inner if tight >= 9 else f'({inner})'}", 2
        if self._is("-") or self._is("+"):
            mark = self.text
            self._at += 1
            inner, tight = self._unary()
            return f"{'-' if mark == '-' else ''}{inner if tight >= 9 else f'({inner})'}", 7
        return self._value(), 9

    def _value(self) -> str:
        kind, text = self.kind, self.text
        self._at += 1
        if kind == "number":
            return self._steps_after(text)
        if kind == "text":
            return self._steps_after(_quoted(text))
        if kind == "template":
            return self._steps_after(self._template(text[1:-1]))
        if kind == "name":
            if text in ("new", "function", "typeof", "await", "async", "this"):
                raise NotConverted(f"{text!r} has no counterpart")
            return _WORDS[text] if text in _WORDS else self._path(text)
        if (kind, text) == ("mark", "("):
            inner, _ = self.expression(0)
            self._take(")")
            if self._is("=>"):
                raise NotConverted("functions have no counterpart")
            return self._steps_after(f"({inner})")
        if (kind, text) == ("mark", "["):
            return self._steps_after(f"[{', '.join(self._list(']'))}]")
        if (kind, text) == ("mark", "{"):
            return self._object()
        raise NotConverted(f"{text!r} is not understood" if text else "it ends too early")

    def _template(self, text: str) -> str:
        parts, at = [], 0
        for match in re.finditer(r"\$\{([^{}]*)\}", text):
            parts.append(_quoted(f'"{_escaped(text[at : match.start()])}"'))
            parser = _Parser(_tokens(match[1]), self._resolve, self._depth)
            parts.append(f"({parser.expression(0)[0]})")
            at = match.end()
        parts.append(_quoted(f'"{_escaped(text[at:])}"'))
        return "(" + " ~ ".join(part for part in parts if part != '""') + ")" if len(parts) > 1 else parts[0]

    def _object(self) -> str:
        entries = []
        while not self._is("}"):
            if self.kind not in ("name", "text"):
                raise NotConverted("an object with computed keys has no counterpart")
            key = _quoted(self.text) if self.kind == "text" else json.dumps(self.text)
            self._at += 1
            self._take(":")
            entries.append(f"{key}: {self.expression(0)[0]}")
            if not self._is("}"):
                self._take(",")
        self._at += 1
        return "{" + ", ".join(entries) + "}"

    def _list(self, end: str) -> list[str]:
        found = []
        while not self._is(end):
            found.append(self.expression(0)[0])
            if not self._is(end):
                self._take(",")
        self._at += 1
        return found

    def _steps(self) -> list[Step]:
        steps: list[Step] = []
        while self.kind == "mark" and self.text in (".", "?.", "[", "("):
            mark = self.text
            self._at += 1
            if mark == "?." and self._is("["):
                continue
            if mark in (".", "?."):
                if self.kind != "name":
                    raise NotConverted("a name is missing behind the dot")
                steps.append(Step("name", self.text))
                self._at += 1
            elif mark == "[":
                steps.append(Step("index", self.expression(0)[0]))
                self._take("]")
            else:
                steps.append(Step("call", arguments=tuple(self._list(")"))))
        if self._is("=>"):
            raise NotConverted("functions have no counterpart")
        return steps

    def _steps_after(self, text: str) -> str:
        return _apply(text, self._steps())

    def _path(self, name: str) -> str:
        steps = self._steps()
        found = self._resolve(name, steps)
        if found is not None:
            return _apply(*found)
        dotted, rest = name, list(steps)
        if rest and rest[0].kind == "name" and len(rest) > 1:
            dotted, rest = f"{name}.{rest[0].text}", rest[1:]
        if dotted in _FUNCTIONS and rest and rest[0].kind == "call" and len(rest[0].arguments) >= 1:
            return _apply(f"({rest[0].arguments[0]} | {_FUNCTIONS[dotted]})", rest[1:])
        raise NotConverted(f"{name!r} has no counterpart")


def _apply(text: str, steps: Sequence[Step]) -> str:
    """A value and the steps behind it: fields, places, and methods as filters."""
    at = 0
    while at < len(steps):
        step = steps[at]
        call = steps[at + 1] if at + 1 < len(steps) and steps[at + 1].kind == "call" else None
        if step.kind == "name" and call is not None:
            text, at = _method(text, step.text, call.arguments), at + 2
            continue
        if step.kind == "call":
            raise NotConverted("the call of a value has no counterpart")
        if step.kind == "index":
            text += f"[{step.text}]"
        elif step.text == "length":
            text = f"({text} | length)"
        else:
            text = path_of(text, [step.text])
        at += 1
    return text


def _method(text: str, name: str, arguments: Sequence[str]) -> str:
    if name == "includes" and len(arguments) == 1:
        return f"({arguments[0]} in {text})"
    if name in ("startsWith", "endsWith") and len(arguments) == 1:
        return f"({text} is {'startingwith' if name == 'startsWith' else 'endingwith'}({arguments[0]}))"
    if name in ("isEmpty", "isNotEmpty") and not arguments:
        return f"(({text} | length) {'==' if name == 'isEmpty' else '>'} 0)"
    if name not in _METHODS or len(arguments) > _METHODS[name][1]:
        raise NotConverted(f"the method {name}() has no counterpart")
    given = f"({', '.join(arguments)})" if arguments else ""
    return f"({text} | {_METHODS[name][0]}{given})"


def _escaped(text: str) -> str:
    return re.sub(r'(?<!\\)"', '\\\\"', text)


def _quoted(source: str) -> str:
    """A JavaScript text in double quotes."""
    inner = source[1:-1]
    if source[0] == "'":
        inner = inner.replace("\\'", "'")
        inner = _escaped(inner)
    try:
        return json.dumps(json.loads('"' + inner.replace("\n", "\\n").replace("\t", "\\t") + '"'), ensure_ascii=False)
    except ValueError:
        raise NotConverted(f"the text {source[:20]} is not understood") from None
