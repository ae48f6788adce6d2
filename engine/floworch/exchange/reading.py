"""Reading another form: which one it is, and whether it is text at all."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable

from floworch.actions.suggest import one_of
from floworch.errors import UsageError
from floworch.exchange.crontab import from_crontab
from floworch.exchange.curl import from_curl, looks_like_curl
from floworch.exchange.foreign import MOST_BYTES
from floworch.exchange.imported import Imported
from floworch.exchange.n8n import from_n8n
from floworch.exchange.node_red import from_node_red

_PYTHON = re.compile(r"^(?:from [\w.]+ import |import \w|def \w|async def \w|class \w|@\w)", re.MULTILINE)
FORMS: dict[str, Callable[[str], Imported]] = {
    "curl": from_curl,
    "crontab": from_crontab,
    "n8n": from_n8n,
    "node-red": from_node_red,
}


def import_text(data: str | bytes, form: str | None = None) -> tuple[Imported, str]:
    """Return what a cURL command, a crontab, an n8n workflow or Node-RED flows become, and which of them it was.

    Args:
        data: The text, or the bytes of a file in UTF-8.
        form: One of ``FORMS``; found out when None.

    Raises:
        UsageError: It is not what it should be, or there is nothing in it.
    """
    if len(data) > MOST_BYTES:
        raise UsageError(f"It is larger than {MOST_BYTES >> 20} MiB.", "Import it in parts.")
    text = data if isinstance(data, str) else _decoded(data)
    form = form or _form_of(text)
    if form not in FORMS:
        raise UsageError(f"The form {form!r} is not known.", one_of(form, FORMS))
    try:
        return FORMS[form](text), form
    except RecursionError:
        raise UsageError("It is nested too deep.", "Import it in parts.") from None


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"It is no text in UTF-8 (byte {error.start}).", "Give the file that was exported.") from None


def _form_of(text: str) -> str:
    if looks_like_curl(text):
        return "curl"
    if text.lstrip().startswith("["):
        return "n8n" if re.search(r'"connections"\s*:', text) else "node-red"
    if text.lstrip().startswith("{"):
        if _is_definition(text):
            raise UsageError(
                "It is a definition of Flow Orchestrator already: there is nothing to import.",
                "Run it with 'floworch run FILE', or open it with 'floworch design FILE'.",
            )
        return "node-red" if re.match(r'\s*\{\s*"(?:rev|flows)"', text) else "n8n"
    if _is_python(text):
        raise UsageError(
            "It is a Python program, which is not converted.",
            "Call it from a step: python.script runs a function of a file; 'floworch actions new' begins an action.",
        )
    return "crontab"


def _is_definition(text: str) -> bool:
    """Whether a text is a definition: an object whose ``nodes`` are an object of objects with an ``action``."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return False
    nodes = data.get("nodes") if isinstance(data, dict) else None
    if not isinstance(nodes, dict):
        return False
    return str(data.get("$schema", "")).startswith("floworch:") or any(
        isinstance(node, dict) and "action" in node for node in nodes.values()
    )


def _is_python(text: str) -> bool:
    """Whether a text parses as Python and does more than name things, as no line of a crontab does."""
    if not _PYTHON.search(text):
        return False
    try:
        return bool(ast.parse(text).body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
