"""Restricted mode: what is opened is looked at, and runs only once the person has agreed to what it would do."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject

from floworch.errors import FlowError
from floworch_designer.app.runtime.loop import spawn
from floworch_designer.app.trust.trust_dialog import ask_trust
from floworch_designer.settings.words import counted, mark, tr

if TYPE_CHECKING:
    from floworch.model.workflow import Workflow
    from floworch.trust import Changes, Report, Verdict
    from floworch_designer.app.main_window import MainWindow
    from floworch_designer.app.tabs.tab import Tab

KEY = "trust"
FILE, FOLDER, IT = mark("Trust this file"), mark("Trust this folder"), mark("Trust it")
RUN, ONCE, CLOSE = mark("Trust and run"), mark("Run once"), mark("Cancel")
SEE = mark("See what it would do")
#: Definitions with so many nodes are read in a thread: meanwhile they are restricted.
LARGE = 1000
#: Parts of a report and how the strip says them.
_WORDS = (
    ("local_files", mark("run Python files beside it")),
    ("commands", mark("start programs")),
    ("code", mark("run Python code")),
    ("hosts", mark("reach {hosts}")),
    ("paths", mark("read or write files")),
    ("secrets", mark("read secrets")),
    ("connections", mark("use your connections")),
    ("unknown", mark("use actions that are not known here")),
)


class Trusting(QObject):
    """Knows which tabs of a window are restricted, and tells it in a strip of theirs."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window

    def opened(self, tab: Tab, foreign: bool = False) -> None:
        """A definition was opened in a tab: look at it. ``foreign``: it came from elsewhere and lies in no file."""
        workflow = tab.document.workflow.at(tab.document.path)
        if tab.document.path is None and not foreign:
            self._stand(tab, False)
        elif len(workflow.nodes) < LARGE:
            self._judge(tab, foreign, _read(workflow, self._window.session.registry))
        else:
            tab.restricted = True
            spawn(self._look(tab, workflow, foreign), "look at what it would do")

    def saved(self, tab: Tab) -> None:
        """A document was saved: what the person wrote, or trusted before, stays trusted as it is now."""
        if tab.restricted:
            self.opened(tab)  # still as foreign as it was, but perhaps it does other things now
            return
        _sign(tab.document.workflow.at(tab.document.path))
        self._stand(tab, False)

    async def admit(self, tab: Tab, workflow: Workflow) -> bool:
        """Whether a definition may run: asks when its tab is restricted."""
        if not tab.restricted:
            if any(node.action in tab.sheet.actions.listed for node in workflow.nodes.values()):
                _sign(workflow)  # as it is edited: the engine asks the ledger before it imports these files
            return True
        look = await asyncio.to_thread(_read, workflow, self._window.session.registry)
        buttons = [(CLOSE, ""), *([] if look.report.local_files else [(ONCE, "")]), (RUN, "primary")]
        answer = await self._ask(tab, look, buttons)
        if answer == RUN:
            self.trust(tab)
        return answer in (RUN, ONCE)

    async def wholly(self, tab: Tab) -> bool:
        """Whether what a tab holds may run unattended: shows what it would do when it is restricted, and asks."""
        if tab.restricted:
            await self._see(tab)
        if not tab.restricted and tab.document.path is not None:
            _sign(tab.document.workflow.at(tab.document.path))
        return not tab.restricted

    def trust(self, tab: Tab) -> None:
        """Trust what a tab holds as it is now."""
        if tab.document.path is not None:
            _sign(tab.document.workflow.at(tab.document.path))
        self._stand(tab, False)

    def trust_folder(self, tab: Tab) -> None:
        """Trust the folder of a tab's file and all below, also what is written there later."""
        from floworch.trust import TrustStore

        path = tab.document.path
        if path is None:
            return
        folder = path.resolve().parent
        try:
            TrustStore().trust_folder(folder)
        except FlowError as error:
            self._window.tell("error", error.message, error.hint, tab=tab)
            return
        for other in self._window.tabs.all:
            if other.restricted and other.path is not None and other.path.resolve().is_relative_to(folder):
                self._stand(other, False)

    def see(self, tab: Tab) -> None:
        """Show what a tab's definition would do."""
        spawn(self._see(tab), "see what it would do")

    def see_front(self) -> None:
        """The same of the tab in front."""
        self.see(self._window.tab)

    async def _look(self, tab: Tab, workflow: Workflow, foreign: bool) -> None:
        look = await asyncio.to_thread(_read, workflow, self._window.session.registry)
        if tab in self._window.tabs.all:
            self._judge(tab, foreign, look)

    async def _see(self, tab: Tab) -> None:
        workflow = tab.document.workflow.at(tab.document.path)
        look = await asyncio.to_thread(_read, workflow, self._window.session.registry)
        filed = tab.document.path is not None
        buttons = [(mark("Close"), "")]
        if tab.restricted:
            buttons += [*([(FOLDER, "")] if filed else []), (FILE if filed else IT, "primary")]
        answer = await self._ask(tab, look, buttons)
        if answer == FOLDER:
            self.trust_folder(tab)
        elif answer in (FILE, IT):
            self.trust(tab)

    async def _ask(self, tab: Tab, look: Look, buttons: list[tuple[str, str]]) -> str:
        title = standing(tab.name, tab.restricted, look.verdict, look.changed)
        return await ask_trust(self._window, self._window.theme, title, look.report, buttons, look.changed)

    def _judge(self, tab: Tab, foreign: bool, look: Look) -> None:
        restricted = not look.report.harmless and (foreign or not look.verdict.trusted)
        self._stand(tab, restricted)
        if not restricted:
            return
        buttons = [(tr(SEE), lambda: self.see(tab)), (tr(FILE if tab.path else IT), lambda: self.trust(tab))]
        if tab.path is not None:
            buttons.append((tr(FOLDER), lambda: self.trust_folder(tab)))
        title, text = standing(tab.name, True, look.verdict, look.changed), told(look.report, look.changed)
        self._window.banners.show_banner(KEY, "warning", title, text, buttons, closable=False, scope=tab)

    def _stand(self, tab: Tab, restricted: bool) -> None:
        tab.restricted = restricted
        if tab.autosave is not None:
            tab.autosave.restricted = restricted
        if tab.sheet.actions.look(tab.document.path, not restricted):
            tab.document.look_again()
            tab.overlay.repaint()
            if tab.in_front:
                self._window.reactions.on_catalog()
        if not restricted:
            self._window.banners.remove(KEY, tab)


