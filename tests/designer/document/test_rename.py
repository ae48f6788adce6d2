"""References inside expressions are rewritten, other text is left alone."""

from __future__ import annotations

import pytest

from floworch_designer.document.rename import rewrite


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ nodes.a.output }}", "{{ nodes.z.output }}"),
        ('{{ nodes["a"].output }}', "{{ nodes.z.output }}"),
        ("{{ nodes.ab.output }} nodes.a", "{{ nodes.ab.output }} nodes.a"),
        ("{{ my_nodes.a }}{{ x.nodes.a }}", "{{ my_nodes.a }}{{ x.nodes.a }}"),
        ("{% if nodes.a.status %}x{% endif %}", "{% if nodes.z.status %}x{% endif %}"),
        ("{{ 'nodes.a' }}", "{{ 'nodes.a' }}"),
    ],
)
def test_only_references_change(text: str, expected: str) -> None:
    assert rewrite(text, {"a": "z"}) == expected


def test_a_value_without_references_stays_the_same_object() -> None:
    value = {"x": [1, {"y": "nodes everywhere"}], "when": "inputs.a"}
    assert rewrite(value, {"a": "z"}) is value


def test_swapping_two_names_at_once_does_not_mix_them() -> None:
    assert rewrite("{{ nodes.a + nodes.b }}", {"a": "b", "b": "a"}) == "{{ nodes.b + nodes.a }}"
