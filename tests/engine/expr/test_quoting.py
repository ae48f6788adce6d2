"""What a shell could take for more than one word is closed by ``| quote``, and nothing else (C6.4)."""

from __future__ import annotations

import shlex
from typing import Any

import pytest

from floworch.expr import compile_value
from floworch.expr.quoting import is_closed, quoted

EVIL = "x; touch pwned $(id) `id` 'a' \"b\"\n#"


@pytest.mark.parametrize(
    ("source", "closed"),
    [
        ("item.customer", "item.customer | quote"),
        ("item['my key'] | upper", "item['my key'] | upper | quote"),
        ("'--name=' ~ item.customer", "'--name=' ~ item.customer | quote"),
        ("item.customer ~ '~' ~ item.other", "item.customer | quote ~ '~' ~ item.other | quote"),
        ("item.customer ~ item.other | quote", "item.customer | quote ~ item.other | quote"),
        ("item.customer + item.other", "(item.customer + item.other) | quote"),
        ("item.customer + item.other | quote", "(item.customer + item.other | quote) | quote"),
        ("item.customer or item.other | quote", "(item.customer or item.other | quote) | quote"),
        ("item.customer if item.n else ''", "item.customer | quote if item.n else ''"),
        ("'-v' if item.n else item.customer | quote ~ item.other",
         "'-v' if item.n else item.customer | quote ~ item.other | quote"),
        ("item.customer if item.n", "item.customer | quote if item.n"),
        ("[item.customer | quote]", "[item.customer | quote] | quote"),
        ("item.customer | quote | replace(\"'\", '')", "item.customer | quote | replace(\"'\", '') | quote"),
        ("item.customer | int(item.other)", "item.customer | int(item.other) | quote"),
        ("'NAME' | env", "'NAME' | env | quote"),
    ],
)  # fmt: skip
def test_each_part_is_closed(source: str, closed: str) -> None:
    assert quoted(source) == closed
    assert quoted(closed) == closed, "closing it again changes nothing"
    assert is_closed(closed)


@pytest.mark.parametrize(
    "source",
    [
        " item.customer | quote ",
        "item.customer|quote()",
        "'a; b'",
        "'--dry-run' if item.customer else ''",
        "'--dry-run' if item.customer",
        "item.customer | length",
        "item.n | int",
        "item.n | int(0)",
        "index",
        "outer.index",
        "run.id",
        "inputs.number",
    ],
)
def test_what_is_a_word_or_was_written_stays(source: str) -> None:
    assert quoted(source, frozenset({"number"})) == source


def test_an_input_that_may_be_a_text_is_closed() -> None:
    assert quoted("inputs.name", frozenset({"number"})) == "inputs.name | quote"


@pytest.mark.parametrize(
    "source", ["item.customer", "item.customer ~ item.other", "item.customer + item.other", "item.customer or 'x'"]
)
def test_a_shell_reads_one_word(source: str) -> None:
    item: dict[str, Any] = {"customer": EVIL, "other": "$HOME"}
    before, after = (compile_value(f"{{{{ {each} }}}}").evaluate({"item": item}) for each in (source, quoted(source)))
    assert shlex.split(after) == [before]
