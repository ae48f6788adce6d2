"""``floworch inspect FILE``: what a definition would do, without running anything of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from floworch.cli.support.options import FileArgument, JsonOption

if TYPE_CHECKING:
    from floworch.trust import Changes, Report, Verdict

app = typer.Typer(add_completion=False)
_WHY = {
    "content": "you trusted this content",
    "folder": "it lies in a folder that you trust",
    "once": "this process trusts it",
    "environment": "FLOWORCH_TRUST names its content",
}


@app.command(rich_help_panel="Definitions")
def inspect(file: FileArgument, json: JsonOption = False) -> None:
    """Say what a definition would do: hosts, paths, commands, code, secrets, local files. Nothing of it is run."""
    from floworch.actions.registry import registry
    from floworch.cli.render.text import print_json
    from floworch.model.validate import read_checked
    from floworch.trust import TrustStore, changed_since
    from floworch.trust import inspect as look

    workflow = read_checked(file, registry)
    report, verdict = look(workflow, registry), TrustStore().verdict(workflow)
    changed = changed_since(verdict, workflow, report)
    if json:
        about = {"trusted": verdict.trusted, "why": verdict.why, "changed": verdict.changed, "digest": verdict.digest}
        since = changed.to_json() if changed is not None else None
        print_json({"file": str(file), **about, "changes": since, **report.to_json()})
        return
    typer.echo("\n".join([*lines(report), *_standing(verdict), *(_changes(changed) if changed is not None else ())]))


def lines(report: Report) -> list[str]:
    """The report for a person: a heading for each kind of thing, one line for each thing with its node."""
    from floworch.cli.render.text import paint

    found: list[str] = []
    for title, entries in report.sections():
        found.append(paint(title, "bold"))
        found.extend(f"  {entry}" for entry in entries)
    return found or ["It touches nothing outside of its own run."]


def _changes(changed: Changes) -> list[str]:
    from floworch.cli.render.text import paint

    colours = {"+": "red", "-": "green"}
    title = paint(f"Otherwise than on {changed.since.replace('T', ' ').rstrip('Z')} UTC, when you trusted it", "bold")
    found = [f"  {paint(line, colours[line[0]]) if line[0] in colours else line}" for line in changed.lines()]
    return [title, *found] if found else []


def _standing(verdict: Verdict) -> list[str]:
    from floworch.cli.render.text import paint

    if verdict.trusted:
        return [paint(f"Trusted: {_WHY[verdict.why]}.", "green"), f"Content {verdict.digest}"]
    state = "Changed since you trusted it." if verdict.changed else "Not trusted."
    return [paint(state, "yellow"), f"Content {verdict.digest}"]
