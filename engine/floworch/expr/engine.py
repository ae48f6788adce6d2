"""The template engine behind one small interface; the syntax is the contract, the engine may be replaced."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import minijinja

from floworch.errors import ExpressionError, FlowError
from floworch.expr import growth
from floworch.expr.filters import FILTERS
from floworch.expr.frozen import FrozenView
from floworch.expr.growth import GROWING, Fitting, FittingDict, concatenated, fit, spend, tick, ticking
from floworch.expr.guarded import check_depth, guarded, guarded_template, may_grow
from floworch.expr.paths import shorten
from floworch.expr.places import place_in
from floworch.expr.sizes import MAX_OUTPUT, size_of, too_large
from floworch.expr.slices import without_slices

#: Steps (and characters made) an expression may take before it is stopped.
FUEL = 10_000_000

_UNWANTED_GLOBALS = ("debug", "lipsum")
#: What may give a float although none is read: a division, a number with a fraction or an exponent, a filter, a call.
_FRACTION = re.compile(r"[/|(]|\d\.\d|\d[eE]")
#: What is a whole number whatever it reads: it is not evaluated twice.
_COUNT = re.compile(r"[\w.\s]+\|\s*(?:length|count)\s*")
#: Entries up to which an object is searched for floats.
_FEW = 8
_UNWANTED_FILTERS = ("pprint",)
_FILTERS = {name: ticking(filter_) for name, filter_ in FILTERS.items()}


@lru_cache(maxsize=2)
def environment(fuel: int = FUEL) -> minijinja.Environment:
    """The configured engine that stops after so many steps; it may be used from several threads."""
    return _environment(fuel, {**_FILTERS, **GROWING})


@lru_cache(maxsize=2)
def _telling(fuel: int) -> minijinja.Environment:
    """The same with the engine's own filters where it has them: they tell 2.0 from 2, and ours are given 2 for both.

    It is asked only about what has just been made within the limits.
    """
    return _environment(fuel, {name: filter_ for name, filter_ in _FILTERS.items() if name != "tojson"})


def _environment(fuel: int, filters: dict[str, Callable[..., Any]]) -> minijinja.Environment:
    env = minijinja.Environment(
        undefined_behavior="strict",
        fuel=fuel,
        filters=filters,
        finalizer=_printed,
        auto_escape_callback=lambda name: "html" if name == "html" else None,
        keep_trailing_newline=True,
    )
    for name in _UNWANTED_GLOBALS:
        env.remove_global(name)
    for name in _UNWANTED_FILTERS:
        env.remove_filter(name)
    for name, function in (("__cat", concatenated), ("__tick", tick), ("dict", _made_dict)):
        env.add_global(name, function)
    return env


def _made_dict(given: Any = (), /, **named: Any) -> Any:
    return fit({**dict(given), **named})


@lru_cache(maxsize=4096)
def guarded_expression(source: str) -> str:
    """What is evaluated for an expression. Raises ExpressionError: it is nested too deep."""
    check_depth(source, whole=True)
    return guarded(source) if may_grow(source) else source


@lru_cache(maxsize=1024)
def guarded_text(source: str) -> str:
    """What is rendered for a template. Raises ExpressionError: it is nested too deep."""
    check_depth(source, whole=False)
    return guarded_template(source) if "{%" in source or may_grow(source, whole=False) else source


def _printed(value: Any) -> Any:
    """What a value looks like inside text: lists, objects, booleans and null as JSON."""
    if isinstance(value, str):
        spend(len(value))
        return value
    if value is None or isinstance(value, (bool, dict, list, tuple, FrozenView)):
        spend(size_of(value))
        return FILTERS["to_json"](value)
    if isinstance(value, bytes):
        raise ExpressionError("Bytes cannot be put into text.", hint="Decode them first.")
    return NotImplemented if type(value) is int else value  # the engine prints it itself: it may be 2.0, given out as 2


def evaluate(source: str, context: dict[str, Any], fuel: int = FUEL, truth: bool = False) -> Any:
    """The native result of one expression (without braces) in a frozen context; with ``truth`` whether it holds.

    Raises:
        ExpressionError: It cannot be evaluated.
    """
    env = environment(fuel)
    code = guarded_expression(source)
    if truth:
        asked = f"true if ({code}) else false"
        return _guarded(source, lambda: env.eval_expr(asked, **context), asked)
    result = _guarded(source, lambda: env.eval_expr(code, **context), code)
    if type(result) is int and not _COUNT.fullmatch(source) and (_FRACTION.search(source) or _holds_fraction(context)):
        # The engine hands out a whole number for 2.0, also to filters; it knows the difference. As written, and not as
        # guarded: what it makes has just been made within the limits.
        is_float = _guarded(source, lambda: _telling(fuel).eval_expr(f"({source}) is float", **context))
        return float(result) if is_float else result
    missing = result is None and _guarded(source, lambda: env.eval_expr(f"({code}) is undefined", **context))
    if missing:
        raise ExpressionError(f"{shorten(source)} is undefined.", source)
    if isinstance(result, str):
        _check_length(result, source)
    elif isinstance(result, (list, tuple, dict)):
        if too_large(result):
            raise _too_long(source)
        if _makes_whole(result) and (_FRACTION.search(source) or _holds_fraction(context)):
            return _with_fractions(result, source, context, fuel)
    return result


_SEVERAL = frozenset({list, tuple, Fitting})


def _makes_whole(value: Any) -> bool:
    """Whether the engine made a whole number in a list or an object; what it only passed on is as it was."""
    if type(value) in (dict, FittingDict):
        value = value.values()
    elif type(value) not in _SEVERAL:
        return type(value) is int
    return any(map(_makes_whole, value))


def _with_fractions(result: Any, source: str, context: dict[str, Any], fuel: int) -> Any:
    """The result with 2.0 where it was given out as 2."""
    try:
        text = _guarded(source, lambda: _telling(fuel).eval_expr(f"({source})|tojson", **context))
        return _told(result, json.loads(text))
    except (ExpressionError, ValueError):  # it holds what JSON has no form for: such lists keep their whole numbers
        return result


def _told(value: Any, seen: Any) -> Any:
    if type(value) is int:
        return seen if type(seen) is float and seen == value else value
    if type(value) in _SEVERAL and type(seen) is list and len(value) == len(seen):
        return [_told(item, other) for item, other in zip(value, seen, strict=True)]
    if type(value) in (dict, FittingDict) and type(seen) is dict:
        return {key: _told(item, seen.get(key)) for key, item in value.items()}
    return value


def _holds_fraction(value: Any) -> bool:
    """Whether there may be a float in what an expression reads; lists and large objects are not searched."""
    if isinstance(value, dict):
        return len(value) > _FEW or any(map(_holds_fraction, value.values()))
    return not (value is None or isinstance(value, (int, str)))


def _too_long(source: str) -> ExpressionError:
    return ExpressionError(
        f"The result of {shorten(source)} is longer than {MAX_OUTPUT} bytes.", source, None,
        "Do the work in an action, whose output may have any size.",
    )  # fmt: skip


def _check_length(text: str, source: str) -> None:
    if len(text) * 4 > MAX_OUTPUT and len(text.encode()) > MAX_OUTPUT:
        raise ExpressionError(f"The text of {shorten(source)} is longer than {MAX_OUTPUT} bytes.", source)


def render(source: str, context: dict[str, Any], autoescape: bool = False, fuel: int = FUEL) -> str:
    """The text of a template in a frozen context. Raises ExpressionError."""
    env = environment(fuel)
    code = guarded_text(source)
    text: str = _guarded(source, lambda: env.render_str(code, "html" if autoescape else "text", **context), code)
    _check_length(text, source)
    return text


_EXACT = "plain object"
_BY_ZERO = re.compile(r"unable to calculate .* (?:/|//|%) -?0(?:\.0)?", re.DOTALL)
_KEEPS_DIGITS = "Do it in an action such as python.code, which keeps every digit."


def names(source: str, whole: bool) -> frozenset[str]:
    """The variables used and not defined by an expression (``whole``) or a template.

    Raises:
        ExpressionError: It does not parse; ``offset`` is the place in ``source``.
    """
    check_depth(source, whole)
    env = environment()
    text = f"{{{{ {source} }}}}" if whole else source
    try:
        found = frozenset(env.undeclared_variables_in_str(text))
        sliced = without_slices(text)
        return found if sliced is text or sliced == text else found | env.undeclared_variables_in_str(sliced)
    except minijinja.TemplateError as error:
        raise _readable(error, source, text) from None
    except UnicodeEncodeError:
        raise ExpressionError(f"{ascii(source)[:80]} holds a lone surrogate, which is not Unicode.", source) from None


def _guarded(source: str, call: Any, code: str | None = None) -> Any:
    """What a call of the engine gives; ``code`` is what it evaluates where that is not ``source``."""
    token = growth.begin()
    try:
        return call()
    except minijinja.TemplateError as error:
        raise _readable(error, source, code) from None
    except FlowError as error:
        message, hint = _worded(error.message.rstrip("."), error.hint)
        raise ExpressionError(f"{message} in {shorten(source)}.", source, None, hint) from None
    except (RecursionError, MemoryError):
        raise ExpressionError(f"{shorten(source)} needs too much memory or is nested too deep.", source) from None
    except Exception as error:  # noqa: BLE001 - whatever a method of a value or a filter raised
        raise ExpressionError(f"{shorten(source)}: {str(error) or type(error).__name__}.", source) from None
    finally:
        growth.end(token)


def _readable(error: minijinja.TemplateError, source: str, code: str | None = None) -> ExpressionError:
    if error.kind == "OutOfFuel":
        message, hint = "takes too many steps and was stopped", "Do the work in an action such as python.code."
    else:
        message, hint = _worded(error.detail or error.message.split(" (in ")[0], "")
        message = message.replace("end of variable block", "end of the expression")
    place = place_in(source, source if code is None else code, error.range[0]) if error.range else None
    return ExpressionError(f"{shorten(source, place)}: {message}.", source, place, hint)


def _worded(message: str, hint: str) -> tuple[str, str]:
    """Say what cannot be calculated: only what would be rounded is a plain object to the engine."""
    if _EXACT in message:
        return message.replace(_EXACT, "decimal or integer beyond 128 bits"), _KEEPS_DIGITS
    if _BY_ZERO.fullmatch(message):
        return f"{message}: there is no division by zero", "Rule it out first, such as with {{ a / b if b else 0 }}."
    if message.startswith("unable to calculate"):
        return f"{message}: the result is beyond 128 bits, or is no number", _KEEPS_DIGITS
    return message, hint
