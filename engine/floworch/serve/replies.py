"""What a web request is answered: what the run says with http.respond, else how it ended."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from floworch.artifact import loaded, shown
from floworch.errors import FlowError
from floworch.model import values
from floworch.run.events import Event, EventKind
from floworch.run.status import RunStatus

if TYPE_CHECKING:
    from floworch.executor.handle import RunHandle, RunResult
    from floworch.model.workflow import Workflow

RESPOND = "http.respond"
_JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: status, body and headers, of which Content-Type is always one."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


def json_reply(status: int, value: Any, **headers: str) -> Reply:
    """An answer with a JSON value; underscores in header names stand for hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, values.encode(value), {"Content-Type": _JSON, **named})


def refusal(status: int, message: str, **headers: str) -> Reply:
    """An answer that says what is wrong with the request."""
    return json_reply(status, {"error": message}, **headers)


async def reply_of(handle: RunHandle, workflow: Workflow, trusted: bool) -> Reply:
    """The answer of a run: its first http.respond, else how it ended or that it waits; waits for either.

    Args:
        handle: The run, at work here or stored.
        workflow: Its definition, which has the nodes that answer.
        trusted: Whether whoever asks may see the message of an error.
    """
    answers = {i for i, name in enumerate(handle.header.node_ids) if _answers(workflow, name)}
    said: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    def hear(batch: Sequence[Event]) -> None:
        for event in batch:
            if event.kind == EventKind.NODE_COMPLETED and event.node in answers and not event.scope and not said.done():
                said.set_result((event.payload or {}).get("output"))

    leave = handle.subscribe(hear)
    ending = asyncio.ensure_future(handle.result())
    try:
        await asyncio.wait((said, ending), return_when=asyncio.FIRST_COMPLETED)
        if said.done():
            return _said(loaded(said.result()))
        return _ended(handle.run_id, await ending, trusted)
    except FlowError as error:
        return refusal(500, error.message if trusted else "The run could not be recorded.")
    finally:
        leave()
        said.cancel()
        ending.cancel()


def _answers(workflow: Workflow, name: str) -> bool:
    node = workflow.nodes.get(name)
    return node is not None and node.action == RESPOND


def _said(output: Any) -> Reply:
    body, headers = output["body"], dict(output["headers"])
    kind = "application/octet-stream" if isinstance(body, bytes) else "text/plain; charset=utf-8"
    if isinstance(body, str):
        body = body.encode()
    elif not isinstance(body, bytes):
        kind, body = _JSON, b"" if body is None else values.encode(body)
    if not any(name.lower() == "content-type" for name in headers):
        headers["Content-Type"] = kind
    return Reply(int(output["status"]), body, headers)


def _ended(run_id: str, result: RunResult, trusted: bool) -> Reply:
    told: dict[str, Any] = {"run_id": run_id, "status": str(result.status)}
    if result.status is RunStatus.COMPLETED:
        return json_reply(200, {**told, "outputs": shown(result.outputs)})
    if not result.status.final:
        return json_reply(202, told)
    if trusted and result.error is not None:
        told["error"] = result.error
    return json_reply(500, told)
