"""What every page of the inspector works with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from floworch_designer.settings.words import tr

if TYPE_CHECKING:
    from floworch.run.state import RunState
    from floworch_designer.document.document import Document
    from floworch_designer.document.selection import Selection
    from floworch_designer.runs.feed import RunFeed
    from floworch_designer.theme.theme import Theme


@dataclass(slots=True)
class Context:
    """The shared parts.

    Attributes:
        document: What is edited.
        selection: What is selected; its primary node is shown.
        theme: Colours and icons.
        registry: ``find_action``, ``find_layer``, ``all_layers``.
        feed: The shown run, or None.
    """

    document: Document
    selection: Selection
    theme: Theme
    registry: Any
    feed: RunFeed | None = None

    def run(self) -> RunState | None:
        """The shown run when it is one of this workflow, or None."""
        return self.feed.run_of(self.document.workflow.id) if self.feed is not None else None

    def given(self, node: str) -> Any:
        """What a step gave in the shown run, as the run keeps it; None when that is not known."""
        return self.feed.given(self.document.workflow.id, node) if self.feed is not None else None

    def missing(self, action: str) -> str:
        """Why an action cannot be used: nobody has it, or a file beside the document that is not trusted yet."""
        listed = getattr(self.registry, "listed", {}).get(action)
        if listed is None:
            return tr("The action “{action}” is not installed.", action=action)
        return tr(
            "{value}: stands in a file beside this one, and can be used once this one is trusted.",
            value=listed.title or action,
        )
