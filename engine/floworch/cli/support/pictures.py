"""Definitions as text forms, and as PNG and PDF through the designer extra."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from floworch.versions import pip_line

if TYPE_CHECKING:
    from floworch.model.workflow import Workflow

#: Form -> the module and the function that makes its text.
_TEXTS = {
    "mermaid": ("floworch.model.pictures.mermaid", "to_mermaid"),
    "svg": ("floworch.model.pictures.svg", "to_svg"),
    "dot": ("floworch.model.pictures.dot", "to_dot"),
    "python": ("floworch.exchange.python_script", "to_python"),
}
#: Forms in which this product itself lays the edges; the others leave that to who shows them.
PICTURES = ("svg", "png", "pdf")


def check_square(form: str) -> None:
    """Refuse ``--square`` for a form that has no ways of its own.

    Raises:
        UsageError: It has none.
    """
    from floworch.errors import UsageError

    if form not in PICTURES:
        raise UsageError(f"--square is for pictures, and {form} is none.", f"Take one of {', '.join(PICTURES)}.")


def draw(workflow: Workflow, form: str, square: bool = False) -> str:
    """The text of a definition as ``mermaid``, ``svg``, ``dot`` or ``python``; ``square`` is for ``svg`` only."""
    module, function = _TEXTS[form]
    text: str = getattr(import_module(module), function)(workflow, **({"square": True} if square else {}))
    return text


def paint(workflow: Workflow, form: str, target: Path, square: bool = False) -> None:
    """Write a definition as ``png`` or ``pdf``, with edges in right angles if ``square``.

    Raises:
        UsageError: The designer is not installed, or the file cannot be written.
    """
    from floworch.errors import UsageError

    if find_spec("PySide6") is None or find_spec("floworch_designer") is None:
        raise UsageError(
            f"{form.upper()} is drawn by the designer, which is not installed.",
            f"Run: {pip_line('floworch[designer]')}",
        )
    # Found by name: the engine stands below the designer and must not depend on it.
    import_module("floworch_designer.export.pictures").write_picture(workflow, form, target, square)
