"""How many items a node handed on, as far as its output says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from floworch.artifact import Artifact
from floworch.errors import FlowError

#: Encoded bytes up to which an output that is kept beside the journal is read to be counted.
MOST = 4 * 1024 * 1024
#: Milliseconds between looks at what the thread has counted.
WAIT = 60
#: Fields that hold what goes on where a node sorts its items into several.
_MAIN = ("kept", "valid")
#: What has no items, as nearly all of an output is.
_PLAIN = (str, int, float, type(None))
_PLAIN_KINDS = frozenset({*_PLAIN, bool})


@dataclass(frozen=True, slots=True)
class Passed:
    """Items that a node handed on.

    Attributes:
        total: All that go on through a port which has none of its own; None where that is not known.
        ports: By name, how many each of several lists of the output has; a port of such a name hands on that list.
    """

    total: int | None
    ports: tuple[tuple[str, int], ...] = ()

    def through(self, port: str) -> int | None:
        """How many went through a port."""
        return dict(self.ports).get(port, self.total)


def passed(output: Any) -> Passed | None:
    """The items of an output: of a list, a table, or an object that holds one; None where nothing is counted."""
    if _has_none(output):  # as nearly every one: hundreds are asked about in a frame
        return None
    whole = _size(output)
    if whole is not None:
        return Passed(whole)
    if not isinstance(output, Mapping):
        return None
    sizes = {str(key): size for key, value in output.items() if (size := _size(value)) is not None}
    count = output.get("count")
    if isinstance(count, int) and not isinstance(count, bool) and count >= 0:
        return Passed(count)
    main = next((sizes[key] for key in _MAIN if key in sizes), None)
    if main is None and len(sizes) == 1:
        main = next(iter(sizes.values()))
    return Passed(main, tuple(sizes.items()) if len(sizes) > 1 else ()) if sizes else None


def _has_none(output: Any) -> bool:
    """Whether it is seen at a glance that an output holds no items: an object of plain values, no table, no count."""
    plain = type(output) is dict and _PLAIN_KINDS.issuperset(map(type, output.values()))
    return plain and "count" not in output and "path" not in output


def _size(value: Any) -> int | None:
    if isinstance(value, _PLAIN):  # asking what it might be else takes far longer
        return None
    if isinstance(value, Mapping):
        rows = value.get("rows") if isinstance(value.get("path"), str) else None
        return rows if isinstance(rows, int) and not isinstance(rows, bool) else None
    return len(value) if isinstance(value, Sequence) and not isinstance(value, (str, bytes, bytearray)) else None


class Counter(QObject):
    """Counts the items of outputs, those that are kept beside the journal on a thread; ``counted`` says when."""

    counted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._known: dict[str, Passed | None] = {}
        self._read: dict[str, Future[Passed | None]] = {}
        self._threads: ThreadPoolExecutor | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(WAIT)
        self._timer.timeout.connect(self._collect)

    def count(self, output: Any) -> Passed | None:
        """What is known now of an output."""
        if not isinstance(output, Artifact):
            return passed(output)
        key = output.sha256
        if key not in self._known:
            self._known[key] = None
            if output.size <= MOST:
                self._threads = self._threads or ThreadPoolExecutor(1, "floworch-count")
                self._read[key] = self._threads.submit(_passed, output)
                self._timer.start()
        return self._known[key]

    def _collect(self) -> None:
        ready = [key for key, read in self._read.items() if read.done()]
        found = {key: self._read.pop(key).result() for key in ready}
        self._known.update(found)
        if not self._read:
            self._timer.stop()
        if any(found.values()):
            self.counted.emit()


def _passed(artifact: Artifact) -> Passed | None:
    try:
        return passed(Artifact.decode(artifact.read()))
    except (FlowError, OSError, ValueError):
        return None  # a value that cannot be read is told where it is looked at
