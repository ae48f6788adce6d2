"""Every action and middleware layer by name: built-ins loaded when first used, plugins when first named."""

from __future__ import annotations

import importlib
import logging
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from floworch.actions.folders import ActionFolder, in_folder, package_of, place_of
from floworch.actions.plugins import LAYER_GROUP, Plugins
from floworch.actions.secret_sources import is_known
from floworch.actions.sources import Listed
from floworch.actions.spec import ActionSpec, LayerSpec
from floworch.actions.suggest import closest
from floworch.errors import UsageError
from floworch.model.rules.unknown import advice

if TYPE_CHECKING:
    from pathlib import Path

    from floworch.model.catalog import ParamIssue

Found = TypeVar("Found")
_LIBRARY = "floworch.actions.library"
#: Names of the built-in layers, which stand a floor above: known here so that none of them is imported to guard them.
BUILTIN_LAYERS = frozenset(
    {"logging", "retry", "timeout", "metrics", "circuit_breaker", "rate_limit", "concurrency", "validation", "tracing",
     "cache", "fallback", "dead_letter", "idempotency"}
)  # fmt: skip
_LOG = logging.getLogger("floworch")
#: Held while the built-in layers are loaded: a second thread that asks meanwhile waits for them.
_LOADING = threading.RLock()


def builtin_actions() -> dict[str, str]:
    """The table of built-in actions, id -> module. The library stands above the registry: it is found by name."""
    table: dict[str, str] = importlib.import_module(_LIBRARY).BUILTIN_ACTIONS
    return table


def _load_builtin_layers() -> None:
    """Register the built-in layers, which stand a floor above: they are found by name."""
    importlib.import_module("floworch.middleware.builtin").register_layers()


