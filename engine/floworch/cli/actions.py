"""``floworch actions``: what a node can do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from floworch.cli.support.options import JsonOption

if TYPE_CHECKING:
    from floworch.actions.spec import ActionSpec

app = typer.Typer(add_completion=False, no_args_is_help=True, rich_help_panel="Definitions")


@app.callback(help="List actions, and show the parameters of one.")
def actions() -> None:
    """Actions: list them, or show one."""


@app.command("list")
def list_actions(
    category: Annotated[str | None, typer.Option("--category", metavar="NAME", help="Only of this category.")] = None,
    json: JsonOption = False,
) -> None:
    """List every action that is installed."""
    from floworch.actions.registry import registry
    from floworch.cli.render.report import Report
    from floworch.cli.render.text import print_json, print_table

    found = [spec for spec in registry.all_actions() if category in (None, spec.category)]
    if json:
        print_json([_brief(spec) for spec in found])
    else:
        print_table([(spec.id, spec.category, spec.summary) for spec in found], ("action", "category", ""))
    import sys

    for name, why in registry.broken.items():
        Report(sys.stderr).warning(f"The action '{name}' cannot be loaded: {why}")


@app.command("show")
def show_action(
    action: Annotated[str, typer.Argument(metavar="ACTION", help="Id of the action.", show_default=False)],
    json: JsonOption = False,
) -> None:
    """Show one action: parameters, ports and how it runs."""
    from floworch.actions.registry import registry
    from floworch.cli.render.text import paint, print_json, print_table

    spec = registry.resolve(action)
    schema = spec.params.model_json_schema()
    if json:
        print_json({**_brief(spec), "parameters": schema, "output": spec.output_schema})
        return
    typer.echo(f"{paint(spec.id, 'bold')}  {spec.title}")
    if spec.summary:
        typer.echo(spec.summary)
    typer.echo(f"effect {spec.effect}, runs on {spec.run_on}, ports {', '.join((*spec.ports, 'error', 'done'))}")
    required = set(schema.get("required", ()))
    rows = [
        (name, _type(field), "required" if name in required else _default(field), field.get("description", ""))
        for name, field in schema.get("properties", {}).items()
    ]
    if rows:
        print_table(rows, ("parameter", "type", "default", ""))


def _brief(spec: ActionSpec) -> dict[str, Any]:
    return {
        "id": spec.id,
        "title": spec.title,
        "summary": spec.summary,
        "category": spec.category,
        "version": spec.version,
        "effect": spec.effect,
        "run_on": spec.run_on,
        "ports": list(spec.ports),
        "capabilities": sorted(spec.capabilities),
        "container": spec.container,
    }


def _type(field: dict[str, Any]) -> str:
    if "enum" in field:
        return " | ".join(str(value) for value in field["enum"])
    for key in ("anyOf", "oneOf"):
        if key in field:
            return " | ".join(dict.fromkeys(_type(option) for option in field[key]))
    return str(field.get("type", "any"))


def _default(field: dict[str, Any]) -> str:
    import json

    return json.dumps(field["default"], default=str) if "default" in field else ""
