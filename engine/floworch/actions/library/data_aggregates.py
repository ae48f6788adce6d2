"""The totals that ``data.group`` can compute, one small accumulator each."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Context, Decimal
from hashlib import blake2b
from typing import Any, Protocol

from floworch.actions.complaints import show
from floworch.errors import ActionError, ErrorKind
from floworch.model.values import encode

#: Adds decimals without rounding, as far as numbers of a sensible size go.
_EXACT = Context(prec=100_000)


class Accumulator(Protocol):
    """A total in the making."""

    def add(self, value: Any, index: int) -> None:
        """Take the value of the item with this index. Raises ActionError (validation_error) when it does not fit."""
        ...

    def result(self) -> Any:
        """The total so far."""
        ...


def hashable(value: Any) -> Any:
    """A key that is equal for equal JSON values and for no others: true is not 1, lists and objects count by value."""
    kind = type(value)
    if kind is str or kind is int or value is None:
        return value
    if kind is bool:
        return (bool, value)
    if kind is list or kind is dict or isinstance(value, (list, dict)):
        return (list, encode(_ordered(value)))
    return value


def _ordered(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _ordered(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return [_ordered(part) for part in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)  # 1.0 is 1, as it is outside of lists and objects
    if isinstance(value, Decimal):
        if value.adjusted() < 400 and value == value.to_integral_value():
            return int(value)
        return near if value == (near := float(value)) else value.normalize(_EXACT)
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC)
    return value


def digest(values: list[Any]) -> bytes:
    """16 bytes that are the same for equal JSON values, as ``hashable`` has it, and differ for others."""
    return blake2b(encode(_ordered(values)), digest_size=16).digest()


def _misfit(label: str, value: Any, index: int, wanted: str) -> ActionError:
    return ActionError(
        f"{label}: items[{index}] has {show(value)}, but {wanted} is needed.",
        ErrorKind.VALIDATION,
        hint="Filter or convert the items first, or use an expression that sees item as the key.",
    )


class Count:
    """How many items, or with a key how many of them have a value."""

    def __init__(self, label: str, keyed: bool) -> None:
        self._keyed = keyed
        self._count = 0

    def add(self, value: Any, index: int) -> None:
        """Count one."""
        if value is not None or not self._keyed:
            self._count += 1

    def result(self) -> int:
        """The number."""
        return self._count


class Sum:
    """The sum of numbers: whole numbers and decimals exact, floats rounded once at the end."""

    def __init__(self, label: str, keyed: bool) -> None:
        self._label = label
        self._exact: int | Decimal = 0
        self._floats: list[float] = []
        self.count = 0

    def add(self, value: Any, index: int) -> None:
        """Add a number; null adds nothing."""
        kind = type(value)
        if kind is int:
            self._add(value)
        elif kind is float:
            self._floats.append(value)
            if len(self._floats) > 4096:  # keep memory flat: the partial sum is rounded once
                self._floats = [self._round()]
        elif kind is Decimal:
            self._add(value)
        elif value is None:
            return
        else:
            raise _misfit(self._label, value, index, "a number")
        self.count += 1

    def _add(self, value: int | Decimal) -> None:
        if isinstance(self._exact, int) and isinstance(value, int):
            self._exact += value
        else:
            self._exact = _EXACT.add(Decimal(self._exact), Decimal(value))

    def _round(self) -> float:
        try:
            return math.fsum(self._floats)
        except OverflowError:
            raise self._too_large() from None

    def _too_large(self) -> ActionError:
        return ActionError(f"{self._label} is too large for a number with a fraction.", ErrorKind.VALIDATION)

    def result(self) -> int | float | Decimal:
        """The sum; 0 of nothing. Raises ActionError when decimals and floats are mixed or it overflows."""
        if not self._floats:
            return self._exact
        if isinstance(self._exact, Decimal):
            raise ActionError(
                f"{self._label}: decimals and floats cannot be added exactly.",
                ErrorKind.VALIDATION,
                hint="Convert them to one of the two first.",
            )
        try:
            total = self._round() + self._exact
        except OverflowError:
            raise self._too_large() from None
        if not math.isfinite(total):
            raise self._too_large()
        return total


class Average(Sum):
    """The mean of numbers; null of none."""

    def result(self) -> Any:
        """The mean."""
        if not self.count:
            return None
        total = super().result()
        try:
            return total / self.count
        except OverflowError:
            raise self._too_large() from None


class Extreme:
    """The smallest or largest of numbers, of texts or of points in time; null of none."""

    def __init__(self, label: str, better: Callable[[Any, Any], bool]) -> None:
        self._label = label
        self._better = better
        self._best: Any = None

    def add(self, value: Any, index: int) -> None:
        """Compare one value; null is left out."""
        if value is None:
            return
        if isinstance(value, bool) or not isinstance(value, (int, float, Decimal, str, datetime)):
            raise _misfit(self._label, value, index, "a number, a text or a time")
        try:
            if self._best is None or self._better(value, self._best):
                self._best = value
        except TypeError:
            raise _misfit(self._label, value, index, f"something to compare with {show(self._best)}") from None

    def result(self) -> Any:
        """The extreme."""
        return self._best


class Collected:
    """Every value, in order."""

    def __init__(self, label: str, keyed: bool) -> None:
        self._values: list[Any] = []

    def add(self, value: Any, index: int) -> None:
        """Append it."""
        self._values.append(value)

    def result(self) -> list[Any]:
        """The list."""
        return self._values


class First:
    """The value of the first item."""

    def __init__(self, label: str, keyed: bool) -> None:
        self._value: Any = None
        self._empty = True

    def add(self, value: Any, index: int) -> None:
        """Keep the first."""
        if self._empty:
            self._value, self._empty = value, False

    def result(self) -> Any:
        """The value; null of nothing."""
        return self._value


class Last(First):
    """The value of the last item."""

    def add(self, value: Any, index: int) -> None:
        """Keep the latest."""
        self._value = value


class Distinct:
    """Every different value but null, in the order of first appearance."""

    def __init__(self, label: str, keyed: bool) -> None:
        self._values: dict[Any, Any] = {}

    def add(self, value: Any, index: int) -> None:
        """Keep it when it is new."""
        if value is not None:
            self._values.setdefault(hashable(value), value)

    def result(self) -> Any:
        """The list."""
        return list(self._values.values())


class CountDistinct(Distinct):
    """How many different values there are, null left out."""

    def result(self) -> int:
        """The number."""
        return len(self._values)


#: fn -> what makes its accumulator from a label for messages and whether a key was given.
AGGREGATES: dict[str, Callable[[str, bool], Accumulator]] = {
    "sum": Sum,
    "count": Count,
    "avg": Average,
    "list": Collected,
    "first": First,
    "last": Last,
    "min": lambda label, keyed: Extreme(label, lambda new, best: new < best),
    "max": lambda label, keyed: Extreme(label, lambda new, best: new > best),
    "distinct": Distinct,
    "count_distinct": CountDistinct,
}
