"""Keep the option tables of ``docs/reference/middleware.md`` in step with the layers' options.

Usage: ``python scripts/middleware_docs.py [--check] [--page FILE]``. Between ``<!-- options: NAME -->`` and
``<!-- end -->`` it writes the table of that layer; with ``--check`` it writes nothing and exits 1 when the page is out
of date or a built-in layer has no section.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from floworch.actions.registry import Registry
from floworch.actions.spec import LayerSpec

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "middleware.md"
_TABLE = re.compile(r"(<!-- options: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
_WORDS = {"string": "text", "integer": "whole number", "boolean": "true or false", "object": "object", "array": "list"}


def type_text(part: Mapping[str, Any]) -> str:
    """Return a JSON Schema's type in a few words."""
    branches = [branch for branch in part.get("anyOf", ()) if branch.get("type") != "null"]
    if part.get("widget") == "duration" or any(branch.get("widget") == "duration" for branch in branches):
        return "duration"
    if "enum" in part:
        return "one of " + ", ".join(f"`{value}`" for value in part["enum"])
    if branches:
        return " or ".join(dict.fromkeys(type_text(branch) for branch in branches))
    kind = str(part.get("type", "any value"))
    return _WORDS.get(kind, kind)


def table(spec: LayerSpec) -> str:
    """Return the options of a layer as a Markdown table."""
    schema = spec.options.model_json_schema()
    required = set(schema.get("required", ()))
    rows = ["| option | type | default | meaning |", "|---|---|---|---|"]
    for name, part in schema.get("properties", {}).items():
        default = "required" if name in required else f"`{json.dumps(part.get('default'), ensure_ascii=False)}`"
        if not required >= {name} and "default" not in part:
            default = "empty"
        cells = (f"`{name}`", type_text(part), default, part.get("description", ""))
        rows.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(rows) + "\n"


def updated(text: str, layers: Mapping[str, LayerSpec]) -> str:
    """Return the page with its tables made anew.

    Raises:
        ValueError: A layer has no section, or a section no layer.
    """
    named = {match[2] for match in _TABLE.finditer(text)}
    if named != set(layers):
        raise ValueError(f"sections and layers differ: {', '.join(sorted(named ^ set(layers)))}")
    return _TABLE.sub(lambda match: match[1] + table(layers[match[2]]) + match[3], text)


def main(arguments: list[str] | None = None) -> int:
    """Update or check the page; the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, exit 1 when the page is out of date")
    parser.add_argument("--page", type=Path, default=PAGE)
    options = parser.parse_args(arguments)
    from floworch.middleware.builtin import BUILTIN_LAYERS

    registry = Registry()
    layers = {spec.id: registry.find_layer(spec.id) or spec for spec in BUILTIN_LAYERS}
    text = options.page.read_text(encoding="utf-8")
    try:
        new = updated(text, layers)
    except ValueError as error:
        print(f"{options.page.name}: {error}", file=sys.stderr)
        return 1
    if options.check and new != text:
        print(f"{options.page.name} is out of date: run python scripts/middleware_docs.py", file=sys.stderr)
        return 1
    if not options.check:
        options.page.write_text(new, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
