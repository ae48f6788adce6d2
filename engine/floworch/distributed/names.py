"""What an attempt is called on a cluster: nothing in it tells more than run, node, item and number."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from floworch.executor.clusters import ClusterJob

PREFIX = "floworch/"


def name_of(job: ClusterJob, attempt: int | None = None, call: int = 1) -> str:
    """The key of an attempt: ``floworch/<run>/<mark>/<node>/<item indexes>/<attempt>``.

    The mark tells runs of one id in different stores apart.

    Args:
        job: The attempt.
        attempt: The number of another attempt of the same node and item.
        call: How often this attempt has called its action: a layer may do so more than once.
    """
    mark = hashlib.sha256(f"{job.run_id} {job.born!r}".encode()).hexdigest()[:8]
    item = ".".join(map(str, job.scope)) or "-"
    number = job.attempt if attempt is None else attempt
    again = f"~{call}" if call > 1 else ""
    return f"{PREFIX}{job.run_id}/{mark}/{job.node}/{item}/{number}{again}"
