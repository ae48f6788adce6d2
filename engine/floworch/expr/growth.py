"""What expressions ask before they make something larger (contract C13).

One evaluation may make ``MAX_MADE`` bytes in all and nothing larger than ``MAX_OUTPUT``; both are checked before
anything is allocated. It may take ``MOST_SECONDS`` of the processor's time, looked at in loops and growing operations.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar, Token
from functools import lru_cache, wraps
from typing import Any, NoReturn

import minijinja

from floworch.errors import ExpressionError
from floworch.expr.frozen import FrozenDict, FrozenList
from floworch.expr.sizes import MAX_DEPTH, MAX_ITEMS, MAX_OUTPUT, depth_of, size_of

#: Seconds of the processor's time that one evaluation may take.
MOST_SECONDS = 10.0
#: Bytes that everything an evaluation makes larger may have together.
MAX_MADE = 8 * MAX_OUTPUT
_LOW, _HIGH = -(1 << 127), (1 << 127) - 1
_HINT = "Do the work in an action such as python.code."
_clock: dict[str, Callable[[], float]] = {}


def use_clock(clock: Callable[[], float]) -> None:
    """Install what tells the processor's time in seconds (``time.thread_time``); until then time is not bounded."""
    _clock["now"] = clock


class _Budget:
    """What is left of one evaluation's allowance; its time begins with its first look at the clock."""

    __slots__ = ("began", "left", "looks")

    def __init__(self) -> None:
        self.left = MAX_MADE
        self.looks = 0
        self.began: float | None = None

    def spend(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise ExpressionError(f"more than {MAX_MADE} bytes are made in all", hint=_HINT)
        if not self.looks & 15 or size > 1000:
            now = _clock.get("now", _no_time)()
            self.began = now if self.began is None else self.began
            if now - self.began > MOST_SECONDS:
                raise ExpressionError(f"it takes longer than {MOST_SECONDS:g} s and was stopped", hint=_HINT)
        self.looks += 1


def _no_time() -> float:
    return 0.0


_budget: ContextVar[_Budget | None] = ContextVar("expression_budget", default=None)


def begin() -> Token[_Budget | None]:
    """A new allowance, for one evaluation; give what this returns to ``end``."""
    return _budget.set(_Budget())


def end(token: Token[_Budget | None]) -> None:
    """The evaluation is over."""
    _budget.reset(token)


def spend(size: int = 0) -> None:
    """Take so many bytes from the allowance. Raises ExpressionError when it, or the time, is used up."""
    budget = _budget.get()
    if budget is not None:
        budget.spend(size)


def room(size: int, items: int = 0) -> None:
    """Raise ExpressionError when a value of that many bytes, or a list of that many items, would be too large."""
    if size > MAX_OUTPUT:
        raise ExpressionError(f"a value would be longer than {MAX_OUTPUT} bytes", hint=_HINT)
    if items > MAX_ITEMS:
        raise ExpressionError(f"a list would have more than {MAX_ITEMS} items", hint=_HINT)


def leave(size: int, items: int = 0) -> None:
    """Ask for leave to make one value, before it is made. Raises ExpressionError when it would be too large."""
    room(size, items)
    spend(size)


class Fitting(FrozenList):
    """A list that was measured: ``size`` in bytes as JSON, by estimate, and how deep it is nested."""

    __slots__ = ("depth", "size")

    def __init__(self, items: Any, size: int, depth: int) -> None:
        super().__init__(items)
        self.size = size
        self.depth = depth


class FittingDict(FrozenDict):
    """An object that was measured."""

    __slots__ = ("depth", "size")

    def __init__(self, items: Any, size: int, depth: int) -> None:
        super().__init__(items)
        self.size = size
        self.depth = depth


def tick(size: int = 0) -> None:
    """A loop's body begins; ``size`` characters of plain text are in it."""
    budget = _budget.get()
    if budget is not None:
        budget.spend(size)


class Whole:
    """A fraction without digits behind its point, on its way to a filter that would be given a whole number."""

    __slots__ = ("number",)

    def __init__(self, number: float) -> None:
        self.number = number


def of(value: Any, fractions: Sequence[bool]) -> Any:
    """What a filter is given; ``fractions`` as in ``add``."""
    return Whole(float(value)) if type(value) is int and any(fractions) else value


def _as_told(values: Sequence[Any], fractions: Sequence[Sequence[bool]]) -> list[Any]:
    """Values with 2.0 where the engine gave out 2, as ``fractions`` tells of each of them."""
    if len(values) != len(fractions):
        return list(values)
    pairs = zip(values, fractions, strict=True)
    return [float(value) if type(value) is int and any(told) else value for value, told in pairs]


def fit(value: Any, fractions: Sequence[Sequence[bool]] = ()) -> Any:
    """A list or an object that an expression wrote, measured; ``fractions`` as in ``concatenated``."""
    if fractions and isinstance(value, (list, tuple)):
        value = _as_told(value, fractions)
    elif fractions and isinstance(value, dict):
        value = dict(zip(value, _as_told(list(value.values()), fractions), strict=True))
    if isinstance(value, (list, tuple, dict)):
        size, depth = size_of(value), depth_of(value)
        if depth > MAX_DEPTH:
            raise ExpressionError(f"a value would be nested deeper than {MAX_DEPTH}", hint=_HINT)
        leave(size)
        return FittingDict(value, size, depth) if isinstance(value, dict) else Fitting(value, size, depth)
    return value


def add(left: Any, right: Any, fractions: Sequence[bool] = ()) -> Any:
    """``left + right``; ``fractions`` tells whether one of them is a fraction, though it is given as a whole number."""
    if type(left) in _NUMBERS and type(right) in _NUMBERS:
        if any(fractions):
            return float(left) + float(right)
        return _number("+", left, right, left + right)
    if isinstance(left, (list, tuple)) and isinstance(right, (list, tuple)):
        size = size_of(left) + size_of(right)
        leave(size, len(left) + len(right))
        return Fitting([*left, *right], size, max(depth_of(left), depth_of(right)))
    if isinstance(left, str) and isinstance(right, str):
        leave(len(left) + len(right))
    return _operated("+", left, right)


def mul(left: Any, right: Any, fractions: Sequence[bool] = ()) -> Any:
    """``left * right``, as ``add``."""
    if type(left) in _NUMBERS and type(right) in _NUMBERS:
        if any(fractions):
            return float(left) * float(right)
        return _number("*", left, right, left * right)
    many, times = (right, left) if isinstance(left, (int, float)) else (left, right)
    if isinstance(many, (str, bytes, list, tuple)) and isinstance(times, (int, float)):
        count = int(min(max(times, 0), MAX_OUTPUT + 1)) if math.isfinite(times) else 0
        leave(size_of(many) * count, 0 if isinstance(many, str) else len(many) * count)
        if isinstance(many, (list, tuple)) and times == count:
            return Fitting(list(many) * count, size_of(many) * count, depth_of(many))
    return _operated("*", left, right)


def concatenated(values: list[Any], missing: list[bool], fractions: Sequence[Sequence[bool]] = ()) -> Any:
    """``a ~ b ~ c``; ``missing`` says which of the values are undefined, ``fractions`` which may be fractions."""
    if any(missing):
        raise ExpressionError("a value on one side of ~ is undefined")
    for place, told in enumerate(fractions):
        if type(values[place]) is int and any(told):
            values = [*values[:place], float(values[place]), *values[place + 1 :]]
    leave(sum(map(text_size, values)))
    if all(type(value) is str or type(value) is int for value in values):
        return "".join(map(str, values))
    return pristine(" ~ ".join(f"v[{place}]" for place in range(len(values))), v=values)


_NUMBERS = frozenset({int, float})


def _number(operator: str, left: Any, right: Any, result: Any) -> Any:
    if type(result) is int and not _LOW <= result <= _HIGH:
        return _operated(operator, left, right)
    return result


def _operated(operator: str, left: Any, right: Any) -> Any:
    if left is None or right is None:
        raise ExpressionError(f"{operator} needs numbers, texts or lists, not null or something undefined")
    return pristine(f"a {operator} b", a=left, b=right)


def text_size(value: Any) -> int:
    """How long a value can be as text, at most."""
    return len(value) if isinstance(value, str) else 2 * size_of(value) + 8


@lru_cache(maxsize=1)
def _plain() -> minijinja.Environment:
    return minijinja.Environment(undefined_behavior="strict")


def pristine(source: str, **context: Any) -> Any:
    """What the engine's own operators, filters and methods give. Raises ExpressionError."""
    try:
        return _plain().eval_expr(source, **context)
    except minijinja.TemplateError as error:
        raise ExpressionError(error.detail or error.message.split(" (in ")[0]) from None


def refuse(name: str, value: Any) -> NoReturn:
    """Raise that a filter cannot use a value."""
    word = "null or undefined" if value is None else type(value).__name__
    raise ExpressionError(f"{name} cannot use {word}.")


def _own(name: str, method: bool = False) -> Callable[..., Any]:
    """The engine's own filter or method of that name, without questions."""
    start = f"v.{name}" if method else f"v|{name}"

    def call(value: Any, args: Any, named: Any) -> Any:
        return pristine(start + ("(*a, **k)" if named else "(*a)"), v=value, a=args, k=named)

    return call


def _count(value: Any) -> int:
    return len(value) if isinstance(value, (str, list, tuple, dict)) else 1


def _ask_join(value: Any, *args: Any, **named: Any) -> None:
    between = named.get("d", args[0] if args else "")
    count = _count(value)
    leave((2 * size_of(value) if not isinstance(value, str) else 4 * count) + text_size(between) * count)


def _ask_replace(value: Any, old: Any = "", new: Any = "", *rest: Any, **named: Any) -> None:
    text, old, new = str(value), str(old), str(new)
    leave(len(text) + (text.count(old) if old else len(text) + 1) * len(new))


def _ask_batch(value: Any, size: Any = 1, fill: Any = None, **named: Any) -> None:
    wide = named.get("count", size)
    leave(size_of(value), _count(value) + (int(wide) if isinstance(wide, (int, float)) else 0))


def _ask_wordwrap(value: Any, *args: Any, **named: Any) -> None:
    between = text_size(named.get("wrapstring", "\n"))
    leave(len(str(value)) * (1 + between))


def _ask_pieces(value: Any, *args: Any, **named: Any) -> None:
    leave(size_of(value), _pieces(value, args[0] if args else None))


def _pieces(value: Any, between: Any) -> int:
    if not isinstance(value, str):
        return _count(value)
    return value.count(between) + 1 if isinstance(between, str) and between else len(value) // 2 + 1


def _ask_list(value: Any) -> None:
    leave(0, _count(value))


def _ask_thrice(value: Any) -> None:
    leave(6 * text_size(value))


def _ask_text(value: Any) -> None:
    leave(text_size(value))


def _ask_chain(*values: Any) -> None:
    leave(sum(map(size_of, values)), sum(map(_count, values)))


_WIDE = re.compile(r"\{[^{}]*:[^{}]*(?:\d{4,}|\{)")


def _ask_format(value: Any, *args: Any, **named: Any) -> None:
    if not isinstance(value, str):
        refuse("format", value)
    if _WIDE.search(value):
        raise ExpressionError("format: a width has at most three digits, and no value stands for it.")
    widest = max(map(text_size, [*args, *named.values()]), default=0)
    leave(len(value) + value.count("{") * (widest + 1000))


def _asking(ask: Callable[..., None], own: Callable[..., Any], name: str) -> Callable[..., Any]:
    def asked(value: Any, *args: Any, **named: Any) -> Any:
        if value is None:
            refuse(name, value)
        if type(value) is Whole:
            value = value.number
        if "__of" in named:
            args = tuple(_as_told(args, named.pop("__of")))
        ask(value, *args, **named)
        return own(value, args, named)

    return asked


def ticking(filter_: Callable[..., Any]) -> Callable[..., Any]:
    """A filter that looks at the time, and takes the size of what it makes from the allowance."""

    @wraps(filter_)
    def ticked(*args: Any, **named: Any) -> Any:
        spend()
        if args and type(args[0]) is Whole:
            args = (args[0].number, *args[1:])
        if "__of" in named:
            args = (args[0], *_as_told(args[1:], named.pop("__of")))
        result = filter_(*args, **named)
        if isinstance(result, (str, list, dict)):
            spend(size_of(result))
        return result

    return ticked


_FILTERS: Mapping[str, Callable[..., None]] = {
    "join": _ask_join, "replace": _ask_replace, "batch": _ask_batch, "wordwrap": _ask_wordwrap, "list": _ask_list,
    "urlencode": _ask_thrice, "escape": _ask_thrice, "e": _ask_thrice, "string": _ask_text, "split": _ask_pieces,
    "lines": _ask_pieces, "chain": _ask_chain,
}  # fmt: skip


def _joined(value: Any, parts: Any) -> Any:
    if not isinstance(value, str):
        refuse("join", value)
    _ask_join(parts, value)
    return pristine("v.join(p)", v=value, p=parts)


#: The filters of the template language that can grow a value, asking first; and what ``guarded`` writes for methods.
GROWING: dict[str, Callable[..., Any]] = {
    **{name: _asking(ask, _own(name), name) for name, ask in _FILTERS.items()},
    "__replace": _asking(_ask_replace, _own("replace", True), "replace"),
    "__split": _asking(_ask_pieces, _own("split", True), "split"),
    "__splitlines": _asking(_ask_pieces, _own("splitlines", True), "splitlines"),
    "__format": _asking(_ask_format, _own("format", True), "format"),
    "__join": _joined,
    "__add": add,
    "__mul": mul,
    "__fit": fit,
    "__of": of,
}
