"""A chat model that says what a test wants, behind the OpenAI-compatible interface of a real HTTP server."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from http_server import Server, http_server

PATH = "/v1/chat/completions"
USAGE = {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}


def event(text: str = "", finish: str | None = None, **more: Any) -> bytes:
    """One event of a stream."""
    body = {"choices": [{"delta": {"content": text}, "finish_reason": finish}], **more}
    return b"data: " + json.dumps(body, ensure_ascii=False).encode() + b"\n\n"


def said(*pieces: str, finish: str = "stop") -> list[bytes]:
    """The events of a whole answer with its usage."""
    last = b"data: " + json.dumps({"choices": [], "usage": USAGE}).encode() + b"\n\n"
    return [*map(event, pieces), event(finish=finish), last, b"data: [DONE]\n\n"]


class Model:
    """Answers in turn: a list of bytes is streamed, anything else holds the arguments of a ``web.Response``."""

    def __init__(self, server: Server, answers: list[Any]) -> None:
        self.url = server.url + "/v1"
        self.server = server
        self.answers = answers
        server.on(PATH, self._answer)

    @property
    def asked(self) -> list[dict[str, Any]]:
        """The requests that arrived."""
        return [json.loads(body) for *_, body in self.server.requests]

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, dict):
            return web.Response(**answer)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for piece in answer:
            await response.write(piece)
        return response


@asynccontextmanager
async def ai_model(*answers: Any) -> AsyncIterator[Model]:
    """Run a model that gives these answers, the last one again and again."""
    async with http_server() as server:
        yield Model(server, list(answers))
