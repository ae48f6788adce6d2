"""Actions and middleware of installed packages: entry points named by id, imported when first used."""

from __future__ import annotations

import sys
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from floworch.actions.sources import Listed, read_function
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

    def outline(self, action_id: str) -> Listed | None:
        """What the source file of an offered action says of it, without importing it; None when none is offered."""
        point = self._found().get(action_id)
        if point is None:
            return None
        module, _, function = str(getattr(point, "value", "")).partition(":")
        package = getattr(getattr(point, "dist", None), "name", "") or module.partition(".")[0]
        text = _source(module, getattr(point, "dist", None))
        found = read_function(text, function, action_id, package) if text is not None else None
        return found if found is not None else Listed(action_id, action_id, source=package)

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


def _source(module: str, package: Any) -> bytes | None:
    """The source of a module by name, found without importing the packages around it."""
    path = Path(*module.split("."))
    places = [Path(str(package.locate_file("")))] if package is not None else []
    for place in (*places, *map(Path, sys.path)):
        for file in (place / path.with_suffix(".py"), place / path / "__init__.py"):
            try:
                return file.read_bytes()
            except OSError:
                continue
    return None
