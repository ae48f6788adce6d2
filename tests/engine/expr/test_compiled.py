from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from floworch.errors import ExpressionError
from floworch.expr import compile_condition, compile_value, is_template, render_template, whole_expression

HUGE = 2**300 + 1
ROWS = [{"price": Decimal("5.00"), "n": 1}, {"price": Decimal("1.00"), "n": 2}]


class Lazy(Mapping[str, Any]):
    """A mapping that notes what is read."""

    def __init__(self, **values: Any) -> None:
        self.values_, self.read = values, []

    def __getitem__(self, key: str) -> Any:
        self.read.append(key)
        return self.values_[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_)

    def __len__(self) -> int:
        return len(self.values_)


CONTEXT: dict[str, Any] = {
    "inputs": {
        "order": {"id": 7, "amount": 12.5},
        "list": [1, 2, 3],
        "none": None,
        "name": "Ann",
        "items": [9],
        "huge": HUGE,
        "price": Decimal("1.10"),
        "when": datetime(2026, 1, 2, 3, 4, tzinfo=UTC),
        "raw": b"x",
        "rows": ROWS,
        "limit": 10,
    },
    "data": {"k": 2**64 + 1},
    "nodes": {"a": {"output": [1, {"y": 2}], "status": "completed", "error": None}, "my-node": {"output": 5}},
    "item": {"x": 1},
    "index": 0,
    "run": {"id": "r", "workflow": "w"},
}


def value_of(text: Any, **more: Any) -> Any:
    return compile_value(text).evaluate({**CONTEXT, **more})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{{ inputs.order.id }}", 7),
        ("{{ inputs.order.amount > inputs.limit }}", True),
        ("{{ inputs.list }}", [1, 2, 3]),
        ("{{ nodes.a.output[1]['y'] }}", 2),
        ("{{ nodes['my-node'].output + 1 }}", 6),
        ("{{ inputs.list[-1] }}", 3),
        ("{{ data.k + 1 }}", 2**64 + 2),
        ("{{ inputs.none }}", None),
        ("{{- inputs.limit -}}", 10),
        ("  {{ inputs.limit }}\n", 10),
        ("id {{ inputs.order.id }}!", "id 7!"),
        ("{{ inputs.limit }}{{ inputs.limit }}", "1010"),
        ("{{ '}}' }}", "}}"),
        ("{{ {'a': {'b': inputs.limit}} }}", {"a": {"b": 10}}),
        ("{{ inputs.list == [1, 2, 3] }}", True),
        ("{{ inputs.list + [4] }}", [1, 2, 3, 4]),
        ("{{ inputs.order == {'id': 7, 'amount': 12.5} }}", True),
        ("{{ inputs.items }}", [9]),
        ("{{ inputs.order.items() | list | length }}", 2),
        ("{{ inputs.name.upper() }}", "ANN"),
        ("{{ inputs.mising | default(3) }}", 3),
        ("{{ inputs.mising is defined }}", False),
        ("{{ 7 // 2 }}", 3),
        ("{{ inputs.name if inputs.none is none else inputs.zz }}", "Ann"),
        ("{{ inputs['order']['i' ~ 'd'] }}", 7),
        ("{% for r in inputs.rows %}{{ r.n }},{% endfor %}", "1,2,"),
        ("{{ item.x + index }}", 1),
        ("{{ nodes.a.output | first }}", 1),
        ("{{ inputs.rows | length > 0 }}", True),
        ("{{ inputs.rows | map(attribute='n') | list }}", [1, 2]),
        ("[{{ inputs.none }}, {{ true }}, {{ inputs.list }}, {{ 1.5 }}]", "[null, true, [1, 2, 3], 1.5]"),
        ("plain", "plain"),
        (5, 5),
        (None, None),
        ({"a": ["{{ index }}", 2]}, {"a": [0, 2]}),
        ([{}], [{}]),
        ("{ {x} }", "{ {x} }"),
    ],
)
def test_values(text: Any, value: Any) -> None:
    """(C6.4)"""
    found = value_of(text)
    assert found == value
    assert type(found) is type(value)


