"""What a person is told about a command line that the option parser does not take: what, where and what to do."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any


def usage_words(error: Any, words: Sequence[str] = ()) -> tuple[str, str]:
    """The message and the hint for an error of the parser.

    Args:
        error: The framework's exception; what it lacks is done without, as its shape differs between versions.
        words: The command line as typed, without the program.

    Returns:
        One sentence that says what is wrong, and one that says what to do.
    """
    context = getattr(error, "ctx", None)
    where = " ".join(["floworch", *_verbs(context, words)])
    listed = f"{where} --help lists what there is."
    message = str(error.format_message()).strip()
    option = str(getattr(error, "option_name", "") or "")
    kind = type(error).__name__
    if message.startswith("No such command"):
        return _no_command(message, context, listed)
    if kind == "NoSuchOption" and (right := _behind_the_verb(option, context, words)):
        return f"{option} stands before the command.", f"Write it behind: {right}"
    if kind == "NoSuchOption":
        return f"{where} has no option {option}.", _close_option(option, context) or listed
    if kind == "BadOptionUsage" and "requires" in message:
        return f"{option} needs a value.", f"Write it behind {option}, or leave both out. {listed}"
    if kind == "BadOptionUsage":
        return f"{option} takes no value.", f"Write {option} alone."
    if message.startswith("Got unexpected extra argument"):
        return _too_many(message, where, listed)
    if kind == "MissingParameter" and context is not None:
        return f"{message.rstrip('.')}.", f"Write '{where} {_needed(context.command)}'. {listed}"
    wrong = _wrong_number(error, message, words)
    return wrong if wrong is not None else (message[:1].upper() + message[1:], listed)


def _verbs(context: Any, words: Sequence[str]) -> list[str]:
    if context is not None:
        return list(context.command_path.split()[1:])
    return [word for word in words[:1] if not word.startswith("-")]


def _no_command(message: str, context: Any, listed: str) -> tuple[str, str]:
    from floworch.actions.suggest import closest

    word = message.partition("'")[2].partition("'")[0]
    close = closest(word, context.command.list_commands(context))
    if "." in word or "/" in word:
        close = f"run {word}"
    return f"There is no command '{word}'.", f"Did you mean '{close}'?" if close else listed


def _behind_the_verb(option: str, context: Any, words: Sequence[str]) -> str:
    """The command line with what stands before the verb behind it, when the verb takes that option; else empty."""
    import shlex

    verbs = context.command.list_commands(context) if hasattr(context.command, "list_commands") else ()
    place = next((number for number, word in enumerate(words) if word in verbs), 0)
    verb = context.command.get_command(context, words[place]) if place else None
    if verb is None or not any(option in param.opts for param in verb.params):
        return ""
    return shlex.join(["floworch", words[place], *words[place + 1 :], *words[:place]])


def _close_option(option: str, context: Any) -> str:
    from floworch.actions.suggest import closest

    known = [each[2:] for param in context.command.get_params(context) for each in param.opts if each[:2] == "--"]
    best = closest(option.lstrip("-"), [*known, "help"])
    return f"Did you mean '--{best}'?" if best else ""


def _too_many(message: str, where: str, listed: str) -> tuple[str, str]:
    extra = message.rpartition("(")[2].rstrip(").")
    return f"{where} has no place for '{extra}'.", f"A value with blanks needs quotes. {listed}"


def _needed(command: Any) -> str:
    """What must be given, as it is typed: ``FILE --to FORM``."""
    found = []
    for param in command.params:
        if getattr(param, "required", False):
            named = next((each for each in param.opts if each.startswith("--")), "")
            found.append(f"{named} {param.metavar or ''}".strip() if named else (param.metavar or param.name.upper()))
    return " ".join(found)


def _wrong_number(error: Any, message: str, words: Sequence[str]) -> tuple[str, str] | None:
    """Words for a value that is no whole number, or too small or large; None for any other error."""
    param = getattr(error, "param", None)
    whole, ranged = "integer" in message, "than or equal to" in message or "range" in message
    if param is None or not (whole or ranged):
        return None
    name = next((each for each in param.opts if each.startswith("--")), param.opts[0].upper())
    value, variable = _value_of(name, words), getattr(param, "envvar", None)
    told = f"{name} {value}" if value is not None else f"{variable}={os.environ.get(str(variable))}"
    low, high = (getattr(param, end, getattr(getattr(param, "type", None), end, None)) for end in ("min", "max"))
    span = f" from {low} to {high}" if high is not None else f", {low} or more" if low is not None else ""
    example = param.default if isinstance(param.default, int) else max(low or 0, 10)
    start = f"{name} " if value is not None else f"{variable}="
    return (
        f"{told} is {'out of range' if ranged and not whole else 'no whole number'}.",
        f"Write a whole number{span}, such as {start}{example}.",
    )


def _value_of(option: str, words: Sequence[str]) -> str | None:
    for number, word in enumerate(words):
        if word == option and number + 1 < len(words):
            return words[number + 1]
        if word.startswith(f"{option}="):
            return word.partition("=")[2]
    return None
