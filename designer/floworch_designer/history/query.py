"""What a person types to find runs: words, ``status:failed``, ``tag:nightly``, ``workflow:shop``; pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from floworch.store.protocol import RunSummary
from floworch_designer.settings.words import local_number

#: Names of what can be asked for by ``name:value``, and what people write for them.
FIELDS = {"status": "status", "is": "status", "tag": "tag", "workflow": "workflow", "flow": "workflow", "run": "run",
          "name": "name"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Query:
    """Every word and every field must fit; in the same field one of its values.

    Attributes:
        words: Case-folded parts of the id, workflow, name or a tag.
        fields: ``{field: case-folded values}``; a value fits by its beginning, a tag only as a whole.
    """

    words: tuple[str, ...] = ()
    fields: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, text: str) -> Query:
        """Read what was typed; a colon after any other word makes no field."""
        words: list[str] = []
        fields: dict[str, tuple[str, ...]] = {}
        for word in text.casefold().split():
            name, colon, value = word.partition(":")
            if colon and name in FIELDS:
                if value:
                    fields[FIELDS[name]] = (*fields.get(FIELDS[name], ()), value)
            elif word.startswith("#") and len(word) > 1:
                fields["tag"] = (*fields.get("tag", ()), word[1:])
            else:
                words.append(word)
        return cls(tuple(words), fields)

    def fits(self, run: RunSummary) -> bool:
        """Whether a run is asked for."""
        tags = [tag.casefold() for tag in run.tags]
        having = {"status": run.status, "workflow": run.workflow_id, "run": run.run_id, "name": run.name}
        for name, values in self.fields.items():
            if name == "tag":
                if not any(value in tags for value in values):
                    return False
            elif not any(having[name].casefold().startswith(value) for value in values):
                return False
        text = "\n".join((run.run_id, run.workflow_id, run.name, *run.tags)).casefold()
        return all(word in text for word in self.words)


def read_label(text: str) -> tuple[str, list[str]]:
    """``Night run #nightly #big`` as a name and tags."""
    words = text.split()
    tags = [word[1:] for word in words if word.startswith("#") and len(word) > 1]
    return " ".join(word for word in words if not (word.startswith("#") and len(word) > 1)), tags


def label_text(run: RunSummary) -> str:
    """A run's name and tags as ``read_label`` reads them."""
    return " ".join([*([run.name] if run.name else []), *(f"#{tag}" for tag in run.tags)])


def size_text(size: int | None) -> str:
    """``812 B``, ``12 KB``, ``3.4 MB``; empty for None."""
    if size is None:
        return ""
    if size < 1000:
        return f"{size} B"
    for unit in ("KB", "MB", "GB"):
        size_in = size / 1000
        if size_in < 999.5 or unit == "GB":
            return local_number(f"{size_in:.1f} {unit}") if size_in < 10 else f"{size_in:.0f} {unit}"
        size = round(size_in)
    return ""
