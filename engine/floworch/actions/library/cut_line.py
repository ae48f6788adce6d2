"""A connection for a library that blocks: whoever waits for it can cut it at any moment, from another thread."""

from __future__ import annotations

import contextlib
import socket
import ssl


class CutLine:
    """Makes one TCP connection, and keeps a second descriptor of it to shut it down with."""

    def __init__(self) -> None:
        self._twin: socket.socket | None = None
        self.is_cut = False

    def connect(self, host: str, port: int, timeout: float, tls: ssl.SSLContext | None = None) -> socket.socket:
        """Connect, with TLS when there is a context; each step may take ``timeout`` seconds. Raises OSError."""
        made = socket.create_connection((host, port), timeout)
        try:
            self._twin = made.dup()
            if self.is_cut:
                self._shut()
            if tls is None:
                return made
            made = tls.wrap_socket(made, server_hostname=host, do_handshake_on_connect=False)
            made.do_handshake()
        except BaseException:
            made.close()
            raise
        return made

    def cut(self) -> None:
        """Shut the connection down, now or as soon as it is open: everybody who reads from it or writes to it fails."""
        self.is_cut = True
        self._shut()

    def _shut(self) -> None:
        if self._twin is not None:
            with contextlib.suppress(OSError):
                self._twin.shutdown(socket.SHUT_RDWR)
            self._twin.close()
