"""HTML, by way of trafilatura: the main text without menus, footers, comments and hidden text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from index.errors import DocumentBroken
from index.model import Block, Document
from index.text import collapse

_LEVELS = {f"h{n}": n for n in range(1, 7)}
_LEAVES = frozenset({"p", "quote", "code", "row"})
# What a browser doesn't show (styles given on the element itself). trafilatura knows some of it,
# but takes it back where that is most of the page; nobody may be quoted what they can't see.
_STYLE = "translate(@style, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ \t\r\n', 'abcdefghijklmnopqrstuvwxyz')"
_UNSEEN = [
    "//body//*[@hidden]",
    "//body//*[translate(@aria-hidden, 'TRUE', 'true')='true']",
    f"//body//*[contains({_STYLE}, 'display:none') or contains({_STYLE}, 'visibility:hidden')]",
    "//template",
]


def read_html(text: str, name: str) -> Document:
    """Read a page. Raises `DocumentBroken` where no main text can be found."""
    import trafilatura

    found: Any = trafilatura.bare_extraction(
        text,
        include_comments=False,
        include_tables=True,
        include_formatting=False,
        favor_recall=True,
        with_metadata=True,
        # Repeated paragraphs (a refrain, a form) must stay, or numbering would depend on them.
        deduplicate=False,
        prune_xpath=_UNSEEN,
    )
    if found is None or found.body is None:
        raise DocumentBroken(
            f"{name} has no readable main text. If it is a page that needs scripts or a login, "
            "save its text to a file and add that."
        )
    title = collapse(found.title or "")
    blocks = [b for b in _blocks(found.body) if b.text]
    # The page's own title is the document's title, not the heading of a section.
    if blocks and blocks[0].kind == "heading" and blocks[0].text.casefold() == title.casefold():
        blocks = blocks[1:]
    return Document(
        blocks=tuple(blocks),
        title=title,
        authors=tuple(a.strip() for a in (found.author or "").split(";") if a.strip()),
        publisher=collapse(found.sitename or ""),
        published=found.date or "",
        url=found.url or "",
        licence=collapse(found.license or ""),
    )


def _blocks(body: Any) -> Iterator[Block]:
    """Walk trafilatura's tree: `head`, `p`, `quote`, `code`, `list`/`item`, `table`/`row`."""
    for element in body:
        if element.tag == "head":
            yield Block("heading", _text(element), _LEVELS.get(element.get("rend") or "h2", 2))
        elif element.tag == "item":
            # An item's own words come first, lists within it follow as paragraphs of their own.
            yield Block("paragraph", _text(element, skip=("list",)))
            for inner in element:
                if inner.tag == "list":
                    yield from _blocks(inner)
        elif element.tag in _LEAVES:
            yield Block("paragraph", _text(element))
        else:
            yield from _blocks(element)


def _text(element: Any, skip: tuple[str, ...] = ()) -> str:
    parts: list[str] = [element.text or ""]
    for child in element:
        if child.tag not in skip:
            parts.append(" " if child.tag in ("lb", "cell") else "")
            parts.append(_text(child, skip))
        parts.append(child.tail or "")
    return collapse("".join(parts))
