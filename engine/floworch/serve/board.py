"""What a service shows of itself to windows: a small file that is written again when something happened."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from floworch.actions.library.trigger_event import moment
from floworch.host.activation import BOARD_FILE, read_board, write_json

if TYPE_CHECKING:
    from floworch.clock import Clock
    from floworch.serve.runs import Say
    from floworch.serve.service import Service

#: Begun runs that are kept, and seconds between two writings at the least.
KEPT, PAUSE = 30, 0.3


class Board:
    """Hears what a service says, passes it on, and keeps the file beside the store true.

    Args:
        store: Directory of the store.
        say: Told of everything, too.
        clock: Time.

    Attributes:
        service: The service, once there is one.
        token_file: Where the token of webhooks stands.
    """

    def __init__(self, store: Path, say: Say, clock: Clock) -> None:
        self._path = store / BOARD_FILE
        self._say, self._clock = say, clock
        self._since = moment(clock.now())
        self._firings = [dict(each) for each in read_board(store).firings][:KEPT]
        self._errors: dict[str, str] = {}
        self._writing: asyncio.Task[None] | None = None
        self.service: Service | None = None
        self.token_file = ""

    def __call__(self, event: str, **facts: Any) -> None:
        """Something happened."""
        self._say(event, **facts)
        if event == "started":
            firing = {"at": moment(self._clock.now()), "status": "running", **self._of(facts)}
            self._firings = [firing, *self._firings][:KEPT]
            self._errors.pop(firing["file"], None)  # such as a folder that was not there
        elif event in ("ended", "paused", "resumed"):
            self._settle(str(facts.get("run_id")), "running" if event == "resumed" else str(facts.get("status")))
        elif event == "error" and "run_id" not in facts:
            self._errors[str(facts.get("path") or self._of(facts)["file"])] = str(facts.get("message", ""))
        elif event in ("reloaded", "added", "removed"):
            self._forget_errors(str(facts.get("workflow", "")))
        self._soon()

    def write(self) -> None:
        """Write the file now; one that cannot be written is left as it is."""
        with contextlib.suppress(OSError):
            write_json(self._path, {
                "since": self._since, "workflows": self._workflows(), "firings": self._firings, "errors": self._errors,
                "token_file": self.token_file,
            })  # fmt: skip

    def _workflows(self) -> list[dict[str, Any]]:
        service = self.service
        if service is None:
            return []
        found = []
        for served in service.served:
            triggers = [
                {"node": each.node, "title": served.workflow.nodes[each.node].title or each.node,
                 "kind": type(each).__name__.lower(), "auth": getattr(each, "auth", ""), **service.about(each)}
                for each in served.triggers
            ]  # fmt: skip
            found.append({"id": served.workflow.id, "file": str(served.workflow.source or ""), "triggers": triggers})
        return found

    def _of(self, facts: dict[str, Any]) -> dict[str, Any]:
        name = facts.get("workflow")
        served = self.service.served if self.service is not None else []
        file = next((str(each.workflow.source or "") for each in served if each.workflow.id == name), "")
        return {"file": file, "workflow": name, "trigger": facts.get("trigger"), "run_id": facts.get("run_id")}

    def _settle(self, run_id: str, status: str) -> None:
        for firing in self._firings:
            if firing.get("run_id") == run_id:
                firing["status"] = status

    def _forget_errors(self, workflow: str) -> None:
        for served in self.service.served if self.service is not None else ():
            if served.workflow.id == workflow:
                self._errors.pop(str(served.workflow.source or ""), None)
        self._errors.pop("", None)

    def _soon(self) -> None:
        if self._writing is None or self._writing.done():
            with contextlib.suppress(RuntimeError):  # nothing runs any more: the end writes
                self._writing = asyncio.get_running_loop().create_task(self._write_soon(), name="serving-board")

    async def _write_soon(self) -> None:
        await asyncio.sleep(PAUSE)
        self.write()
