"""Functions that make layers, ``retry(3, delay="1s")``: what they are given is checked at once, as in a definition."""

from __future__ import annotations

import functools
import importlib
import inspect
import os
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from logging import Logger
from typing import Any, ParamSpec

from floworch.actions.complaints import joined
from floworch.actions.functions import spec_of
from floworch.actions.params import Optioned, check_options
from floworch.actions.spec import LayerSpec
from floworch.errors import UsageError
from floworch.middleware.layer import Layer
from floworch.model.catalog import ParamIssue

P = ParamSpec("P")


def factory(make: Callable[P, Layer]) -> Callable[P, Layer]:
    """Decorate the function of a built-in layer, so that what it makes can be written into a definition again.

    The function's name is that of the layer, and its parameters have the names of the layer's options; those that no
    option is called by, such as a clock, are passed on. A function as ``action`` stands for its id. A wrong option
    raises UsageError in the words of ``validate``.
    """
    signature = inspect.signature(make)
    name = make.__name__

    @functools.wraps(make)
    def made(*args: P.args, **kwargs: P.kwargs) -> Layer:
        given = named(name, signature, args, kwargs)
        if callable(given.get("action")):
            given["action"] = spec_of(given["action"]).id
        check(name, _builtin(name), signature, given)
        layer = make(**given)  # type: ignore[call-arg] # pyright: ignore[reportCallIssue] - they are of the signature
        layer.options = given
        return layer

    made.makes_layer = True  # type: ignore[attr-defined]
    return made


def of_options(make: Callable[..., Layer]) -> Callable[[Any], Layer]:
    """How a layer is made from options that are checked already: the parameters of its factory have their names."""
    bare: Callable[..., Layer] = inspect.unwrap(make)
    return lambda options: bare(**{name: getattr(options, name) for name in type(options).model_fields})


def layered(layer: Any) -> Any:
    """The layer that is meant: a factory that was not called stands for one without options."""
    return layer() if getattr(layer, "makes_layer", False) else layer


def named(name: str, signature: inspect.Signature, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """The options by name; paths become text, timedeltas seconds, loggers their name; what is read once becomes a list.

    A number where a layer has its name first is the option after it.

    Raises:
        UsageError: An action stands where options are wanted, there are more values than names, or one is given twice.
    """
    if len(args) == 1 and not kwargs and inspect.isroutine(args[0]):
        raise UsageError(f"{name} was given an action where its options are wanted: write {name}(...)(action).")
    places = [each.name for each in signature.parameters.values() if each.kind is each.POSITIONAL_OR_KEYWORD]
    if places[:1] == ["name"] and args and type(args[0]) in (int, float):
        del places[0]  # rate_limit(10, 1.0): nobody names a layer 10
    if len(args) > len(places):
        count = f"{len(places) or 'no'} value{'' if len(places) == 1 else 's'}"
        rest = [each for each in signature.parameters if each not in places] or places
        how = f" Give options by name: {', '.join(f'{each}=...' for each in rest)}." if rest else ""
        raise UsageError(f"{name}(...) takes {count} without a name, not {len(args)}.{how}")
    given = dict(zip(places, args, strict=False))
    for key in given:
        if key in kwargs:
            raise UsageError(f"{name}(...): '{key}' is given twice, by its place and by its name.")
    return {key: _plain(value) for key, value in {**given, **kwargs}.items()}


def check(name: str, spec: Optioned, signature: inspect.Signature, given: Mapping[str, Any]) -> None:
    """Compare what is given with the options of the layer.

    Raises:
        UsageError: It does not fit; the message names every wrong option as ``validate`` does.
    """
    own = spec.options.model_fields
    issues = [
        ParamIssue(each.name, f"'{each.name}' is missing.", f"Give '{each.name}' a value.")
        for each in signature.parameters.values()
        if each.default is each.empty and each.kind is not each.VAR_KEYWORD and each.name not in given
    ]
    missing = {issue.path for issue in issues}
    options = {key: value for key, value in given.items() if key in own or key not in signature.parameters}
    issues += [issue for issue in check_options(spec, options) if issue.path not in missing]
    if issues:
        message, hint = joined(issues)
        raise UsageError(f"{name}(...): {message} {hint}".rstrip())  # print(error) shows no hint


def _plain(value: Any) -> Any:
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, Logger):
        return value.name
    return list(value) if isinstance(value, Iterator) else value


def _builtin(name: str) -> Optioned:
    """What is registered of a built-in layer; the table holds the functions themselves, so it is found by name."""
    table: tuple[LayerSpec, ...] = importlib.import_module("floworch.middleware.builtin").BUILTIN_LAYERS
    return next(spec for spec in table if spec.id == name)
