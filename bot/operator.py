"""Concord's words to its operator, read from `prompts/operator.yaml`."""

from __future__ import annotations

from pathlib import Path

import yaml

from index.wording import WordingBroken, default_folder


def operator_words(folder: Path | None = None) -> dict[str, str]:
    """Texts by name. Raises `WordingBroken`."""
    path = (folder or default_folder()) / "operator.yaml"
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
        return {str(name): str(text).strip() for name, text in found.items()}
    except (OSError, yaml.YAMLError, AttributeError) as error:
        raise WordingBroken(f"Concord's wording in {path.name} is incomplete: {error}") from error
