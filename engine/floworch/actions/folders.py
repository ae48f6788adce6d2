"""A folder of Python files that define actions and middleware: listed by reading them, imported when one is used.

The files of a folder are the modules of a package whose name says where the folder is, so that a worker process can
import the same function by its name (``ensure_package``), and so that two folders never mix.
"""

from __future__ import annotations

import importlib
import os
import stat
import sys
import threading
import types
from importlib.machinery import FileFinder, ModuleSpec, SourceFileLoader
from pathlib import Path
from typing import TYPE_CHECKING, Any

from floworch.actions.sources import Listed, read_actions, read_layers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from floworch.actions.spec import ActionSpec, LayerSpec

#: The package that holds one package for each folder.
PACKAGE = "floworch_folders"
_LARGEST = 2_000_000


def user_folder() -> Path:
    """The user's own actions: ``FLOWORCH_ACTIONS``, else ``actions`` in the configuration directory of the product."""
    own = os.environ.get("FLOWORCH_ACTIONS")
    if own:
        return Path(own)
    configuration = os.environ.get("FLOWORCH_CONFIG_DIR")
    if configuration:
        return Path(configuration) / "actions"
    from platformdirs import user_config_path

    return user_config_path("floworch", appauthor=False) / "actions"


def package_of(folder: Path) -> str:
    """The name of the package that stands for a folder; it can be turned back into the path."""
    return f"{PACKAGE}.x{os.fsencode(folder.absolute()).hex()}"


def in_folder(module: str) -> bool:
    """Whether a module is a file of a folder of actions."""
    return module.startswith(f"{PACKAGE}.")


def place_of(module: str) -> str:
    """Where a module is, for a message: the path of a file of a folder, else its name."""
    if not in_folder(module):
        return module
    _, encoded, *names = module.split(".")
    return str(Path(os.fsdecode(bytes.fromhex(encoded.removeprefix("x"))), *names)) + ".py"


def ensure_package(module: str) -> None:
    """Make the package of a folder known to Python, where the name of a module is below one; else do nothing."""
    top, _, rest = module.partition(".")
    if top != PACKAGE:
        return
    encoded = rest.partition(".")[0]
    name = f"{PACKAGE}.{encoded}"
    if name in sys.modules:
        return
    if not any(isinstance(each, _Finder) for each in sys.meta_path):
        sys.meta_path.insert(0, _Finder())
    folder = os.fsdecode(bytes.fromhex(encoded.removeprefix("x")))
    for package, path in ((PACKAGE, []), (name, [folder])):
        if package not in sys.modules:
            made = types.ModuleType(package)
            made.__path__ = path
            sys.modules[package] = made


class _AsWritten(SourceFileLoader):
    """Compiles the text of a file each time.

    What Python keeps in ``__pycache__`` is another program than the one that was read and trusted: it may come with
    the folder, and it counts as fresh when the file was edited within a second to a text of the same length.
    """

    def get_code(self, fullname: str) -> types.CodeType | None:
        path = self.get_filename(fullname)
        _IMPORTED[fullname] = _stamp(Path(path))
        return self.source_to_code(self.get_data(path), path)


