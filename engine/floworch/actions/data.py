"""The run's shared key-value state as one node sees it (contract C6.1)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from types import UnionType
from typing import Any, Generic, TypeVar, Union, get_args, get_origin

from floworch.artifact import Artifact, loaded
from floworch.model.own import own
from floworch.model.values import check_value

T = TypeVar("T")


class Key(Generic[T]):
    """A typed name in the data: ``Key[int]("total")``, or ``Key("total", int)``; without a type, any value fits.

    Two keys of the same name and type are equal. A key does not change.
    """

    __slots__ = ("__orig_class__", "_type", "name")
    name: str
    _type: Any

    def __init__(self, name: str, type: type[T] | None = None) -> None:  # noqa: A002 - the word of the interface
        if not isinstance(name, str):
            raise TypeError(f"the name of a Key is a text, not {name!r}: write Key[int]('total')")
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "_type", type)

    def __setattr__(self, name: str, value: Any) -> None:
        if name != "__orig_class__":  # what typing notes for ``Key[int]``
            raise AttributeError(f"a Key does not change: {name!r} cannot be set")
        object.__setattr__(self, name, value)

    @property
    def type(self) -> Any:
        """The type of its value; ``object`` when any fits."""
        if self._type is not None:
            return self._type
        (wanted,) = get_args(getattr(self, "__orig_class__", None)) or (object,)
        return object if wanted is Any or isinstance(wanted, TypeVar) else wanted

    def fits(self, value: Any) -> bool:
        """Whether a value is of its type: an integer is a number, too, and a bool is neither."""
        return _fits(self.type, value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Key) and (self.name, self.type) == (other.name, other.type)

    def __hash__(self) -> int:
        return hash((self.name, self.type))

    def __repr__(self) -> str:
        return f"Key[{_word(self.type)}]({self.name!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return Key, (self.name, self.type)


def _fits(wanted: Any, value: Any) -> bool:
    origin = get_origin(wanted)
    if origin in (Union, UnionType):
        return any(_fits(each, value) for each in get_args(wanted))
    kind = origin if isinstance(origin, type) else type(None) if wanted is None else wanted
    if isinstance(value, bool):
        return kind not in (int, float) and isinstance(value, kind)
    return isinstance(value, kind) or (kind is float and isinstance(value, int))


def _word(wanted: Any) -> str:
    return wanted.__name__ if isinstance(wanted, type) and get_origin(wanted) is None else str(wanted)


class WorkflowData:
    """Thread-safe typed access to the run's data: what was there when the node started, plus its own writes.

    What it gives is the caller's own, and what is set is taken by value: only ``set`` and ``delete`` change the data.

    Args:
        base: The data as of the node's start. It is not copied and must not change afterwards.
        lookup: Gives ``(status, output)`` of a node id for ``status`` and ``output``; None knows no nodes.
    """

    def __init__(
        self,
        base: Mapping[str, Any] | None = None,
        lookup: Callable[[str], tuple[str, Any]] | None = None,
    ) -> None:
        self._base: Mapping[str, Any] = base if base is not None else {}
        self._writes: dict[str, Any] = {}
        self._deleted: set[str] = set()
        self._lookup = lookup
        self._lock = threading.Lock()

    def __getstate__(self) -> dict[str, Any]:
        with self._lock:
            kept = vars(self) | {"_writes": dict(self._writes), "_deleted": set(self._deleted)}
        del kept["_lock"]  # a copy has one of its own
        return kept

    def __setstate__(self, kept: dict[str, Any]) -> None:
        vars(self).update(kept)
        self._lock = threading.Lock()

    def get(self, key: str | Key[T], default: Any = None) -> Any:
        """The value of ``key``, or ``default``. A ``Key[T]`` checks the type and raises TypeError."""
        name = key.name if isinstance(key, Key) else key
        with self._lock:
            value = self._read(name, default)
        if value is default:
            return value
        value = own(loaded(value) if Artifact.made else value)
        if isinstance(key, Key) and not key.fits(value):
            raise TypeError(f"data key {name!r} holds {type(value).__name__}, not {_word(key.type)}")
        return value

    def _read(self, name: str, default: Any) -> Any:
        if name in self._writes:
            return self._writes[name]
        if name in self._deleted:
            return default
        return self._base.get(name, default)

    def get_int(self, key: str, default: int | None = None) -> int | None:
        """The integer at ``key``; ``default`` when absent. Raises TypeError for another type."""
        return _typed(self, key, int, default)  # type: ignore[no-any-return]

    def get_float(self, key: str, default: float | None = None) -> float | None:
        """The number at ``key`` as float; ``default`` when absent. Raises TypeError for another type."""
        value = _typed(self, key, (int, float), default)
        return float(value) if value is not None else None

    def get_bool(self, key: str, default: bool | None = None) -> bool | None:
        """The bool at ``key``; ``default`` when absent. Raises TypeError for another type."""
        return _typed(self, key, bool, default)  # type: ignore[no-any-return]

    def get_str(self, key: str, default: str | None = None) -> str | None:
        """The text at ``key``; ``default`` when absent. Raises TypeError for another type."""
        return _typed(self, key, str, default)  # type: ignore[no-any-return]

    def set(self, key: str | Key[Any], value: Any) -> None:
        """Write a value. Raises TypeError, naming key and type, when it is not a JSON value (contract C6.2) or not of
        the type of a ``Key[T]``."""
        name = key.name if isinstance(key, Key) else key
        if type(name) is not str or not name.isascii():
            check_value({name: None}, "the name of a data key")
        check_value(value, f"data key {name!r}")
        if isinstance(key, Key) and not key.fits(value):
            raise TypeError(f"data key {name!r} takes {_word(key.type)}, not {type(value).__name__}")
        value = own(value)
        with self._lock:
            self._writes[name] = value
            self._deleted.discard(name)

    def has(self, key: str | Key[Any]) -> bool:
        """Whether there is such a key."""
        name = key.name if isinstance(key, Key) else key
        with self._lock:
            return name in self._writes or (name in self._base and name not in self._deleted)

    def delete(self, key: str | Key[Any]) -> bool:
        """Remove a key; whether there was one."""
        name = key.name if isinstance(key, Key) else key
        with self._lock:
            had = name in self._writes or (name in self._base and name not in self._deleted)
            self._writes.pop(name, None)
            if name in self._base:
                self._deleted.add(name)
            return had

    def keys(self) -> list[str]:
        """Every key, sorted."""
        with self._lock:
            names = (set(self._base) - self._deleted) | set(self._writes)
        return sorted(names)

    def __repr__(self) -> str:
        return f"<WorkflowData {', '.join(self.keys())}>"

    def output(self, node: str) -> Any:
        """The output of a completed node as of this node's start. Raises KeyError for an unknown node."""
        return own(loaded(self._node(node)[1]))

    def status(self, node: str) -> str:
        """The status word of a node as of this node's start. Raises KeyError for an unknown node."""
        return self._node(node)[0]

    def _node(self, node: str) -> tuple[str, Any]:
        if self._lookup is None:
            raise KeyError(f"No node can be read here, and {node!r} neither.")
        try:
            return self._lookup(node)
        except KeyError:
            raise KeyError(f"The workflow has no node {node!r}.") from None

    def discard(self) -> None:
        """Forget the writes so far: those of a failed attempt are not seen by the next."""
        with self._lock:
            self._writes.clear()
            self._deleted.clear()

    def changes(self) -> dict[str, Any] | None:
        """The writes so far as ``{"set": {...}, "delete": [...]}``, or None when there are none."""
        with self._lock:
            if not self._writes and not self._deleted:
                return None
            return {"set": dict(self._writes), "delete": sorted(self._deleted)}


def _typed(data: WorkflowData, name: str, wanted: type | tuple[type, ...], default: Any) -> Any:
    """The value at a key, checked for its type; a bool is no number."""
    value = data.get(name, default)
    if value is default:
        return default
    if not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool):
        word = wanted.__name__ if isinstance(wanted, type) else "number"
        raise TypeError(f"data key {name!r} holds {type(value).__name__}, not {word}")
    return value
