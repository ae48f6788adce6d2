"""The inputs of a run: parameter sets, and operator mode, which shows nothing else."""

from __future__ import annotations