class _Finder:
    """Finds the modules of folders of actions: Python text only, no compiled file."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None, target: types.ModuleType | None = None) -> ModuleSpec | None:
        if not name.startswith(f"{PACKAGE}."):
            return None
        for folder in path or ():
            found = FileFinder(folder, (_AsWritten, [".py"])).find_spec(name, target)
            if found is not None:
                _refuse_link(folder, name)
                return found
        # none of the finders after this one, which take compiled files
        raise ModuleNotFoundError(f"No module named {name.rpartition('.')[2]!r} in the folder of actions", name=name)

    @staticmethod
    def invalidate_caches() -> None:
        """Nothing is kept."""


def _refuse_link(folder: str, name: str) -> None:
    """Trust is given to the files of the folder and below: what a link to another folder leads to is not among them.

    Raises:
        ModuleNotFoundError: The module is such a link.
    """
    place = os.path.join(folder, name.rpartition(".")[2])
    if os.path.isdir(place) and os.path.realpath(place) != os.path.join(os.path.realpath(folder), Path(place).name):
        raise ModuleNotFoundError(f"{place} is a link to another folder; copy that folder here", name=name)


def import_file(name: str) -> types.ModuleType:
    """Import the module of a file of a folder; when one of the files in use was edited since, import all anew.

    Raises whatever the import does.
    """
    with _LOCK:
        ensure_package(name)
        package = ".".join(name.split(".")[:2])
        _drop_edited(package)
        return importlib.import_module(name)


def _drop_edited(package: str) -> None:
    """Let go of all modules of a folder when the file of one was changed or removed since it was imported."""
    known = [each for each in list(sys.modules) if each.startswith(f"{package}.")]
    files = {each: getattr(sys.modules[each], "__file__", None) for each in known}  # a folder below has none
    if any(file and _IMPORTED.get(each) != _stamp(Path(file)) for each, file in files.items()):
        _DROPPED[package] = _DROPPED.get(package, 0) + 1
        for each in known:
            del sys.modules[each]
            vars(sys.modules[package]).pop(each.removeprefix(f"{package}."), None)


class ActionFolder:
    """The actions of one folder.

    Args:
        path: The folder; None for the user's own (``user_folder``), which is looked up at each use.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._read: dict[Path, tuple[int, list[Listed], list[Listed]]] = {}

    @classmethod
    def of(cls, path: Path) -> ActionFolder:
        """The folder of that path, the same object each time, so that a file that changed is imported anew."""
        return _KNOWN.setdefault(path.absolute(), cls(path.absolute()))

    @property
    def path(self) -> Path:
        """Where it is; it need not exist."""
        return self._path if self._path is not None else user_folder()

    def listed(self) -> dict[str, Listed]:
        """What the files of the folder define, by id; of two with the same id, the first file's. Runs nothing."""
        found: dict[str, Listed] = {}
        for file in self._files():
            for entry in self._entries(file)[1]:
                found.setdefault(entry.id, entry)
        return found

    def listed_layers(self) -> dict[str, Listed]:
        """The same of what they decorate with ``@middleware``, by the word for ``use``."""
        found: dict[str, Listed] = {}
        for file in self._files():
            for entry in self._entries(file)[2]:
                found.setdefault(entry.id, entry)
        return found

    def passed_over(self) -> list[tuple[str, str, str]]:
        """Ids of actions and layers that more than one file defines: ``(id, file that counts, file that does not)``."""
        again: list[tuple[str, str, str]] = []
        actions: dict[str, str] = {}
        layers: dict[str, str] = {}
        for file in self._files():
            _, listed, listed_layers = self._entries(file)
            for first, entries in ((actions, listed), (layers, listed_layers)):
                again += [
                    (entry.id, first[entry.id], entry.source)
                    for entry in entries
                    if first.setdefault(entry.id, entry.source) != entry.source
                ]
        return again

    def load(self, action_id: str) -> ActionSpec | None:
        """Import the file of an action and return its spec; None when the folder has none of that id.

        A file that was edited since is imported again. Raises whatever its import does.
        """
        entry = self.listed().get(action_id)
        if entry is None:
            return None
        spec: ActionSpec = _imported(entry).spec
        return spec

    def load_layer(self, name: str) -> LayerSpec | None:
        """The same for a layer of middleware."""
        entry = self.listed_layers().get(name)
        if entry is None:
            return None
        spec: LayerSpec = _imported(entry).spec
        return spec

    def drop_edited(self) -> tuple[str, int]:
        """Let go of what was imported from here when a file of it was changed or removed since.

        Returns the name of its package, and how often that was so: what was imported before the last time is old.
        """
        package = package_of(self.path)
        with _LOCK:
            _drop_edited(package)
            return package, _DROPPED.get(package, 0)

    def _files(self) -> list[Path]:
        try:
            return sorted(
                file.absolute()
                for file in self.path.iterdir()
                if file.suffix == ".py" and file.stem.isidentifier() and not file.name.startswith(("_", "test_"))
            )
        except OSError:
            return []

    def _entries(self, file: Path) -> tuple[int, list[Listed], list[Listed]]:
        stamp = _stamp(file)
        known = self._read.get(file)
        if known is None or known[0] != stamp:
            text = _text(file)
            known = self._read[file] = (stamp, read_actions(text, str(file)), read_layers(text, str(file)))
        return known


def _text(file: Path) -> bytes:
    """What stands in a file; nothing of one that is too large, or is a pipe or device, which would never end."""
    try:
        if not stat.S_ISREG(file.stat().st_mode):
            return b""
        with file.open("rb") as opened:
            found = opened.read(_LARGEST + 1)
    except OSError:
        return b""
    return found if len(found) <= _LARGEST else b""


def _imported(entry: Listed) -> Any:
    """The function that an entry of a folder is about."""
    file = Path(entry.source)
    return getattr(import_file(f"{package_of(file.parent)}.{file.stem}"), entry.function)


_KNOWN: dict[Path, ActionFolder] = {}
_LOCK = threading.RLock()
#: How often the modules of a package were let go of because a file was edited.
_DROPPED: dict[str, int] = {}
#: What a file looked like when its module was imported.
_IMPORTED: dict[str, int] = {}


def _stamp(file: Path) -> int:
    try:
        found = file.stat()
    except OSError:
        return -1
    return hash((found.st_mtime_ns, found.st_size, found.st_ino))
