"""Actions and middleware of installed packages: entry points named by id, imported when first used."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import TYPE_CHECKING, Any

from floworch.actions.spec import ActionSpec, LayerSpec

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "floworch.actions"
LAYER_GROUP = "floworch.middleware"


class Plugins:
    """The entry points of a group, ``floworch.actions`` or ``floworch.middleware``.

    Each is named by an action id and leads to a function, decorated or plain, or to an ActionSpec; one of a layer leads
    to a function decorated with ``@middleware`` or to a LayerSpec. Only the metadata is read until one is loaded.
    """

    def __init__(self, group: str = GROUP) -> None:
        self._group = group
        self._points: dict[str, EntryPoint] | None = None

    def _found(self) -> dict[str, EntryPoint]:
        if self._points is None:
            from importlib.metadata import entry_points

            self._points = {point.name: point for point in entry_points(group=self._group)}
        return self._points

    def ids(self) -> list[str]:
        """Every id that a package offers."""
        return list(self._found())

    def load(self, action_id: str) -> ActionSpec | None:
        """Import an action and return its spec, or None when no package offers it. Raises whatever its import does."""
        point = self._found().get(action_id)
        if point is None:
            return None
        found: Any = point.load()
        own: Any = getattr(found, "spec", found)
        if isinstance(own, ActionSpec):
            return own
        from floworch.actions.build import build_spec

        return build_spec(found, action_id)

    def load_layer(
        self, layer_id: str, registered: Mapping[str, LayerSpec], broken: MutableMapping[str, str]
    ) -> LayerSpec | None:
        """Import a layer and return its spec, or None when no package offers it or it cannot be loaded.

        Args:
            layer_id: Its name.
            registered: Where ``@middleware`` puts what it decorates.
            broken: Receives, by name, why a layer cannot be loaded.
        """
        point = self._found().get(layer_id)
        if point is None or layer_id in broken:
            return None
        try:
            found: Any = point.load()
        except Exception as error:  # noqa: BLE001 - one broken package must not take the others with it
            broken[layer_id] = f"{type(error).__name__}: {error}"
            return None
        spec = found if isinstance(found, LayerSpec) else registered.get(layer_id)
        if spec is None:
            broken[layer_id] = f"it is not registered: decorate it with @middleware({layer_id!r})"
        return spec
