"""One action or middleware layer in full, as text for a terminal: what its reference page holds."""

from __future__ import annotations

import json
import shutil
import textwrap
from collections.abc import Iterable
from typing import TYPE_CHECKING

from floworch.cli.render.text import paint

if TYPE_CHECKING:
    from floworch.actions.describe import Parameter
    from floworch.actions.spec import ActionSpec, LayerSpec

_WIDEST = 100


def describe_action(spec: ActionSpec) -> str:
    """Return all that there is to know about an action, wrapped to the terminal."""
    from floworch.actions.describe import PLACES, about, effect_text, example, other_names, parameters, ports_text

    facts = [
        ("Category", spec.category),
        ("Ports", ports_text(spec)),
        ("Effect", effect_text(spec)),
        ("Runs in", PLACES[spec.run_on]),
    ]
    if spec.capabilities:
        facts.append(("May use", ", ".join(sorted(spec.capabilities))))
    if spec.container:
        facts.append(("Container", "nodes whose 'parent' is this node are its body"))
    node = {spec.id.rpartition(".")[2]: example(spec)}
    lines = [f"{paint(spec.id, 'bold')}  {spec.title}", *about(spec).splitlines(), ""]
    for name, text in facts:
        lines += _wrapped(f"{name:<10} {text}", 0, 11)
    lines += _section("Parameters", _listed(parameters(spec.params)) or ["  none"])
    lines += _wrapped(other_names(spec.id).replace("`", ""), 2)
    lines += _section("Output", _output(spec))
    lines += _section('Example, as it stands in "nodes" of a definition', _json(node)[1:-1])
    return "\n".join(lines)


def describe_layer(spec: LayerSpec) -> str:
    """Return all that there is to know about a middleware layer, wrapped to the terminal."""
    from floworch.actions.describe import parameters

    options = parameters(spec.options)
    given = {each.name: f"<{each.name}>" if each.required else json.loads(each.default or "null") for each in options}
    entry = {"use": spec.id, "with": {name: value for name, value in given.items() if value not in (None, "", [])}}
    lines = [f"{paint(spec.id, 'bold')}  {spec.title}", spec.summary]
    lines += _section("Options", _listed(options) or ["  none"])
    lines += _section('One entry of "middleware", of a node or of the workflow', _json(entry))
    return "\n".join(lines)


def _section(title: str, lines: Iterable[str]) -> list[str]:
    return ["", paint(title, "bold"), *lines]


def _listed(parameters: Iterable[Parameter], indent: int = 2) -> list[str]:
    lines = []
    for each in parameters:
        need = ", required" if each.required else f", default {each.default}" if each.default else ""
        kind = f"{each.type}{need}".replace("`", "")
        lines += _wrapped(f"{each.name}: {kind}", indent, indent + 4)
        raw = " Evaluated by the action itself." if each.raw else ""
        lines += _wrapped(f"{each.about}{raw}".strip(), indent + 4)
        if each.fields:
            lines += _wrapped("Each has:", indent + 4)
            lines += _listed(each.fields, indent + 6)
    return lines


def _output(spec: ActionSpec) -> list[str]:
    from floworch.actions.describe import output_fields, output_text

    lines = _wrapped(output_text(spec.output_schema), 2)
    for each in output_fields(spec.output_schema):
        lines += _wrapped(f"{each.name}: {each.type}. {each.about}".replace("`", "").rstrip(), 4, 8)
    return lines


def _json(value: object) -> list[str]:
    return json.dumps(value, indent=2, ensure_ascii=False).splitlines()


def _wrapped(text: str, indent: int, rest: int | None = None) -> list[str]:
    width = min(_WIDEST, max(40, shutil.get_terminal_size((_WIDEST, 24)).columns))
    after = " " * (indent if rest is None else rest)
    return textwrap.wrap(
        text, width, initial_indent=" " * indent, subsequent_indent=after, break_long_words=False,
        break_on_hyphens=False,
    )  # fmt: skip