def standing(name: str, restricted: bool, verdict: Verdict, changed: Changes | None = None) -> str:
    """How a definition stands, in one sentence; ``changed``: what of it is otherwise than when it was trusted."""
    if not restricted:
        return tr("{name} is trusted", name=name)
    if changed is not None and changed.beside:
        files = changed.of_files(tr("new"), tr("changed"), tr("gone"))
        return tr("What {name} uses was changed since you trusted it: {files}", name=name, files=files)
    if verdict.changed:
        return tr("{name} was changed since you trusted it", name=name)
    return tr("{name} is not trusted yet", name=name)


def told(report: Report, changed: Changes | None = None) -> str:
    """What a definition would do, in one sentence: ``It would start programs, reach example.org and read secrets.``

    With ``changed`` a second one says what of that is new.
    """
    words = what_it_would_do(report) or [tr("call a workflow that only the run knows")]
    new = changed.short() if changed is not None else ""
    first = tr("Nothing of it was run. It would {what}.", what=listed(words))
    return f"{first} {tr('New since then: {new}.', new=new)}" if new else first


def what_it_would_do(report: Report) -> list[str]:
    """What a definition would do outside of its own run, in words: ``start programs``, ``reach example.org``."""
    hosts = list(dict.fromkeys(found.what for found in report.hosts))
    reached = ", ".join(hosts[:2])
    if len(hosts) > 2:
        reached = counted(len(hosts) - 2, "{hosts} and 1 more host", "{hosts} and {n} more hosts", hosts=reached)
    words = [tr(text, hosts=reached) for name, text in _WORDS if getattr(report, name)]
    if report.local_files and report.unknown:
        words.pop()  # they are in those files
    return words


def listed(words: list[str]) -> str:
    """Several things in one sentence: ``a, b and c``."""
    return tr("{first} and {last}", first=", ".join(words[:-1]), last=words[-1]) if len(words) > 1 else words[0]


class Look(NamedTuple):
    """What is known of a definition: how it stands, what it would do, what of that changed since it was trusted."""

    verdict: Verdict
    report: Report
    changed: Changes | None


def _read(workflow: Workflow, registry: object) -> Look:
    from typing import Any, cast

    from floworch.trust import TrustStore, changed_since, inspect

    verdict, report = TrustStore().verdict(workflow), inspect(workflow, cast("Any", registry))
    return Look(verdict, report, changed_since(verdict, workflow, report))


def _sign(workflow: Workflow) -> None:
    """Trust this content, and no earlier one of the same file. A ledger that cannot be written asks again next time."""
    from floworch.errors import StoreError
    from floworch.trust import TrustStore, trust_own

    source: Path | None = workflow.source
    store = TrustStore()
    if store.verdict(workflow).trusted:
        return
    try:
        if source is not None:
            store.untrust(source)
    except StoreError:
        return
    trust_own(workflow)
