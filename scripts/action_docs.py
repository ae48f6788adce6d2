"""Write the reference page of every built-in action from its specification.

Usage: ``python scripts/action_docs.py [--check]``. Writes ``docs/reference/actions/<id>.md`` and its ``index.md``;
with ``--check`` it writes nothing and exits 1 naming the pages that are out of date.
"""

from __future__ import annotations

import argparse
import inspect
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from floworch.actions.registry import Registry, builtin_actions
from floworch.actions.spec import ActionSpec

FOLDER = Path(__file__).parent.parent / "docs" / "reference" / "actions"
MADE = "<!-- Made by scripts/action_docs.py from the action's specification; change it there. -->\n"
_EFFECTS = {
    "pure": "pure: it changes nothing, so it may run again",
    "idempotent": "idempotent: running it again does no harm",
    "unsafe": "unsafe: after a crash in the middle of it, a person decides whether it runs again",
}
_PLACES = {"loop": "the engine's loop", "thread": "a thread", "process": "a worker process", "cluster": "the cluster"}


def type_text(part: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    """Return a JSON Schema's type in a few words: ``list of {fn, key, as}``, ``duration``, ``one of a, b``."""
    reference = str(part.get("$ref", "")).rpartition("/")[2]
    if reference:
        return type_text(definitions[reference], definitions)
    if part.get("evaluation") == "condition":
        return "condition"
    if part.get("widget") in {"duration", "secret"}:
        return str(part["widget"]) + (" or null" if any(b.get("type") == "null" for b in part.get("anyOf", ())) else "")
    if "enum" in part:
        return "one of " + ", ".join(f"`{value}`" for value in part["enum"])
    if "anyOf" in part:
        return " or ".join(dict.fromkeys(type_text(branch, definitions) for branch in part["anyOf"]))
    return _plain_type(part, definitions)


def _plain_type(part: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    kind = part.get("type")
    if isinstance(kind, list):
        return " or ".join(_plain_type({**part, "type": each}, definitions) for each in kind)
    if kind == "array":
        items = part.get("items") or {}
        return f"list of {type_text(items, definitions)}" if items else "list"
    if kind == "object":
        names = part.get("properties")
        return "{" + ", ".join(names) + "}" if names else "object"
    words = {"string": "text", "integer": "whole number", "boolean": "true or false", None: "any value"}
    return words.get(kind, str(kind))


def cell(text: str) -> str:
    """Return text for a table cell; braces and bars keep their meaning."""
    return text.replace("|", "\\|").replace("\n", " ")


def parameter_rows(spec: ActionSpec) -> list[str]:
    """Return one table row per parameter."""
    schema = spec.params.model_json_schema()
    definitions = schema.get("$defs", {})
    required = set(schema.get("required", ()))
    rows = []
    for name, part in schema.get("properties", {}).items():
        default = "required" if name in required else f"`{json.dumps(part['default'])}`" if "default" in part else ""
        notes = [part.get("description", "")]
        if part.get("evaluation") == "raw":
            notes.append("Evaluated by the action itself.")
        notes += _fields_of(part, definitions)
        kind = type_text(part, definitions)
        rows.append(f"| `{name}` | {cell(kind)} | {cell(default)} | {cell(' '.join(filter(None, notes)))} |")
    return rows


def _fields_of(part: Mapping[str, Any], definitions: Mapping[str, Any]) -> list[str]:
    """What the fields of a parameter's rows mean, from the models it refers to."""
    text = json.dumps(part)
    return [
        f"`{field}`: {about.get('description', '')}"
        for name, model in definitions.items()
        if f'/{name}"' in text
        for field, about in model.get("properties", {}).items()
    ]


def page(spec: ActionSpec) -> str:
    """Return the whole reference page of one action."""
    ports = "the ports named in its parameters" if spec.ports_of else ", ".join(f"`{port}`" for port in spec.ports)
    facts = [
        ("Category", spec.category),
        ("Ports", f"{ports}; like every action also `done` and `error`"),
        ("Effect", _EFFECTS[spec.effect]),
        ("Runs in", _PLACES[spec.run_on]),
    ]
    if spec.capabilities:
        facts.append(("May use", ", ".join(sorted(spec.capabilities))))
    if spec.container:
        facts.append(("Container", "nodes whose `parent` is this node are its body"))
    lines = [f"# {spec.title} (`{spec.id}`)", "", MADE, *_about(spec), "", "| | |", "|---|---|"]
    lines += [f"| {name} | {value} |" for name, value in facts]
    lines += ["", "## Parameters", ""]
    rows = parameter_rows(spec)
    lines += ["| Name | Type | Default | Meaning |", "|---|---|---|---|", *rows] if rows else ["None."]
    lines += ["", "## Output", "", *_output(spec), "", "## Example", "", "```json"]
    lines += [json.dumps({"action": spec.id, "params": dict(spec.example)}, indent=2, ensure_ascii=False), "```", ""]
    return "\n".join(lines)


def _about(spec: ActionSpec) -> list[str]:
    """The docstring up to its Args section."""
    text = inspect.getdoc(spec.fn) or spec.summary
    for section in ("\nArgs:", "\nRaises:", "\nReturns:"):
        text = text.partition(section)[0]
    return text.strip().splitlines()


def _output(spec: ActionSpec) -> list[str]:
    schema = spec.output_schema
    if not schema:
        return ["Any value." if schema is None else "None: it always fails."]
    lines = [type_text(schema, schema.get("$defs", {})).capitalize() + ". " + schema.get("description", "")]
    fields = schema.get("properties") or {}
    lines += [""] if fields else []
    for name, part in fields.items():
        lines.append(f"- `{name}` ({type_text(part, schema.get('$defs', {}))}) {part.get('description', '')}".rstrip())
    return [line.rstrip() for line in lines]


def index(specs: list[ActionSpec]) -> str:
    """Return the page that lists every action."""
    lines = ["# Actions", "", MADE, "| Action | Title | What it does |", "|---|---|---|"]
    lines += [f"| [`{spec.id}`]({spec.id}.md) | {spec.title} | {cell(spec.summary)} |" for spec in specs]
    return "\n".join([*lines, ""])


def pages() -> dict[str, str]:
    """Return every page by file name."""
    registry = Registry()
    specs = [spec for name in sorted(builtin_actions()) if (spec := registry.find_action(name)) is not None]
    if registry.broken:
        raise SystemExit(f"Cannot be loaded: {registry.broken}")
    return {"index.md": index(specs), **{f"{spec.id}.md": page(spec) for spec in specs}}


def main(arguments: list[str] | None = None) -> int:
    """Write or check the pages; 0 when all is well."""
    parser = argparse.ArgumentParser(description="Write the reference pages of the built-in actions.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail when a page is out of date")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the pages are")
    options = parser.parse_args(arguments)
    made = pages()
    old = {path.name: path.read_text(encoding="utf-8") for path in options.folder.glob("*.md")}
    stale = sorted(name for name in made.keys() | old.keys() if made.get(name) != old.get(name))
    if options.check:
        for name in stale:
            print(f"{name} is out of date: run python scripts/action_docs.py", file=sys.stderr)
        return 1 if stale else 0
    options.folder.mkdir(parents=True, exist_ok=True)
    for name in stale:
        if name in made:
            (options.folder / name).write_text(made[name], encoding="utf-8")
        else:
            (options.folder / name).unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
