"""What an HTTP request sends: JSON, fields, text, bytes or files, made anew for every try."""

from __future__ import annotations

import contextlib
import mimetypes
import os
from collections.abc import Iterator, Mapping
from typing import IO, TYPE_CHECKING, Any

from floworch.actions.library.file_errors import file_error
from floworch.errors import ActionError, ErrorKind
from floworch.model.values import json_text as text_of_json

if TYPE_CHECKING:
    from floworch.actions.context import Context

#: Parameters that are the body, of which one can be given.
BODIES = ("json", "form", "body", "file")


class Body:
    """The body of a request; ``data`` gives it to aiohttp, as often as the request is sent.

    Making one sets the content type in ``headers``, where none is given and aiohttp does not know it.

    Raises:
        ActionError: A file cannot be read.
    """

    def __init__(
        self,
        ctx: Context,
        headers: dict[str, str],
        json: Any = None,
        form: Mapping[str, Any] | None = None,
        body: str | bytes | dict[str, Any] | list[Any] | None = None,
        file: str | None = None,
        files: Mapping[str, Any] | None = None,
    ) -> None:
        self._ctx = ctx
        self._form, self._file = form, file
        self._files = pairs(files or {})
        self._plain: bytes | None = body if isinstance(body, bytes) else None
        kind = ""
        if isinstance(body, (dict, list)):
            json = body
        if json is not None:
            self._plain, kind = text_of_json(json).encode(), "application/json"
        elif isinstance(body, str):
            self._plain, kind = body.encode(), "text/plain; charset=utf-8"
        elif file is not None:
            kind = mimetypes.guess_type(file)[0] or "application/octet-stream"
        if kind and not any(name.lower() == "content-type" for name in headers):
            headers["Content-Type"] = kind
        if self._files:  # the boundary is in it
            for name in [name for name in headers if name.lower() == "content-type"]:
                del headers[name]

    @contextlib.contextmanager
    def data(self) -> Iterator[Any]:
        """The body once; its files are closed afterwards. Raises ActionError for a file that cannot be read."""
        if self._file is None and self._form is None and not self._files:
            yield self._plain
            return
        with contextlib.ExitStack() as open_files:
            if self._file is not None:
                yield open_files.enter_context(self._open(self._file))
                return
            from aiohttp import FormData

            data = FormData()
            for name, text in pairs(self._form or {}):
                data.add_field(name, text)
            for name, path in self._files:
                kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
                file = open_files.enter_context(self._open(path))
                data.add_field(name, file, filename=os.path.basename(path), content_type=kind)
            yield data

    def _open(self, given: str) -> IO[bytes]:
        try:
            file = open(self._ctx.path(given), "rb")  # noqa: SIM115 - the stack of data() closes it
        except OSError as error:
            raise file_error(error, given, "read", folder=self._ctx.folder) from None
        except ValueError:
            raise ActionError(f"'{given!r}' cannot be a path.", ErrorKind.VALIDATION) from None
        return file


def pairs(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Names and texts of a query or form: lists repeat the name, null leaves it out."""
    return [
        (name, one if isinstance(one, str) else text_of_json(one))
        for name, value in values.items()
        for one in (value if isinstance(value, list) else [value])
        if one is not None
    ]