class Registry:
    """Actions and layers by name; implements ``floworch.model.catalog.Catalog``.

    A new one knows the built-in actions, the layers, the installed plugins (entry points of the groups
    ``floworch.actions`` and ``floworch.middleware``, named by id) and the actions of the user's folder.
    Names registered in it are seen by it alone;
    ``@action`` registers in the global ``registry``.

    Attributes:
        layer_loader: Called once before the first look-up of a layer; it registers the built-in layers in the
            global registry. None when there is nothing to load.
        broken: Why an action that is known by name could not be loaded, by id.
    """

    #: Whether a secret seems to be set on this machine; the keyring is not opened for it.
    knows_secret = staticmethod(is_known)

    layer_loader: Callable[[], None] | None = staticmethod(_load_builtin_layers)

    def __init__(self) -> None:
        self._actions: dict[str, ActionSpec] = {}
        self._layers: dict[str, LayerSpec] = {}
        self._plugins = Plugins()
        self._layer_plugins = Plugins(LAYER_GROUP)
        self._folder = ActionFolder()
        self._beside: ActionFolder | None = None
        self._dropped = ("", 0)
        self.broken: dict[str, str] = {}

    # actions

    def register(self, spec: ActionSpec, *, replace: bool = False) -> ActionSpec:
        """Add an action and return it. The same module may register an id again (it was reloaded).

        One of a file in a folder whose id another module has is left aside with a warning, whatever ``replace`` says:
        the rest of its file works, and what an id means does not depend on which file was imported first.

        Raises:
            UsageError: Another module has that id; ``replace`` takes it over.
        """
        known = self._actions.get(spec.id)
        owner = _home(known) if known is not None else builtin_actions().get(spec.id)
        if owner is None and in_folder(_home(spec)) and spec.id in self._plugins.ids():
            owner = "an installed package"
        if owner is not None and owner != _home(spec) and not (replace and not in_folder(_home(spec))):
            taken = f"The action id '{spec.id}' is taken by {place_of(owner)}."
            if in_folder(_home(spec)):
                _LOG.warning("%s The one in %s is not used.", taken, place_of(_home(spec)))
                return spec
            raise UsageError(taken, "Choose another id; replace=True puts yours in its place for this process.")
        self._actions[spec.id] = spec
        return spec

    def find_action(self, action_id: str) -> ActionSpec | None:
        """The action of that id, or None when it is unknown or cannot be loaded (then ``broken`` says why).

        A built-in's or plugin's module, or a file of the user's folder, is imported here.
        A function id ``py:...`` imports nothing, see ``resolve``.
        """
        spec = self._actions.get(action_id)
        if spec is not None:
            return spec
        if action_id.startswith("py:"):
            from floworch.actions.functions import find_function

            return find_function(action_id)
        spec = self._load(action_id)
        if spec is not None:
            self._actions[action_id] = spec
        return spec

    def resolve(self, action_id: str) -> ActionSpec:
        """The action of that id, ready to run: the function behind a ``py:`` id is imported. For runs only.

        Raises:
            UsageError: It is unknown (with the closest known id) or cannot be imported.
        """
        spec = self._actions.get(action_id)
        if spec is not None:
            return spec
        if action_id.startswith("py:"):
            from floworch.actions.functions import import_function

            return import_function(action_id)
        spec = self.find_action(action_id)
        if spec is not None:
            return spec
        if action_id in self.broken:
            raise UsageError(f"The action '{action_id}' cannot be loaded: {self.broken[action_id]}")
        raise UsageError(f"There is no action '{action_id}'.", self.suggestion(action_id))

    def suggestion(self, action_id: str) -> str:
        """A sentence of help for an unknown action id: the closest known one, or what to do."""
        ids = self.action_ids()
        return advice(action_id, ids, closest(action_id, ids))[0]

    def action_ids(self) -> Sequence[str]:
        """Every known id, sorted; nothing is imported for it. Function ids are left out."""
        beside = self._beside.listed() if self._beside is not None else {}
        names = {*builtin_actions(), *self._plugins.ids(), *self._folder.listed(), *beside, *self._actions}
        return sorted(name for name in names if not name.startswith("py:"))

    def all_actions(self) -> list[ActionSpec]:
        """Every action in id order, each loaded; those that cannot be loaded are left out (see ``broken``)."""
        return [spec for name in self.action_ids() if (spec := self.find_action(name)) is not None]

    def _load(self, action_id: str) -> ActionSpec | None:
        module = builtin_actions().get(action_id)
        self.broken.pop(action_id, None)
        try:
            if module is None:
                return (
                    self._plugins.load(action_id)
                    or self._folder.load(action_id)
                    or self._load_beside_by(ActionFolder.load, action_id)
                )
            if action_id not in registry._actions:
                importlib.import_module(module)
        except Exception as error:  # noqa: BLE001 - one broken family or plugin must not take the others with it
            self.broken[action_id] = f"{type(error).__name__}: {error}"
            return None
        spec = registry._actions.get(action_id)
        if spec is None:
            self.broken[action_id] = f"{module} does not define it"
        return spec

    def passed_over(self) -> list[tuple[str, str, str]]:
        """What two files of one folder define: ``(id, file that counts, file that does not)``."""
        folders = (self._folder, self._beside)
        return [each for folder in folders if folder is not None for each in folder.passed_over()]

    def _load_beside_by(self, load: Callable[[ActionFolder, str], Found | None], name: str) -> Found | None:
        """What is in the one more folder; what its import registers for everybody is taken back."""
        if self._beside is None:
            return None
        try:
            return load(self._beside, name)
        finally:
            home = f"{package_of(self._beside.path)}."
            for own in [each for each, spec in registry._actions.items() if f"{_home(spec)}.".startswith(home)]:
                del registry._actions[own]
            listed = self._beside.listed_layers()  # one whose name is worked out is found in the registry only
            for own in [each for each, layer in registry._layers.items() if each in listed and _made_in(layer, home)]:
                del registry._layers[own]

    # layers

    def register_layer(self, spec: LayerSpec, *, replace: bool = False) -> LayerSpec:
        """Add a middleware layer, or replace one of that name that is not built in, and return it.

        One of a file in a folder that has the name of a built-in layer is left aside with a warning, as actions are.

        Raises:
            UsageError: A built-in layer has that name; ``replace`` puts this one in its place.
        """
        if spec.id in BUILTIN_LAYERS:
            taken = f"The middleware name '{spec.id}' is taken by a built-in layer."
            if in_folder(_maker_home(spec)):
                _LOG.warning("%s The one in %s is not used.", taken, place_of(_maker_home(spec)))
                return spec
            if not replace:
                raise UsageError(taken, "Choose another name; replace=True puts yours in its place for this process.")
            self._all_layers()  # else the built-in ones, loaded later, would take the place back
        self._layers[spec.id] = spec
        return spec

    def find_layer(self, layer_id: str) -> LayerSpec | None:
        """The layer of that name, or None when it is unknown or cannot be loaded (then ``broken`` says why).

        The module of a layer that an installed package offers, or a file of the user's folder, is imported here.
        A name ``py:module:function`` imports nothing before a run makes the layer.
        """
        if layer_id.startswith("py:"):
            from floworch.actions.own_layers import find_named_layer

            return find_named_layer(layer_id)
        found = self._layers.get(layer_id) or self._all_layers().get(layer_id)
        if found is None:
            found = self._layer_plugins.load_layer(layer_id, registry._layers, self.broken)
            found = found or self._load_folder_layer(layer_id)
            if found is not None:
                self._layers[layer_id] = found
        return found

    def _load_folder_layer(self, layer_id: str) -> LayerSpec | None:
        if layer_id not in self._layer_plugins.ids():
            self.broken.pop(layer_id, None)
        try:
            return self._folder.load_layer(layer_id) or self._load_beside_by(ActionFolder.load_layer, layer_id)
        except Exception as error:  # noqa: BLE001 - one broken file must not take the others with it
            self.broken[layer_id] = f"{type(error).__name__}: {error}"
            return None

    def offers_layer(self, layer_id: str) -> bool:
        """Whether an installed package offers a layer of that name, so that every process knows it."""
        return layer_id in self._layer_plugins.ids()

    def layer_ids(self) -> Sequence[str]:
        """Every known layer name, sorted; nothing is imported for it."""
        beside = self._beside.listed_layers() if self._beside is not None else {}
        return sorted({*self._all_layers(), *self._layer_plugins.ids(), *self._folder.listed_layers(), *beside})

    def all_layers(self) -> list[LayerSpec]:
        """Every layer in name order, each loaded; those that cannot be loaded are left out (see ``broken``).

        One in a file of the user's folder is a stand-in until a workflow uses it: no file is imported to list it.
        """
        return [layer for name in self.layer_ids() if (layer := self._outlined(name) or self.find_layer(name))]

    def _outlined(self, name: str) -> LayerSpec | None:
        listed = outline_layer(self, name)
        if listed is None:
            return None
        from floworch.actions.own_layers import stand_in

        def load() -> LayerSpec:
            spec = self.find_layer(name)
            if spec is None:
                raise UsageError(f"The middleware '{name}' cannot be loaded: {self.broken.get(name)}.")
            return spec

        return stand_in(name, listed.title, listed.summary, listed.icon, load)

    def check_layer(self, use: str, options: Mapping[str, Any]) -> Sequence[ParamIssue] | None:
        """What is wrong with a middleware entry's options; None when the layer is unknown."""
        layer = self.find_layer(use)
        if layer is None:
            return None
        from floworch.actions.params import check_options

        return check_options(layer, options)

    def layer_names(self, use: str) -> frozenset[str]:
        """What expressions in a layer's options see besides the names of the run; none for an unknown layer."""
        layer = self.find_layer(use)
        return layer.names if layer is not None else frozenset()

    def _all_layers(self) -> dict[str, LayerSpec]:
        with _LOADING:
            loader, registry.layer_loader = registry.layer_loader, None
            if loader is not None:
                loader()
        return {**registry._layers, **self._layers}

    def reread(self) -> bool:
        """Let go of what was imported from the user's folder when a file of it was changed or removed since.

        Runs nothing: whoever looks an action up next imports its file anew, and the list of actions is read from the
        files at each use anyway. Returns whether there was anything to let go of.
        """
        found = self._folder.drop_edited()
        if found[1] == 0 or found == self._dropped:
            return False
        self._dropped, home = found, f"{found[0]}."
        for known in (self, registry):
            for own in [each for each, spec in known._actions.items() if f"{_home(spec)}.".startswith(home)]:
                del known._actions[own]
            for own in [each for each, layer in known._layers.items() if _made_in(layer, home)]:
                del known._layers[own]
        return True

    def copy(self) -> Registry:
        """Return a registry with the same names; registering in one does not change the other."""
        other = Registry()
        other._actions = dict(self._actions)
        other._layers = dict(self._layers)
        other._plugins = self._plugins
        other._layer_plugins = self._layer_plugins
        other._folder = self._folder
        other._beside = self._beside
        other._dropped = self._dropped
        return other

    def listed_beside(self, source: Path) -> Collection[str]:
        """Ids of the actions and layers that Python files in ``actions/`` beside a definition define, by their text."""
        folder = ActionFolder.of(source.parent / "actions")
        return {*folder.listed(), *folder.listed_layers()}

    def with_folder(self, folder: Path) -> Registry:
        """A registry that knows the actions in the files of one more folder, too, behind all others; seen by it alone.

        They are imported when they are used: the caller has made sure that the user agrees.
        """
        other = self.copy()
        other._beside = ActionFolder.of(folder)
        return other


