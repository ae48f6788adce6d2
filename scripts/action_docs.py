"""Write the reference page of every built-in action from its specification.

Usage: ``python scripts/action_docs.py [--check]``. Writes ``docs/reference/actions/<id>.md`` and its ``index.md``;
with ``--check`` it writes nothing and exits 1 naming the pages that are out of date.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from floworch.actions.describe import (
    PLACES,
    about,
    effect_text,
    example,
    other_names,
    output_fields,
    output_text,
    parameters,
    ports_text,
)
from floworch.actions.registry import Registry, builtin_actions
from floworch.actions.spec import ActionSpec

FOLDER = Path(__file__).parent.parent / "docs" / "reference" / "actions"
MADE = "<!-- Made by scripts/action_docs.py from the action's specification; change it there. -->\n"


def cell(text: str) -> str:
    """Return text for a table cell; braces and bars keep their meaning."""
    return text.replace("|", "\\|").replace("\n", " ")


def parameter_rows(spec: ActionSpec) -> list[str]:
    """Return one table row per parameter."""
    rows = []
    for each in parameters(spec.params):
        default = "required" if each.required else f"`{each.default}`" if each.default else ""
        notes = [each.about, "Evaluated by the action itself." if each.raw else ""]
        notes += [f"`{field.name}`: {field.about}" for field in each.fields]
        rows.append(f"| `{each.name}` | {cell(each.type)} | {cell(default)} | {cell(' '.join(filter(None, notes)))} |")
    return rows


def page(spec: ActionSpec) -> str:
    """Return the whole reference page of one action."""
    facts = [
        ("Category", spec.category),
        ("Ports", ports_text(spec, "`")),
        ("Effect", effect_text(spec)),
        ("Runs in", PLACES[spec.run_on]),
    ]
    if spec.capabilities:
        facts.append(("May use", ", ".join(sorted(spec.capabilities))))
    if spec.container:
        facts.append(("Container", "nodes whose `parent` is this node are its body"))
    lines = [f"# {spec.title} (`{spec.id}`)", "", MADE, *about(spec).splitlines(), "", "| | |", "|---|---|"]
    lines += [f"| {name} | {value} |" for name, value in facts]
    lines += ["", "## Parameters", ""]
    rows = parameter_rows(spec)
    lines += ["| Name | Type | Default | Meaning |", "|---|---|---|---|", *rows] if rows else ["None."]
    lines += ["", others] if (others := other_names(spec.id)) else []
    lines += ["", "## Output", "", *_output(spec), "", "## Example", "", "```json"]
    lines += [json.dumps(example(spec), indent=2, ensure_ascii=False), "```", ""]
    return "\n".join(lines)


def _output(spec: ActionSpec) -> list[str]:
    fields = [f"- `{each.name}` ({each.type}) {each.about}".rstrip() for each in output_fields(spec.output_schema)]
    return [output_text(spec.output_schema), *([""] if fields else []), *fields]


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
