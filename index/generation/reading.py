"""Reading the JSON of a model that may write anything: around it, within it, or instead of it."""

from __future__ import annotations

import json
import re
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

_Form = TypeVar("_Form", bound=BaseModel)
_THOUGHT = re.compile(r"<think>.*?(?:</think>|\Z)", re.S | re.I)
_DECODER = json.JSONDecoder()
LONGEST = 40_000  # characters that are looked at; no reply that was asked for comes near it


def found_in(text: str) -> tuple[dict[str, Any] | None, bool]:
    """(the first JSON object of a text as far as it goes, whether it came to its end).

    A model's thoughts before it and whatever stands around it are passed over. The last entry of
    an unfinished list may be incomplete.
    """
    bare = _THOUGHT.sub("", text[:LONGEST])
    at = bare.find("{")
    if at < 0:
        return None, False
    try:
        value, _ = _DECODER.raw_decode(bare, at)
        whole = True
    except (ValueError, RecursionError):
        try:
            value, whole = from_json(bare[at:], allow_partial=True), False
        except ValueError:
            return None, False
    return (value, whole) if isinstance(value, dict) else (None, False)


def read(form: type[_Form], value: Any) -> _Form | None:
    """The value in its form, or None where it doesn't fit."""
    try:
        return form.model_validate(value)
    except ValidationError:
        return None
