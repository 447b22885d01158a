"""Discord's limits on the components of messages and modals; see `tests.rigs.limits`.

Texts are counted in UTF-16 code units. Discord counts most of them in code points, which are
never more, so what passes here passes there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

Piece = Mapping[str, Any]

ROW, BUTTON, STRING_SELECT, TEXT_INPUT, SECTION, TEXT, CONTAINER, LABEL = 1, 2, 3, 4, 9, 10, 17, 18
SELECTS = (3, 5, 6, 7, 8)
LINK, PREMIUM = 5, 6

# (key, fewest, most) characters by a component's type; the empty text counts as given.
_CUSTOM = ("custom_id", 1, 100)
_CHOOSER = (_CUSTOM, ("placeholder", 0, 150))
_TEXTS: dict[int, tuple[tuple[str, int, int], ...]] = {
    BUTTON: (_CUSTOM, ("label", 0, 80), ("url", 1, 512)),
    **dict.fromkeys(SELECTS, _CHOOSER),
    TEXT_INPUT: (_CUSTOM, ("label", 1, 45), ("placeholder", 0, 100), ("value", 0, 4000)),
    TEXT: (("content", 1, 4000),),
    11: (("description", 1, 1024),),
    LABEL: (("label", 1, 45), ("description", 1, 100)),
    **dict.fromkeys((19, 21, 22, 23), (_CUSTOM,)),
}
_OPTION = (("label", 1, 100), ("value", 1, 100), ("description", 0, 100))
_OPTIONS_MOST = {STRING_SELECT: 25, 21: 10, 22: 10}


def units(text: object) -> int:
    """How long a text is, in UTF-16 code units; anything else is 0 long."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2 if isinstance(text, str) else 0


def dicts(value: object) -> list[Piece]:
    """The objects in a list; what isn't of that shape is the description's to complain about."""
    items = value if isinstance(value, list | tuple) else ()
    return [item for item in items if isinstance(item, Mapping)]


def kind_of(piece: Piece) -> int:
    """A component's type, 0 for none."""
    kind = piece.get("type")
    return kind if isinstance(kind, int) else 0


def number_of(piece: Piece, key: str) -> int | None:
    """A number of this object, None where there is none."""
    value = piece.get(key)
    return value if isinstance(value, int) else None


def lengths(at: str, holder: Piece, *rules: tuple[str, int, int]) -> Iterator[str]:
    """The texts of this object that are too short or too long; one that is absent is neither."""
    for key, least, most in rules:
        text = holder.get(key)
        if isinstance(text, str) and not least <= units(text) <= most:
            yield f"{at}.{key}: {units(text)} characters, allowed are {least} to {most}"


def repeated(at: str, what: str, values: list[Any]) -> Iterator[str]:
    """Those of the values that stand there more than once."""
    seen = [value for value in values if isinstance(value, str | int | tuple)]
    for value in dict.fromkeys(v for v in seen if seen.count(v) > 1):
        yield f"{at}: {what} {value!r} more than once"


def walk(at: str, components: object) -> Iterator[tuple[str, Piece]]:
    """Every component with its place, nested ones too."""
    for number, piece in enumerate(dicts(components)):
        here = f"{at}[{number}]"
        yield here, piece
        yield from walk(f"{here}.components", piece.get("components"))
        for key in ("accessory", "component"):
            if isinstance(piece.get(key), Mapping):
                inner = walk(f"{here}.{key}", [piece[key]])
                yield from ((place.replace(f".{key}[0]", f".{key}", 1), it) for place, it in inner)


def component_problems(at: str, components: object) -> Iterator[str]:
    """What holds for components wherever they stand."""
    every = list(walk(at, components))
    for place, piece in every:
        kind = kind_of(piece)
        yield from lengths(place, piece, *_TEXTS.get(kind, ()))
        if kind == ROW:
            yield from _row(place, piece)
        elif kind == BUTTON:
            yield from _button(place, piece)
        elif kind in SELECTS or kind in _OPTIONS_MOST:
            yield from _chooser(place, piece)
        elif kind == SECTION:
            yield from _section(place, piece)
        elif kind == 12:
            yield from _gallery(place, piece)
    yield from repeated(at, "custom_id", [piece.get("custom_id") for _, piece in every])
    yield from repeated(at, "id", [piece.get("id") or None for _, piece in every])


def _row(at: str, piece: Piece) -> Iterator[str]:
    kinds = [kind_of(inner) for inner in dicts(piece.get("components"))]
    if not kinds:
        yield f"{at}: an empty row"
    elif kinds[0] == BUTTON and set(kinds) == {BUTTON}:
        if len(kinds) > 5:
            yield f"{at}: {len(kinds)} buttons in a row, at most 5"
    elif len(kinds) > 1:
        yield f"{at}: a row has buttons alone, or else one single component, not {kinds}"


def _button(at: str, piece: Piece) -> Iterator[str]:
    style, url, custom_id = (piece.get(key) for key in ("style", "url", "custom_id"))
    if style == PREMIUM:
        if any(piece.get(key) for key in ("label", "emoji", "url", "custom_id")):
            yield f"{at}: a premium button has its sku_id alone"
        return
    if not piece.get("label") and not piece.get("emoji"):
        yield f"{at}: a button with neither label nor emoji"
    if style == LINK:
        if not url or custom_id is not None:
            yield f"{at}: a link button needs a url and no custom_id"
        elif not _link(url):
            yield f"{at}.url: not http, https or discord: {str(url)[:60]!r}"
    elif url is not None or not custom_id:
        yield f"{at}: a button that is no link needs a custom_id and no url"


def _link(url: object) -> bool:
    try:
        parts = urlsplit(str(url))
    except ValueError:
        return False
    return parts.scheme in ("http", "https", "discord") and bool(parts.netloc)


def _chooser(at: str, piece: Piece) -> Iterator[str]:
    fewest, most = number_of(piece, "min_values"), number_of(piece, "max_values")
    if fewest is not None and most is not None and fewest > most:
        yield f"{at}: min_values {fewest} is more than max_values {most}"
    allowed = _OPTIONS_MOST.get(kind_of(piece))
    if allowed is None:
        return
    options = dicts(piece.get("options"))
    if not 1 <= len(options) <= allowed:
        yield f"{at}: {len(options)} options, allowed are 1 to {allowed}"
    if most is not None and most > len(options):
        yield f"{at}: max_values {most} of {len(options)} options"
    chosen = sum(option.get("default") is True for option in options)
    if chosen > (1 if most is None else most):
        yield f"{at}: {chosen} options chosen beforehand"
    for number, option in enumerate(options):
        yield from lengths(f"{at}.options[{number}]", option, *_OPTION)
    yield from repeated(at, "value", [option.get("value") for option in options])


def _section(at: str, piece: Piece) -> Iterator[str]:
    texts = dicts(piece.get("components"))
    if not 1 <= len(texts) <= 3:
        yield f"{at}: {len(texts)} texts in a section, allowed are 1 to 3"
    if not isinstance(piece.get("accessory"), Mapping):
        yield f"{at}: a section without accessory"


def _gallery(at: str, piece: Piece) -> Iterator[str]:
    items = dicts(piece.get("items"))
    if not 1 <= len(items) <= 10:
        yield f"{at}: {len(items)} items in a gallery, allowed are 1 to 10"
    for number, item in enumerate(items):
        yield from lengths(f"{at}.items[{number}]", item, ("description", 1, 1024))
