"""Actions of installed packages: entry points named by action id, imported when first used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from floworch.actions.spec import ActionSpec

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "floworch.actions"


class Plugins:
    """The entry points of the group ``floworch.actions``.

    Each is named by an action id and leads to a function, decorated or plain, or to an ActionSpec. Only the
    metadata is read until one is loaded.
    """

    def __init__(self) -> None:
        self._points: dict[str, EntryPoint] | None = None

    def _found(self) -> dict[str, EntryPoint]:
        if self._points is None:
            from importlib.metadata import entry_points

            self._points = {point.name: point for point in entry_points(group=GROUP)}
        return self._points

    def ids(self) -> list[str]:
        """Every action id that a package offers."""
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
