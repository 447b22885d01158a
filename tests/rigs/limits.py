"""What Discord refuses though its description doesn't say so, and what we promise besides.

    assert limit_problems({"type": 4, "data": {"content": "Hello", ...}}) == []

Our own promise is that a message pings nobody: whatever is said comes with `allowed_mentions` that
allow none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tests.rigs.pieces import (
    LABEL,
    ROW,
    TEXT,
    TEXT_INPUT,
    Piece,
    component_problems,
    dicts,
    kind_of,
    lengths,
    number_of,
    repeated,
    units,
    walk,
)

V2 = 1 << 15
_V1_KINDS = {1, 2, 3, 5, 6, 7, 8}
_SAID = ("content", "embeds", "components", "attachments", "poll", "sticker_ids")

_CHAT = 1
_GROUPS = (1, 2)  # the options that are a subcommand or a group of them
_EMBED = (("title", 0, 256), ("description", 0, 4096))


def limit_problems(body: object) -> list[str]:
    """What is wrong with a message, a response, a modal, a command or a list of commands."""
    if isinstance(body, list):
        return command_problems(body)
    if not isinstance(body, Mapping):
        return ["body: no object"]
    if "name" in body:
        return command_problems(body)
    if "type" in body:
        return response_problems(body)
    if "title" in body and "components" in body:
        return modal_problems(body)
    return message_problems(body)


def response_problems(body: object) -> list[str]:
    """Of the answer to an interaction: a message, an update, a modal, choices to complete with."""
    if not isinstance(body, Mapping):
        return ["body: no object"]
    kind, data = body.get("type"), body.get("data")
    if kind == 4:
        return message_problems(data, "data", new=True)
    if kind == 7:
        return message_problems(data, "data")
    if kind == 8:
        return _choice_problems(data)
    if kind == 9:
        return modal_problems(data, "data")
    return []


def message_problems(body: object, at: str = "message", *, new: bool = False) -> list[str]:
    """Of a message that is sent (`new`) or edited."""
    if body is None and not new:
        return []
    if not isinstance(body, Mapping):
        return [f"{at}: no object"]
    found = [
        *lengths(at, body, ("content", 0, 2000)),
        *_embeds(at, body),
        *component_problems(f"{at}.components", body.get("components")),
        *(_v2(at, body) if _flags(body) & V2 else _v1(at, body)),
        *_pings(at, body),
    ]
    if new and not any(body.get(key) for key in (*_SAID, "message_reference")):
        found.append(f"{at}: nothing said")
    return found


def _flags(body: Piece) -> int:
    return number_of(body, "flags") or 0


def _embeds(at: str, body: Piece) -> Iterator[str]:
    embeds = dicts(body.get("embeds"))
    if len(embeds) > 10:
        yield f"{at}: {len(embeds)} embeds, at most 10"
    total = 0
    for number, embed in enumerate(embeds):
        here = f"{at}.embeds[{number}]"
        fields = dicts(embed.get("fields"))
        if len(fields) > 25:
            yield f"{here}: {len(fields)} fields, at most 25"
        footers, authors = dicts([embed.get("footer")]), dicts([embed.get("author")])
        for holders, rules in (
            ([embed], _EMBED),
            (fields, (("name", 1, 256), ("value", 1, 1024))),
            (footers, (("text", 0, 2048),)),
            (authors, (("name", 0, 256),)),
        ):
            for holder in holders:
                yield from lengths(here, holder, *rules)
                total += sum(units(holder.get(key)) for key, _, _ in rules)
    if total > 6000:
        yield f"{at}: {total} characters in the embeds together, at most 6000"


def _v1(at: str, body: Piece) -> Iterator[str]:
    rows = dicts(body.get("components"))
    if len(rows) > 5:
        yield f"{at}: {len(rows)} rows, at most 5"
    for place, piece in walk(f"{at}.components", rows):
        if kind_of(piece) not in _V1_KINDS:
            yield f"{place}: type {kind_of(piece)} without the flag of Components V2"


def _v2(at: str, body: Piece) -> Iterator[str]:
    for key in ("content", "embeds", "poll", "sticker_ids"):
        if body.get(key):
            yield f"{at}: {key} beside Components V2"
    every = [piece for _, piece in walk(at, body.get("components"))]
    if len(every) > 40:
        yield f"{at}: {len(every)} components, at most 40 with the nested ones"
    total = sum(units(piece.get("content")) for piece in every if kind_of(piece) == TEXT)
    if total > 4000:
        yield f"{at}: {total} characters in the text displays together, at most 4000"


def _pings(at: str, body: Piece) -> Iterator[str]:
    allowed = body.get("allowed_mentions")
    if isinstance(allowed, Mapping):
        if allowed.get("parse") != []:
            yield f"{at}.allowed_mentions: parse isn't empty: {allowed.get('parse')!r}"
        for key in ("users", "roles", "replied_user"):
            if allowed.get(key):
                yield f"{at}.allowed_mentions: {key} may be pinged"
    elif any(body.get(key) for key in (*_SAID, "message_reference")):
        yield f"{at}: no allowed_mentions"


def modal_problems(body: object, at: str = "modal") -> list[str]:
    """Of a modal."""
    if not isinstance(body, Mapping):
        return [f"{at}: no object"]
    tops = dicts(body.get("components"))
    found = [
        *lengths(at, body, ("title", 1, 45), ("custom_id", 1, 100)),
        *component_problems(f"{at}.components", tops),
    ]
    if not 1 <= len(tops) <= 5:
        found.append(f"{at}: {len(tops)} components, allowed are 1 to 5")
    for place, piece in walk(f"{at}.components", tops):
        kind = kind_of(piece)
        if kind == ROW:
            inner = dicts(piece.get("components"))
            if [kind_of(child) for child in inner] != [TEXT_INPUT]:
                found.append(f"{place}: a modal's row holds one text input and nothing else")
            elif not inner[0].get("label"):
                found.append(f"{place}: a text input without label")
        elif kind == LABEL and any(child.get("label") for child in dicts([piece.get("component")])):
            found.append(f"{place}: a label within a label")
        elif kind == TEXT_INPUT:
            found += _input(place, piece)
    return found


def _input(at: str, piece: Piece) -> Iterator[str]:
    least, most, value = (
        number_of(piece, "min_length"),
        number_of(piece, "max_length"),
        piece.get("value"),
    )
    if least is not None and not 0 <= least <= 4000:
        yield f"{at}: min_length {least}, allowed are 0 to 4000"
    if most is not None and not max(1, least or 0) <= most <= 4000:
        yield f"{at}: max_length {most}, allowed are {max(1, least or 0)} to 4000"
    if value and not (least or 0) <= units(value) <= (most or 4000):
        yield f"{at}: a value that its own bounds don't allow"


def _choice_problems(data: object) -> list[str]:
    choices = dicts(data.get("choices")) if isinstance(data, Mapping) else []
    return list(_choices("data", choices))


def _choices(at: str, choices: list[Piece]) -> Iterator[str]:
    if len(choices) > 25:
        yield f"{at}: {len(choices)} choices, at most 25"
    for number, choice in enumerate(choices):
        here = f"{at}.choices[{number}]"
        yield from _worded(here, choice, "name", 1, 100)
        yield from lengths(here, choice, ("value", 0, 100))


def command_problems(body: object) -> list[str]:
    """Of a command, or of the list of them that is handed in at once."""
    commands = dicts(body if isinstance(body, list) else [body])
    found: list[str] = []
    for number, command in enumerate(commands):
        at = f"[{number}] {command.get('name')}" if isinstance(body, list) else "command"
        chat = (kind_of(command) or _CHAT) == _CHAT
        if command.get("name") is not None:  # a PATCH may leave it out
            found += _named(at, command, chat=chat)
        if not chat and command.get("description"):
            found.append(f"{at}: a description on a command that isn't typed")
        found += _options(at, command)
        if (total := _total(command)) > 8000:
            found.append(f"{at}: {total} characters together, at most 8000")
    kinds = [(kind_of(command) or _CHAT, str(command.get("name"))) for command in commands]
    if sum(kind == _CHAT for kind, _ in kinds) > 100:
        found.append(f"{len(kinds)} commands, at most 100")
    return [*found, *repeated("commands", "type and name", kinds)]


def _named(at: str, holder: Piece, *, chat: bool = True) -> Iterator[str]:
    yield from _worded(at, holder, "name", 1, 32)
    for name in _wordings(holder, "name"):
        marks = [c for c in name if not (c.isalnum() or c in "-_'" or not c.isascii())]
        if chat and (marks or name != name.lower()):
            yield f"{at}: {name!r} isn't a name in lower case and without spaces or marks"
    if chat:
        yield from _worded(at, holder, "description", 1, 100)
        if not holder.get("description"):
            yield f"{at}: no description"


def _options(at: str, holder: Piece) -> Iterator[str]:
    options = dicts(holder.get("options"))
    if len(options) > 25:
        yield f"{at}: {len(options)} options, at most 25"
    yield from repeated(at, "option", [option.get("name") for option in options])
    needed = [option.get("required") is True for option in options]
    if needed != sorted(needed, reverse=True):
        yield f"{at}: an option that must be given after one that need not"
    groups = [option.get("type") in _GROUPS for option in options]
    if any(groups) and not all(groups):
        yield f"{at}: subcommands beside other options"
    for option in options:
        here = f"{at} {option.get('name')}"
        yield from _named(here, option)
        yield from _choices(here, dicts(option.get("choices")))
        if option.get("choices") and option.get("autocomplete"):
            yield f"{here}: choices and autocomplete at once"
        yield from _options(here, option)


def _wordings(holder: Piece, key: str) -> list[str]:
    localised = holder.get(f"{key}_localizations")
    values = [holder.get(key), *(localised.values() if isinstance(localised, Mapping) else ())]
    return [value for value in values if isinstance(value, str)]


def _worded(at: str, holder: Piece, key: str, least: int, most: int) -> Iterator[str]:
    for text in _wordings(holder, key):
        yield from lengths(at, {key: text}, (key, least, most))


def _total(holder: Piece) -> int:
    """Names, descriptions and values of a command and all within; of translations the longest."""
    own = sum(
        max(map(units, _wordings(holder, key)), default=0)
        for key in ("name", "description", "value")
    )
    inner = [*dicts(holder.get("options")), *dicts(holder.get("choices"))]
    return own + sum(map(_total, inner))
