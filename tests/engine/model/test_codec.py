from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic.fields import FieldInfo

from floworch.errors import DefinitionError, UsageError
from floworch.model import codec
from floworch.model.codec import dumps, load, loads, loads_again, logic_hash, parse, save
from floworch.model.workflow import Edge, Layer, Node, Workflow

EXAMPLE = """{
  "$schema": "floworch:workflow/1",
  "format": 1,
  "id": "order-processing",
  "name": "Order processing",
  "inputs": {
    "order": {"type": "object", "title": "Order", "required": true},
    "limit": {"type": "number", "default": 1000}
  },
  "outputs": {
    "payment": "{{ nodes.pay.output.body.id }}"
  },
  "nodes": {
    "check": {
      "action": "data.validate",
      "title": "Check order",
      "params": {"value": "{{ inputs.order }}", "rules": [{"field": "amount", "min": 0.01}]}
    },
    "pay": {
      "action": "http.request",
      "params": {"method": "POST"},
      "retry": {"max_attempts": 3, "delay": "1s", "backoff": 2.0, "max_delay": "30s"},
      "timeout": "30s",
      "join": "any"
    }
  },
  "edges": [
    {"from": "check", "to": "pay"},
    {"from": "check", "port": "error", "to": "pay"}
  ],
  "view": {
    "nodes": {
      "check": [40, 80]
    }
  }
}
"""

