"""Layers made in Python as entries of a definition's ``middleware``; the layers themselves stand a floor above."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from floworch.errors import UsageError
from floworch.model.values import check_value
from floworch.model.workflow import Layer

if TYPE_CHECKING:
    from floworch.model.catalog import Catalog

Plain = Callable[[Any], Any]
_NO_LAYER = "A middleware is a name, an object with 'use', or a layer such as retry(3), not {}."


def unwrapped(action: Any, catalog: Catalog, plain: Plain) -> tuple[Any, list[dict[str, Any]]]:
    """``(action, layers)``: what layers are wrapped around, and the layers as a definition holds them.

    The action as it is and no layers, when one of them cannot be written down or the function cannot be found again.
    ``plain`` makes JSON values of what Python values stand for.
    """
    inner, found = action, []
    while isinstance(wraps := getattr(inner, "floworch_wraps", None), tuple):
        if hasattr(inner, "spec"):
            break  # @action above @retry(3): the registered action is the function with the layer in it
        layers, inner = wraps
        for layer in layers:
            entry = _entry(layer, catalog, plain) if getattr(layer, "portable", False) else None
            if entry is None:
                return action, []
            found.append(entry)
    if inner is action or isinstance(inner, str):
        return action, []
    from floworch.actions.functions import is_portable, spec_of

    return (inner, found) if is_portable(spec_of(inner).id) else (action, [])


def layers_of(action: Any) -> tuple[list[Any], Any]:
    """The layers around a function, outermost first, and what is inside them."""
    found: list[Any] = []
    while isinstance(wraps := getattr(action, "floworch_wraps", None), tuple):
        layers, action = wraps
        found.extend(layers)
    return found, action


def undoing(action: Any, plain: Plain) -> tuple[Any, dict[str, Any]]:
    """The function that compensates, and the fields that a retry around it stands for: ``retry`` and ``timeout``.

    Raises:
        UsageError: A retry is among other layers, where it would do nothing: attempts of a compensation are its own.
    """
    layers, inner = layers_of(action)
    names = [getattr(layer, "name", "") for layer in layers]
    if "retry" not in names:
        return action, {}
    try:
        options = [plain(layer.options) for layer in layers]
        check_value(options, "retry")
    except (AttributeError, TypeError):  # such as a predicate
        options = []
    if options and names in (["retry"], ["retry", "timeout"]) and all(layer.when is None for layer in layers):
        return inner, {"retry": options[0], **({"timeout": options[1]["after"]} if len(options) > 1 else {})}
    raise UsageError(
        "A retry among the layers of a compensation does nothing.",
        "Write compensate={'action': ..., 'retry': {...}, 'timeout': ...}; other layers may stay around the function.",
    )


def entry_of(layer: Any, catalog: Catalog, plain: Plain) -> Any:
    """A middleware entry in file form.

    Raises:
        UsageError: It is none, or a definition cannot hold it.
    """
    if isinstance(layer, str):
        return {"use": layer}
    if isinstance(layer, (Layer, Mapping)):
        return plain(layer)
    if getattr(layer, "makes_layer", False):
        layer = layer()
    entry = _entry(layer, catalog, plain)
    if entry is None:
        what = f"the function {layer.__name__}" if hasattr(layer, "__name__") else f"{layer!r}"
        if hasattr(layer, "made_of"):
            raise UsageError(
                f"A definition cannot hold {what}: it has a function or another object of Python in it, "
                "or two conditions.",
                "Wrap the action in it: compose([layer], action). A condition can be an expression instead.",
            )
        raise UsageError(
            _NO_LAYER.format(what),
            "Register a function with @middleware('name') and use the name; or wrap the action in it: compose([layer], "
            "action).",
        )
    return entry


def _entry(layer: Any, catalog: Catalog, plain: Plain) -> dict[str, Any] | None:
    """The entry of a layer that functions such as ``retry`` made; None when no definition can hold it."""
    options = getattr(layer, "options", None)
    if not isinstance(options, Mapping):
        return None
    try:
        given = plain(options)
        check_value(given, layer.name)
        use = _use(layer, catalog)
    except TypeError:  # such as a clock
        return None
    when = {"when": layer.when} if layer.when is not None else {}
    return {"use": use, **({"with": given} if given else {}), **when}


def _use(layer: Any, catalog: Catalog) -> str:
    """What leads to a layer everywhere: the name of a built-in or installed one, else that of its function."""
    maker = getattr(layer, "maker", None)
    if maker is None:
        return str(layer.name)
    offers, find = getattr(catalog, "offers_layer", None), getattr(catalog, "find_layer", None)
    if offers is not None and find is not None and offers(layer.name) and find(layer.name) is maker.spec:
        return str(layer.name)
    from floworch.actions.own_layers import name_of

    return name_of(maker)
