"""The run's data: reading, writing, and from several threads."""

from __future__ import annotations

import threading
from collections.abc import Callable

from floworch.actions.data import Key, WorkflowData
from floworch.testing.bench.measure import Row, Scale, medians


def measure(scale: Scale) -> list[Row]:
    """Rows of the suite ``data``."""
    base = {f"key-{number}": number for number in range(1000)}
    data = WorkflowData(base)
    key = Key("key-500", int)
    turns = scale.turns

    def many(work: Callable[[], object]) -> Callable[[], object]:
        def repeat() -> None:
            for _ in range(turns):
                work()

        return repeat

    works = {
        "get": many(lambda: data.get("key-500")),
        "get_int": many(lambda: data.get_int("key-500")),
        "get with a typed Key": many(lambda: data.get(key)),
        "set a number": many(lambda: data.set("total", 1)),
        "set an object of ten keys": many(lambda: data.set("order", {f"k{i}": i for i in range(10)})),
        "has": many(lambda: data.has("key-500")),
        "set and get from four threads": lambda: _crowd(turns),
    }
    return [Row(name, spent / turns * 1e6, "µs") for name, spent in medians(works, scale.rounds).items()]


def _crowd(turns: int) -> None:
    data = WorkflowData()

    def work(number: int) -> None:
        name = f"key-{number}"
        for turn in range(turns // 4):
            data.set(name, turn)
            data.get(name)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
