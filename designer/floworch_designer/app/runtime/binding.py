"""What PySide does at every import, and need not do for modules that are known."""

from __future__ import annotations

import sys
from types import ModuleType

#: Packages of which it is known whether they use PySide.
_OURS = {"floworch": False, "floworch_resources": False, "floworch_designer": True}


def spare_sources() -> None:
    """Keep PySide from reading the source of the modules that are imported from now on.

    PySide reads the source of each new module to see whether it uses PySide, for only those may switch names with
    ``from __feature__ import``. That costs a fifth of the time all imports take and keeps every line in memory. Of
    the standard library and of this product the answer is known; other modules are read as before.
    """
    import PySide6.QtCore  # noqa: F401 - brings what is changed here

    feature = sys.modules.get("shibokensupport.feature")
    read = getattr(feature, "_mod_uses_pyside", None)
    if feature is None or read is None or getattr(read, "spares", False):
        return

    def uses(module: ModuleType) -> bool:
        package = module.__name__.partition(".")[0]
        if package in sys.stdlib_module_names:
            return False
        known = _OURS.get(package)
        return bool(read(module)) if known is None else known

    uses.spares = True  # type: ignore[attr-defined]
    feature._mod_uses_pyside = uses  # type: ignore[attr-defined]
