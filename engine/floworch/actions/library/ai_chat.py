"""``ai.chat``: ask a language model."""

from __future__ import annotations

import asyncio
import base64
import mimetypes
import os
from typing import Annotated, Any, NotRequired, TypedDict

from pydantic import Field

from floworch.actions.connections import check_place
from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.library.ai_client import Model, Usage, ask
from floworch.actions.library.ai_object import object_in
from floworch.actions.library.file_errors import file_error
from floworch.actions.widgets import AiConnection, Multiline, Secret, show_if, widget
from floworch.errors import ActionError, ErrorKind

#: Most bytes of all images together.
IMAGE_LIMIT = 20 * 1024 * 1024


class Said(TypedDict):
    """The answer, with 'json' the value in it, the tokens it took, and why it ended: stop, length, ..."""

    text: str
    value: NotRequired[Any]
    usage: Usage
    finish: str


@action(
    "ai.chat",
    title="Ask AI model",
    category="ai",
    icon="bot",
    subtitle="prompt",
    effect="idempotent",
    check=check_place("url", "ai"),
    capabilities=("network", "files"),
    example={
        "url": "https://api.openai.com/v1",
        "key": "OPENAI_KEY",
        "model": "gpt-4o-mini",
        "system": "You summarise tickets in one sentence.",
        "prompt": "{{ inputs.ticket }}",
    },
)
async def ai_chat(
    ctx: Context,
    *,
    connection: AiConnection = "",
    url: Annotated[str, show_if(connection="")] = "",
    model: Annotated[str, Field(min_length=1)],
    prompt: Annotated[Multiline, Field(min_length=1)],
    system: Annotated[Multiline, Field(title="System prompt")] = "",
    key: Annotated[Secret | None, Field(title="API key"), show_if(connection="")] = None,
    images: Annotated[list[str], widget("list")] = [],  # noqa: B006 - every call gets its own copy
    json: Annotated[bool, Field(title="Answer in JSON")] = False,
    temperature: Annotated[float, Field(ge=0)] = 0.0,
    max_tokens: Annotated[int | None, Field(title="Longest answer (tokens)", ge=1)] = None,
) -> Said:
    """Ask a language model behind an OpenAI-compatible interface, hosted or on this machine.

    The answer is read while it is written, and cancelling the node closes the connection, which stops the model. A
    busy server (429) is asked again when its Retry-After says. Asking again changes nothing but costs again: the
    middleware cache keeps answers by their question.

    Args:
        connection: Name of a connection of the type ai: its address and key instead of 'url' and 'key'.
        url: Address of an OpenAI-compatible interface, such as https://api.openai.com/v1 or http://127.0.0.1:11434/v1.
        model: Name of the model.
        prompt: The question.
        system: What the model shall be and do.
        key: Name of the secret that holds the key; without it none is sent.
        images: Paths of images that belong to the question, or https addresses of them.
        json: Whether the answer must be a JSON object; it is then in 'value', too.
        temperature: 0 gives the likeliest answer; the higher, the wilder, for most models up to 2.
        max_tokens: Where the answer is cut off.
    """
    shown = await asyncio.to_thread(_images, ctx, images) if images else []
    content: Any = [{"type": "text", "text": prompt}, *shown] if shown else prompt
    messages = [{"role": "system", "content": system}] if system.strip() else []
    messages.append({"role": "user", "content": content})
    answer = await ask(ctx, Model(url, model, key, temperature, max_tokens, connection), messages, json)
    result = Said(text=answer.text, usage=answer.usage, finish=answer.finish)
    if json:
        value, wrong = object_in(answer.text)
        if wrong:
            raise ActionError(
                f"The model's answer is not a JSON object: {wrong}. It begins with: {answer.text[:200] or 'nothing'}",
                ErrorKind.PROCESSING,
                hint="Say in the prompt which JSON is wanted, or use ai.extract, which has it repaired.",
            )
        result["value"] = value
    return result


def _images(ctx: Context, images: list[str]) -> list[dict[str, Any]]:
    """Images as parts of a message: files become data URLs. Reads files: for a thread."""
    left = IMAGE_LIMIT
    parts = []
    for each in images:
        address = each
        if not each.startswith(("https://", "http://", "data:")):
            address, size = _data_url(ctx.path(each), each, left)
            left -= size
        parts.append({"type": "image_url", "image_url": {"url": address}})
    return parts


def _data_url(path: str, name: str, left: int) -> tuple[str, int]:
    kind = mimetypes.guess_type(path)[0] or ""
    if not kind.startswith("image/"):
        raise ActionError(f"'{name}' is not an image.", ErrorKind.VALIDATION, hint="Use png, jpeg, gif or webp.")
    try:
        if os.path.getsize(path) > left:
            raise ActionError(
                f"The images are over the limit of {IMAGE_LIMIT >> 20} MiB.", ErrorKind.VALIDATION, hint="Shrink them."
            )
        with open(path, "rb") as file:
            data = file.read(left)
    except OSError as error:
        raise file_error(error, name, "read") from None
    return f"data:{kind};base64,{base64.b64encode(data).decode()}", len(data)
