from __future__ import annotations

import pytest

from floworch.actions.registry import registry
from floworch.errors import ActionError, ErrorKind
from floworch.testing.actions import FakeHost, run_action

HOST_INPUTS = {"name": "<Ada & Bob>", "rows": [{"n": 1}, {"n": 2}]}


def test_a_template_sees_what_expressions_see_and_its_own_values() -> None:
    host = FakeHost(inputs=HOST_INPUTS, data={"total": 3}, nodes={"a": {"x": [7]}})
    text = run_action(
        "data.template", host,
        template="{{ inputs.name }} {{ data.total }} {{ nodes.a.output.x[0] }} "
                 "{% for row in rows %}[{{ row.n }}]{% endfor %}\n",
        values={"rows": "{{ inputs.rows }}"},
    )  # fmt: skip
    assert text == "<Ada & Bob> 3 7 [1][2]\n"


def test_html_escapes_values_and_nothing_else() -> None:
    template = "<p>{{ inputs.name }}</p>{{ mark | safe }}"
    host = FakeHost(inputs=HOST_INPUTS)
    assert (
        run_action("data.template", host, template=template, values={"mark": "<hr>"}, format="html")
        == "<p>&lt;Ada &amp; Bob&gt;</p><hr>"
    )
    assert run_action("data.template", host, template="**{{ inputs.name }}**", format="markdown") == "**<Ada & Bob>**"


def test_values_hide_the_runs_names() -> None:
    assert run_action("data.template", template="{{ inputs }}", values={"inputs": "mine"}) == "mine"


@pytest.mark.parametrize("template", ["a\nb\n{{ nothing.here }}", "a\nb\n{% for x in %}"])
def test_a_mistake_is_a_validation_error(template: str) -> None:
    with pytest.raises(ActionError) as caught:
        run_action("data.template", template=template)
    assert caught.value.kind is ErrorKind.VALIDATION


def test_a_mistake_in_a_long_template_names_its_line() -> None:
    with pytest.raises(ActionError, match=r"^Line 3 of the template: "):
        run_action("data.template", template="a\nb\n{% for x in %}\nc")


def test_a_large_report_is_written() -> None:
    rows = [{"n": i} for i in range(20_000)]
    text = run_action(
        "data.template",
        template="{% for r in rows %}<li>{{ r.n }}</li>{% endfor %}",
        values={"rows": rows},
        format="html",
    )
    assert text.endswith("<li>19999</li>")


def test_the_template_is_not_evaluated_before() -> None:
    spec = registry.resolve("data.template")
    assert spec.raw_params == {"template"}
    assert spec.raw_names({"values": {"rows": [], "title": ""}}) == {"rows", "title"}
    assert spec.raw_names({"values": "{{ inputs.values }}"}) == frozenset()
    assert [issue.message for issue in spec.check_params({"template": 5, "format": "pdf"})] == [
        "'format' must be one of 'text', 'html' or 'markdown', not 'pdf'."
    ]
