"""All cases: what a person reads when parameters do not fit, by family of actions; see ``test_bad_input.py``."""

from __future__ import annotations

from bad_input import code, data, databases, files, flow, services, utility
from bad_input.case import Case

CASES: list[Case] = [
    *code.CASES,
    *data.CASES,
    *databases.CASES,
    *files.CASES,
    *flow.CASES,
    *services.CASES,
    *utility.CASES,
]
