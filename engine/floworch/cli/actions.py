"""``floworch actions``: what a node can do, and what can be wrapped around it."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from floworch.cli.support.options import JsonOption
from floworch.versions import pip_line

if TYPE_CHECKING:
    from floworch.actions.registry import Registry
    from floworch.actions.sources import Listed
    from floworch.actions.spec import ActionSpec, LayerSpec

TrustHereOption = Annotated[
    bool, typer.Option("--trust", help="Import the folder actions/ of the current folder for this time.")
]

app = typer.Typer(add_completion=False, no_args_is_help=True, rich_help_panel="Definitions")


@app.callback(help="List actions and middleware, show one in full, begin a new one, and test it.")
def actions() -> None:
    """Actions: list them, show one, write one."""


@app.command("list")
def list_actions(
    category: Annotated[str | None, typer.Option("--category", metavar="NAME", help="Only of this category.")] = None,
    middleware: Annotated[bool, typer.Option("--middleware", help="List the middleware layers instead.")] = False,
    json: JsonOption = False,
) -> None:
    """List every action that is installed or stands in actions/ here, or every middleware layer."""
    from floworch.actions.listing import list_actions, list_layers
    from floworch.actions.registry import registry as everywhere
    from floworch.actions.suggest import one_of
    from floworch.cli.render.report import Report
    from floworch.cli.render.text import print_json, print_table
    from floworch.cli.support.folder_here import known_here
    from floworch.errors import UsageError

    registry = known_here(everywhere)
    if middleware:
        layers = list_layers(registry)
        if json:
            print_json([_brief_layer(layer) for layer in layers])
        else:
            print_table([(layer.id, layer.summary) for layer in layers], ("middleware", ""))
            _more("The options of one: floworch actions show NAME.")
        return
    known = list_actions(registry)
    categories = sorted({entry.category for entry in known})
    if category is not None and category not in categories:
        raise UsageError(f"There is no category '{category}'.", one_of(category, categories))
    listed = [entry for entry in known if category in (None, entry.category)]
    if json:
        print_json([_outlined(registry, entry) for entry in listed])
    else:
        rows = [(entry.id, entry.category, _needs(entry.id) or entry.summary) for entry in listed]
        print_table(rows, ("action", "category", ""))
        _more(
            "One in full: floworch actions show ACTION. What can be wrapped around them: "
            "floworch actions list --middleware.\n"
            "What {{ expressions }} may name, and their filters: docs/reference/expressions.md."
        )
    for name, why in registry.broken.items():
        Report(sys.stderr).warning(f"The action '{name}' cannot be loaded: {why}")
    for name, counts, other in registry.passed_over():
        Report(sys.stderr).warning(f"{other} defines '{name}' again; that of {counts} counts. Rename one of them.")


@app.command("show")
def show_action(
    action: Annotated[
        str, typer.Argument(metavar="NAME", help="Id of an action, or name of a middleware.", show_default=False)
    ],
    trust: TrustHereOption = False,
    json: JsonOption = False,
) -> None:
    """Show one action or middleware in full: parameters, ports, output, how it runs, an example."""
    from floworch.actions.describe import example
    from floworch.cli.render.describe import describe_action, describe_layer
    from floworch.cli.render.text import print_json

    registry = _registry_for(action, trust)
    layer = registry.find_layer(action) if "." not in action else None
    if layer is not None:
        if json:
            print_json({**_brief_layer(layer), "options": layer.options.model_json_schema()})
        else:
            typer.echo(describe_layer(layer))
        return
    spec = _resolve(action, registry)
    if json:
        schema = spec.params.model_json_schema()
        print_json({**_brief(spec), "parameters": schema, "output": spec.output_schema, "example": example(spec)})
    else:
        typer.echo(describe_action(spec))


@app.command("new")
def new_action(
    action: Annotated[str, typer.Argument(metavar="ID", help="Its id: namespace.name.", show_default=False)],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FOLDER", help="Folder to write to.", show_default="your actions"),
    ] = None,
    package: Annotated[
        bool, typer.Option("--package", help="Write an installable package around it, with its entry point.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there.")] = False,
) -> None:
    """Write a new action with its test: into your folder of actions, or as a package to install."""
    from floworch.actions.folders import user_folder
    from floworch.cli.support.scaffold import scaffold

    folder = output if output is not None else user_folder()
    for file in scaffold(action, folder, package=package, force=force):
        typer.echo(f"{file} written", err=True)
    if package:
        typer.echo(f"Install it with: pip install {folder}", err=True)
    elif output is None:
        typer.echo(f"Look at it with: floworch actions show {action}. Test it with: floworch actions test {action}",
                   err=True)  # fmt: skip
    if importlib.util.find_spec("pytest") is None:
        typer.echo(f"Its own test runs with pytest, which is not installed here: {pip_line('pytest')}", err=True)


@app.command("test")
def try_one(
    action: Annotated[str, typer.Argument(metavar="ID", help="Id of an action.", show_default=False)],
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="One parameter, JSON or text; the example's when left out."),
    ] = None,
    inputs: Annotated[
        list[str] | None, typer.Option("--input", metavar="NAME=VALUE", help="One input for its expressions.")
    ] = None,
    trust: TrustHereOption = False,
) -> None:
    """Run one action alone, as a node would, and print its output; progress and log go to standard error."""
    from floworch.cli.support.try_action import try_action

    try_action(_resolve(action, _registry_for(action, trust)), settings or (), inputs or ())


def _registry_for(name: str, trust: bool) -> Registry:
    """The actions that are known here, once the user agrees to import the one of that name where it asks for it.

    Raises:
        NotTrusted: It stands in the folder ``actions/`` here, which is not trusted.
    """
    from floworch.actions.registry import registry
    from floworch.cli.support.folder_here import agree_to_import, known_here, only_here

    entry = only_here(name, registry)
    if entry is not None:
        agree_to_import(entry, trust)
    return known_here(registry)


def _resolve(name: str, registry: Registry) -> ActionSpec:
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


def _brief_layer(layer: LayerSpec | Listed) -> dict[str, Any]:
    return {"id": layer.id, "title": layer.title, "summary": layer.summary}


def _brief(spec: ActionSpec) -> dict[str, Any]:
    from floworch.actions.library.extras import install_line

    return {
        "id": spec.id,
        "title": spec.title,
        "summary": spec.summary,
        "category": spec.category,
        "version": spec.version,
        "effect": spec.effect,
        "effects": {name: dict(each) for name, each in spec.effects.items()},
        "run_on": spec.run_on,
        "ports": list(spec.ports),
        "capabilities": sorted(spec.capabilities),
        "container": spec.container,
        "install": install_line(spec.id),
    }


def _outlined(registry: Registry, entry: Listed) -> dict[str, Any]:
    """An action as an object; of one that others wrote nothing is imported: what its source does not say is null."""
    from floworch.actions.registry import outline

    spec = registry.find_action(entry.id) if outline(registry, entry.id) is None else None
    if spec is not None:
        return {**_brief(spec), "source": entry.source}
    known = {name: getattr(entry, name) for name in ("id", "title", "summary", "category", "version")}
    unknown = dict.fromkeys(("effect", "effects", "run_on", "ports", "capabilities"))
    return {**known, **unknown, "container": entry.container, "install": "", "source": entry.source}


def _needs(action: str) -> str:
    from floworch.actions.library.extras import install_line

    line = install_line(action)
    return f"(needs a library: {line})" if line else ""
