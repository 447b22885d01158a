"""`concord config`: every setting, what it is now, and where that came from."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer
from rich.text import Text

from bot.cli.common import out, print_json
from bot.cli.render import print_indented
from bot.explained import explain
from bot.settings import load_settings


def register(app: typer.Typer) -> None:
    app.command(epilog="Examples: concord config · CONCORD_THREADS=4 concord config --json")(config)


def config(
    json: Annotated[bool, typer.Option("--json", help="Print the settings as JSON.")] = False,
) -> None:
    """Print every setting with value, default, meaning and origin; secrets are masked."""
    shown = explain(load_settings())
    if json:
        print_json([asdict(s) for s in shown])
        return
    console = out()
    for s in shown:
        default = "" if s.origin == "default" else f"; default {s.default or 'empty'}"
        console.print(
            Text.assemble(
                (s.name, "bold"), f" = {s.value or '(empty)'}", (f"  [{s.origin}{default}]", "cyan")
            )
        )
        print_indented(console, Text(s.meaning))
