"""Expressions: ``{{ ... }}`` in parameters, conditions and templates (contract C6.4).

>>> compile_value("{{ inputs.order.id }}").evaluate({"inputs": {"order": {"id": 7}}})
7
"""

from __future__ import annotations

from floworch.expr.compiled import (
    Compiled,
    compile_condition,
    compile_text,
    compile_value,
    is_template,
    render_template,
    whole_expression,
)
from floworch.expr.filters import known_filters, use_environment
from floworch.expr.frozen import freeze, thaw
from floworch.expr.growth import use_clock
from floworch.expr.paths import ROOTS, path_text, references

__all__ = [
    "ROOTS",
    "Compiled",
    "compile_condition",
    "compile_text",
    "compile_value",
    "freeze",
    "is_template",
    "known_filters",
    "path_text",
    "references",
    "render_template",
    "thaw",
    "use_clock",
    "use_environment",
    "whole_expression",
]
