"""``data.parse``: text in JSON, YAML, XML, CSV or HTML becomes a value."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, Literal

from pydantic import Field

from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.library.data_markup import (
    CHUNK,
    html_value,
    parse_html,
    parse_xml,
    select_html,
    select_xml,
    xml_value,
)
from floworch.actions.library.data_rows import SLICE
from floworch.actions.library.data_source import load
from floworch.actions.library.data_values import value_of
from floworch.actions.library.file_errors import stop_if_cancelled
from floworch.actions.rules import found_at
from floworch.actions.widgets import Multiline, show_if
from floworch.errors import ActionError, ErrorKind
from floworch.model.values import from_plain, parse_int

MOST_PARTS = 2_000_000  # of a YAML text whose parts refer to each other, which can multiply


@action(
    "data.parse",
    title="Parse",
    category="data",
    icon="braces",
    subtitle="format",
    effect="pure",
    output_schema={"description": "The value; with a selector for XML or HTML, a list of what it found."},
    example={"text": "{{ nodes.page.output.body }}", "format": "html", "selector": "table.prices td"},
)
def data_parse(
    ctx: Context,
    text: Multiline,
    format: Literal["json", "yaml", "xml", "csv", "html"] = "json",  # noqa: A002 - the name promised to definitions
    selector: Annotated[str, Field(title="Part to take")] = "",
    delimiter: Annotated[
        str, Field(title="Separator of values", min_length=1, max_length=1), show_if(format="csv")
    ] = ",",
    header: Annotated[bool, Field(title="First line holds the names"), show_if(format="csv")] = True,
) -> Any:
    """Turn text into a value.

    XML becomes objects with @attribute, child and #text, without prefixes of names; a text that declares entities is
    refused. CSV gives texts. HTML gives {tag, attributes, text} of what the selector finds, or the page's text.

    Args:
        text: The text.
        format: What it is written in.
        selector: Which part: a path such as orders[0].id for JSON and YAML, orders/order for XML, a CSS selector
            such as table.prices td for HTML.
        delimiter: What separates the values of a CSV line.
        header: Whether the first CSV line holds the names; without it each line is a list.
    """
    check = partial(stop_if_cancelled, ctx)
    text = text.removeprefix("\ufeff")
    if format == "csv":
        return _csv(text, delimiter, header, check)
    if format == "xml":
        root = parse_xml(text, check)
        return select_xml(root, selector) if selector else {root.tag: xml_value(root)}
    if format == "html":
        tree = parse_html(text, check)
        return select_html(tree, selector) if selector else html_value(tree)["text"]
    value = _json(text) if format == "json" else _yaml(text, check)
    return _part(value, selector) if selector else value


def _part(value: Any, selector: str) -> Any:
    there, found = found_at(value, selector)
    if not there:
        raise ActionError(
            f"There is nothing at '{selector}'.", ErrorKind.VALIDATION, hint="Write the path as in orders[0].id."
        )
    return found


def _refused(name: str, error: Exception) -> ActionError:
    text = " ".join(str(error).split()) or type(error).__name__
    return ActionError(f"'text' is not {name}: {text[:200]}.", ErrorKind.VALIDATION, hint="Correct it, or its format.")


def _constant(name: str) -> Any:
    raise ValueError(f"{name} is not a JSON value")


def _json(text: str) -> Any:
    try:
        return from_plain(json.loads(text, parse_int=parse_int, parse_constant=_constant))
    except (ValueError, RecursionError) as error:
        raise _refused("JSON", error) from None


class _Pieces(io.StringIO):
    """A text that is read in pieces, each of which may be refused."""

    check: Callable[[], None]

    def read(self, size: int | None = -1) -> str:
        self.check()
        return super().read(CHUNK)


def _yaml(text: str, check: Callable[[], None]) -> Any:
    yaml = load("yaml")
    pieces = _Pieces(text)
    pieces.check = check
    try:
        return _Unfold().value(yaml.load(pieces, Loader=yaml.SafeLoader), 0)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise _refused("YAML", error) from None


class _Unfold:
    """Copies what YAML gave into a JSON value, with a limit on how much references may multiply it."""

    def __init__(self) -> None:
        self.parts = 0

    def value(self, value: Any, depth: int) -> Any:
        """The JSON value. Raises ValueError when there is too much of it."""
        self.parts += 1
        if self.parts > MOST_PARTS or depth > 200:
            raise ValueError("it is too large, or holds itself")
        if isinstance(value, dict):
            return {str(value_of(key)): self.value(part, depth + 1) for key, part in value.items()}
        if isinstance(value, (list, tuple, set)):
            return [self.value(part, depth + 1) for part in value]
        return value_of(value)


def _csv(text: str, delimiter: str, header: bool, check: Callable[[], None]) -> list[Any]:
    found: list[Any] = []
    names: list[str] | None = None
    try:
        for number, line in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)):
            if not number % SLICE:
                check()
            if header and names is None:
                names = line
            elif line:
                found.append(_named(names, line, number + 1) if names is not None else line)
    except (csv.Error, TypeError) as error:
        raise _refused("CSV", error) from None
    return found


def _named(names: list[str], line: list[str], number: int) -> dict[str, str | None]:
    if len(line) > len(names):
        raise ActionError(
            f"Line {number} has {len(line)} values, but the first line has {len(names)} names.",
            ErrorKind.VALIDATION,
            hint="Quote values that hold the delimiter, or correct 'delimiter'.",
        )
    return {**dict.fromkeys(names), **dict(zip(names, line, strict=False))}