def test_a_plain_path_gives_the_very_value() -> None:
    """(C6.2) integers, decimals, datetimes and bytes keep every digit and their type"""
    for name in ("huge", "price", "when", "raw", "rows", "order"):
        assert value_of(f"{{{{ inputs.{name} }}}}") is CONTEXT["inputs"][name]


def test_exact_values_pass_through_expressions() -> None:
    assert value_of("{{ [inputs.huge, inputs.price] }}") == [HUGE, Decimal("1.10")]
    assert value_of("{{ inputs.zz | default(inputs.huge) }}") == HUGE
    assert value_of("{{ inputs.price }} and {{ inputs.huge }}") == f"1.10 and {HUGE}"
    assert value_of("{{ inputs.rows | to_json }}") == '[{"price": 5.00, "n": 1}, {"price": 1.00, "n": 2}]'
    assert value_of("{{ inputs.rows | last }}") == ROWS[1]


@pytest.mark.parametrize(
    "text",
    [
        "{{ inputs.huge + 1 }}",
        "{{ inputs.price * 2 }}",
        "{{ -inputs.price }}",
        "{{ inputs.huge > 1 }}",
        "{{ 1 < inputs.price }}",
        "{{ inputs.price == 1.1 }}",
        "{{ inputs.rows[0].price > 3 }}",
        "{{ inputs.rows | map(attribute='price') | max }}",
        "{{ inputs.rows | selectattr('price', 'gt', 3) | list }}",
        "{{ 'a' if inputs.price else 'b' }}",
        "{{ not inputs.huge }}",
        "{{ inputs.rows | sort(attribute='price') }}",
        "{{ inputs.huge | round }}",
        "{{ item >= 1 }}",
        "{{ 2 ** 200 }}",
        "{% for r in inputs.rows %}{% if r.price > 2 %}x{% endif %}{% endfor %}",
        "{{ inputs.rows | sum(attribute='price') }}",
        "{{ inputs.price in [1.1] }}",
        "{{ 10 ** 40 * 1 }}",
        "{{ 170141183460469231731687303715884105727 * 3 }}",
    ],
)
def test_what_would_round_is_refused(text: str) -> None:
    """(C6.2) arithmetic beyond 128 bits or on decimals is refused, never rounded"""
    with pytest.raises(ExpressionError):
        value_of(text, item=Decimal(3))


@given(st.integers(-(2**120), 2**120), st.integers(-(2**120), 2**120))
def test_integer_arithmetic_is_exact_or_refused(a: int, b: int) -> None:
    for text, exact in (("{{ inputs.a + inputs.b }}", a + b), ("{{ inputs.a * inputs.b }}", a * b)):
        try:
            assert compile_value(text).evaluate({"inputs": {"a": a, "b": b}}) == exact
        except ExpressionError:
            assert abs(exact) > 2**126