NAMES = st.text("abcxyz_-09", min_size=1, max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
NODE = st.fixed_dictionaries(
    {"action": NAMES},
    optional={
        "params": st.dictionaries(st.text(), JSON, max_size=3),
        "join": st.sampled_from(["all", "any", "first"]),
        "timeout": st.sampled_from([1, 1.5, "30s", None]),
        "disabled": st.booleans(),
        "x-mine": JSON,
        "middleware": st.lists(st.fixed_dictionaries({"use": NAMES}, optional={"with": st.dictionaries(NAMES, JSON)})),
        "retry": st.fixed_dictionaries({}, optional={"max_attempts": st.integers(1, 9), "on": st.lists(NAMES)}),
        "pin": JSON,
        "title": st.text(),
        "notes": st.text(),
        "parent": NAMES | st.none(),
    },
)
DEFINITIONS = st.fixed_dictionaries(
    {"id": NAMES, "nodes": st.dictionaries(NAMES, NODE, max_size=4)},
    optional={
        "edges": st.lists(st.fixed_dictionaries({"from": NAMES, "to": NAMES}, optional={"port": NAMES}), max_size=4),
        "name": st.text(),
        "outputs": st.dictionaries(NAMES, JSON),
        "view": st.dictionaries(NAMES, JSON),
        "~odd": JSON,
    },
)


def test_a_file_in_the_documented_layout_is_written_back_byte_for_byte() -> None:
    assert dumps(loads(EXAMPLE)) == EXAMPLE


@given(DEFINITIONS)
def test_reading_and_writing_keeps_everything(data: dict[str, Any]) -> None:
    workflow = loads(json.dumps(data))
    text = dumps(workflow)
    again = json.loads(text)
    assert {key: again[key] for key in data} == data
    assert loads(text) == workflow
    assert dumps(loads(text)) == text


@given(DEFINITIONS, st.randoms())
def test_the_order_of_keys_changes_neither_hash_nor_known_fields(data: dict[str, Any], random: Any) -> None:
    keys = list(data)
    random.shuffle(keys)
    shuffled = {key: data[key] for key in keys}
    nodes = list(shuffled["nodes"].items())
    random.shuffle(nodes)
    shuffled["nodes"] = dict(nodes)
    assert dumps(loads(json.dumps(shuffled))) == dumps(loads(json.dumps(data)))
    assert logic_hash(loads(json.dumps(shuffled))) == logic_hash(loads(json.dumps(data)))


def test_keys_stand_in_the_listed_order_and_unknown_ones_last() -> None:
    text = dumps(
        loads('{"zz": 1, "nodes": {"b": {"x": 1, "join": "any", "action": "a.b"}, "a": {"action": "c.d"}}, "id": "w"}')
    )
    assert list(json.loads(text)) == ["$schema", "format", "id", "nodes", "edges", "zz"]
    assert list(json.loads(text)["nodes"]) == ["a", "b"]
    assert list(json.loads(text)["nodes"]["b"]) == ["action", "join", "x"]


def test_unknown_keys_keep_their_value_and_the_spelling_of_numbers() -> None:
    text = dumps(
        loads(
            '{"id": "w", "x": {"b": 1.50, "a": [1e3, 12345678901234567890123]},'
            ' "nodes": {"n": {"action": "a", "y": 2.00}}}'
        )
    )
    assert '"x": {\n    "b": 1.50,\n    "a": [1e3, 12345678901234567890123]\n  }' in text
    assert '"y": 2.00' in text


def test_defaults_are_written_only_where_the_author_wrote_them() -> None:
    node = loads('{"id": "w", "nodes": {"n": {"action": "a.b", "join": "all", "retry": null}}}').nodes["n"]
    assert '"join": "all"' in dumps(Workflow(id="w", nodes={"n": node}))
    assert '"retry": null' in dumps(Workflow(id="w", nodes={"n": node}))
    assert "join" not in dumps(Workflow(id="w", nodes={"n": node.without("join")}))
    assert '"title": "T"' in dumps(Workflow(id="w", nodes={"n": node.replace(title="T")}))


def test_python_values_and_files_make_the_same_text() -> None:
    made = Workflow(
        id="w",
        nodes={"a": Node(action="x.y", middleware=(Layer(use="logging", options={"level": "info"}),))},
        edges=(Edge(source="a", target="a", port="done"),),
    )
    assert loads(dumps(made)) == made
    assert '{"from": "a", "port": "done", "to": "a"}' in dumps(made)


def test_python_field_names_are_not_read_from_files() -> None:
    workflow, problems = parse(
        '{"id": "w", "nodes": {"a": {"action": "x"}}, "edges": [{"source": "a", "target": "a"}]}'
    )
    assert workflow is None
    assert [each.path for each in problems] == ["edges[0]", "edges[0]"]


@pytest.mark.parametrize("value", ["1.50", "1e3", '"\u00e4 {"', "9" * 5000, "{}", "[[]]"])
def test_what_was_written_is_read_again_as_it_was(value: str) -> None:
    """Numbers keep their spelling and every digit (C6.2)."""
    first = loads('{"id": "a", "nodes": {"a": {"action": "x", "params": {"v": ' + value + '}}}, "later": [1.0, 2]}')
    text = dumps(first).encode()
    again = loads_again(text)
    assert again == first
    assert dumps(again).encode() == text


def test_what_cannot_be_read_again_is_told_as_at_first() -> None:
    with pytest.raises(DefinitionError, match="cannot be read"):
        loads_again(b'{"id": 3}')


def test_every_shape_problem_is_found_at_once() -> None:
    """(C2.1)"""
    workflow, problems = parse(
        '{"nodes": {"b": {"join": "al", "timeout": [1]}, "c": 5}, "edges": {}, "id": 7, "id": 8, "format": 2}'
    )
    assert workflow is None
    assert {(each.code, each.path) for each in problems} == {
        ("duplicate_key", "id"),
        ("missing_field", "nodes.b.action"),
        ("bad_value", "nodes.b.join"),
        ("wrong_type", "nodes.b.timeout"),
        ("wrong_type", "nodes.c"),
        ("wrong_type", "edges"),
        ("wrong_type", "id"),
        ("bad_value", "format"),
    }


@pytest.mark.parametrize(("text", "word"), [("[]", "a list"), ("3", "a number"), ("null", "null"), ('"x"', "a text")])
def test_a_definition_is_an_object(text: str, word: str) -> None:
    with pytest.raises(DefinitionError, match=f"is a JSON object, not {word}"):
        loads(text)


def test_one_error_lists_every_problem() -> None:
    with pytest.raises(DefinitionError) as caught:
        loads('{"nodes": {"a": {}, "b": {}, "c": {}, "d": {}}}')
    assert len(caught.value.problems) == 5
    assert "and 2 more" in caught.value.message


def test_too_many_nodes_are_refused_before_they_are_built(monkeypatch: pytest.MonkeyPatch) -> None:
    """(C13)"""
    monkeypatch.setattr(codec, "MAX_NODES", 2)
    _, problems = parse('{"id": "w", "nodes": {"a": {}, "b": {}, "c": {}}}')
    assert [each.code for each in problems] == ["too_many_nodes"]


@given(st.binary() | st.text() | st.text('{}[]":,0123456789.eE-truefalsn \n\\u').map(lambda text: "{" + text))
def test_no_input_makes_a_traceback(text: str | bytes) -> None:
    workflow, problems = parse(text)
    assert workflow is not None or problems


@given(
    st.recursive(JSON, lambda inner: st.dictionaries(st.sampled_from(["id", "nodes", "edges", "n", "retry"]), inner))
)
def test_no_json_makes_a_traceback(data: Any) -> None:
    workflow, problems = parse(json.dumps(data))
    assert (workflow is None) == bool(problems)


def test_a_lambda_cannot_be_saved_but_a_run_may_hold_it(tmp_path: Path) -> None:
    """(interfaces section 2)"""
    local = Workflow(id="w", nodes={"a": Node(action="py:mod:test.<locals>.<lambda>#3")})
    with pytest.raises(UsageError, match="a lambda or local function runs but cannot be saved"):
        dumps(local)
    with pytest.raises(UsageError):
        save(local, tmp_path / "a.flow.json")
    assert loads(dumps(local, portable=False)) == local
    assert '"py:pack.mod:Class.method"' in dumps(Workflow(id="w", nodes={"a": Node(action="py:pack.mod:Class.method")}))


def test_what_is_not_json_cannot_be_written() -> None:
    with pytest.raises(UsageError, match="cannot be written"):
        dumps(Workflow(id="w", nodes={"a": Node(action="x", params={"a": {1, 2}})}))
    loop: dict[str, Any] = {}
    loop["again"] = loop
    with pytest.raises(UsageError, match="cannot be written"):
        dumps(Workflow(id="w", nodes={"a": Node(action="x", params=loop)}))


def test_files_are_saved_and_loaded(tmp_path: Path) -> None:
    path = tmp_path / "a.flow.json"
    save(loads(EXAMPLE), path)
    assert path.read_text(encoding="utf-8") == EXAMPLE
    assert load(path) == loads(EXAMPLE)
    path.write_text("{")
    with pytest.raises(DefinitionError, match=r"a\.flow\.json cannot be read: Line 1, column 2"):
        load(path)


def test_the_logic_hash_leaves_out_what_does_not_run() -> None:
    """(C15)"""
    base = loads(EXAMPLE)
    shown = base.replace(
        name="Other",
        description="text",
        view={"nodes": {}},
        nodes={name: node.replace(title="T", notes="N") for name, node in base.nodes.items()},
    )
    assert logic_hash(shown) == logic_hash(base)
    assert len(logic_hash(base)) == 64


def test_the_logic_hash_counts_what_runs_and_not_how_defaults_are_written() -> None:
    base = loads('{"id": "w", "nodes": {"a": {"action": "x.y"}}}')
    spelled = loads(
        '{"id": "w", "format": 1, "settings": {"fail_fast": true}, "nodes": {"a": {"action": "x.y", "join": "all"}}}'
    )
    assert logic_hash(base) == logic_hash(spelled)
    for field in ({"join": "any"}, {"params": {"a": 1}}, {"timeout": 5}, {"x-mine": 1}):
        changed = base.replace(nodes={"a": Node(action="x.y", **field)})  # type: ignore[arg-type]
        assert logic_hash(changed) != logic_hash(base)


@pytest.mark.parametrize("count", [0, 1, 64, 65, 128, 300])
def test_the_logic_hash_is_written_in_pieces_of_the_same_text(count: int) -> None:
    """performance.md, no frame over 50 ms: one call for 10 000 nodes lets no other thread go on until it is done."""
    workflow = Workflow(
        id="wide",
        nodes={f"n{number}": Node(action="util.noop", params={"b": [number], "a": "é"}) for number in range(count)},
        edges=[Edge(source=f"n{number}", target=f"n{number + 1}") for number in range(count - 1)],
        outputs={f"o{number}": number for number in range(count)},
    )
    pieces = list(codec._pieces(codec.logic_of(workflow)))
    assert "".join(pieces) == json.dumps(codec.logic_of(workflow), sort_keys=True, separators=(",", ":"))
    assert max(map(len, pieces)) < 5_000


def test_the_logic_hash_asks_pydantic_for_no_default_of_each_node(monkeypatch: pytest.MonkeyPatch) -> None:
    """performance.md, a run's start: these questions were half of the time, 0.1 s of 10 000 nodes."""
    asked: list[FieldInfo] = []
    ask = FieldInfo.get_default

    def counted(self: FieldInfo, **options: Any) -> Any:
        asked.append(self)
        return ask(self, **options)

    monkeypatch.setattr(FieldInfo, "get_default", counted)
    nodes = {f"n{number}": {"action": "data.set", "params": {}, "middleware": []} for number in range(500)}
    logic_hash(loads(json.dumps({"format": 1, "id": "w", "nodes": nodes, "edges": []})))
    assert len(asked) < 100


@pytest.mark.parametrize("wrong", [None, 5, [], {"id": "w"}])
def test_only_text_can_be_read(wrong: Any) -> None:
    with pytest.raises(UsageError, match="loads takes the text of a definition"):
        loads(wrong)
