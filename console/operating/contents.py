"""Contents: how partner files and routing rules were changed, by whose word, and why."""

from typing import Annotated

import typer

from console.asked import actor, open_site
from console.operating.options import AsJson
from console.output import plain, show_json, show_line, show_table
from console.refusal import RefusalError
from gateway.contents import accept as accept_file
from gateway.contents import differ, keep_contents
from gateway.ledger.contents import ContentRow, list_contents
from gateway.ledger.errors import LedgerError

Name = Annotated[str, typer.Argument(help="A partner, _defaults or _routing.")]
Reason = Annotated[str, typer.Option(help="Why it was changed; kept with your name.")]


def history(
    context: typer.Context,
    name: Name,
    *,
    version: Annotated[
        int, typer.Option(help="Write the text of this version only, such as to put it back.")
    ] = 0,
    as_json: AsJson = False,
) -> None:
    """Show what a partner's file (or _defaults, or _routing) said from when on, by whose word, and what changed."""
    gateway = open_site(context)
    with gateway.ledger.begin() as tx:
        keep_contents(gateway, tx)
        rows = list_contents(tx, name)
        shown = [(number, row, differ(tx, row)) for number, row in enumerate(rows, 1)]
    if not rows:
        raise RefusalError(f"there is no file {name}.yaml in force; see cmgateway partner list")
    if version:
        typer.echo(_find(rows, version).content, nl=False)
    elif as_json:
        show_json(
            [plain(row) | {"version": number, "changed": diff} for number, row, diff in shown]
        )
    else:
        columns = ("version", "in force since (UTC)", "by", "why")
        show_table(columns, [(at, row.seen_at, row.actor, _why(row)) for at, row, _ in shown])
        for number, _, diff in shown[1:]:
            show_line(f"\nversion {number}")
            for line in diff:
                show_line(line)


def accept(context: typer.Context, name: Name, *, reason: Reason) -> None:
    """Answer for what a partner's file (or _defaults, or _routing) says now; its case ends. A broken one is refused."""
    if not reason.strip():
        raise RefusalError("say with --reason why it was changed; the ledger keeps it")
    try:
        row = accept_file(open_site(context), name, actor(), reason.strip())
    except LedgerError as error:
        raise RefusalError(str(error)) from error
    done = "is accepted" if row.accepted_at is None else "was accepted already"
    show_line(f"{name}.yaml as of {row.seen_at:%Y-%m-%d %H:%M} UTC {done}")


def _why(row: ContentRow) -> str:
    return row.reason if row.accepted_at else "nobody answers for it yet"


def _find(rows: list[ContentRow], version: int) -> ContentRow:
    if not 0 < version <= len(rows):
        raise RefusalError(f"there is no version {version}; there are 1 to {len(rows)}")
    return rows[version - 1]