@pytest.mark.parametrize(
    ("text", "said", "hint"),
    [
        ("{{ inputs.order.idd }}", "inputs.order.idd is undefined", "Did you mean 'id'?"),
        ("{{ inputs.order.idd + 1 }}", "inputs.order.idd is undefined in inputs.order.idd + 1", "Did you mean 'id'?"),
        ("{{ [inputs.qqqq] }}", "inputs.qqqq is undefined", "There is: order"),
        ("{{ nothing }}", "nothing is undefined", "There is"),
        ("{{ inputs.none.x }}", "inputs.none.x is undefined", "inputs.none is null"),
        ("{{ inputs.list[7] }}", "inputs.list[7] is undefined", "3 items"),
        ("{{ inputs.list.x }}", "is undefined", "That is a list"),
        ("x {{ inputs.nope }}", "inputs.nope is undefined", ""),
        ("{{ inputs.nope | trim }}", "inputs.nope is undefined", ""),
        ("{{ inputs.name.x.y }}", "inputs.name.x is undefined", "inputs.name is a str"),
        ("{{ outer.item }}", "outer is undefined", ""),
        ("{{ nodes[inputs.name].output }}", "undefined", ""),
        ("{{ inputs.nope or 1 }}", "undefined", ""),
    ],
)
def test_undefined_is_an_error_that_says_what_there_is(text: str, said: str, hint: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        value_of(text)
    assert said in caught.value.message
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    "text",
    [
        "{{ inputs.list.append(4) }}",
        "{{ inputs.order.clear() }}",
        "{{ inputs.order.update({'id': 8}) }}",
        "{{ inputs.list.sort() }}",
        "{{ inputs.order.pop('id') }}",
        "{{ inputs.order.__class__ }}",
        "{{ inputs.name.__class__.__mro__ }}",
        "{{ debug() }}",
        "{% set x = inputs.list.append(4) %}",
        "{{ inputs.order.setdefault('a', 1) }}",
        "{{ inputs.list.__len__() }}",
        "{{ inputs.nope.format(1) }}",
        "{% include 'x' %}",
        "{% import 'x' as y %}",
        "{{ inputs.order.keys }}",
    ],
)
def test_the_context_is_frozen_and_closed(text: str) -> None:
    before = repr(CONTEXT)
    with pytest.raises(ExpressionError):
        value_of(text)
    assert repr(CONTEXT) == before


@pytest.mark.parametrize(
    "text",
    [
        "{{ 'a' * 1000000000 }}",
        "{{ range(10 ** 9) | list }}",
        "{{ 'a' | indent(1000000000, true) }}",
        "{{ '%1000000000d' | format(1) }}",
        "{% for i in range(100000) %}{% for j in range(100000) %}x{% endfor %}{% endfor %}",
        "{{ " + "(" * 500 + "1" + ")" * 500 + " }}",
        "{% for i in range(40) %}{{ 'x' * 1000000 }}{% endfor %}",
        "{{ 1e308 * 10 }}",
        "{{ {1: 2} }}",
        "{{ 1 / 0 }}",
    ],
)
def test_bombs_are_refused(text: str) -> None:
    """(C13) fuel, output limit, nesting"""
    with pytest.raises(ExpressionError):
        value_of(text)


def test_the_output_limit() -> None:
    """(C13) 16 MiB"""
    assert len(value_of("{% for i in range(15) %}{{ 'x' * 1000000 }}{% endfor %}")) == 15_000_000
    with pytest.raises(ExpressionError, match="longer than"):
        value_of("{% for i in range(17) %}{{ 'x' * 1000000 }}{% endfor %}")


def test_bytes_do_not_go_into_text() -> None:
    with pytest.raises(ExpressionError, match="Bytes cannot be put into text"):
        value_of("x {{ inputs.raw }}")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("{{ inputs.order.id }}", {("inputs", "order", "id")}),
        ("a {{ nodes['my-node'].output.x[0].y }}", {("nodes", "my-node", "output", "x")}),
        ("{{ nodes[inputs.which].output }}", {("nodes",), ("inputs", "which")}),
        ("{{ data.k | default(item.x) }}", {("data", "k"), ("item", "x")}),
        ({"a": ["{{ secrets.TOKEN }}", {"b": "{{ run.id }}"}]}, {("secrets", "TOKEN"), ("run", "id")}),
        ("plain", set()),
        ("{% for item in data.list %}{{ item.x }}{% endfor %}", {("data", "list")}),
        ("{{ inputs.name.upper() }}", {("inputs", "name")}),
        ("{{ 'nodes.a.output' }}", set()),
        ("{{ inputs.order.items() }}", {("inputs", "order")}),
        ("{{ foo(bar=inputs.x) }}", {("inputs", "x"), ("foo",)}),
    ],
)
def test_references_are_known_statically(value: Any, expected: set[tuple[str, ...]]) -> None:
    """(C6.4)"""
    compiled = compile_value(value)
    assert compiled.references == expected
    assert compiled.constant == (value == "plain")


def test_constants_are_known_and_returned() -> None:
    compiled = compile_value({"a": [1, "x", None, 1.5]})
    assert compiled.constant
    assert compiled.value == {"a": [1, "x", None, 1.5]}
    assert compiled.evaluate({}) == compiled.value


