"""``floworch inspect FILE``: what a definition would do, without running anything of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from floworch.cli.support.options import FileArgument, JsonOption

if TYPE_CHECKING:
    from pathlib import Path

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
    from floworch.cli.support.trusting import asks_for_trust
    from floworch.model.validate import read_checked
    from floworch.trust import TrustStore, changed_since
    from floworch.trust import inspect as look

    workflow = read_checked(file, registry)
    report, verdict = look(workflow, registry), TrustStore().verdict(workflow)
    changed = changed_since(verdict, workflow, report)
    reasons = asks_for_trust(report, verdict)
    if json:
        about = {"trusted": verdict.trusted, "why": verdict.why, "changed": verdict.changed, "digest": verdict.digest}
        about |= {"trust_needed": bool(reasons), "reasons": reasons}
        since = changed.to_json() if changed is not None else None
        print_json({"file": str(file), **about, "changes": since, **report.to_json()})
        return
    standing = _standing(report, verdict, reasons, file)
    typer.echo("\n".join([*lines(report), *standing, *(_changes(changed) if changed is not None else ())]))


def lines(report: Report) -> list[str]:
    """The report for a person: a heading for each kind of thing, one line for each thing with its node.

    Code and other texts that do not fit into a line stand below it as a whole, further in.
    """
    from floworch.cli.render.text import paint

    found: list[str] = []
    for title, entries in report.sections():
        found.append(paint(title, "bold"))
        for text, whole in entries:
            count = f", {len(whole)} line{'s' if len(whole) > 1 else ''}:" if whole else ""
            found.append(f"  {text}{count}")
            found.extend(f"      {line}".rstrip() for line in whole)
    return found or ["It touches nothing outside of its own run."]


def _changes(changed: Changes) -> list[str]:
    from floworch.cli.render.text import paint
    from floworch.clock import local_of

    colours = {"+": "red", "-": "green"}
    title = paint(f"Otherwise than on {local_of(changed.since)}, when you trusted it", "bold")
    found = [f"  {paint(line, colours[line[0]]) if line[0] in colours else line}" for line in changed.lines()]
    return [title, *found] if found else []


def _standing(report: Report, verdict: Verdict, reasons: list[str], file: Path) -> list[str]:
    """Whether it is trusted, whether that is needed to run it, and why."""
    from shlex import quote

    from floworch.cli.render.text import paint

    content = f"Content {verdict.digest}"
    if verdict.trusted:
        return [paint(f"Trusted: {_WHY[verdict.why]}.", "green"), content]
    state = "Not trusted as it is now: it was changed since you trusted it" if verdict.changed else "Not trusted"
    if not reasons:
        return [f"{state}. 'floworch run' needs no trust for it: {_why_none(report, verdict)}", content]
    agree = f"Agree with: floworch trust {quote(str(file))}"
    return [paint(f"{state}. 'floworch run' asks for trust: {'; '.join(reasons)}.", "yellow"), agree, content]


def _why_none(report: Report, verdict: Verdict) -> str:
    """Why naming a definition is enough to run it (interfaces.md section 3), in sentences that fit its report."""
    if report.harmless:
        return "there is nothing to agree to."
    if verdict.secrets or verdict.connections:
        why = "This one uses only what of these you have agreed to."
    elif report.secrets:
        why = "This one uses none of these: the secrets above come from the environment or are not set."
    else:
        why = "This one uses none of these."
    asked = "Python files beside the definition and secrets stored on this machine, also those of a connection"
    return f"naming the file is consent to what stands above. Trust is asked only for {asked}. {why}"
