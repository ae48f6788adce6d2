from __future__ import annotations

import copy
import pickle
import threading
from decimal import Decimal
from typing import Any

import pytest

from floworch.actions.data import Key, WorkflowData

BASE = {"n": 1, "f": 1.5, "t": True, "s": "x", "none": None}


def test_values_are_read_with_their_type() -> None:  # (C6.1)
    data = WorkflowData(BASE)
    assert (data.get("n"), data.get("missing", 7)) == (1, 7)
    assert (data.get_int("n"), data.get_float("f"), data.get_float("n")) == (1, 1.5, 1.0)
    assert (data.get_bool("t"), data.get_str("s"), data.get_str("missing")) == (True, "x", None)
    assert data.get(Key("n", int)) == 1


@pytest.mark.parametrize(("method", "key"), [("get_int", "t"), ("get_int", "s"), ("get_bool", "n"), ("get_str", "n")])
def test_another_type_is_refused_with_the_key(method: str, key: str) -> None:
    with pytest.raises(TypeError, match=f"data key '{key}' holds"):
        getattr(WorkflowData(BASE), method)(key)
    with pytest.raises(TypeError, match="data key 's' holds str, not int"):
        WorkflowData(BASE).get(Key("s", int))


def test_own_writes_are_seen_and_the_base_is_left_alone() -> None:  # (C6.1)
    base: dict[str, Any] = dict(BASE)
    data = WorkflowData(base)
    assert data.changes() is None
    data.set("new", [1])
    data.set(Key("n", int), 2)
    assert data.delete("s")
    assert not data.delete("never")
    assert (data.get("n"), data.has("s"), data.has("new"), data.get("s", "gone")) == (2, False, True, "gone")
    assert data.keys() == ["f", "n", "new", "none", "t"]
    assert data.changes() == {"set": {"new": [1], "n": 2}, "delete": ["s"]}
    assert base == BASE
    data.set("s", "again")
    assert data.changes() == {"set": {"new": [1], "n": 2, "s": "again"}, "delete": []}


@pytest.mark.parametrize("bad", [{1, 2}, float("nan"), object(), {"a": [{1: 2}]}])
def test_what_is_no_json_value_is_refused_with_the_key(bad: Any) -> None:  # (C6.2)
    with pytest.raises(TypeError, match="data key 'x'"):
        WorkflowData().set("x", bad)


def test_the_tagged_guests_are_values() -> None:  # (C6.2)
    data = WorkflowData()
    data.set("d", Decimal("1.10"))
    assert data.get("d") == Decimal("1.10")


def test_other_nodes_can_be_read() -> None:
    data = WorkflowData({}, {"pay": ("completed", 5)}.__getitem__)
    assert (data.output("pay"), data.status("pay")) == (5, "completed")
    with pytest.raises(KeyError, match="The workflow has no node 'other'"):
        data.output("other")
    with pytest.raises(KeyError, match="No node can be read here"):
        WorkflowData().status("other")


def test_threads_may_write_at_the_same_time() -> None:
    data = WorkflowData()

    def write(start: int) -> None:
        for number in range(start, start + 500):
            data.set(f"k{number}", number)

    threads = [threading.Thread(target=write, args=(start,)) for start in range(0, 2000, 500)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(data.keys()) == 2000


def test_a_typed_key_takes_values_of_its_type_only() -> None:
    """C6.1, C6.2: refused where it is set, naming the key and the types."""
    data = WorkflowData(BASE)
    with pytest.raises(TypeError, match="data key 'n' takes int, not str"):
        data.set(Key("n", int), "2")
    data.set(Key[int | None]("n"), None)
    with pytest.raises(TypeError, match="data key 'n' takes"):
        data.set(Key[list[int] | None]("n"), {"a": 1})
    assert data.get("n") is None
    assert Key("n", float).fits(1)
    assert not Key[int | str]("n").fits(True)


@pytest.mark.parametrize("key", [Key[int]("n"), Key("n", int), Key("n", type=int), Key("n"), Key[Any]("n")])
def test_a_key_is_written_in_either_way(key: Key[Any]) -> None:
    """C6.1, interfaces.md section 2: ``Key[T]``."""
    assert WorkflowData(BASE).get(key) == 1
    copied = pickle.loads(pickle.dumps(key))
    assert (copied, copied.name, copied.type) == (key, "n", key.type)
    with pytest.raises(AttributeError, match="does not change"):
        key.name = "m"


def test_keys_of_the_same_name_and_type_are_equal() -> None:
    assert Key[int]("n") == Key("n", int)
    assert len({Key[int]("n"), Key("n", int), Key[str]("n"), Key[int]("m")}) == 3
    assert repr(Key("n", int)) == "Key[int]('n')"


@pytest.mark.parametrize(
    ("key", "good", "bad"),
    [
        (Key[int]("k"), 3, True),
        (Key[float]("k"), 3, True),
        (Key[float]("k"), 2.5, "2.5"),
        (Key[bool]("k"), False, 0),
        (Key[list[int]]("k"), [1], {"a": 1}),
        (Key[str | None]("k"), None, 5),
        (Key[dict[str, Any]]("k"), {}, []),
    ],
)
def test_a_key_refuses_a_value_of_another_type_and_names_both(key: Key[Any], good: Any, bad: Any) -> None:
    """C6.1"""
    assert WorkflowData({"k": good}).get(key) == good
    with pytest.raises(TypeError, match="data key 'k' holds"):
        WorkflowData({"k": bad}).get(key)


def test_a_copy_has_the_values_and_goes_its_own_way() -> None:
    data = WorkflowData({"a": 1, "b": 2})
    data.set("c", [3])
    data.delete("b")
    for same in (copy.copy(data), copy.deepcopy(data), pickle.loads(pickle.dumps(data))):
        assert (same.keys(), same.get("c"), same.changes()) == (["a", "c"], [3], data.changes())
        same.set("d", 4)
        same.delete("c")
    assert data.keys() == ["a", "c"]


def test_it_prints_its_keys_and_not_what_they_hold() -> None:
    assert repr(WorkflowData({"token": "s3cr3t", "a": 1})) == "<WorkflowData a, token>"


def test_a_key_without_a_text_for_a_name_is_refused_at_once() -> None:
    """(C6.1)"""
    with pytest.raises(TypeError, match="the name of a Key is a text, not 5"):
        Key(5)  # type: ignore[arg-type]
