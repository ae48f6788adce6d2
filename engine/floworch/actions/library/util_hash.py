"""``util.hash``: the digest of a value or a file."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import os
import stat
import threading
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Protocol

from pydantic import Field

from floworch.actions.context import Context
from floworch.actions.decorators import action
from floworch.actions.library.file_names import real_path
from floworch.actions.params import UNSET
from floworch.actions.widgets import Expression, FilePath, Secret, secret_value
from floworch.errors import ActionError, ErrorKind
from floworch.model.catalog import ParamIssue
from floworch.model.values import encode

Algorithm = Literal["sha256", "sha512", "sha384", "sha224", "sha3_256", "sha3_512", "blake2b", "blake2s", "sha1", "md5"]
CHUNK = 1 << 20  # bytes read at a time: the most that is read after a cancel
_LOOK = 0.25  # seconds between two looks at how far the thread is
_GRACE = 2.0  # seconds a cancelled read may take to notice; a hung network drive may take for ever


class _Digest(Protocol):
    """What hashlib and hmac objects share."""

    def update(self, data: Any, /) -> None: ...
    def hexdigest(self) -> str: ...


def _check(params: Mapping[str, Any]) -> list[ParamIssue]:
    given = [name for name in ("value", "file") if name in params]
    if len(given) == 1:
        return []
    if given:
        return [ParamIssue("file", "'value' and 'file' cannot both be given.", "Remove one of them.")]
    return [ParamIssue("value", "'value' is missing.", "Give 'value' something to hash, or 'file' a path.")]


@action(
    "util.hash",
    title="Hash",
    category="utility",
    icon="fingerprint",
    subtitle="file",
    effect="idempotent",
    capabilities=("files",),
    check=_check,
    output_schema={"type": ["string", "null"], "description": "The digest in lower-case hex; null for a missing file."},
    example={"file": "{{ item.path }}", "algorithm": "sha256", "missing": "null"},
)
async def util_hash(
    ctx: Context,
    value: Annotated[Expression, Field(title="Value to hash")] = UNSET,
    file: Annotated[FilePath | None, Field(title="File to hash")] = None,
    algorithm: Algorithm = "sha256",
    hmac_key: Annotated[Secret | None, Field(title="Signing key (HMAC)")] = None,
    missing: Annotated[Literal["fail", "null"], Field(title="When the file is missing")] = "fail",
) -> str | None:
    """Compute the digest of a value or a file.

    Files are read piece by piece in a thread, so their size does not matter, and a cancel stops the reading.

    Args:
        value: What to hash: text as UTF-8, bytes as they are, anything else as JSON with sorted keys.
        file: Path of the file to hash instead; a relative path starts in the folder the run was started in.
        algorithm: Which digest; sha1 and md5 only to compare with what others made.
        hmac_key: Name of the secret to sign with (HMAC).
        missing: When the file does not exist, fail with not_found_error or give null.
    """
    if (value is UNSET) == (file is None):
        raise ActionError(
            "'value' and 'file' cannot both be given." if file is not None else "'value' is missing.",
            ErrorKind.VALIDATION,
            hint="Give 'value' something to hash, or 'file' a path.",
        )
    digest = _digest(algorithm, None if hmac_key is None else secret_value(ctx, hmac_key))
    if file is None:
        digest.update(_bytes(value))
        return digest.hexdigest()
    try:
        await _stream(ctx, file, digest)
    except FileNotFoundError:
        if missing == "null":
            return None
        raise ActionError(
            f"There is no file '{file}'.",
            ErrorKind.NOT_FOUND,
            hint="Check the path, or set missing to null to go on without it.",
        ) from None
    except PermissionError:
        raise ActionError(
            f"The file '{file}' may not be read.",
            ErrorKind.PERMISSION,
            hint="Change its permissions, or run as a user who may read it.",
        ) from None
    except (OSError, ValueError) as error:
        kind = ErrorKind.VALIDATION if isinstance(error, ValueError) else ErrorKind.PROCESSING
        raise ActionError(
            f"The file '{file}' cannot be read: {getattr(error, 'strerror', None) or error}.", kind
        ) from error
    return digest.hexdigest()


def _digest(algorithm: str, key: str | None) -> _Digest:
    if key is not None:
        return hmac.new(key.encode(), digestmod=algorithm)
    return hashlib.new(algorithm, usedforsecurity=False)


def _bytes(value: Any) -> bytes:
    if isinstance(value, bytes):
        return value
    return value.encode() if isinstance(value, str) else encode(_sorted(value))


def _sorted(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(part) for part in value] if isinstance(value, (list, tuple)) else value


class _Reading:
    """A file being fed to a digest in a thread; ``stop`` ends it at the next piece."""

    def __init__(self, path: str, digest: _Digest) -> None:
        self.path = real_path(path)
        self.digest = digest
        self.stop = threading.Event()
        self.done = 0
        self.size = 0

    def run(self) -> None:
        """Read to the end or until stopped. Raises OSError, and ValueError for what is no regular file."""
        if not stat.S_ISREG(os.stat(self.path).st_mode):  # opening a pipe or a device might never return
            raise ValueError("it is a folder" if os.path.isdir(self.path) else "it is no regular file")
        with open(self.path, "rb", buffering=0) as source:
            self.size = os.fstat(source.fileno()).st_size
            room = memoryview(bytearray(min(CHUNK, max(self.size, 1))))
            while not self.stop.is_set() and (count := source.readinto(room)):
                self.digest.update(room[:count])
                self.done += count


async def _stream(ctx: Context, path: str, digest: _Digest) -> None:
    reading = _Reading(ctx.path(path), digest)
    job = asyncio.get_running_loop().run_in_executor(None, reading.run)
    try:
        while not (await asyncio.wait({job}, timeout=_LOOK))[0]:
            if reading.size:
                ctx.progress(min(reading.done / reading.size, 1.0), f"{reading.done} of {reading.size} bytes")
    finally:
        reading.stop.set()
        if not job.done():
            job.add_done_callback(lambda late: late.cancelled() or late.exception())  # its error matters no more
            await asyncio.wait({job}, timeout=_GRACE)
    job.result()
