"""What a layout lays out together: nodes and frames by what they lie in, and wires cut at the borders they pass."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from floworch.model.pictures.routes import Ends
from floworch.model.workflow import Workflow
from floworch_designer.document.bodies import Run
from floworch_designer.document.framing import Frame, nest
from floworch_designer.document.outlines import Outline


class Division:
    """The bodies of a definition.

    Args:
        workflow: The definition.
        known: Outlines of nodes; those of folded frames are added.
        wanted: The nodes to lay out.
        frames: The frames as they are drawn.

    Attributes:
        homes: Of everything the frame, else the container, that it lies in; None for the canvas.
        frames: The frames that count, by key.
        moving: What moves as a whole: wanted nodes, and the frames that hold no others.
        hidden: What is hidden in folded frames and containers, with the outermost of them.
        bodies: What is laid out together, by what it lies in.
        runs: The stretches of wires in each body.
        passing: The homes that a wire passes from its source's to its target's, where that is more than one, and the
            outermost of them.
    """

    def __init__(
        self, workflow: Workflow, known: dict[str, Outline], wanted: frozenset[str], frames: Sequence[Frame]
    ) -> None:
        self._workflow, self._known, self._wanted = workflow, known, wanted
        found = nest(workflow, frames)
        self.homes: Mapping[str, str | None] = found.homes
        self.frames: Mapping[str, Frame] = found.frames
        self.moving = wanted | {key for key, frame in self.frames.items() if frame.nodes <= wanted}
        for key, frame in self.frames.items():
            if frame.folded and key in self.moving:
                known[key] = Outline(stands=frame.rect[:2])
        self.hidden = self._closed()
        self.bodies = self._shared_out()
        self.runs: dict[str | None, list[Run]] = {home: [] for home in self.bodies}
        self.passing: dict[Ends, tuple[list[str | None], str | None]] = {}
        self._share_wires()

    def folded(self, key: str) -> bool:
        """Whether something is drawn as a card that hides its body."""
        return key in self._known and self._known[key].stands is not None

    def _closed(self) -> dict[str, str]:
        """What is hidden in folded frames and containers, with the outermost of them."""
        found: dict[str, str] = {}
        for key in self.moving:
            at, outer = self.homes[key], None
            seen: set[str] = set()
            while at is not None and at not in seen:
                seen.add(at)
                if at in self.moving and self.folded(at):
                    outer = at
                at = self.homes[at]
            if outer is not None:
                found[key] = outer
        return found

    def _shared_out(self) -> dict[str | None, list[str]]:
        """What moves, by what it lies in; frames stand where the first of what they hold does."""
        bodies: dict[str | None, dict[str, None]] = {}
        for node_id in self._workflow.nodes:
            if node_id not in self._wanted:
                continue
            item: str | None = self.hidden.get(node_id, node_id)
            while item is not None:
                home = self.homes[item]
                bodies.setdefault(home, {})[item] = None
                item = home if home in self.frames and home in self.moving else None
        return {home: list(members) for home, members in bodies.items()}

    def _share_wires(self) -> None:
        """Cut every wire into its runs in the bodies that it passes."""
        homes = self.homes
        for edge in self._workflow.edges:
            if edge.source not in self._wanted or edge.target not in self._wanted:
                continue
            source, target = (self.hidden.get(end, end) for end in (edge.source, edge.target))
            ends = (edge.source, edge.port, edge.target)
            if homes[source] == homes[target]:  # as nearly all of them
                if source != target or source == edge.source:
                    self.runs[homes[source]].append(Run(ends, source, target))
                continue
            self._cut(ends, source, target)

    def _cut(self, ends: Ends, source: str, target: str) -> None:
        out, into = self._way_out(source), self._way_out(target)
        common = next((home for home in out if home in into), "")
        if common == "":
            return  # between containers, where no wire can lead
        before, behind = list(out)[: list(out).index(common)], list(into)[: list(into).index(common)]
        for home in before:
            self.runs[home].append(Run(ends, out[home], None))
        for home in behind:
            self.runs[home].append(Run(ends, None, into[home]))
        self.runs[common].append(Run(ends, out[common], into[common]))
        self.passing[ends] = [*before, common, *reversed(behind)], common

    def _way_out(self, item: str) -> dict[str | None, str]:
        """The homes around something, from the innermost on, and what it is part of in each."""
        found: dict[str | None, str] = {}
        while True:
            home = self.homes[item]
            found[home] = item
            if home is None or home not in self.frames or home not in self.moving:
                return found
            item = home

    def deepest_first(self) -> list[str]:
        """What has a body, from the innermost on."""
        depths: dict[str, int] = {}
        for home in self.bodies:
            depth, at, seen = 0, home, set()
            while at is not None and at not in seen:
                seen.add(at)
                depth, at = depth + 1, self.homes[at]
            if home is not None:
                depths[home] = depth
        return sorted(depths, key=lambda key: -depths[key])
