"""Headers: which columns a partner's tables had when the last of them was taken (F11)."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection

from gateway.clock import now
from gateway.ledger.package_tables import headers
from gateway.ledger.rows import find_row, insert_new_row, update_rows


class HeaderRow(msgspec.Struct, frozen=True, kw_only=True):
    """The columns of the last table that was taken, and the file they stood in."""

    partner: str
    mapping: str
    columns: tuple[str, ...]
    file_id: int
    seen_at: datetime


def find_header(tx: Connection, partner: str, mapping: str) -> HeaderRow | None:
    """Return the header that is known of a partner's tables of one kind."""
    row = find_row(tx, headers, {"partner": partner, "mapping": mapping})
    if row is None:
        return None
    columns = msgspec.json.decode(row["columns"], type=tuple[str, ...])
    return HeaderRow(**{**row, "columns": columns})


def record_header(
    tx: Connection, partner: str, mapping: str, columns: tuple[str, ...], file_id: int
) -> None:
    """Record the header of a table that was taken, in place of the one before."""
    where = {"partner": partner, "mapping": mapping}
    values = {
        "columns": msgspec.json.encode(columns).decode(),
        "file_id": file_id,
        "seen_at": now(),
    }
    if update_rows(tx, headers, where, values) == 0:
        insert_new_row(tx, headers, where | values)
