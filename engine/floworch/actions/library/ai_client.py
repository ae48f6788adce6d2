"""A chat model behind the OpenAI-compatible HTTP interface: one question, its answer as a stream, errors for people."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypedDict

from floworch.actions.connections import place_or_connection
from floworch.actions.context import Context
from floworch.actions.library.http_client import check_url, exchange, shown_url, status_error
from floworch.actions.widgets import secret_value
from floworch.errors import ActionError, ErrorKind

if TYPE_CHECKING:
    import aiohttp

#: Most bytes of an answer.
ANSWER_LIMIT = 16 * 1024 * 1024
_STEP = 400  # characters between two progress messages


class Usage(TypedDict):
    """Tokens that the server counted; 0 where it does not say."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


@dataclass(frozen=True, slots=True)
class Model:
    """Which model answers, where, and how.

    ``key`` is the name of the secret with the key, None sends none; ``max_tokens`` bounds the answer; ``connection``
    names the user's connection that says address and key instead of ``url`` and ``key``, empty for none.
    """

    url: str
    name: str
    key: str | None = None
    temperature: float = 0.0
    max_tokens: int | None = None
    connection: str = ""


@dataclass(slots=True)
class Answer:
    """What the model said so far."""

    parts: list[str] = field(default_factory=list)
    usage: Usage = field(default_factory=lambda: Usage(prompt_tokens=0, completion_tokens=0, total_tokens=0))
    finish: str = ""
    size: int = 0

    @property
    def text(self) -> str:
        """The whole text."""
        return "".join(self.parts)

    def add(self, event: Mapping[str, Any], where: str) -> None:
        """Take one event of the stream, or a whole answer.

        Raises:
            ActionError: external_service_error when the server tells of an error in it, or it is no such event.
        """
        problem = event.get("error")
        if problem:
            said = problem.get("message") if isinstance(problem, Mapping) else problem
            raise ActionError(f"{where} broke off: {str(said)[:300]}.", ErrorKind.EXTERNAL_SERVICE)
        choices = event.get("choices") or []
        if not isinstance(choices, list) or not all(isinstance(each, Mapping) for each in choices):
            raise _strange(where, "its 'choices' are no list of objects")
        for choice in choices[:1]:
            piece = choice.get("delta") or choice.get("message") or {}
            text = piece.get("content") if isinstance(piece, Mapping) else None
            if isinstance(text, str):
                self.parts.append(text)
                self.size += len(text)
            if isinstance(choice.get("finish_reason"), str):
                self.finish = choice["finish_reason"]
        used = event.get("usage")
        if isinstance(used, Mapping):
            for name in self.usage:
                count = used.get(name)
                self.usage[name] = count if isinstance(count, int) else 0  # type: ignore[literal-required]


async def ask(ctx: Context, model: Model, messages: list[dict[str, Any]], as_json: bool = False) -> Answer:
    """Ask a model and read its answer while it is written; cancelling closes the connection.

    Args:
        ctx: Gets progress while the answer arrives.
        model: Which model.
        messages: The conversation so far, as the interface wants it.
        as_json: Whether the answer must be a JSON object.

    Raises:
        ActionError: The kinds of contract C15 for HTTP statuses, with Retry-After; connection_error when the answer
            broke off, external_service_error when it is not what the interface promises.
    """
    model = _located(ctx, model)
    url = f"{check_url(model.url).rstrip('/')}/chat/completions"
    sent: dict[str, Any] = {
        "model": model.name, "messages": messages, "temperature": model.temperature, "stream": True,
        "stream_options": {"include_usage": True},
    }  # fmt: skip
    if model.max_tokens is not None:
        sent["max_tokens"] = model.max_tokens
    if as_json:
        sent["response_format"] = {"type": "json_object"}
    headers = {"Accept": "text/event-stream"}
    if model.key:
        headers["Authorization"] = f"Bearer {secret_value(ctx, model.key).strip()}"
    answer = Answer()
    ctx.progress(None, f"asking {model.name}")
    async with exchange("POST", url, json=sent, headers=headers) as response:
        if response.status != 200:
            said = (await response.content.read(4096)).decode("utf-8", "replace")
            raise status_error("POST", url, response.status, response.reason or "", response.headers, _said(said))
        await _take(ctx, response, answer, shown_url(url))
    if not answer.finish:
        raise ActionError(f"The answer of {shown_url(url)} broke off.", ErrorKind.CONNECTION)
    used = answer.usage
    ctx.log(f"{model.name} answered {answer.size} characters: {used['prompt_tokens']} tokens in, "
            f"{used['completion_tokens']} out.")  # fmt: skip
    if answer.finish == "length":
        ctx.log("The answer ends where 'max_tokens' cut it off.", "warning")
    return answer


def _located(ctx: Context, model: Model) -> Model:
    """The model with the address and key of the user's connection, where it names one."""
    named = place_or_connection(ctx, model.connection, "ai", "url", model.url)
    return model if named is None else replace(model, url=named.get("url"), key=named.get("key") or None)


async def _take(ctx: Context, response: aiohttp.ClientResponse, answer: Answer, where: str) -> None:
    shown = 0
    async for event in _events(response, where):
        answer.add(event, where)
        if answer.size - shown >= _STEP:
            shown = answer.size
            ctx.progress(None, f"{answer.size} characters")


async def _events(response: aiohttp.ClientResponse, where: str) -> AsyncIterator[Mapping[str, Any]]:
    """The events of a stream; a server that does not stream gives one, its whole answer."""
    if response.content_type == "application/json":
        whole = b""
        async for part in response.content.iter_any():
            whole += part
            _bounded(len(whole), where)
        yield _event(whole.decode("utf-8", "replace"), where)
        return
    left, total = b"", 0
    async for part in response.content.iter_any():
        total += len(part)
        _bounded(total, where)
        *lines, left = (left + part).split(b"\n")
        for line in lines:
            name, _, value = line.decode("utf-8", "replace").strip().partition(":")
            if name == "data" and value.strip() == "[DONE]":
                return
            if name == "data":
                yield _event(value, where)


def _bounded(size: int, where: str) -> None:
    if size > ANSWER_LIMIT:
        raise _strange(where, f"it is over {ANSWER_LIMIT >> 20} MiB")


def _event(text: str, where: str) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _strange(where, f"it is not JSON: {error}") from None
    if not isinstance(found, Mapping):
        raise _strange(where, "it is no JSON object")
    return found


def _strange(where: str, why: str) -> ActionError:
    return ActionError(
        f"The answer of {where} cannot be understood: {why}.",
        ErrorKind.EXTERNAL_SERVICE,
        hint="Check that 'url' leads to an OpenAI-compatible interface, for example https://api.openai.com/v1.",
    )


def _said(body: str) -> str:
    """The message in the body of an error, else the body."""
    try:
        problem = json.loads(body)["error"]
        return str(problem["message"] if isinstance(problem, dict) else problem)
    except (ValueError, KeyError, TypeError):
        return body
