"""Sent: what one partner sent, by a name or a number it has in hand (C-45)."""

from sqlalchemy import Connection, or_, select

from gateway.ledger.files import FileRow, read_row
from gateway.ledger.tables import documents, files


def list_sent(tx: Connection, partner: str, text: str, limit: int) -> list[FileRow]:
    """Return its newest files of this name, inside one of this name, or with a document of this number."""
    numbers = [documents.c.number == text]
    if text.isascii() and text.isdigit() and len(text) <= 9:
        numbers.append(documents.c.interchange_control == text.zfill(9))
    theirs = (documents.c.partner == partner, documents.c.direction == "in")
    holding = select(documents.c.file_id).where(*theirs, or_(*numbers))
    named = or_(files.c.name == text, files.c.name.startswith(f"{text}/", autoescape=True))
    meant = or_(named, files.c.id.in_(holding))
    query = select(files).where(files.c.partner == partner, meant).order_by(files.c.id.desc())
    return [read_row(dict(row)) for row in tx.execute(query.limit(limit)).mappings()]


def list_answers(tx: Connection, file_id: int) -> list[int]:
    """Return the documents that were written in answer to a file."""
    answers = (documents.c.file_id == file_id, documents.c.direction == "out")
    return list(tx.scalars(select(documents.c.id).where(*answers).order_by(documents.c.id)))
