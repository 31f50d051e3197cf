"""Findings: what was found in a document, or in a file around its documents."""

from collections.abc import Iterable
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import Connection, Insert, insert, or_, select

from gateway.ledger.errors import LedgerError
from gateway.ledger.fresh import findings_of
from gateway.ledger.later import draw_id, is_bare, later_of, write_later
from gateway.ledger.rows import delete_rows
from gateway.ledger.tables import documents, findings
from translators.findings import Finding, Level

_SHOWN = [column for column in findings.c if column.name != "quirk"]  # which `detail` has too


class FindingRow(msgspec.Struct, frozen=True, kw_only=True):
    """One finding of the ledger, and what it was found in."""

    id: int
    file_id: int | None
    document_id: int | None
    level: Level
    code: str
    sentence: str
    finding: Finding


def record_findings(
    tx: Connection,
    found: Iterable[Finding],
    file_id: int | None = None,
    document_id: int | None = None,
) -> None:
    """Record what was found in a document, or else in the file around its documents.

    They replace what was found there before.
    """
    if file_id is None and document_id is None:
        raise LedgerError("findings belong to a document or to a file; name one of them")
    owner = {"file_id": file_id, "document_id": document_id}
    found = list(found)
    if document_id is not None:
        if not is_bare(tx, findings, document_id, stays=not found):
            delete_rows(tx, findings, {"document_id": document_id})
    elif not _is_quiet(tx, file_id):
        delete_rows(tx, findings, owner)
    rows = [_write_finding(finding) | owner for finding in found]
    if rows and later_of(tx) is None:
        tx.execute(_insert(), rows)
    elif rows:
        _record_later(tx, rows, found)


def list_findings(
    tx: Connection, file_id: int | None = None, document_id: int | None = None
) -> list[FindingRow]:
    """Return the findings of a document, or of a file with all its documents, in their order."""
    fresh = findings_of(tx, file_id) if document_id is None else None
    if fresh is not None:
        return list(fresh)
    query = select(*_SHOWN).order_by(findings.c.id)
    if document_id is not None:
        query = query.where(findings.c.document_id == document_id)
    if file_id is not None:
        inside = select(documents.c.id).where(documents.c.file_id == file_id)
        query = query.where(or_(findings.c.file_id == file_id, findings.c.document_id.in_(inside)))
    rows: list[Any] = [dict(row) for row in tx.execute(query).mappings()]
    return [
        FindingRow(finding=msgspec.json.decode(row.pop("detail"), type=Finding), **row)
        for row in rows
    ]


def _is_quiet(tx: Connection, file_id: int | None) -> bool:
    """Return whether we know without asking that nothing was found around the documents of a file."""
    fresh = findings_of(tx, file_id)
    return fresh is not None and all(row.document_id is not None for row in fresh)


def _record_later(tx: Connection, rows: list[dict[str, Any]], found: list[Finding]) -> None:
    later = later_of(tx)
    if later is None:
        return
    for row, finding in zip(rows, found, strict=True):
        row["id"] = draw_id(later, tx, findings)
        new = later.mine.get(row["document_id"])
        fresh = findings_of(tx, new["file_id"] if new else row["file_id"])
        if fresh is not None:
            names = ("id", "file_id", "document_id", "level", "code", "sentence")
            fresh.append(FindingRow(finding=finding, **{name: row[name] for name in names}))
    write_later(tx, _insert(), rows)


def _write_finding(finding: Finding) -> dict[str, Any]:
    return {
        "level": finding.level,
        "code": finding.code,
        "sentence": finding.sentence,
        "detail": msgspec.json.encode(finding).decode(),
        "quirk": finding.quirk,
    }


@cache
def _insert() -> Insert:
    return insert(findings)
