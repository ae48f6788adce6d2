"""Handlers of Import… and Export…: other tools' workflows in; pictures, scripts and bundles out."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from floworch.errors import FlowError
from floworch_designer.app.files.import_report import ImportReport
from floworch_designer.app.runtime.loop import spawn
from floworch_designer.app.widgets import dialogs
from floworch_designer.settings.findings import said
from floworch_designer.settings.words import counted, foreign, mark, tr

if TYPE_CHECKING:
    from floworch.exchange.imported import Imported
    from floworch.model.workflow import Workflow
    from floworch_designer.app.main_window import MainWindow

#: What a definition can be exported as: suffix -> words.
FORMS = {
    ".svg": mark("Picture for pages and editors"),
    ".png": mark("Picture of pixels"),
    ".pdf": mark("Document"),
    ".mmd": mark("Mermaid chart"),
    ".dot": mark("Graphviz graph"),
    ".py": mark("Python script"),
    ".zip": mark("Bundle that floworch run takes"),
}
#: Versions that differ from those of a bundle that are told.
_LISTED = 8


class ExchangeActions:
    """Each handler starts a task and returns at once."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window

    def import_file(self) -> None:
        """Ask for a cURL command, a crontab, an n8n workflow, Node-RED flows or a bundle, and open what it becomes."""
        spawn(self._import(), "import")

    def export(self) -> None:
        """Ask for a file and write the workflow as a picture, a script or a bundle."""
        spawn(self._export(), "export")

    def open_import(self, path: Path) -> bool:
        """Open what a file becomes as a new workflow; one that cannot be read is told. Returns whether it is open."""
        from floworch.exchange.reading import import_text
        from floworch.exchange.unbundle import is_bundle
        from floworch.model.files import read_bytes

        window = self._window
        if is_bundle(path):
            return self._open_bundle(path)
        try:
            found, form = import_text(read_bytes(path))
        except FlowError as error:
            self._refuse(path, error)
            return False
        window.files.show(_in_words(found), foreign=True, saved=False)
        window.files.folders.remember(path)
        self._tell(found, path, form)
        return True

    def _open_bundle(self, path: Path) -> bool:
        """Unpack a bundle into a new folder beside it, and open its definition, which lies in a file then."""
        from floworch.exchange.unbundle import unpack_bundle

        window = self._window
        place = _free(path.with_suffix(""))
        try:
            main, differ = unpack_bundle(path, place)
        except FlowError as error:
            self._refuse(path, error)
            return False
        if not window.files.load(main):
            return False
        words = tr("{name} is unpacked into the folder {folder}.", name=path.name, folder=place.name)
        window.tell("warning" if differ else "info", words, "\n".join(map(said, differ[:_LISTED])))
        return True

    def _refuse(self, path: Path, error: FlowError) -> None:
        words = tr("{name} cannot be imported. {message}", name=path.name, message=said(error.message))
        self._window.tell("error", words, error.hint)

    def write(self, workflow: Workflow, path: Path, suffix: str) -> None:
        """Write a workflow in the form of a suffix of ``FORMS``.

        Raises:
            FlowError: It cannot be written, or not in this form.
        """
        from floworch.model.files import write_text
        from floworch_designer.export.pictures import write_picture

        if suffix in (".svg", ".png", ".pdf"):
            write_picture(workflow, suffix[1:], path, self._window.session.settings.get("canvas/square"))
        elif suffix == ".zip":
            self._bundle(workflow.at(self._window.document.path), path)
        else:
            write_text(path, _text(workflow.at(self._window.document.path), suffix))

    def _bundle(self, workflow: Workflow, path: Path) -> None:
        """Write a bundle, and name what has to be where it is opened. Raises FlowError."""
        from floworch.exchange.bundle import left_out, write_bundle

        write_bundle(workflow, path)
        missing = left_out(workflow)
        if missing:
            words = tr("{name} needs actions or layers that it does not hold.", name=path.name)
            self._window.tell("info", words, "\n".join(missing))

    async def _import(self) -> None:
        window = self._window
        path = await dialogs.ask_import(window, window.files.folders.first())
        if path is not None:
            self.open_import(path)

    async def _export(self) -> None:
        window = self._window
        workflow, folder = window.document.workflow, window.files.folders.first()
        answer = await dialogs.ask_export(window, folder, workflow.id, FORMS)
        if answer is None:
            return
        path, suffix = answer
        await asyncio.sleep(0)  # the dialog is gone before the work begins
        try:
            self.write(workflow, path, suffix)
        except FlowError as error:
            window.tell("error", error.message, error.hint)
            return
        window.files.folders.remember(path)
        window.flash(tr("Exported {name}", name=path.name))

    def _tell(self, found: Imported, path: Path, form: str) -> None:
        count, left = len(found.workflow.nodes), len(found.placeholders)
        words = f"{path.name} ({form})" + counted(count, " has become 1 step", " has become {n} steps")
        words += tr(", {left} of them placeholders to replace.", left=left) if left else "."
        levels = [each.level for each in found.findings]
        open_ = levels.count("not_converted"), levels.count("partly")
        says = [counted(open_[0], "1 thing was not converted.", "{n} things were not converted.")] if open_[0] else []
        says += [counted(open_[1], "Look at 1 thing that was.", "Look at {n} things that were.")] if open_[1] else []
        report = [(mark("Show report"), lambda: self._report(words, found))] if found.findings else []
        self._window.tell("warning" if any(open_) else "info", words, " ".join(says), actions=report)

    def _report(self, words: str, found: Imported) -> None:
        window, tab = self._window, self._window.tab
        report = ImportReport(words, found.findings, window.theme, window)

        def go(node: str) -> None:
            if tab in window.tabs.all and node in tab.document.workflow.nodes:
                window.tabs.show(tab)
                window.reactions.show_node(node)

        report.chosen.connect(go)
        report.show()


def _in_words(found: Imported) -> Workflow:
    """The definition; its placeholders say what they stand for in the language of the window."""
    nodes = dict(found.workflow.nodes)
    for name in found.placeholders:
        node = nodes[name]
        first, gap, original = node.notes.partition("\n\n")
        params = {**node.params, "message": said(str(node.params["message"]))}
        nodes[name] = node.replace(params=params, notes=f"{said(first)}{gap}{original}")
    return found.workflow.replace(nodes=nodes) if foreign() else found.workflow


def _free(folder: Path) -> Path:
    """The folder, or the next one with a number that is not there yet."""
    tries = (folder.with_name(f"{folder.name}-{number}") for number in range(2, 1000))
    return folder if not folder.exists() else next((each for each in tries if not each.exists()), folder)


def _text(workflow: Workflow, suffix: str) -> str:
    if suffix == ".py":
        from floworch.exchange.python_script import to_python

        return to_python(workflow)
    if suffix == ".dot":
        from floworch.model.pictures.dot import to_dot

        return to_dot(workflow)
    from floworch.model.pictures.mermaid import to_mermaid

    return to_mermaid(workflow)
