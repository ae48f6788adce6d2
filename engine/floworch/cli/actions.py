"""``floworch actions``: what a node can do, and what can be wrapped around it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from floworch.cli.support.options import JsonOption

if TYPE_CHECKING:
    from floworch.actions.spec import ActionSpec, LayerSpec

app = typer.Typer(add_completion=False, no_args_is_help=True, rich_help_panel="Definitions")


@app.callback(help="List actions and middleware, and show one in full.")
def actions() -> None:
    """Actions: list them, or show one."""


@app.command("list")
def list_actions(
    category: Annotated[str | None, typer.Option("--category", metavar="NAME", help="Only of this category.")] = None,
    middleware: Annotated[bool, typer.Option("--middleware", help="List the middleware layers instead.")] = False,
    json: JsonOption = False,
) -> None:
    """List every action that is installed, or every middleware layer."""
    from floworch.actions.registry import registry
    from floworch.cli.render.report import Report
    from floworch.cli.render.text import print_json, print_table

    if middleware:
        layers = registry.all_layers()
        if json:
            print_json([_brief_layer(layer) for layer in layers])
        else:
            print_table([(layer.id, layer.summary) for layer in layers], ("middleware", ""))
            _more("The options of one: floworch actions show NAME.")
        return
    found = [spec for spec in registry.all_actions() if category in (None, spec.category)]
    if json:
        print_json([_brief(spec) for spec in found])
    else:
        print_table([(spec.id, spec.category, spec.summary) for spec in found], ("action", "category", ""))
        _more(
            "One in full: floworch actions show ACTION. What can be wrapped around them: "
            "floworch actions list --middleware.\n"
            "What {{ expressions }} may name, and their filters: docs/reference/expressions.md."
        )
    for name, why in registry.broken.items():
        Report(sys.stderr).warning(f"The action '{name}' cannot be loaded: {why}")


@app.command("show")
def show_action(
    action: Annotated[
        str, typer.Argument(metavar="NAME", help="Id of an action, or name of a middleware.", show_default=False)
    ],
    json: JsonOption = False,
) -> None:
    """Show one action or middleware in full: parameters, ports, output, how it runs, an example."""
    from floworch.actions.describe import example
    from floworch.actions.registry import registry
    from floworch.cli.render.describe import describe_action, describe_layer
    from floworch.cli.render.text import print_json

    layer = registry.find_layer(action) if "." not in action else None
    if layer is not None:
        if json:
            print_json({**_brief_layer(layer), "options": layer.options.model_json_schema()})
        else:
            typer.echo(describe_layer(layer))
        return
    spec = _resolve(action)
    if json:
        schema = spec.params.model_json_schema()
        print_json({**_brief(spec), "parameters": schema, "output": spec.output_schema, "example": example(spec)})
    else:
        typer.echo(describe_action(spec))


def _resolve(name: str) -> ActionSpec:
    from floworch.actions.registry import registry
    from floworch.actions.suggest import closest
    from floworch.errors import UsageError

    if "." not in name and ":" not in name:  # meant as a layer, perhaps
        best = closest(name, registry.layer_ids()) if name not in registry.action_ids() else None
        if best is not None and closest(name, registry.action_ids()) is None:
            raise UsageError(f"There is no action or middleware '{name}'.", f"Did you mean '{best}'?")
    return registry.resolve(name)


def _more(text: str) -> None:
    """A word on where to read on, away from what a pipe reads."""
    from floworch.cli.render.text import paint

    sys.stderr.write(paint(text, "dim", sys.stderr) + "\n")


def _brief_layer(layer: LayerSpec) -> dict[str, Any]:
    return {"id": layer.id, "title": layer.title, "summary": layer.summary}


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
