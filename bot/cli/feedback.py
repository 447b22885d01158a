"""`concord cases` and `concord gaps`: what people disputed, and what couldn't be answered."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.text import Text

from bot.cli.common import out, print_json
from bot.settings import load_settings
from index.errors import WrongUse

if TYPE_CHECKING:
    from bot.records import Case, Records
    from index.model import Receipt

_JSON = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def register(app: typer.Typer) -> None:
    app.command(epilog="Examples: concord cases · concord cases --uphold 3")(cases)
    app.command(epilog="Example: concord gaps --json")(gaps)


def cases(
    uphold: Annotated[
        int | None, typer.Option(metavar="N", help="Say that case N is right.")
    ] = None,
    dismiss: Annotated[int | None, typer.Option(metavar="N", help="Say that it isn't.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Also those decided.")] = False,
    json: _JSON = False,
) -> None:
    """List the citations that people challenged in Discord, or decide a case."""
    with _records() as records:
        for number, upheld in ((uphold, True), (dismiss, False)):
            if number is not None and not records.feedback.decide(number, upheld=upheld):
                raise WrongUse(f"There is no open case {number}.")
        found = records.feedback.cases(pending=not everything)
    if json:
        print_json([asdict(c) for c in found])
        return
    console = out()
    if not found:
        console.print(Text("No case is open."))
    receipts = _receipts([c.receipt_id for c in found])
    for case in found:
        _print_case(console, case, receipts.get(case.receipt_id))


def gaps(json: _JSON = False) -> None:
    """List the questions that couldn't be answered in Discord, most asked first."""
    with _records() as records:
        found = records.feedback.gaps()
    if json:
        print_json([{"question": q, "times": n, "last": at} for q, n, at in found])
        return
    console = out()
    if not found:
        console.print(Text("Nothing was left unanswered."))
    for question, times, at in found:
        console.print(Text(f"{times:4} ×  {' '.join(question.split())}  (last {at[:10]})"))


def _print_case(console: Console, case: Case, receipt: Receipt | None) -> None:
    console.print(Text(f"Case {case.id} · {case.status} · {case.created_at[:16]}", style="bold"))
    if receipt is not None:
        console.print(Text(f"  asked:  {receipt.standalone_question}"))
        cited = next((c for c in receipt.citations if c.n == case.n), None)
        if cited is not None:
            console.print(Text(f"  quoted: “{' '.join(cited.quote.split())}”"))
    console.print(Text(f"  source: {case.source_id}, passage {case.passage_id}"))
    if case.words:
        console.print(Text(f"  said:   {' '.join(case.words.split())}"))


@contextmanager
def _records() -> Iterator[Records]:
    from bot.records import Records

    settings = load_settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    records = Records(settings.records_url)
    try:
        yield records
    finally:
        records.close()


def _receipts(ids: list[str]) -> dict[str, Receipt]:
    """Those that are still kept; beside a running bot."""
    from index.library import open_registry

    registry = open_registry(load_settings().index_options())
    try:
        found = {i: registry.receipt(i) for i in ids}
        return {i: r for i, r in found.items() if r is not None}
    finally:
        registry.close()
