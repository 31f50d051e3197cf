"""Search: documents by whatever somebody has in hand: an order, a part, a control number, an SSCC (B-95)."""

from collections.abc import Iterator

import msgspec
from sqlalchemy import ColumnElement, Connection, or_, select

from gateway.ledger.documents import DocumentRow
from gateway.ledger.tables import document_orders, documents, files


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """One document that was found, its file's name, and by what."""

    document: DocumentRow
    file_name: str
    found_by: str


def search_documents(tx: Connection, text: str, limit: int = 100) -> list[Hit]:
    """Return the newest documents that have the text as a number, a control number, a name or a value.

    Each document is told once, by the first of these. Values are looked for in the whole content.
    """
    hits: dict[int, Hit] = {}
    for found_by, condition in _list_conditions(text):
        left = limit - len(hits)
        if left <= 0:
            break
        for document, name in _find(tx, condition, left + len(hits)):
            if document.id not in hits and len(hits) < limit:
                hits[document.id] = Hit(document=document, file_name=name, found_by=found_by)
    return sorted(hits.values(), key=lambda hit: -hit.document.id)


def _list_conditions(text: str) -> Iterator[tuple[str, ColumnElement[bool]]]:
    orders = select(document_orders.c.document_id).where(document_orders.c.po_number == text)
    yield "number", documents.c.number == text
    yield "order", documents.c.id.in_(orders)
    yield "file", or_(files.c.name == text, files.c.sha256 == text.lower())
    if text.isascii() and text.isdigit() and len(text) <= 9:
        numbers = {text, text.lstrip("0") or "0", text.zfill(9), text.zfill(4)}
        yield "ISA13", documents.c.interchange_control.in_(numbers)
        yield "GS06", documents.c.group_control.in_(numbers)
        yield "ST02", documents.c.set_control.in_(numbers)
    # As it stands in the JSON: the whole value of a field, not a part of it.
    value = msgspec.json.encode(text).decode()
    yield "content", documents.c.content.contains(value, autoescape=True)


def _find(
    tx: Connection, condition: ColumnElement[bool], limit: int
) -> Iterator[tuple[DocumentRow, str]]:
    query = (
        select(documents, files.c.name.label("file_name"))
        .join_from(documents, files, documents.c.file_id == files.c.id, isouter=True)
        .where(condition)
        .order_by(documents.c.id.desc())
        .limit(limit)
    )
    for row in tx.execute(query).mappings():
        values = dict(row)
        name = values.pop("file_name") or ""
        yield DocumentRow(**values), name
