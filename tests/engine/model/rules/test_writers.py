from __future__ import annotations


def writer(*keys: str, **more: object) -> dict[str, object]:
    return {"params": {"target": "data", "fields": dict.fromkeys(keys, 1)}, **more}


def test_parallel_writers_of_one_key_are_a_warning(problems) -> None:  # type: ignore[no-untyped-def]
    """(C6.1)"""
    (found,) = problems({"a": writer("k", "x"), "b": writer("k", "y")})
    assert (found.code, found.severity, found.path) == ("parallel_writers", "warning", "nodes.b.params.fields.k")


def test_writers_one_after_the_other_are_fine(codes) -> None:  # type: ignore[no-untyped-def]
    assert codes({"a": writer("k"), "m": None, "b": writer("k")}, ["a>m", "m>b"]) == []
    assert codes({"a": writer("k"), "b": writer("k")}, ["b>a"]) == []


def test_writers_on_exclusive_branches_are_fine(codes) -> None:  # type: ignore[no-untyped-def]
    nodes = {"s": {"action": "flow.if", "params": {"condition": "true"}}, "a": writer("k"), "b": writer("k")}
    assert codes(nodes, ["s:true>a", "s:false>b"]) == []


def test_outputs_that_are_not_data_do_not_count(codes) -> None:  # type: ignore[no-untyped-def]
    assert codes({"a": {"params": {"fields": {"k": 1}}}, "b": {"params": {"fields": {"k": 1}}}}) == []
    assert codes({"a": writer("{{ data.x }}"), "b": writer("{{ data.x }}")}) == []


def test_items_of_a_container_write_at_the_same_time(codes) -> None:  # type: ignore[no-untyped-def]
    """(C10.1) default concurrency is 4"""
    body = {"loop": {"action": "flow.foreach"}, "a": writer("k", parent="loop")}
    assert codes(body) == [("parallel_writers", "nodes.a.params.fields.k")]
    one = {**body, "loop": {"action": "flow.foreach", "params": {"concurrency": 1}}}
    assert codes(one) == []


def test_a_writer_beside_a_container_that_writes(codes) -> None:  # type: ignore[no-untyped-def]
    nodes = {
        "loop": {"action": "flow.foreach", "params": {"concurrency": 1}},
        "a": writer("k", parent="loop"),
        "b": writer("k"),
    }
    assert [code for code, _ in codes(nodes)] == ["parallel_writers"]
    assert codes(nodes, ["loop>b"]) == []
    assert codes(nodes, ["b>loop"]) == []
