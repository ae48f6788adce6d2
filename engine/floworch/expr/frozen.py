"""The read-only form of values that expressions see: nothing an expression calls can change the run's data.

Objects and lists become subclasses of dict and list without their changing methods, so that they compare, add and
print as usual. Datetimes become ISO-8601 text. Decimals and integers beyond 128 bits become ``Exact``: they can be
passed on, printed and given to filters, but neither calculated with nor compared, because that would round them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextvars import ContextVar
from datetime import datetime
from decimal import Decimal
from typing import Any, NoReturn

from floworch.artifact import Artifact
from floworch.errors import ExpressionError

_LOW, _HIGH = -(1 << 127), (1 << 127) - 1
_READ_ONLY = "expressions cannot change values"

#: Set while an expression that calculates or compares runs; an Exact value that it takes out of an object is noted.
noted: ContextVar[list[Exact] | None] = ContextVar("noted", default=None)


class _Hidden:
    """A method of dict or list that expressions must not find."""

    def __get__(self, instance: object, owner: type | None = None) -> NoReturn:
        raise AttributeError(_READ_ONLY)


#: Typed loosely: it takes the place of methods on purpose.
_HIDDEN: Any = _Hidden()


class FrozenDict(dict[str, Any]):
    """An object that cannot be changed."""

    __slots__ = ()
    clear = copy = fromkeys = pop = popitem = setdefault = update = _HIDDEN

    def _refuse(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError(_READ_ONLY)

    __setitem__ = __delitem__ = __ior__ = _refuse


class FrozenList(list[Any]):
    """A list that cannot be changed."""

    __slots__ = ()
    append = clear = copy = count = extend = index = insert = _HIDDEN
    pop = remove = reverse = sort = _HIDDEN

    def _refuse(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError(_READ_ONLY)

    __setitem__ = __delitem__ = __iadd__ = __imul__ = _refuse


def _note(value: Any) -> Any:
    if isinstance(value, Exact) and (seen := noted.get()) is not None:
        seen.append(value)
    return value


class _WatchedDict(FrozenDict):
    """A FrozenDict that holds Exact values and notes when one is read."""

    __slots__ = ()

    def __getitem__(self, key: str) -> Any:
        return _note(super().__getitem__(key))

    def get(self, key: str, default: Any = None) -> Any:
        """As dict.get."""
        return _note(super().get(key, default))

    def values(self) -> Any:
        """As dict.values, as a list."""
        return [_note(value) for value in super().values()]

    def items(self) -> Any:
        """As dict.items, as a list."""
        return [(key, _note(value)) for key, value in super().items()]


class _WatchedList(FrozenList):
    """A FrozenList that holds Exact values and notes when one is read."""

    __slots__ = ()

    def __getitem__(self, key: Any) -> Any:
        return _note(super().__getitem__(key))

    def __iter__(self) -> Iterator[Any]:
        return (_note(value) for value in super().__iter__())


class Exact:
    """A decimal or an integer beyond 128 bits, opaque to expressions."""

    __slots__ = ("_value",)

    def __init__(self, value: Decimal | int) -> None:
        self._value = value

    def __str__(self) -> str:
        value = self._value
        return format(value if isinstance(value, Decimal) else Decimal(value), "f") if _long(value) else str(value)

    __repr__ = __str__


def _long(value: Decimal | int) -> bool:
    return isinstance(value, int) and value.bit_length() > 10_000


class FrozenView(Mapping[str, Any]):
    """A lazy mapping whose values are frozen when they are read."""

    __slots__ = ("_source",)

    def __init__(self, source: Mapping[str, Any]) -> None:
        self._source = source

    def __getitem__(self, key: str) -> Any:
        return _note(freeze(self._source[key]))

    def __iter__(self) -> Iterator[str]:
        return iter(self._source)

    def __len__(self) -> int:
        return len(self._source)

    def __str__(self) -> str:
        """What stands for it where a filter of the template language makes text of it."""
        return json.dumps(thaw(self), ensure_ascii=False, default=_json_form)


def _json_form(value: Any) -> str:
    if isinstance(value, bytes):
        raise ExpressionError("Bytes cannot be put into text.", hint="Decode them first.")
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def freeze(value: Any) -> Any:
    """Return the read-only form of a value; a frozen value is returned as it is.

    Lazy mappings (anything that is a Mapping but no dict) stay lazy.

    Raises:
        ExpressionError: It holds something that is not a value, or is nested too deep.
    """
    try:
        return _freeze(value)
    except RecursionError:
        raise ExpressionError("The value is nested too deep for an expression.") from None


def _freeze(value: Any) -> Any:
    kind = type(value)
    if kind is str or value is None or kind is bool or kind is float or kind is FrozenDict or kind is FrozenList:
        return value
    if kind is int:
        return value if _LOW <= value <= _HIGH else Exact(value)
    if kind is dict:
        made = {key: _freeze(item) for key, item in value.items()}
        return (_WatchedDict if _exact_in(made.values()) else FrozenDict)(made)
    if kind is list or kind is tuple:
        items = [_freeze(item) for item in value]
        return (_WatchedList if _exact_in(items) else FrozenList)(items)
    return _freeze_other(value)


def _exact_in(values: Iterable[Any]) -> bool:
    return any(type(value) is Exact for value in values)


def _freeze_other(value: Any) -> Any:
    for kinds, convert in _OTHERS:
        if isinstance(value, kinds):
            return convert(value)
    raise ExpressionError(f"A value of type {type(value).__name__} cannot be used in an expression.")


_OTHERS: tuple[tuple[type | tuple[type, ...], Callable[[Any], Any]], ...] = (
    ((FrozenDict, FrozenList, Exact, FrozenView, bytes), lambda value: value),
    (Decimal, Exact),
    (Artifact, lambda value: _freeze(value.load())),
    (datetime, datetime.isoformat),
    (dict, lambda value: _freeze(dict(value))),
    ((list, tuple), lambda value: _freeze(list(value))),
    (bool, bool),
    (int, lambda value: _freeze(int(value))),
    (float, float),
    (str, str.__str__),
    (Mapping, FrozenView),
)
_VIEWS: tuple[type, ...] = (type({}.keys()), type({}.values()), type({}.items()))


def thaw(value: Any) -> Any:
    """Return the plain value of what an expression gave.

    Raises:
        ExpressionError: The result is not a value: a method, NaN, an object with keys that are not text.
    """
    kind = type(value)
    if kind is str or value is None or kind is bool or kind is int or kind is bytes:
        return value
    if kind is float:
        if not math.isfinite(value):
            raise ExpressionError(f"The result {value!r} is not a finite number.")
        return value
    if isinstance(value, (list, tuple)) or type(value) in _VIEWS:
        items = list.__iter__(value) if isinstance(value, list) else iter(value)
        return [thaw(item) for item in items]
    if isinstance(value, dict):
        return {_key(key): thaw(item) for key, item in dict.items(value)}
    return _thaw_other(value)


def _thaw_other(value: Any) -> Any:
    if isinstance(value, Exact):
        return value._value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, Mapping):
        return {_key(key): thaw(item) for key, item in value.items()}
    if callable(value):
        raise ExpressionError("The result is a method, not a value.", hint="Call it with (), or check the name.")
    raise ExpressionError(f"The result is of type {type(value).__name__}, which is not a value.")


def _key(key: Any) -> str:
    if isinstance(key, str):
        return key
    raise ExpressionError(f"The result is an object with the key {key!r}; keys must be text.")
