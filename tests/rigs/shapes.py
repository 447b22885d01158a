"""The JSON that scripts rely on, key by key.

    assert misfits(body, ANSWER) == []

A shape is a type, a value, a dict with exactly these keys, a list of one shape, or a tuple of
alternatives.
"""

from __future__ import annotations

from typing import Any

VOICES = ("article", "official", "evidence", "supports", "counterpoint", "background")
KINDS = ("quoted", "said", "compared", "concluded")

CITATION = {
    "n": int,
    "source_id": str,
    "source_title": str,
    "authors": [str],
    "published": str,
    "voice": VOICES,
    "url": str,
    "link": str,
    "heading": str,
    "paragraphs": [int],
    "passage_id": str,
    "start": int,
    "end": int,
    "quote": str,
    "passage": str,
    "score": float,
    "note": str,
}
ANSWER = {
    "schema": "concord.answer/1",
    "question": str,
    "standalone_question": str,
    "answered": bool,
    "refusal": (
        None,
        {
            "reason": ("not_in_sources", "outside_subject", "instruction", "too_vague"),
            "message": str,
        },
    ),
    "text": str,
    "statements": [
        {"text": str, "citations": [int], "voice": VOICES, "lead": str, "kind": KINDS},
    ],
    "citations": [CITATION],
    "nearest": [CITATION],
    "mode": ("extractive", "generated"),
    "timings_ms": dict,
    "receipt_id": str,
    "fallback": (None, str),
}
SEARCH = {
    "schema": "concord.search/1",
    "question": str,
    "passages": [
        {
            "source_id": str,
            "source_title": str,
            "url": str,
            "heading": str,
            "paragraphs": [int],
            "passage_id": str,
            "passage": str,
            "score": float,
        }
    ],
}


def misfits(value: Any, shape: Any, where: str = "it") -> list[str]:
    """Where `value` is not of the shape."""
    if isinstance(shape, type):
        fits = type(value) is shape
        return [] if fits else [f"{where}: {value!r} is no {shape.__name__}"]
    if isinstance(shape, tuple):
        tried = [misfits(value, one, where) for one in shape]
        return (
            [] if [] in tried else [f"{where}: {value!r} is none of the alternatives", *tried[-1]]
        )
    if isinstance(shape, list):
        if not isinstance(value, list):
            return [f"{where}: {value!r} is no list"]
        return [m for i, item in enumerate(value) for m in misfits(item, shape[0], f"{where}[{i}]")]
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            return [f"{where}: {value!r} is no object"]
        keys = [f"{where}.{key}: on one side only" for key in sorted(value.keys() ^ shape.keys())]
        both = [key for key in shape if key in value]
        return keys + [m for k in both for m in misfits(value[k], shape[k], f"{where}.{k}")]
    return [] if value == shape else [f"{where}: {value!r} is not {shape!r}"]
