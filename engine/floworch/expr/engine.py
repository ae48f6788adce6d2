"""The template engine behind one small interface; the syntax is the contract, the engine may be replaced."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import minijinja

from floworch.errors import ExpressionError, FlowError
from floworch.expr.filters import FILTERS
from floworch.expr.paths import shorten
from floworch.expr.sizes import MAX_OUTPUT, PROBE, probed, repeats, too_large
from floworch.expr.slices import without_slices

#: Steps (and characters made) an expression may take before it is stopped.
FUEL = 10_000_000
_SHOWN = re.compile(r"\{\{[-+]?(.*?)[-+]?\}\}", re.DOTALL)

_UNWANTED_GLOBALS = ("debug", "lipsum")
_UNWANTED_FILTERS = ("pprint",)


@lru_cache(maxsize=2)
def environment(fuel: int = FUEL) -> minijinja.Environment:
    """The configured engine that stops after so many steps; it may be used from several threads."""
    env = minijinja.Environment(
        undefined_behavior="strict",
        fuel=fuel,
        filters=FILTERS,
        finalizer=_printed,
        auto_escape_callback=lambda name: "html" if name == "html" else None,
        keep_trailing_newline=True,
    )
    for name in _UNWANTED_GLOBALS:
        env.remove_global(name)
    for name in _UNWANTED_FILTERS:
        env.remove_filter(name)
    return env


def _printed(value: Any) -> Any:
    """What a value looks like inside text: lists, objects, booleans and null as JSON."""
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, (bool, dict, list, tuple)):
        return FILTERS["to_json"](value)
    if isinstance(value, bytes):
        raise ExpressionError("Bytes cannot be put into text.", hint="Decode them first.")
    return value


def evaluate(source: str, context: dict[str, Any], fuel: int = FUEL) -> Any:
    """The native result of one expression (without braces) in a frozen context. Raises ExpressionError."""
    env = environment(fuel)
    if repeats(source):
        _probe(source, source, context)
    result = _guarded(source, lambda: env.eval_expr(source, **context))
    if result is None and _guarded(source, lambda: env.eval_expr(f"({source}) is undefined", **context)):
        raise ExpressionError(f"{shorten(source)} is undefined.", source)
    if isinstance(result, str):
        _check_length(result, source)
    elif isinstance(result, (list, dict)) and too_large(result):
        raise _too_long(source)
    return result


def _probe(part: str, source: str, context: dict[str, Any]) -> None:
    """Refuse a result that multiplication made too large, before it becomes Python objects, which nothing bounds."""
    try:
        size = probed(environment().render_str(PROBE % part, **context))
    except minijinja.TemplateError as error:
        if error.kind == "OutOfFuel":
            raise _readable(error, source) from None
        return  # evaluation says it better
    except Exception:  # noqa: BLE001 - as above
        return
    if size > MAX_OUTPUT:
        raise _too_long(source)


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
    for match in _SHOWN.finditer(source) if repeats(source) else ():
        if repeats(match[1]):
            _probe(match[1], source, context)
    text: str = _guarded(source, lambda: env.render_str(source, "html" if autoescape else "text", **context))
    _check_length(text, source)
    return text


def names(source: str, whole: bool) -> frozenset[str]:
    """The variables used and not defined by an expression (``whole``) or a template.

    Raises:
        ExpressionError: It does not parse; ``offset`` is the place in ``source``.
    """
    env = environment()
    text = f"{{{{ {source} }}}}" if whole else source
    try:
        found = frozenset(env.undeclared_variables_in_str(text))
        sliced = without_slices(text)
        return found if sliced is text or sliced == text else found | env.undeclared_variables_in_str(sliced)
    except minijinja.TemplateError as error:
        raise _readable(error, source, len("{{ ") if whole else 0) from None
    except UnicodeEncodeError:
        raise ExpressionError(f"{ascii(source)[:80]} holds a lone surrogate, which is not Unicode.", source) from None


def _guarded(source: str, call: Any) -> Any:
    try:
        return call()
    except minijinja.TemplateError as error:
        raise _readable(error, source) from None
    except FlowError as error:
        raise ExpressionError(f"{error.message.rstrip('.')} in {shorten(source)}.", source, None, error.hint) from None
    except (RecursionError, MemoryError):
        raise ExpressionError(f"{shorten(source)} needs too much memory or is nested too deep.", source) from None
    except Exception as error:  # noqa: BLE001 - whatever a method of a value or a filter raised
        raise ExpressionError(f"{shorten(source)}: {str(error) or type(error).__name__}.", source) from None


def _readable(error: minijinja.TemplateError, source: str, shift: int = 0) -> ExpressionError:
    if error.kind == "OutOfFuel":
        message, hint = "takes too many steps and was stopped", "Do the work in an action such as python.code."
    else:
        message, hint = error.detail or error.message.split(" (in ")[0], ""
        message = message.replace("end of variable block", "end of the expression")
    place = max(0, min(error.range[0] - shift, len(source))) if error.range else None
    return ExpressionError(f"{shorten(source, place)}: {message}.", source, place, hint)
