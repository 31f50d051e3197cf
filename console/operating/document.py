"""Documents: what stood in the files and what we wrote."""

from typing import Annotated

import msgspec
import typer
from sqlalchemy import Connection

from console.asked import open_site
from console.operating.file import show_effects
from console.operating.findings import show_found
from console.operating.options import AsJson, Limit, PartnerName, State
from console.output import plain, show_fields, show_json, show_line, show_table
from console.refusal import RefusalError
from console.shape import brief, cut
from gateway.ledger.documents import (
    DocumentQuery,
    DocumentRow,
    find_document,
    list_documents,
    list_linked_orders,
)
from gateway.ledger.effects import list_effects
from gateway.ledger.findings import list_findings
from gateway.ledger.versions import Numbers

app = typer.Typer(help="What stood in files, and what we wrote.", no_args_is_help=True)


@app.command("list")
def list_(  # noqa: PLR0913 each is an option of the command
    context: typer.Context,
    state: State = None,
    partner: PartnerName = None,
    order: Annotated[str | None, typer.Option(help="Only what speaks of this order.")] = None,
    limit: Limit = 100,
    *,
    as_json: AsJson = False,
) -> None:
    """List documents, the newest first."""
    gateway = open_site(context)
    query = DocumentQuery(state=state, partner=partner, po_number=order)
    with gateway.ledger.read() as tx:
        rows = list_documents(tx, query, limit)
    if as_json:
        show_json([_describe(row) for row in rows])
        return
    show_table(
        ("id", "created (UTC)", "partner", "", "kind", "number", "state", "reason"),
        [
            (
                f"d{row.id}",
                row.created_at,
                row.partner,
                row.direction,
                row.kind,
                cut(row.number),
                row.state,
                brief(row.reason),
            )
            for row in rows
        ],
    )


@app.command()
def show(
    context: typer.Context,
    key: Annotated[str, typer.Argument(help="The id, such as 12 or d12.")],
    *,
    raw: Annotated[bool, typer.Option("--raw", help="Write the bytes we wrote only.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show a document with its findings, effects and canonical content."""
    gateway = open_site(context)
    with gateway.ledger.read() as tx:
        row = _find(tx, key)
        if raw:
            if not row.sha256:
                raise RefusalError(f"document d{row.id} came in file {row.file_id}: see file show")
            typer.echo(gateway.archive.load(row.sha256), nl=False)
        elif as_json:
            found = [one.finding for one in list_findings(tx, document_id=row.id)]
            effects = list_effects(tx, document_id=row.id)
            number = Numbers(tx).find(row.partner, row.mapping, row.mapping_version)
            described = _describe(row) | {"mapping_number": number}
            show_json(described | {"findings": plain(found), "effects": plain(effects)})
        else:
            _show(tx, row)


def _find(tx: Connection, key: str) -> DocumentRow:
    number = key.lower().removeprefix("d")
    is_id = number.isascii() and number.isdigit() and len(number) < 10
    row = find_document(tx, int(number)) if is_id else None
    if row is None:
        raise RefusalError(f"there is no document {key} in the ledger; see cmgateway document list")
    return row


def _describe(row: DocumentRow) -> dict[str, object]:
    content = msgspec.json.decode(row.content) if row.content else None
    described: dict[str, object] = plain(row) | {"content": content}
    return described


def _show(tx: Connection, row: DocumentRow) -> None:
    show_fields(
        [
            ("document", f"d{row.id} {row.kind} {row.entity} {row.number}"),
            ("partner", f"{row.partner}, {row.direction}"),
            ("file", f"{row.file_id}, {row.place}" if row.file_id else ""),
            ("state", f"{row.state}{f': {row.reason}' if row.reason else ''}"),
            ("mapping", Numbers(tx).name(row.partner, row.mapping, row.mapping_version)),
            (
                "control",
                f"{row.interchange_control} {row.group_control} {row.set_control}".strip(),
            ),
            ("acknowledged", row.acknowledged),
            ("because of", f"d{row.answers}" if row.answers else ""),
            ("orders", ", ".join(list_linked_orders(tx, row.id))),
        ]
    )
    show_found(list_findings(tx, document_id=row.id))
    show_effects(list_effects(tx, document_id=row.id))
    if row.content:
        show_line("\ncontent")
        show_line(msgspec.json.format(row.content, indent=2))
