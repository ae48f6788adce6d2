"""What the header of a new run says about how it is to run."""

from __future__ import annotations

import os
from collections.abc import Iterable
from os import PathLike
from typing import TYPE_CHECKING, Any

from floworch.errors import UsageError
from floworch.executor.library import called_options
from floworch.executor.settings import breakpoints_of, check_limits, durability_of, folder_of

if TYPE_CHECKING:
    from floworch.model.workflow import Workflow


def begin_options(
    workflow: Workflow,
    durability: str | None,
    limit: int,
    tags: Iterable[str],
    folder: str | PathLike[str] | None,
    calls: bool,
    breakpoints: bool | None,
    secrets: Iterable[str] | None,
    cluster: str | None = None,
    called_secrets: Iterable[str] | None = None,
    usual_durability: str | None = None,
) -> dict[str, Any]:
    """The header options of a run that is begun, from the arguments of ``Engine.start``.

    Args:
        workflow: Its definition.
        durability: As ``Engine.start`` was given it.
        limit: Its slots, worked out already.
        tags: As ``Engine.start`` was given them.
        folder: The same.
        calls: Whether it calls other definitions.
        breakpoints: As ``Engine.start`` was given it.
        secrets: The same.
        cluster: The same.
        called_secrets: The same.
        usual_durability: That of runs of its store that name none.

    Raises:
        UsageError: One of them, or of the environment, makes no sense.
        DefinitionError: Something that it calls cannot be read.
    """
    check_limits(workflow)
    place = folder_of(folder)
    options: dict[str, Any] = {
        "durability": durability_of(workflow, durability, usual_durability),
        "max_concurrency": limit,
        "tags": _tags(tags),
        **({"source": noted(str(workflow.source))} if workflow.source is not None else {}),
        "folder": noted(place),
        **(called_options(workflow, place) if calls else {}),
    }
    if not breakpoints_of(breakpoints):
        options["breakpoints"] = False
    if secrets is not None:
        options["secrets"] = sorted(secrets)
    if called_secrets is not None:
        options["called_secrets"] = sorted(called_secrets)
    if named := cluster or os.environ.get("FLOWORCH_CLUSTER"):
        options["cluster"] = named
    return options


def _tags(given: Any) -> list[str]:
    tags: list[Any] = list(given) if isinstance(given, Iterable) and not isinstance(given, (str, bytes)) else [None]
    if not all(isinstance(tag, str) for tag in tags):
        raise UsageError(f"Tags are a list of words, not {given!r}.", 'Such as tags=["nightly"].')
    return tags


def noted(path: str) -> str:
    """A path as the header keeps it. Raises UsageError for one whose bytes are no text: a journal holds Unicode."""
    try:
        path.encode()
    except UnicodeEncodeError:
        shown = path.encode("utf-8", "backslashreplace").decode()
        raise UsageError(
            f"The name of {shown} is no text in the encoding of this system, so a run cannot note it.",
            "Rename it, or set a locale with UTF-8.",
        ) from None
    return path
