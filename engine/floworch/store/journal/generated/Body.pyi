from __future__ import annotations

import flatbuffers
import numpy as np

import typing
from flatbuffers import table
from floworch.store.journal.generated.Event import Event
from floworch.store.journal.generated.Mark import Mark
from floworch.store.journal.generated.RunHeader import RunHeader
from floworch.store.journal.generated.Snapshot import Snapshot
from typing import cast

uoffset: typing.TypeAlias = flatbuffers.number_types.UOffsetTFlags.py_type

class Body(object):
  NONE = cast(int, ...)
  RunHeader = cast(int, ...)
  Event = cast(int, ...)
  Snapshot = cast(int, ...)
  Mark = cast(int, ...)
def BodyCreator(union_type: typing.Literal[Body.NONE, Body.RunHeader, Body.Event, Body.Snapshot, Body.Mark], table: table.Table) -> typing.Union[None, RunHeader, Event, Snapshot, Mark]: ...

