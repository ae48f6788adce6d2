"""Layers of ``@middleware`` by the name of their function, ``py:module:qualname``, and the way back to the function.

The rules are those of functions as actions (``floworch.actions.functions``): looking a name up imports nothing, a run
does.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable
from typing import Any

from pydantic import BaseModel, ConfigDict

from floworch.actions.complaints import joined
from floworch.actions.folders import PACKAGE
from floworch.actions.functions import import_named, in_this_program, new_id
from floworch.actions.params import check_options
from floworch.actions.spec import LayerSpec
from floworch.errors import UsageError
from floworch.model.python_names import NAME

#: Every layer that this process knows by the name of its function. Shared by all registries, as functions are.
LAYERS: dict[str, LayerSpec] = {}
_BY_MAKER: dict[Any, str] = {}


class _AnyOptions(BaseModel):
    """What may stand under ``with`` of a layer that was not imported."""

    model_config = ConfigDict(extra="allow")


def name_of(maker: Any) -> str:
    """What ``use`` is for a function decorated with ``@middleware``.

    ``py:module:qualname``; of one that no name leads back to a name that works in this process only. The registered
    name stays that of a layer in a folder of actions, whose module has no name of its own.
    """
    if str(maker.__module__).startswith(f"{PACKAGE}."):
        return str(maker.spec.id)
    if maker not in _BY_MAKER:
        found = new_id(maker, LAYERS)
        _BY_MAKER[maker] = found
        LAYERS[found] = maker.spec
    return _BY_MAKER[maker]


def find_named_layer(name: str) -> LayerSpec | None:
    """The layer of such a name, without importing anything; None when the name leads nowhere.

    One that this process has not met is described by a stand-in that takes any options and imports the function when a
    run makes the layer.
    """
    known = LAYERS.get(name)
    if known is not None:
        return known
    match = NAME.fullmatch(name)
    if match is None or not in_this_program(name):
        return None

    word = match[2].rpartition(".")[2]
    title = word.replace("_", " ").strip().capitalize() or word
    summary = f"The layer {match[2]} of the module {match[1]}."
    return stand_in(name, title, summary, "code", lambda: import_layer(name))


def stand_in(name: str, title: str, summary: str, icon: str, load: Callable[[], LayerSpec]) -> LayerSpec:
    """A layer that is not imported yet: it takes any options, and ``load`` imports it when a run makes it."""

    def make(options: _AnyOptions) -> Any:
        spec = load()
        given = options.model_extra or {}
        issues = check_options(spec, given)
        if issues:
            message, hint = joined(issues)
            raise UsageError(f"{name}: {message}", hint)
        return spec.make(spec.options.model_validate(given))

    return LayerSpec(name, make, _AnyOptions, title, summary, icon)


def import_layer(name: str) -> LayerSpec:
    """Import the layer of such a name. This runs the module's code.

    Raises:
        UsageError: The name has another form, the module cannot be imported, or there is no layer of that name in it.
    """
    known = LAYERS.get(name)
    if known is not None:
        return known
    found = import_named(name)
    spec = getattr(found, "spec", None)
    if not isinstance(spec, LayerSpec):
        if not inspect.iscoroutinefunction(found):
            _, module, word = name.split(":")
            raise UsageError(
                f"{name}: '{word}' of the module '{module}' is not a middleware.",
                "Decorate it with @middleware('name').",
            )
        # a plain function, as a plain one can be an action; the class stands a floor above
        spec = importlib.import_module("floworch.middleware.custom").CustomLayer(found.__name__, found).spec
    LAYERS[name] = spec
    return spec
