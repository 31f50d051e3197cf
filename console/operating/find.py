"""Find: documents by whatever somebody has in hand."""

from typing import Annotated

import typer

from console.asked import open_site
from console.operating.options import AsJson, Limit
from console.output import plain, show_json, show_table
from console.refusal import RefusalError
from console.shape import cut
from gateway.ledger.search import search_documents


def find(
    context: typer.Context,
    text: Annotated[
        str,
        typer.Argument(help="An order, part, SSCC, ISA13, GS06, ST02, shipment or file name."),
    ],
    limit: Limit = 100,
    *,
    as_json: AsJson = False,
) -> None:
    """Find documents by a number, control number, file name or any whole value in them."""
    if not text.strip():
        raise RefusalError("say what to look for: an order, a part, a control number, a file name")
    gateway = open_site(context)
    with gateway.ledger.read() as tx:
        hits = search_documents(tx, text.strip(), limit)
    if as_json:
        show_json(
            [
                {"found_by": hit.found_by, "file_name": hit.file_name}
                | {key: value for key, value in plain(hit.document).items() if key != "content"}
                for hit in hits
            ]
        )
        return
    show_table(
        ("document", "created (UTC)", "partner", "", "kind", "number", "file", "state", "found by"),
        [
            (
                f"d{hit.document.id}",
                hit.document.created_at,
                hit.document.partner,
                hit.document.direction,
                hit.document.kind,
                cut(hit.document.number),
                cut(hit.file_name),
                hit.document.state,
                hit.found_by,
            )
            for hit in hits
        ],
    )
