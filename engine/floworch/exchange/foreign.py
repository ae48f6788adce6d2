"""What n8n and Node-RED have in common: steps with names, places and wires, and values that hold JavaScript."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from floworch.errors import UsageError
from floworch.exchange.imported import Skeleton, identifier, literal_text
from floworch.exchange.js_expression import NotConverted, Resolve, convert

#: A file of another tool may be so large.
MOST_BYTES = 32 * 1024 * 1024
_BRACES = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)


@dataclass
class Step:
    """One step of the original.

    Attributes:
        key: What wires name it by.
        title: What people call it.
        type: Its kind, without the prefix of a package.
        params: Its settings.
        at: Its place on the canvas here.
        original: All of it, for the notes of a placeholder.
        node: Id of the node that it becomes; several steps may become none.
        into: ``(step, output number)`` of every wire that leads to it, in the order of the file.
        disabled: It does not run.
    """

    key: str
    title: str
    type: str
    params: Mapping[str, Any]
    at: tuple[float, float]
    original: Mapping[str, Any]
    node: str = ""
    into: list[tuple[Step, int]] = field(default_factory=list)
    disabled: bool = False


def read_json(text: str, what: str) -> Any:
    """The JSON value of a text.

    Raises:
        UsageError: It is none, or too large.
    """
    if len(text) > MOST_BYTES:
        raise UsageError(f"The file is larger than {MOST_BYTES >> 20} MiB.", f"Export the {what} in parts.")
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        reason = "it is nested too deep" if isinstance(error, RecursionError) else str(error)
        raise UsageError(f"That is no JSON: {reason}.", f"Give the file that {what} exports.") from None


def texts(value: Any) -> str:
    """A value as text; an empty one for none."""
    return value if isinstance(value, str) else "" if value is None else json.dumps(value, ensure_ascii=False)


def mapping(value: Any) -> Mapping[str, Any]:
    """The value if it is an object, else an empty one: a hostile file may hold anything anywhere."""
    return value if isinstance(value, Mapping) else {}


def entries(value: Any) -> list[Mapping[str, Any]]:
    """The objects of a list; none where it is no list."""
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


def number(value: Any) -> float:
    """A finite number of a file, 0 for anything else."""
    good = isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e7
    return float(value) if good else 0.0


def reserve(steps: Sequence[Step]) -> None:
    """Give every step that becomes a node its id."""
    taken: set[str] = set()
    for step in steps:
        base = identifier(step.title)
        found, count = base, 2
        while found in taken:
            found, count = f"{base}_{count}", count + 1
        taken.add(found)
        step.node = found


@dataclass
class Values:
    """Turns values of one step into values here, and tells of those that it cannot turn."""

    skeleton: Skeleton
    step: Step
    resolve: Resolve

    def expression(self, source: str) -> str | None:
        """The expression of JavaScript, without braces; None when it has no counterpart, which is told."""
        try:
            return convert(source, self.resolve)
        except NotConverted as error:
            shown = " ".join(source.split())
            shown = shown if len(shown) <= 80 else shown[:79] + "…"
            self.lost(f"The expression {shown} was not converted: {error}.")
            return None

    def lost(self, message: str) -> None:
        """Tell of something of this step that is not there any more."""
        self.skeleton.tell("not_converted", self.step.title, message, self.step.node)

    def partly(self, message: str) -> None:
        """Tell of something of this step that a person should look at."""
        self.skeleton.tell("partly", self.step.title, message, self.step.node)

    def template(self, text: str) -> str:
        """A text with JavaScript in double braces, each converted or shown in brackets."""
        whole = _BRACES.fullmatch(text.strip())
        if whole and whole[1].count("{{") == 0:
            found = self.expression(whole[1])
            return f"{{{{ {found} }}}}" if found is not None else _bracketed(whole[1])
        parts, at = [], 0
        for match in _BRACES.finditer(text):
            parts.append(_calm(text[at : match.start()]))
            found = self.expression(match[1])
            parts.append(f"{{{{ {found} }}}}" if found is not None else _bracketed(match[1]))
            at = match.end()
        return "".join([*parts, _calm(text[at:])])


def _bracketed(source: str) -> str:
    return f"[not converted: {_calm(' '.join(source.split()))}]"


def _calm(text: str) -> str:
    """Text that no template reads as its own."""
    return re.sub(r"\{(?=[{%#])", "{ ", text)


def plain(text: str) -> str:
    """A text without expressions."""
    return literal_text(text)


Handler = Callable[[Values], "tuple[str, dict[str, Any]] | None"]
