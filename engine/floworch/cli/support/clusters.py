"""Whether a definition needs a cluster, and which one a command means."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from floworch.model.workflow import Workflow


def runs_on_cluster(workflow: Workflow) -> bool:
    """Whether a node says that it runs on a cluster."""
    return any(node.run_on == "cluster" and not node.disabled for node in workflow.nodes.values())


def cluster_options(workflow: Workflow, named: str | None) -> dict[str, str]:
    """The option ``cluster`` of a run, once it is sure that it can be used: said before anything runs.

    Args:
        workflow: The definition; without a node on a cluster nothing but a name that was given counts.
        named: Address or name; what ``FLOWORCH_CLUSTER`` says, else the only one that is known, when None.

    Raises:
        UsageError: There is none of that name, it is not clear which, or Dask is not installed.
    """
    from importlib.util import find_spec

    from floworch.distributed.library import INSTALL, MISSING
    from floworch.distributed.places import address_of
    from floworch.errors import UsageError

    if named is None and not runs_on_cluster(workflow):
        return {}
    address = address_of(named or "")
    if find_spec("distributed") is None:
        raise UsageError(MISSING, INSTALL)
    return {"cluster": named or address}
