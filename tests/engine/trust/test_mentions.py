"""Names of secrets in definitions."""

from __future__ import annotations

from typing import Any

import pytest

from floworch.model.reads import texts
from floworch.trust.mentions import secrets_in, secrets_of_params


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("{{ secrets.A }} and {{ secrets['b-c'] | upper }}", {"A", "b-c"}),
        ({"x": ["{% if secrets.A %}1{% endif %}", {"y": "{{ secrets[inputs.which] }}"}]}, {"A", "*"}),
        ("cat secrets.txt", set()),
        ("{{ nodes.secrets.output }} {{ 'secrets.A' }}", set()),
        (1, set()),
    ],
)
def test_expressions(value: Any, found: set[str]) -> None:
    assert secrets_in(value) == found


def test_conditions_without_braces_and_names_in_parameters() -> None:
    params = {
        "condition": "secrets.A == 'x'",
        "cases": [{"when": "secrets.B", "port": "p"}],
        "key": "C",
        "sign": "{{ secrets.D }}",
        "text": "secrets.NO",
        "where": "item.x == secrets.E",
    }
    found = secrets_of_params(params, {"where"}, {"condition", "cases[].when"}, {"key", "sign"})
    assert found == {"A", "B", "C", "D", "E"}


def test_texts_go_through_everything() -> None:
    assert list(texts({"a": ["x", {"b": "y"}], "c": 1, "d": "z"})) == ["x", "y", "z"]
