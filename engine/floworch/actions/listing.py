"""Every action that can be drawn, of all sources, without importing what others wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from floworch.actions.folders import place_of
from floworch.actions.registry import outline, outline_layer
from floworch.actions.sources import Listed

if TYPE_CHECKING:
    from floworch.actions.registry import Registry
    from floworch.actions.spec import ActionSpec


def list_actions(registry: Registry) -> list[Listed]:
    """Return every known action in id order.

    Built-in ones, and those that this process already has, are described by their specs; those of packages and of the
    user's folder by the syntax trees of their files.
    """
    found = []
    for name in registry.action_ids():
        entry = outline(registry, name)
        if entry is None:
            spec = registry.find_action(name)
            entry = of_spec(spec) if spec is not None else None
        if entry is not None:
            found.append(entry)
    return found


def list_layers(registry: Registry) -> list[Listed]:
    """Return every known layer of middleware in name order; nothing of the user's folder is imported for it."""
    found = []
    for name in registry.layer_ids():
        entry = outline_layer(registry, name)
        if entry is None and (spec := registry.find_layer(name)) is not None:
            entry = Listed(spec.id, spec.title, spec.summary, icon=spec.icon)
        if entry is not None:
            found.append(entry)
    return found


def of_spec(spec: ActionSpec) -> Listed:
    """A loaded action as an entry of the list."""
    home = getattr(spec.fn, "__module__", "") or ""
    source = "built in" if home.startswith("floworch.") else place_of(home)
    return Listed(
        spec.id, spec.title, spec.summary, spec.category, spec.icon, spec.version, spec.container, source,
        getattr(spec.fn, "__name__", ""),
    )  # fmt: skip
