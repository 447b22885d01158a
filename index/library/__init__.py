"""The face of the index: open a data folder, ask it, search it, add to it, keep it in step.

    with Library.open(options) as library:
        answer = library.ask("What are the four ends?")

One `Library` a process owns a data folder. Methods block and are safe to call from several threads;
an event loop calls `ask_async` and `search_async`, which never run anything on the loop itself.
"""

from __future__ import annotations

from index.beside import active_sources, open_registry, passages_of
from index.library.asking import Asking
from index.library.keeping import Keeping
from index.library.opened import Report


class Library(Asking, Keeping):
    """See the module. Made by `open`."""


__all__ = ["Library", "Report", "active_sources", "open_registry", "passages_of"]
