"""The command line as a whole: which verbs there are, and what an error looks like whichever verb raised it."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from floworch.cli.render.report import Report
from floworch.cli.render.streams import Printed

#: Every verb: its module below ``floworch.cli``, in the order of the help text.
VERBS: dict[str, str] = {
    "design": "design",
    "run": "run",
    "demo": "demo",
    "serve": "serve",
    "worker": "worker",
    "resume": "resume",
    "retry": "retry",
    "step": "step",
    "pause": "pause",
    "cancel": "cancel",
    "signal": "signal",
    "approve": "approve",
    "reject": "reject",
    "submit": "submit",
    "runs": "runs",
    "show": "show",
    "logs": "logs",
    "events": "events",
    "diff-runs": "diff_runs",
    "prune": "prune",
    "validate": "validate",
    "inspect": "inspect",
    "trust": "trust",
    "untrust": "untrust",
    "fmt": "fmt",
    "diff": "diff",
    "graph": "graph",
    "export": "export",
    "import": "import_",
    "schema": "schema",
    "new": "new",
    "actions": "actions",
    "secrets": "secrets",
    "connections": "connections",
    "cluster": "cluster",
    "doctor": "doctor",
    "bench": "bench",
}


def _log_to_stderr() -> None:
    """Show Python's log on standard error; without ``FLOWORCH_LOG_LEVEL`` a command shows its progress only."""
    import logging

    from floworch.executor.settings import log_level

    level = log_level()
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    logger = logging.getLogger("floworch")
    logger.handlers[:] = [handler]
    logger.setLevel(level or logging.WARNING)


def _check_debug() -> None:
    from floworch.executor.settings import switch

    switch("FLOWORCH_DEBUG")


class Verbs(TyperGroup):
    """A command group that imports a verb's module when the verb is used, and turns errors into messages."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Names of all verbs, in help order."""
        return list(VERBS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of one verb, or None when there is no such verb."""
        module = VERBS.get(cmd_name)
        if module is None:
            return None
        command = typer.main.get_command(importlib.import_module(f"floworch.cli.{module}").app)
        command.name = cmd_name
        _plain_usage(command)
        return command

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Print the help of the whole command line; the framework's formatter, which it does not ask, stays empty."""
        from floworch.cli.render.help import help_text

        typer.echo(help_text(self, ctx), nl=False)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Take ``--debug`` wherever it stands, so that it can simply be added to a command that failed."""
        end = args.index("--") if "--" in args else len(args)
        ctx.obj = tuple(args[:end])
        Printed.json = Printed.followed = False
        try:
            return super().parse_args(ctx, [arg for arg in args[:end] if arg != "--debug"] + args[end:])
        except Exception as error:  # noqa: BLE001 - whatever it is, it is reported in one form
            raise _reported(error, ctx) from None

    def invoke(self, ctx: Any) -> Any:
        """Run the verb; an error becomes one message, one hint and its exit code."""
        try:
            if os.environ.get("FLOWORCH_LOG_LEVEL"):
                _log_to_stderr()
            if os.environ.get("FLOWORCH_DEBUG"):
                _check_debug()
            return super().invoke(ctx)
        except KeyboardInterrupt:
            _say_interrupted(ctx.obj or ())
            raise typer.Exit(130) from None
        except Exception as error:  # noqa: BLE001 - whatever it is, it is reported in one form
            raise _reported(error, ctx) from None


def _plain_usage(command: Any) -> None:
    """Let the usage line of a command, and of those below it, name arguments as the documentation does: ``FILE``."""
    for param in command.params:
        word = getattr(param, "metavar", None)
        if getattr(param, "param_type_name", "") == "argument" and isinstance(word, str):
            said = word if param.required or word.startswith("[") else f"[{word}]"
            param.get_usage_pieces = lambda _ctx, said=said: [said]
    for each in getattr(command, "commands", {}).values():
        _plain_usage(each)


def _reported(error: Exception, ctx: Any) -> Exception:
    """Report an error as one message and one hint; what to raise instead. Exits and help are the framework's own.

    A command that was asked for JSON gets it on standard output, too, unless its result stands there already.
    """
    words: tuple[str, ...] = ctx.obj or ()
    report = Report(sys.stderr, debug="--debug" in words, words=words)
    code = report.failure(error)
    if code and report.said and "--json" in words:
        from floworch.cli.render.text import print_failure

        try:
            print_failure(report.said, code)
        except OSError as unwritten:  # of a stream without a buffer; else it is found when all is written
            if not isinstance(unwritten, BrokenPipeError):
                code = Report(sys.stderr, words=words).failure(unwritten) or code
    return error if code is None else typer.Exit(code)


app = typer.Typer(
    cls=Verbs, add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode="rich"
)


def _show_version(wanted: bool) -> None:
    if wanted:
        from floworch.versions import VERSION

        typer.echo(f"floworch {VERSION}")
        raise typer.Exit


@app.callback()
def floworch(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", is_eager=True, callback=_show_version)
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks of errors; works anywhere.")] = False,
) -> None:
    """Flow Orchestrator: run workflows durably - live, pausable, resumable after any crash."""


def run(arguments: Sequence[str]) -> int:
    """Run the command line and return its exit code. Never raises but for a KeyboardInterrupt at the very start."""
    from floworch.cli.render.streams import finish_streams, prepare_streams

    prepare_streams()
    code = _run(arguments)
    try:
        finish_streams()
    except OSError as error:  # what it printed could not be written
        return Report(sys.stderr, words=arguments).failure(error) or code
    return code


def _run(arguments: Sequence[str]) -> int:
    try:
        app(args=list(arguments), prog_name="floworch")
    except SystemExit as end:
        if isinstance(end.__context__, BrokenPipeError):  # of whoever prints the help: its reader has enough of it
            return 0
        if isinstance(getattr(end.__context__, "__cause__", None), KeyboardInterrupt):  # before the verb was looked for
            _say_interrupted(arguments)
        return end.code if isinstance(end.code, int) else 0 if end.code is None else 2
    except KeyboardInterrupt:
        _say_interrupted(arguments)
        return 130
    return 0


def _say_interrupted(arguments: Sequence[str]) -> None:
    from floworch.cli.render.interrupted import interrupted_line

    verb = next((word for word in arguments if not word.startswith("-")), None)
    sys.stderr.write(interrupted_line(verb))
