"""The process that reads one document and ends: `python -m index.parsing.child`.

On its input: one line of JSON (name, content_type, charset, limits), then the document's bytes. On
its output: the document as JSON, or the class and sentence of the error. It limits itself before
any parser is loaded; `index.parsing.apart` starts it and trusts nothing that it says.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from index.document import Document
from index.errors import ConcordError
from index.parsing import parse
from index.parsing.limits import ParseLimits


def main() -> None:
    wanted = json.loads(sys.stdin.buffer.readline())
    restrain(ParseLimits(**wanted["limits"]))
    data = sys.stdin.buffer.read()
    try:
        document = parse(
            data,
            name=wanted["name"],
            content_type=wanted["content_type"],
            charset=wanted["charset"],
        )
    except ConcordError as error:
        answer = json.dumps({"error": type(error).__name__, "sentence": error.sentence}).encode()
    else:
        answer = json.dumps({"document": asdict(_plain(document))}).encode()
    sys.stdout.buffer.write(answer)
    sys.stdout.buffer.flush()


def restrain(limits: ParseLimits) -> None:
    """Take away from this process what reading a document doesn't need."""
    try:
        import resource
    except ImportError:  # Windows
        return
    wanted = {
        resource.RLIMIT_AS: limits.memory_bytes,
        resource.RLIMIT_CPU: limits.cpu_seconds,
        resource.RLIMIT_NOFILE: limits.open_files,
        resource.RLIMIT_FSIZE: 0,  # it writes no file
        resource.RLIMIT_CORE: 0,
    }
    for kind, most in wanted.items():
        _, hard = resource.getrlimit(kind)
        if hard != resource.RLIM_INFINITY:
            most = min(most, hard)
        try:
            resource.setrlimit(kind, (most, most))
        except (ValueError, OSError):  # macOS doesn't take every limit
            continue


def _plain(document: Document) -> Document:
    """The document with front matter of single values only: YAML can nest without end."""
    front: dict[str, Any] = {}
    for key, value in document.front.items():
        if isinstance(value, date):
            front[str(key)] = value.isoformat()
        elif isinstance(value, str | int | float | bool):
            front[str(key)] = value
    return replace(document, front=front)


if __name__ == "__main__":
    main()
