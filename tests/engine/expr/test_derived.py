"""What an expression makes of a secret is told to whoever gave it (C6.5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from floworch.expr import compile_condition, compile_value, render_template
from floworch.expr.derived import disguise

TOKEN = "s3cr3t-Token-0042/xyz"
NAMES = {"TOKEN": TOKEN, "JSON": '{"user": "anna-b", "n": 123456, "l": ["w0rd-1"]}', "CODE": "c2VjcmV0LXdvcmQ="}


class Told(dict[str, str]):
    """Secrets that write down what is made of them."""

    def __init__(self, values: Mapping[str, str] = NAMES) -> None:
        super().__init__(values)
        self.hidden: list[str] = []

    def disguised(self) -> Told:
        return Told({name: disguise(value) for name, value in self.items()})

    def hide(self, text: str) -> None:
        self.hidden.append(text)


def told(value: Any) -> list[str]:
    secrets = Told()
    compiled = compile_condition(value) if isinstance(value, str) and "{" not in value else compile_value(value)
    compiled.evaluate({"secrets": secrets, "inputs": {"name": "Anna Bell", "n": 5}})
    return secrets.hidden


@pytest.mark.parametrize(
    ("value", "hidden"),
    [
        ("{{ secrets.TOKEN[:8] }}", ["s3cr3t-T"]),
        ("{{ secrets.TOKEN | upper }}", ["S3CR3T-TOKEN-0042/XYZ"]),
        ("Hello {{ inputs.name }}: {{ secrets.TOKEN[7:12] }}!", ["Token"]),
        ("{{ 'Bearer ' ~ secrets.TOKEN | reverse }}", [TOKEN[::-1]]),
        ({"deep": ["{{ secrets.TOKEN | replace('-', '') }}", "{{ inputs.name }}"]}, ["s3cr3tToken0042/xyz"]),
        ("{{ secrets.TOKEN.split('-') }}", ["s3cr3t", "Token", "0042/xyz"]),
        ("{{ secrets.TOKEN }}", []),
        ("{{ secrets.TOKEN | length }}", []),
        ("secrets.TOKEN | length > 5", []),
        ("{{ 'enabled' if secrets.TOKEN == 's3cr3t-Token-0042/xyz' else 'disabled' }}", []),
        ("{{ inputs.name if secrets.TOKEN else 'nobody' }}", []),
        ("{{ inputs.name | upper }}", []),
    ],
)
def test_what_differs_with_another_secret_was_made_of_it(value: Any, hidden: list[str]) -> None:
    assert told(value) == hidden


def test_a_result_that_no_other_secret_gives_is_hidden_as_a_whole() -> None:
    assert told("{{ (secrets.JSON | from_json) }}") == ["anna-b", "123456", "w0rd-1"]


def test_the_texts_of_templates_are_watched_as_well() -> None:
    secrets = Told()
    assert render_template("x {{ secrets.TOKEN[:6] }} y", {"secrets": secrets}) == "x s3cr3t y"
    assert secrets.hidden == ["s3cr3t"]


def test_secrets_that_do_not_want_to_know_are_left_alone() -> None:
    assert compile_value("{{ secrets.A[:4] }}").evaluate({"secrets": {"A": "abcdef"}}) == "abcd"
