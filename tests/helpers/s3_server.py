"""A store that speaks the protocol of S3 (moto), in a process of its own on a free loopback port."""

from __future__ import annotations

import contextlib
import sys
import urllib.request
from collections.abc import Iterator
from typing import Any

from real_server import free_port, serving


@contextlib.contextmanager
def s3_server() -> Iterator[dict[str, Any]]:
    """Run one with an empty bucket; gives the parameters that lead to it."""
    port = free_port()
    with serving([sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)], port):
        endpoint = f"http://127.0.0.1:{port}"
        login = "AWS4-HMAC-SHA256 Credential=KEYID/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0"
        made = urllib.request.Request(f"{endpoint}/bucket", method="PUT", headers={"Authorization": login})
        urllib.request.urlopen(made, timeout=60).close()
        yield {"url": "s3://bucket", "endpoint": endpoint, "access_key": "KEYID", "secret_key": "S3"}
