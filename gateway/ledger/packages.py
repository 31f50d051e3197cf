"""Packages: which shipment an SSCC was in, for a year (B-74)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import Connection, Insert, Select, bindparam, insert, not_, select

from gateway.clock import now
from gateway.ledger.later import write_later
from gateway.ledger.package_tables import packages

UNIQUE_FOR = timedelta(days=365)  # GS1: a number is not used again within a year


class Package(msgspec.Struct, frozen=True, kw_only=True):
    """A package that left, and in which shipment."""

    sscc: str
    partner: str
    shipment_number: str
    document_id: int


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """Where a package number was before."""

    sscc: str
    partner: str
    shipment_number: str
    noticed_at: datetime


def record_packages(tx: Connection, found: Iterable[Package]) -> None:
    """Record the packages of a shipment."""
    rows = [msgspec.structs.asdict(one) | {"noticed_at": now()} for one in found]
    if rows:
        write_later(tx, _insert(), rows)


def list_seen(tx: Connection, numbers: set[str], partner: str, shipment_number: str) -> list[Seen]:
    """Return the numbers that were in another shipment within a year, the latest of each."""
    if not numbers:
        return []
    asked = {
        "numbers": sorted(numbers),
        "of_partner": partner,
        "of_shipment": shipment_number,
        "since": now() - UNIQUE_FOR,
    }
    latest = {row.sscc: Seen(**row._mapping) for row in tx.execute(_seen(), asked)}  # noqa: SLF001 its documented name
    return list(latest.values())


@cache
def _insert() -> Insert:
    return insert(packages)


@cache
def _seen() -> Select[Any]:
    table = packages.c
    is_same = (table.partner == bindparam("of_partner")) & (
        table.shipment_number == bindparam("of_shipment")
    )
    return (
        select(table.sscc, table.partner, table.shipment_number, table.noticed_at)
        .where(table.sscc.in_(bindparam("numbers", expanding=True)))
        .where(table.noticed_at >= bindparam("since"), not_(is_same))
        .order_by(table.id)
    )
