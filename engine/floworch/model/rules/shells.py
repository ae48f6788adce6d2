"""What a run puts into the text of a command could be run by the shell as well (C15)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from floworch.errors import ExpressionError
from floworch.expr import compile_text, is_template, whole_expression
from floworch.expr.paths import shorten
from floworch.expr.quoting import gives_text
from floworch.model.rules.draft import Draft, Repair, listing
from floworch.model.rules.shell_text import loose_values
from floworch.model.workflow import Node

#: Actions whose parameter ``command`` is given to a shell where it is a text.
_ACTIONS = frozenset({"shell.run", "ssh.run"})
_NO_TEXTS = frozenset({"integer", "number", "boolean"})
#: Shells with quotes of their own.
_OTHER_SHELLS = ("cmd", "powershell", "pwsh")


def check_shells(draft: Draft) -> None:
    """Warn of values in the text of a command that are not closed by ``| quote``, and offer to close them."""
    harmless = frozenset(name for name, each in draft.workflow.inputs.items() if each.type in _NO_TEXTS)
    for node_id, node in draft.examined("shells", draft.workflow.inputs):
        for place, params in _commands(node_id, node):
            text = params.get("command")
            if isinstance(text, str) and is_template(text) and _is_text(text):
                _check(draft, node_id, place, text, harmless, str(params.get("shell", "")))


def _commands(node_id: str, node: Node) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if node.action in _ACTIONS:
        yield f"nodes.{node_id}.params.command", node.params
    if node.compensate is not None and node.compensate.action in _ACTIONS:
        yield f"nodes.{node_id}.compensate.params.command", node.compensate.params


def _is_text(text: str) -> bool:
    """Whether it gives a text for sure: one expression alone may give a list, or the whole of a command."""
    inner = whole_expression(text)
    try:
        compile_text(text)
    except ExpressionError:
        return False  # said by the rule of expressions
    return inner is None or gives_text(inner)


def _check(draft: Draft, node_id: str, place: str, text: str, harmless: frozenset[str], shell: str) -> None:
    loose = loose_values(text, harmless)
    other = shell.replace("\\", "/").rpartition("/")[2].lower().removesuffix(".exe") in _OTHER_SHELLS
    if loose is None:
        return
    shown = listing([shorten(each) for each in loose.found], 3)
    repair: Repair | None = None
    if other:
        fix = "Give the command as a list: [program, argument]. '| quote' is for sh, bash and zsh."
    elif loose.undone:
        fix = "Remove the quotes around it."
    elif loose.mended is None:
        fix = "Give it as a variable in 'env', or the command as a list: [program, argument]."
    else:
        fix = "Close each with '| quote', without quotes around it, or give the command as a list: [program, argument]."
    if loose.mended is not None and not other:
        repair = {"op": "replace_text", "path": place, "old": text, "new": loose.mended}
    if loose.undone:
        message = f"What comes from {shown} is within quotes, which undo '| quote': the shell would run commands in it."
    else:
        message = f"What comes from {shown} is put into the command as it is: the shell would run commands in it."
    draft.add("unquoted_value", place, message, fix, node_id, repair)