def test_only_what_is_mentioned_is_read_from_lazy_contexts() -> None:
    nodes, secrets = Lazy(a={"output": 1}, b={"output": 2}), Lazy(TOKEN="t", OTHER="o")
    context = {"nodes": nodes, "secrets": secrets, "inputs": {"which": "b"}}
    assert compile_value("{{ nodes.a.output + 1 }}").evaluate(context) == 2
    assert nodes.read == ["a"]
    assert compile_value("Bearer {{ secrets.TOKEN }}").evaluate(context) == "Bearer t"
    assert secrets.read == ["TOKEN"]
    assert compile_value("{{ nodes[inputs.which].output }}").evaluate(context) == 2


@pytest.mark.parametrize(
    ("condition", "result"),
    [
        ("inputs.limit > 3", True),
        ("{{ inputs.limit > 30 }}", False),
        (True, True),
        ("true", True),
        ("False", False),
        ("  {{ not (inputs.limit == 10) }} ", False),
        ("1 in inputs.list and item.x == 1", True),
        ("inputs.zz is defined", False),
    ],
)
def test_conditions(condition: str | bool, result: bool) -> None:
    """(C15) braces are optional"""
    assert compile_condition(condition).evaluate(CONTEXT) is result


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("inputs.limit", "gave int instead of true or false"),
        ("inputs.none", "gave null"),
        ("x {{ true }}", "text around"),
        ("{{ inputs.limit > 2", "unexpected end of input"),
        ("{{ inputs.limit >", "unexpected end of input"),
        ("", "is empty"),
        ("{{ }}", "."),
        ("1 +", "unexpected"),
        ("inputs.zz", "undefined"),
        ("'true'", "gave str"),
        (1, "not int"),
    ],
)
def test_conditions_must_give_true_or_false(condition: Any, said: str) -> None:
    """(C15)"""
    with pytest.raises(ExpressionError, match=said):
        compile_condition(condition).evaluate(CONTEXT)


def test_syntax_errors_name_the_place() -> None:
    for text, offset in (("{{ 1 + }}", 3), ("ab {{ x y }}", 8)):
        with pytest.raises(ExpressionError) as caught:
            compile_value(text)
        assert caught.value.offset == offset
        assert caught.value.source in text


@given(st.text("{}%|.[]()'\"abc inputs-+\n1", max_size=30))
def test_no_text_makes_a_traceback(text: str) -> None:
    with contextlib.suppress(ExpressionError):
        compile_value(text).evaluate(CONTEXT)
    with contextlib.suppress(ExpressionError):
        compile_condition(text).evaluate(CONTEXT)


def test_templates_escape_for_html_when_asked() -> None:
    context = {"name": "<b>", "rows": [{"n": "&"}], "safe": "<i>"}
    text = "<p>{{ name }}</p>{% for r in rows %}{{ r.n }}{% endfor %}{{ safe | safe }}\n"
    assert render_template(text, context, autoescape=True) == "<p>&lt;b&gt;</p>&amp;<i>\n"
    assert render_template(text, context) == "<p><b></p>&<i>\n"
    with pytest.raises(ExpressionError):
        render_template("{{ missing }}", context)


def test_what_counts_as_a_template() -> None:
    assert is_template("{{ x }}")
    assert is_template("{% if x %}")
    assert not is_template("${x} {x}")
    assert whole_expression("{{ a }}{{ b }}") is None
    assert whole_expression("{{ '}}' ~ a }}") == "'}}' ~ a"
    assert whole_expression("{{}}") is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{{ inputs.name[1:] }}", "nn"),
        ("{{ (inputs.name | list)[1:3] }}", ["n", "n"]),
        ("{{ nodes.a.output[::2] }}", [1]),
        ("{{ inputs.list[index:inputs.limit][0] }}", 1),
        ("x {{ inputs.name[:-1] }}", "x An"),
    ],
)
def test_slices_of_whatever_can_be_named(text: str, value: Any) -> None:
    """C6.4"""
    assert value_of(text) == value
