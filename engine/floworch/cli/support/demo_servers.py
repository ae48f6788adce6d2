"""Local servers that examples need, for as long as they run."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import PackageNotFoundError, distribution
from typing import Any


class _Api(ThreadingHTTPServer):
    """Answers ``/packages/NAME`` with what this Python has installed, and ``/health``; keeps what was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        super().__init__(("127.0.0.1", 0), _Answers)


class _Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, _Api)
        self.server.asked.append(self.path)
        _, found, name = self.path.rpartition("/packages/")
        status, told = 200, {"status": "ok"}
        if found:
            try:
                told = {"name": name, "version": distribution(name).version}
            except (PackageNotFoundError, ValueError):
                status, told = 404, {"error": f"{name} is not installed"}
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name in the base class
        """Say nothing."""


@contextmanager
def package_api() -> Iterator[tuple[str, list[str]]]:
    """An API about installed packages on a free port of this machine: its address, and the paths it was asked for."""
    with _Api() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), name="example-api", daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}", server.asked
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def _api_polling() -> Iterator[dict[str, str]]:
    with package_api() as (url, _):
        yield {"url": url}


#: By example, what must be there while it runs; gives inputs of the run.
SERVERS: Mapping[str, Callable[[], AbstractContextManager[dict[str, str]]]] = {"api-polling": _api_polling}
