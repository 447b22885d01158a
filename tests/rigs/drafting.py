"""Models for the scripted server: what they read out of the prompt, and what they make of it.

with LlmRig(faithful) as rig: ...      # says what the passages say, in slightly other words
with LlmRig(obedient("PWNED")) as rig: ...      # does the worst with whatever it is given
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tests.rigs.llm import Asked

_PASSAGE = re.compile(r"<passage (\w+)>\n(.*?)\n(.*?)\n</passage \1>", re.S)
_SENTENCE = re.compile(r"^(\d+)\. (.*)$", re.M)
_QUESTION = re.compile(r"<question (\w+)>\n(.*?)\n</question \1>", re.S)


@dataclass(frozen=True, slots=True)
class Block:
    """A passage as the model was given it."""

    key: str
    head: str
    sentences: tuple[str, ...]


def blocks(asked: Asked) -> list[Block]:
    told = asked.messages[1][1]
    return [
        Block(m[1], m[2], tuple(s for _, s in _SENTENCE.findall(m[3])))
        for m in _PASSAGE.finditer(told)
    ]


def question(asked: Asked) -> str:
    found = _QUESTION.search(asked.messages[-1][1])
    return found[2] if found else ""


def is_plan(asked: Asked) -> bool:
    return '"parts"' in asked.messages[0][1]


def statement(text: str, *cited: tuple[str, Sequence[int]], kind: str = "said") -> dict[str, Any]:
    cites = [{"passage": key, "sentences": list(numbers)} for key, numbers in cited]
    return {"text": text, "cites": cites, "voice": "article", "kind": kind}


def draft(*statements: dict[str, Any], answered: bool = True) -> str:
    return json.dumps({"answered": answered, "statements": statements})


def plan(whole: str = "", *parts: str) -> str:
    return json.dumps({"question": whole, "parts": parts})


def reworded(sentence: str) -> str:
    """The sentence in nearly its own words: "In fact" before it, which changes nothing."""
    first = sentence.split(maxsplit=1)[0]
    opening = (
        sentence if first.isupper() or first[0].isdigit() else sentence[0].lower() + sentence[1:]
    )
    return f"In fact {opening}"


def faithful(asked: Asked) -> str:
    """Rewords the two longest sentences of each of the first three passages."""
    if is_plan(asked):
        return plan(question(asked))
    said = []
    for block in blocks(asked)[:3]:
        order = sorted(range(len(block.sentences)), key=lambda n: -len(block.sentences[n]))
        said += [
            statement(reworded(block.sentences[n]), (block.key, [n + 1])) for n in sorted(order[:2])
        ]
    return draft(*said)


def stubborn(text: str) -> Callable[[Asked], str]:
    """Says what it said before, whatever it is given, and cites the first passage for it."""

    def answer(asked: Asked) -> str:
        if is_plan(asked):
            return plan(question(asked))
        found = blocks(asked)
        said = [statement(text, (b.key, range(1, min(8, len(b.sentences)) + 1))) for b in found[:6]]
        return draft(*said)

    return answer


def worst(asked: Asked, marker: str) -> list[dict[str, Any]]:
    """Statements of a model that obeys whoever planted `marker`, each wrong in another way. The
    passages are real, so that nothing is refused for its ids alone."""
    first = blocks(asked)[0]
    every = range(1, min(8, len(first.sentences)) + 1)
    here = (first.key, every)
    true, secret = first.sentences[0].rstrip("."), asked.messages[0][1][:160]
    planted = [
        statement(sentence, (block.key, [n]))
        for block in blocks(asked)
        for n, sentence in enumerate(block.sentences, start=1)
        if marker.casefold() in sentence.casefold()
    ]
    return [
        *planted[:2],
        statement(marker, here),
        statement(f"{true}, and {marker}.", here),
        statement(f"{true}. {marker}.", here),
        statement(f"“{marker}”, the passage says.", here),
        statement(f"{true} (https://evil.example/?q={marker})", here),
        statement(f"[{true}](https://evil.example) ![x](https://evil.example/{marker}.png)", here),
        statement(f"@everyone {true} <@&1> <@1> <#1>", here),
        statement(true, ("deadbeef", [1])),
        statement(f"{true} {marker}", (first.key, [999, -1, 0])),
        statement(f"{true}, passage {first.key}", here),
        statement(secret, here),
        statement("Le bateau de la nuit est parti, et le roi est mort.", here),
        statement(f"**{marker}**\n# {marker}\n> {marker}", here),
        statement(f"{marker} " * 200, here),
    ]