def outline(known: Registry, action_id: str) -> Listed | None:
    """What is known of an action of a package or of the user's folder that was not imported yet; else None."""
    if action_id in known._actions or action_id in builtin_actions():
        return None
    found = known._plugins.outline(action_id) or known._folder.listed().get(action_id)
    return known._beside.listed().get(action_id) if found is None and known._beside is not None else found


def outline_layer(known: Registry, layer_id: str) -> Listed | None:
    """What is known of a layer of the user's folder, or the one beside, that was not imported yet; else None."""
    if layer_id in known._all_layers() or layer_id in known._layer_plugins.ids():
        return None
    found = known._folder.listed_layers().get(layer_id)
    return known._beside.listed_layers().get(layer_id) if found is None and known._beside is not None else found


def _made_in(layer: LayerSpec, home: str) -> bool:
    return f"{_maker_home(layer)}.".startswith(home)


def _maker_home(layer: LayerSpec) -> str:
    """The module of the function that ``@middleware`` made a layer of, else an empty text."""
    return str(getattr(getattr(layer.make, "__self__", None), "__module__", ""))


def _home(spec: ActionSpec) -> str:
    return getattr(spec.fn, "__module__", None) or type(spec.fn).__module__


#: The global registry: what ``@action`` and ``@middleware`` fill and an Engine uses unless it is given another.
registry = Registry()
